"""A page fetches no more of a long report than it shows; a file has every row; both tell the same sums."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest

from pos.core import clock
from pos.reports import bills_report, fetching
from pos.reports.all_reports import report
from pos.reports.fetching import Fetched
from pos.reports.table import Table
from tests.reports.trade import DAY, FIRST, LAST, NOON, sell, trade
from tests.shop import Shop

LONG = [
    ("sales", "bill"),
    ("sales", "product"),
    ("inventory", "valuation"),
    ("inventory", "register"),
    ("inventory", "dead"),
    ("inventory", "slow"),
]
SHOWN = 2
MINUTE = timedelta(minutes=1)


@pytest.fixture
def traded(shop: Shop) -> Shop:
    with clock.frozen(NOON - 9 * DAY):
        slow = shop.product("Salt", "20", "500", cost_price=Decimal(12))
        for name, price in (("Ghee", 500), ("Jam", 90), ("Rice", 60)):
            shop.product(name, str(price), "10", cost_price=Decimal(price - 10))
    trade(shop)
    sell(shop, NOON + 2 * DAY, {slow: "1"}, ("CASH", "30"))
    return shop


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (fetching, bills_report):
        monkeypatch.setattr(module, "MOST_SHOWN", SHOWN)


def read(shop: Shop, name: str, view: str) -> Table:
    with clock.frozen(NOON + 2 * DAY + MINUTE):
        return report(shop.asha, name, view, FIRST, LAST)


@pytest.fixture
def whole(traded: Shop) -> dict[str, Table]:
    """The reports as they are read where all rows fit on the page."""
    return {view: read(traded, name, view) for name, view in LONG}


@pytest.mark.parametrize(("name", "view"), LONG)
def test_the_page_has_the_first_rows_and_the_sums_of_all(
    traded: Shop, whole: dict[str, Table], short_pages: None, name: str, view: str
) -> None:
    long = read(traded, name, view)
    assert len(long.rows) == len(whole[view].rows)
    assert list(long.rows[:SHOWN]) == list(whole[view].rows)[:SHOWN]
    assert long.totals == whole[view].totals
    assert long.named(1) == whole[view].named()[:1]


@pytest.mark.parametrize(("name", "view"), LONG)
def test_a_file_has_every_row(traded: Shop, whole: dict[str, Table], short_pages: None, name: str, view: str) -> None:
    assert list(read(traded, name, view).rows) == list(whole[view].rows)
    assert read(traded, name, view).rows[-1] == list(whole[view].rows)[-1]


@pytest.mark.parametrize(("name", "view"), [("sales", "bill"), ("sales", "product"), ("inventory", "register")])
def test_the_sums_are_those_of_the_rows(traded: Shop, short_pages: None, name: str, view: str) -> None:
    long = read(traded, name, view)
    summed = {column.name: sum(row[column.name] for row in long.named()) for column in long.columns if column.summed}
    assert long.named_totals() == summed


@pytest.mark.parametrize("view", ["valuation", "register"])
def test_days_long_ago_are_told_as_they_were_then(traded: Shop, whole: dict[str, Table], view: str) -> None:
    with clock.frozen(NOON + 200 * DAY):
        later = report(traded.asha, "inventory", view, FIRST, LAST)
    assert (list(later.rows), later.totals) == (list(whole[view].rows), whole[view].totals)


def test_the_page_asks_once_for_what_it_shows(traded: Shop, short_pages: None, count_queries: Any) -> None:
    with count_queries() as seen:
        long = read(traded, "inventory", "register")
        rows = long.rows[:SHOWN]
    asked = [one for one in seen if "stock_movements" in one]
    assert (len(rows), len(asked)) == (SHOWN, 1)
    with count_queries() as seen:
        assert len(list(long.rows)) == len(long.rows) > SHOWN
    assert len(seen) == 1


def test_rows_and_sums_are_of_one_moment_while_the_tills_sell_on(
    traded: Shop, whole: dict[str, Table], short_pages: None
) -> None:
    long = read(traded, "sales", "bill")
    till = Thread(target=_sell_elsewhere, args=(traded,))
    till.start()
    till.join()
    listed = sum((row["total_amount"] for row in long.named()), Decimal(0))
    assert listed == long.named_totals()["total_amount"] == whole["bill"].named_totals()["total_amount"]


def _sell_elsewhere(shop: Shop) -> None:
    with shop.app.app_context():
        sell(shop, NOON + 2 * DAY, {shop.product("Biscuits", "5"): "1"}, ("CASH", "10"))


@pytest.fixture
def counted() -> tuple[Fetched, list[int]]:
    asked: list[int] = []

    def all_of_them() -> list[int]:
        asked.append(1)
        return list(range(10))

    return Fetched([0, 1, 2], 10, all_of_them, lambda number: [number]), asked


def test_only_rows_beyond_the_first_are_fetched(counted: tuple[Fetched, list[int]]) -> None:
    rows, asked = counted
    assert (len(rows), rows[:3], rows[2], rows[0:2]) == (10, [[0], [1], [2]], [2], [[0], [1]])
    assert not asked
    assert rows[3] == [3]
    assert (rows[2:5], rows[-1], rows[7:], [row[0] for row in rows]) == (
        [[2], [3], [4]],
        [9],
        [[7], [8], [9]],
        list(range(10)),
    )
    assert len(asked) == 1


def test_a_report_without_rows_has_no_sums_to_ask_for(shop: Shop) -> None:
    for name, view in LONG:
        empty = read(shop, name, view)
        assert (len(empty.rows), list(empty.rows), set(empty.named_totals().values()) <= {Decimal(0)}) == (0, [], True)
