"""Goods that nobody bought, and goods that sell slowly, worked out again from the lines (PLAN.md 3.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.core import clock
from pos.reports.all_reports import report
from pos.sales.models import Sale
from pos.sales.voiding import void_sale
from tests.reports.trade import DAY, FIRST, LAST, NOON, sell
from tests.shop import Shop


@pytest.fixture
def shelf(shop: Shop) -> dict[str, Any]:
    """Tea sells, salt hardly, soap sold long ago, ghee never, and one bill of jam was a mistake."""
    goods = {}
    with clock.frozen(NOON - 90 * DAY):
        for name, price in (("Tea", 40), ("Salt", 20), ("Soap", 30), ("Ghee", 500), ("Jam", 90), ("Rice", 60)):
            stock = "0" if name == "Rice" else "100"
            goods[name] = shop.product(name, str(price), stock, cost_price=Decimal(price - 10))
    sell(shop, NOON - 60 * DAY, {goods["Soap"]: "2"}, ("CASH", "100"))
    sell(shop, NOON, {goods["Tea"]: "30", goods["Salt"]: "1"}, ("CASH", "2000"))
    sell(shop, NOON, {goods["Jam"]: "1"}, ("CASH", "200"))
    mistake = max(shop.rows(Sale), key=lambda row: row.bill_sequence)
    with clock.frozen(NOON):
        void_sale(shop.asha, mistake.id, "typed twice")
        goods["New"] = shop.product("New", "10")
    return goods


def read(shop: Shop, view: str) -> dict[str, Any]:
    with clock.frozen(NOON + 2 * DAY):
        return {row["product"]: row for row in report(shop.asha, "inventory", view, FIRST, LAST).named()}


def test_what_was_not_sold_is_told_with_its_last_sale_and_its_worth(shop: Shop, shelf: dict[str, Any]) -> None:
    rows = read(shop, "dead")
    assert list(rows) == ["Ghee", "Jam", "Soap"], "what ties up most first; no stock and new goods are not judged"
    assert (rows["Soap"]["days_unsold"], rows["Soap"]["cost_value"]) == (62, Decimal(98 * 20))
    assert (rows["Ghee"]["last_sold"], rows["Ghee"]["cost_value"]) == (None, Decimal(49000))
    assert rows["Jam"]["last_sold"] is None, "a voided bill is no sale"


def test_what_lasts_longer_than_a_season_is_slow(shop: Shop, shelf: dict[str, Any]) -> None:
    rows = read(shop, "slow")
    assert list(rows) == ["Salt"]
    assert (rows["Salt"]["cover_days"], rows["Salt"]["sold_quantity"]) == (99 * 3, 1)


def test_both_take_few_queries(shop: Shop, shelf: dict[str, Any], count_queries: Any) -> None:
    for view in ("dead", "slow"):
        read(shop, view)
        with count_queries() as queries:
            read(shop, view)
        assert len(queries) <= 12, queries
