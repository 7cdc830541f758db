"""Reports with sums say what reports without them say, after whatever was sold, voided, taken back and summed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pos.core import clock
from pos.core.db import execute, one_unit
from pos.core.errors import PosError
from pos.reports import books, summing
from pos.reports.all_reports import FROM_SUMS, VIEWS
from pos.reports.spans import Span
from pos.sales.models import Sale, SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings import right_time
from tests.reports.trade import NOON, sell
from tests.shop import Shop
from tests.thorough import rounds

HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
MONTHS = Span(date(2026, 10, 1), date(2026, 12, 31))
NOW = NOON + timedelta(days=60)
DEED = st.sampled_from(["sell", "sell", "sell", "void", "return", "sum a day", "sum all"])
# What, on which of a few days around the end of a month, and which bill or how much.
DEEDS = st.lists(st.tuples(DEED, st.integers(0, 24), st.integers(0, 9)), min_size=4, max_size=14)


def told() -> dict[Any, Any]:
    """Every report that reads sums, over a whole span and one that cuts a month."""
    spans = (MONTHS, Span(date(2026, 11, 21), date(2026, 12, 10)))
    return {(one, span): VIEWS[one[0]][one[1]][0](span).named() for one in sorted(FROM_SUMS) for span in spans}


def do(shop: Shop, goods: list[Any], deed: str, day: int, which: int) -> None:
    moment = NOON + timedelta(days=day)
    # Not a later one of the example before: its credit note would put the newest number ahead of this day.
    sales = [sale for sale in shop.rows(Sale) if sale.created_at <= moment]
    if deed == "sell":
        paid = () if which % 3 == 0 else (("CASH", "5000"),)
        sell(shop, moment, {goods[which % 2]: str(which % 4 + 1), goods[2]: "0.347"}, *paid, customer=goods[3])
    elif deed == "sum a day":
        summing.sum_up(Span(moment.date(), moment.date()), 60)
    elif deed == "sum all":
        summing.sum_up_all(60)
    elif sales:
        sale = sales[which % len(sales)]
        try:
            with clock.frozen(moment):
                change(shop, deed, sale.id)
        except PosError:
            pass


def change(shop: Shop, deed: str, sale: Any) -> None:
    if deed == "void":
        void_sale(shop.asha, sale, "law")
    else:
        item = shop.rows(SaleItem, sale_id=sale)[0]
        return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="KHATA", reason="law")


@settings(max_examples=rounds(3), deadline=None, suppress_health_check=HEALTH)
@given(DEEDS)
def test_sums_say_what_the_lines_say_whatever_happened(shop: Shop, deeds: list[tuple[str, int, int]]) -> None:
    with clock.frozen(NOON - timedelta(days=1)):
        # Each example begins again on the same day.
        right_time.accept_clock(shop.asha)
        goods: list[Any] = [shop.product("Tea", "101.50", "9999", cost_price=Decimal("80.25"), hsn_code="0902")]
        goods.append(shop.product("Soap", "33.33", "9999", tax_rate=Decimal(18), category="Home"))
        goods.append(shop.product("Dal", "119.99", "9999", unit="kg", tax_rate=Decimal(0), cost_price=Decimal(90)))
        goods.append(shop.customer(phone=None, credit_limit=Decimal(10_000_000)))
    with clock.frozen(NOW):
        # No bill is numbered while the clock is behind the newest.
        for deed in sorted(deeds, key=lambda one: one[1]):
            do(shop, goods, *deed)
            assert dict(books.proof())[books.SUMS] == []
        with_sums = told()
        one_unit(lambda: execute(text("DELETE FROM summed_spans")))()
        assert told() == with_sums
        summing.sum_up(MONTHS, 60)
        assert told() == with_sums
