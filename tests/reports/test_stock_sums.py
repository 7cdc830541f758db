"""Months whose stock is summed say what the movements say, whatever moves later with a moment of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text

from pos.catalog.models import Product
from pos.catalog.stock import adjust, restock, take_back
from pos.core import clock
from pos.core.db import db, execute, one_unit
from pos.core.errors import Busy
from pos.reports import books, nightly, stock_sums, summing
from pos.reports.all_reports import VIEWS, report
from pos.reports.models import StockSpan, StockSum
from pos.reports.spans import Span, moments
from tests.reports.trade import DAY, NOON, sell
from tests.shop import Shop

# After the last of the months, and late enough that it is over for days.
NOW = datetime(2027, 2, 5, 6, 30, tzinfo=UTC)
MONTHS = [202611, 202612, 202701]
SPANS = [
    Span(date(2026, 12, 1), date(2026, 12, 31)),
    Span(date(2026, 11, 1), date(2027, 1, 31)),
    Span(date(2026, 11, 25), date(2027, 1, 10)),
    Span(date(2026, 12, 5), date(2026, 12, 9)),
    Span(date(2026, 12, 20), date(2027, 2, 5)),
    Span(date(2026, 1, 1), date(2026, 12, 31)),
    Span(date(2026, 1, 1), date(2026, 1, 31)),
    Span(date(2027, 1, 7), date(2027, 2, 5)),
]


def told(name: str = "register") -> list[Any]:
    """A report of the stock, over spans that are months, cut months, hold several and lie beside them."""
    return [VIEWS["inventory"][name][0](span).named() for span in SPANS]


def everything() -> list[Any]:
    """Both reports that read what stood then."""
    return [told("register"), told("valuation")]


def summed(shop: Shop) -> list[int]:
    return sorted(row.span for row in shop.rows(StockSpan, is_done=True))


@pytest.fixture
def later(shop: Shop) -> Any:
    """Goods that come, are sold, come back and spoil from November to February, seen in February."""
    with clock.frozen(NOON - DAY):
        tea, dal = shop.product("Tea", "100", "50", cost_price=Decimal(80)), shop.product("Dal", "90", "0", unit="kg")
        shop.product("Jam", "60", "7", cost_price=Decimal(40))
    for days in (0, 11, 20, 42, 49, 75):
        moment = NOON + days * DAY
        with clock.frozen(moment):
            restock(shop.devi, dal, Decimal("2.5"))
            adjust(shop.devi, tea, Decimal(-1), "torn")
            take_back(shop.devi, tea, Decimal(2))
        sell(shop, moment, {tea: "3", dal: "0.750"}, ("CASH", "1000"))
    with clock.frozen(NOW):
        yield shop


def test_months_say_what_the_movements_say(later: Shop) -> None:
    movements = everything()
    assert all(told for report in movements for told in [report[0], report[1]])
    assert nightly.sum_up_all(60) == 0
    assert summed(later) == MONTHS
    assert everything() == movements


@pytest.mark.parametrize("gone", MONTHS)
def test_a_month_that_is_not_summed_between_others_is_told_by_its_movements(later: Shop, gone: int) -> None:
    movements = everything()
    nightly.sum_up_all(60)
    one_unit(lambda: execute(text(f"DELETE FROM stock_spans WHERE span = {gone}")))()
    assert everything() == movements
    assert stock_sums.sum_up(date(2026, 1, 1), 60) == 0
    assert summed(later) == MONTHS
    assert everything() == movements


def test_what_neither_stood_nor_moved_has_no_sum(later: Shop) -> None:
    goods = {row.name: row.id for row in later.rows(Product)}
    nightly.sum_up_all(60)
    november = later.rows(StockSum, span=202611)
    assert {row.product_id for row in november} == set(goods.values())
    assert {row.opening for row in november} == {Decimal(0)}
    adjust(later.devi, goods["Jam"], Decimal(-7), "gone")
    with clock.frozen(NOW + 60 * DAY):
        nightly.sum_up_all(60)
        assert {row.product_id for row in later.rows(StockSum, span=202702)} == set(goods.values())
        assert {row.product_id for row in later.rows(StockSum, span=202703)} == {goods["Tea"], goods["Dal"]}


def restock_late(shop: Shop) -> None:
    with clock.frozen(NOON + 25 * DAY):
        restock(shop.devi, shop.rows(Product)[0].id, Decimal(9))


def move_the_shop(shop: Shop) -> None:
    shop.settings(timezone="Europe/London")


@pytest.mark.parametrize(("change", "left"), [(restock_late, [202611]), (move_the_shop, MONTHS)])
def test_what_changes_a_summed_month_is_in_the_next_report(
    later: Shop, change: Callable[[Shop], None], left: list[int]
) -> None:
    nightly.sum_up_all(60)
    before = everything()
    change(later)
    changed = everything()
    assert changed != before or change is move_the_shop
    assert summed(later) == left
    assert dict(books.proof())[books.SUMS] == []
    assert nightly.sum_up_all(60) == 0
    assert summed(later) == MONTHS
    assert everything() == changed
    one_unit(lambda: execute(text("DELETE FROM stock_spans")))()
    assert everything() == changed


def test_what_moves_today_leaves_the_months(later: Shop) -> None:
    nightly.sum_up_all(60)
    sell(later, NOW, {later.rows(StockSum)[0].product_id: "1"}, ("CASH", "200"))
    assert summed(later) == MONTHS


def test_only_months_that_are_over_for_two_days_are_summed(later: Shop) -> None:
    for moment, months in ((datetime(2027, 2, 1, 12, tzinfo=UTC), MONTHS[:2]), (NOW, MONTHS)):
        with clock.frozen(moment):
            assert nightly.sum_up_all(60) == 0
            assert summed(later) == months


def test_a_shop_where_nothing_moved_has_nothing_to_sum(shop: Shop) -> None:
    with clock.frozen(NOW):
        assert nightly.sum_up_all(10) == 0
    assert shop.rows(StockSpan) == []


def test_a_report_sums_the_months_that_it_reads_the_newest_first(later: Shop) -> None:
    assert stock_sums.sum_up(date(2026, 1, 1), 0) == 3
    stock_sums.sum_month(Span(date(2027, 1, 1), date(2027, 1, 31)))
    assert [month.first.month for month in stock_sums.missing(date(2026, 1, 1))] == [12, 11]
    valued = report(later.asha, "inventory", "valuation", date(2026, 12, 31), date(2026, 12, 31)).named()
    assert summed(later) == [202701]
    listed = report(later.asha, "inventory", "register", date(2026, 12, 1), date(2026, 12, 31)).named()
    assert summed(later) == [202612, 202701]
    one_unit(lambda: execute(text("DELETE FROM stock_spans")))()
    assert told("register")[0] == listed
    assert VIEWS["inventory"]["valuation"][0](SPANS[0]).named() == valued


def test_a_page_that_must_sum_many_months_says_how_far_it_is(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_sums, "FEW_MOVEMENTS", 0)
    monkeypatch.setattr(stock_sums, "FEW_MONTHS", 0)
    monkeypatch.setattr(stock_sums, "sum_month", lambda _month: time.sleep(2.1))
    answer = later.client("asha").get("/reports/inventory?view=register&first=2026-11-01&last=2026-11-30")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "The report appears by itself." in answer.text


def test_a_small_shop_reads_its_movements_however_long_the_summing_takes(
    later: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_sums, "FEW_MONTHS", 0)
    monkeypatch.setattr(stock_sums, "sum_month", lambda _month: time.sleep(2.1))
    answer = later.client("asha").get("/reports/inventory?view=register&first=2026-11-01&last=2026-11-30")
    assert answer.status_code == 200


def test_a_database_that_cannot_write_sums_still_reports(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    right = told()

    def full(_month: Span) -> None:
        raise Busy("The shop is very busy just now.")

    monkeypatch.setattr(stock_sums, "sum_month", full)
    assert report(later.asha, "inventory", "register", SPANS[0].first, SPANS[0].last).named() == right[0]


def test_goods_that_come_late_while_a_month_is_summed_are_not_lost(
    later: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = stock_sums._write

    def late(*args: Any) -> bool:
        restock_late(later)
        return write(*args)

    december = Span(date(2026, 12, 1), date(2026, 12, 31))
    stock_sums.sum_month(december)
    one_unit(lambda: execute(text("DELETE FROM stock_spans")))()
    monkeypatch.setattr(stock_sums, "_write", late)
    stock_sums.sum_month(december)
    assert summed(later) == []
    monkeypatch.setattr(stock_sums, "_write", write)
    assert stock_sums.sum_up(date(2026, 1, 1), 60) == 0
    assert dict(books.proof())[books.SUMS] == []


def test_a_month_told_from_one_that_was_undone_meanwhile_is_not_kept(
    later: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_sums.sum_month(Span(date(2027, 1, 1), date(2027, 1, 31)))
    write = stock_sums._write

    def undone(*args: Any) -> bool:
        one_unit(lambda: execute(text("DELETE FROM stock_spans WHERE span = 202701")))()
        return write(*args)

    monkeypatch.setattr(stock_sums, "_write", undone)
    stock_sums.sum_month(Span(date(2026, 12, 1), date(2026, 12, 31)))
    assert summed(later) == []


JANUARY = Span(date(2027, 1, 1), date(2027, 1, 31))


def test_who_comes_while_a_month_is_summed_leaves_it_to_the_first(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    write = stock_sums._write
    told_second: list[tuple[bool, int]] = []

    def second_comes(*args: Any) -> bool:
        if not told_second:
            told_second.append((stock_sums.sum_month(JANUARY), stock_sums.sum_up(JANUARY.first, 60)))
        return write(*args)

    monkeypatch.setattr(stock_sums, "_write", second_comes)
    assert stock_sums.sum_month(JANUARY)
    assert told_second == [(False, 1)]
    assert summed(later) == [202701]
    assert list(stock_sums.broken_months()) == []


def test_a_month_that_somebody_died_over_is_summed_by_the_next(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = stock_sums._keep
    monkeypatch.setattr(stock_sums, "_keep", lambda *_args: False)
    assert not stock_sums.sum_month(JANUARY)
    monkeypatch.setattr(stock_sums, "_keep", keep)
    assert not stock_sums.sum_month(JANUARY)
    assert len(later.rows(StockSum)) == 3
    monkeypatch.setattr(stock_sums, "LONGEST_SECONDS", 0)
    monkeypatch.setattr(stock_sums, "ROWS_AT_ONCE", 2)
    assert stock_sums.sum_month(JANUARY)
    assert summed(later) == [202701]
    assert list(stock_sums.broken_months()) == []


def test_whoever_wakes_up_over_a_month_that_was_taken_for_dead_writes_no_more(
    later: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = stock_sums._write
    woken: list[bool] = []

    def asleep(*args: Any) -> bool:
        if not woken:
            woken.append(True)
            monkeypatch.setattr(stock_sums, "LONGEST_SECONDS", 0)
            assert stock_sums._cleared(202701) is False
        return write(*args)

    monkeypatch.setattr(stock_sums, "_write", asleep)
    assert not stock_sums.sum_month(JANUARY)
    assert (summed(later), later.rows(StockSum)) == ([], [])
    assert stock_sums.sum_month(JANUARY)
    assert list(stock_sums.broken_months()) == []


def test_at_night_one_that_fails_does_not_keep_the_other(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_seconds: float) -> int:
        raise Busy("The shop is very busy just now.")

    monkeypatch.setattr(summing, "sum_up_all", full)
    nightly.sum_up_quietly()
    assert summed(later) == MONTHS


def test_the_page_of_the_stock_sums_what_it_reads(later: Shop) -> None:
    answer = later.client("asha").get("/analytics/stock?first=2026-12-01&last=2026-12-31")
    assert (answer.status_code, summed(later)) == (200, [202701])


def test_the_proof_finds_a_month_that_was_changed(later: Shop) -> None:
    nightly.sum_up_all(60)
    one_unit(lambda: execute(text("UPDATE stock_sums SET sold_milli = sold_milli + 1 WHERE span = 202612")))()
    one_unit(lambda: execute(text("DELETE FROM stock_sums WHERE span = 202611")))()
    found = dict(books.proof())[books.SUMS]
    assert found == [f"sums of {span}: stock_sums are not what the movements come to" for span in (202611, 202612)]
    assert dict(books.proof(most_sums=0))[books.SUMS] == []


def test_a_month_costs_the_page_no_look_at_its_movements(later: Shop) -> None:
    nightly.sum_up_all(60)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    report(later.asha, "inventory", "register", SPANS[0].first, SPANS[0].last)
    assert [one for one in asked if "stock_sums" in one]
    assert not [one for one in asked if "FROM stock_movements" in one and "created_at >= " in one]


@pytest.mark.parametrize(
    "wanted", [Span(date(2024, 4, 1), date(2025, 3, 31)), Span(date(2026, 4, 1), date(2027, 12, 31)), *SPANS]
)
def test_no_part_of_a_span_goes_through_all_years(later: Shop, wanted: Span) -> None:
    nightly.sum_up_all(60)
    statement = stock_sums.then(*moments(wanted)).goods("p.id")
    assert statement.count("FROM stock_movements") == statement.count("LIMIT")


def test_a_moment_is_told_by_few_days_of_movements(later: Shop) -> None:
    nightly.sum_up_all(60)
    begins, ends = clock.day_bounds(date(2026, 12, 5), date(2026, 12, 9), "Asia/Kolkata")
    then = stock_sums.then(begins, ends)
    assert then.anchor is not None
    assert (then.anchor.number, max(then.values.values()) - begins < timedelta(days=31)) == (202701, True)
