"""Sums of days and months that are over say what the lines say, whatever happens to the lines later."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from pos.core import clock
from pos.core.db import execute, one_unit
from pos.core.errors import Busy
from pos.reports import books, summing, sums
from pos.reports.all_reports import FROM_SUMS, VIEWS, report
from pos.reports.models import SummedSpan
from pos.reports.spans import Span
from pos.sales.models import Sale, SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings import right_time
from tests.reports.trade import DAY, FIRST, LAST, LATE, NOON, sell, trade
from tests.shop import Shop

DAYS = Span(FIRST, LAST)
MUCH_LATER = NOON + 40 * DAY


def everything(wanted: Span = DAYS) -> list[Any]:
    """All that sums tell of a span, in an order of its own."""
    goods = [tuple(map(str, row)) for row in sums.product_sums(wanted, "SELECT * FROM {goods} g")]
    taxes = [tuple(map(str, row)) for row in sums.tax_sums(wanted)]
    bills = [sums.bill_sums(wanted, *key) for key in (("day",), ("hour",), ("cashier",), ("day", "hour", "cashier"))]
    methods = sums.method_sums(wanted)
    found: list[list[Any]] = [goods, taxes, *bills, list(methods.items())]
    return [sorted(str(row) for row in rows) for rows in found]


@pytest.fixture
def later(shop: Shop) -> Any:
    """Three days of trade, forty days ago."""
    trade(shop)
    with clock.frozen(MUCH_LATER):
        yield shop


def test_a_month_and_its_days_say_what_the_lines_say(later: Shop) -> None:
    month = Span(date(2026, 11, 1), date(2026, 11, 30))
    lines, of_days = everything(month), everything()
    assert all(lines)
    assert summing.sum_up(month, 10) == 0
    assert [row.span for row in later.rows(SummedSpan)] == [202611]
    assert everything(month) == lines
    assert everything() == of_days
    assert summing.sum_up(DAYS, 10) == 0
    assert {row.span for row in later.rows(SummedSpan)} == {202611, 20261119, 20261120, 20261121}
    assert everything(Span(FIRST - DAY, LAST)) == of_days


def test_only_days_that_are_over_for_a_day_are_summed(shop: Shop) -> None:
    trade(shop)
    with clock.frozen(NOON + 3 * DAY):
        assert summing.sum_up(Span(FIRST, LAST + 5 * DAY), 10) == 0
    assert sorted(row.span for row in shop.rows(SummedSpan)) == [20261119, 20261120]


def test_a_shop_that_sold_nothing_has_nothing_to_sum(shop: Shop) -> None:
    assert summing.sum_up(DAYS, 10) == 0
    assert summing.sum_up_all(10) == 0
    assert shop.rows(SummedSpan) == []


def void_one(shop: Shop) -> None:
    sale = next(row for row in shop.rows(Sale) if row.payment_status == "PAID" and row.business_day == FIRST)
    void_sale(shop.asha, sale.id, "found out late")


def sell_with_a_clock_set_back(shop: Shop) -> None:
    believe_the_clock(shop)
    sell(shop, LATE, {shop.rows(SaleItem)[0].product_id: "1"}, ("CASH", "200"))


def believe_the_clock(shop: Shop) -> None:
    with clock.frozen(LATE):
        right_time.accept_clock(shop.asha)


def take_back_with_a_clock_set_back(shop: Shop) -> None:
    sale = next(row for row in shop.rows(Sale) if row.payment_status == "PAID" and row.business_day == FIRST)
    item = shop.rows(SaleItem, sale_id=sale.id)[0]
    believe_the_clock(shop)
    with clock.frozen(LATE):
        return_items(shop.ben, sale.id, [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="torn")


def move_the_shop(shop: Shop) -> None:
    shop.settings(timezone="Europe/London")


CHANGES = [void_one, sell_with_a_clock_set_back, take_back_with_a_clock_set_back, move_the_shop]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_summed_day_is_in_the_next_report(later: Shop, change: Callable[[Shop], None]) -> None:
    before = everything()
    summing.sum_up(Span(date(2026, 11, 1), LAST), 10)
    summing.sum_up(Span(date(2026, 11, 1), date(2026, 11, 30)), 10)
    assert everything() == before
    change(later)
    changed = everything()
    assert changed != before
    assert summing.sum_up(DAYS, 10) == 0
    assert everything() == changed
    summing.sum_up(Span(date(2026, 11, 1), date(2026, 11, 30)), 10)
    assert everything() == changed


def test_what_happens_today_leaves_the_sums_of_other_days(later: Shop) -> None:
    summing.sum_up(DAYS, 10)
    marks = sorted(row.span for row in later.rows(SummedSpan))
    sell(later, MUCH_LATER, {later.rows(SaleItem)[0].product_id: "1"}, ("CASH", "200"))
    assert sorted(row.span for row in later.rows(SummedSpan)) == marks


def test_at_night_every_month_and_the_days_of_the_last_are_summed(later: Shop) -> None:
    assert summing.sum_up_all(20) == 0
    found = {row.span for row in later.rows(SummedSpan)}
    assert {202611, 20261119, 20261130, 20261227} <= found
    assert 20261228 not in found
    with clock.frozen(MUCH_LATER + timedelta(days=10)):
        assert summing.sum_up_all(20) == 0
    assert 202612 in {row.span for row in later.rows(SummedSpan)}


def test_what_takes_too_long_goes_on_the_next_time(later: Shop) -> None:
    assert summing.sum_up(DAYS, 0) == 3
    assert summing.sum_up(DAYS, 10) == 0


def test_a_report_sums_what_it_reads_and_then_says_the_same(later: Shop) -> None:
    for name, view in sorted(FROM_SUMS):
        with_lines = VIEWS[name][view][0](DAYS).named()
        assert report(later.asha, name, view, FIRST, LAST).named() == with_lines, (name, view)


def test_a_page_that_must_sum_much_says_how_far_it_is(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summing, "sum_piece", lambda _piece: time.sleep(1))
    monkeypatch.setattr(summing, "FEW_BILLS", 0)
    days = f"first={FIRST - 17 * DAY}&last={LAST}"
    for address in (f"/reports/sales?view=product&{days}", f"/analytics?{days}"):
        answer = later.client("asha").get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "The report appears by itself." in answer.text
        assert '<meta http-equiv="refresh" content="1">' in answer.text


def test_a_small_shop_reads_its_lines_however_long_the_summing_is_kept_waiting(
    later: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "sum_piece", lambda _piece: time.sleep(1))
    answer = later.client("asha").get(f"/reports/sales?view=product&first={FIRST - 17 * DAY}&last={LAST}")
    assert answer.status_code == 200


def test_a_database_that_cannot_write_sums_still_reports(later: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told = VIEWS["sales"]["product"][0](DAYS).named()

    def full(_piece: Span) -> None:
        raise Busy("The shop is very busy just now.")

    monkeypatch.setattr(summing, "sum_piece", full)
    assert report(later.asha, "sales", "product", FIRST, LAST).named() == told


def test_the_command_sums_every_day_that_is_over(later: Shop) -> None:
    said = later.app.test_cli_runner().invoke(args=["sum-up"])
    assert (said.exit_code, said.output) == (0, "Every day and month that is over is summed.\n")
    assert 202611 in {row.span for row in later.rows(SummedSpan)}


def test_the_proof_finds_a_sum_that_was_changed(later: Shop) -> None:
    summing.sum_up(DAYS, 10)
    assert books_of_sums() == []
    one_unit(lambda: execute(text("UPDATE product_sums SET taxable_paise = taxable_paise + 1 WHERE span = 20261120")))()
    one_unit(lambda: execute(text("DELETE FROM method_sums WHERE day = '2026-11-19'")))()
    assert books_of_sums() == [
        "sums of 20261119: method_sums are not what the lines come to",
        "sums of 20261120: product_sums are not what the lines come to",
    ]


def books_of_sums() -> list[str]:
    return dict(books.proof())[books.SUMS]
