"""Stock of any span is the sum of its movements, however many months are summed and whatever comes late."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos.catalog.models import Product, StockMovement
from pos.catalog.stock import adjust, restock, take_back
from pos.core import clock
from pos.core.errors import PosError
from pos.reports import books, stock_sums
from pos.reports.all_reports import VIEWS
from pos.reports.spans import Span, moments
from pos.settings import right_time
from tests.reports.trade import NOON, sell
from tests.shop import Shop
from tests.thorough import rounds

HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
BEGIN, LONGEST = date(2026, 11, 1), 150
NOW = NOON + timedelta(days=140)
CHANGES = {"restock": "restocked_quantity", "take back": "returned_quantity", "adjust": "adjusted_quantity"}
# What, on which day, of which product, and how much; in any order of days, as clocks are set back.
KINDS = st.sampled_from([*CHANGES, "sell", "sell", "sum a month", "sum all"])
DEED = st.tuples(KINDS, st.integers(0, 120), st.integers(0, 2))
SPANS = st.lists(st.tuples(st.integers(0, LONGEST), st.integers(0, 95)), min_size=4, max_size=4)


def do(shop: Shop, goods: list[UUID], deed: str, day: int, which: int) -> None:
    moment = NOON + timedelta(days=day)
    if deed == "sum all":
        stock_sums.sum_up(BEGIN, 60)
        return
    if deed == "sum a month":
        # One alone, so that there are holes.
        stock_sums.sum_month(span_of(1 + 30 * (day % 4), 0))
        return
    if deed == "sell":
        # A bill is never older than the newest, unless the owner accepts the clock, and never of a year before.
        with clock.frozen(moment):
            right_time.accept_clock(shop.asha)
        with suppress(PosError):
            sell(shop, moment, {goods[which]: str(day % 3 + 1)}, ("CASH", "5000"))
        return
    amount = Decimal(day % 7 + 1) / (8 if which == 2 else 1)
    with clock.frozen(moment):
        if deed == "restock":
            restock(shop.devi, goods[which], amount)
        elif deed == "take back":
            take_back(shop.devi, goods[which], amount)
        else:
            adjust(shop.devi, goods[which], -amount, "law")


def by_hand(shop: Shop, wanted: Span) -> tuple[dict[str, list[Decimal]], dict[str, Decimal]]:
    """What the register and the valuation must say, from the movements alone."""
    begins, ends = moments(wanted)
    register, worth = {}, {}
    for product in shop.rows(Product):
        moved = shop.rows(StockMovement, product_id=product.id)
        opening = sum((one.quantity_change for one in moved if one.created_at < begins), Decimal(0))
        inside = [one for one in moved if begins <= one.created_at < ends]
        changes = [
            sum((one.quantity_change for one in inside if one.movement_type == kind), Decimal(0))
            for kind in ("RESTOCK", "SALE", "RETURN", "ADJUSTMENT")
        ]
        if opening or any(changes):
            register[product.name] = [opening, *changes, opening + sum(changes)]
        if opening + sum(changes):
            worth[product.name] = opening + sum(changes)
    return register, worth


def as_told(wanted: Span) -> tuple[dict[str, list[Decimal]], dict[str, Decimal]]:
    columns = ("opening_stock", "restocked_quantity", "sold_quantity", "returned_quantity", "adjusted_quantity")
    listed, valued = (VIEWS["inventory"][view][0](wanted).named() for view in ("register", "valuation"))
    register = {row["product"]: [row[name] for name in (*columns, "closing_stock")] for row in listed}
    return register, {row["product"]: row["stock_quantity"] for row in valued}


def span_of(begin: int, days: int) -> Span:
    first = BEGIN + timedelta(days=begin)
    # Half of them are whole months.
    if begin % 2:
        first = first.replace(day=1)
        return Span(first, (first + timedelta(days=31 + days)).replace(day=1) - timedelta(days=1))
    return Span(first, first + timedelta(days=days))


@settings(max_examples=rounds(4), deadline=None, suppress_health_check=HEALTH)
@given(st.lists(DEED, min_size=4, max_size=16), SPANS)
def test_what_stood_and_moved_is_the_sum_of_the_movements(
    shop: Shop, deeds: list[Any], spans: list[tuple[int, int]]
) -> None:
    with clock.frozen(NOON - timedelta(days=9)):
        # Each example adds its goods to those of the ones before.
        known = len(shop.rows(Product))
        units = ("pcs", "pcs", "kg")
        goods = [shop.product(f"Good {known + place}", "50", "99", unit=unit) for place, unit in enumerate(units)]
    with clock.frozen(NOW):
        for deed in deeds:
            do(shop, goods, *deed)
            assert dict(books.proof())[books.SUMS] == []
        for wanted in (span_of(*one) for one in spans):
            assert as_told(wanted) == by_hand(shop, wanted), wanted
