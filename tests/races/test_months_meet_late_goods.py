"""A month is summed while goods of an earlier day are written: the next report knows of them (`stock_sums`)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

import pytest

from pos.catalog.models import Product
from pos.catalog.stock import restock
from pos.core import clock
from pos.core.db import db, one_unit
from pos.reports import stock_sums
from pos.reports.models import StockSpan
from pos.reports.spans import Span
from tests.races.crowd import at_once, books_in_order, without
from tests.shop import Shop
from tests.thorough import rounds

# Surely over wherever this runs: PostgreSQL's own clock says which movements are late.
NOON = datetime(2024, 11, 18, 6, 30, tzinfo=UTC)
DECEMBER, JANUARY = Span(date(2024, 12, 1), date(2024, 12, 31)), Span(date(2025, 1, 1), date(2025, 1, 31))
NOW = datetime(2025, 2, 5, 6, 30, tzinfo=UTC)
# An earlier day than the months begin with: what they began with changes, and nothing that moved in them.
EARLIER = NOON + timedelta(days=3)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Goods since November."""
    with clock.frozen(NOON):
        for name in ("Tea", "Dal"):
            shop.product(name, "100", "50", cost_price=Decimal(80))
    return shop


def late_goods(shop: Shop) -> str:
    """Goods come with a moment of November."""
    restock(shop.devi, shop.rows(Product)[0].id, Decimal(3))
    return "late"


def sum_them() -> str:
    """January and December, whatever comes."""
    for month in (JANUARY, DECEMBER):
        stock_sums.sum_month(month)
    return "summed"


def what_is_wrong() -> list[str]:
    """What the proof of the months finds."""
    db.session.rollback()
    return list(stock_sums.broken_months())


def meet(shop: Shop) -> None:
    """Late goods are written, not committed, when the months are summed; they are once that is done, or in a second."""
    written, summed = Event(), Event()

    @one_unit
    def slowly() -> str:
        said = late_goods(shop)
        written.set()
        summed.wait(1)
        return said

    def then_sum() -> str:
        written.wait(5)
        said = sum_them()
        summed.set()
        return said

    with clock.frozen(EARLIER):
        at_once(shop, [slowly, then_sum])


def test_a_month_is_not_summed_past_late_goods_that_are_not_done(stocked: Shop) -> None:
    meet(stocked)
    with clock.frozen(NOW):
        assert what_is_wrong() == []
        sum_them()
        assert what_is_wrong() == []
        assert len(stocked.rows(StockSpan, is_done=True)) == 2


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_a_month_summed_without_its_lock(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_sums, "_wait_for_late_ones", lambda: None)
    meet(stocked)
    with clock.frozen(NOW):
        assert what_is_wrong() != []


def test_months_that_are_summed_while_goods_come_late_hold_what_came(stocked: Shop) -> None:
    for _turn in range(rounds(3)):
        works: list[Any] = [partial(late_goods, stocked), sum_them, partial(late_goods, stocked), sum_them]
        with clock.frozen(EARLIER):
            at_once(stocked, works)
        with clock.frozen(NOW):
            assert what_is_wrong() == []
            sum_them()
            assert what_is_wrong() == []
            assert len(stocked.rows(StockSpan, is_done=True)) == 2
    assert books_in_order() == []


def clear_while_another_sums(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has found nobody at January and takes old rows away, when another sums it; in a second at the latest."""
    looked, summed, is_taken = Event(), Event(), stock_sums._is_taken

    def slowly(number: int) -> bool:
        taken = is_taken(number)
        if not looked.is_set():
            looked.set()
            summed.wait(1)
        return taken

    def then_sum() -> str:
        looked.wait(5)
        stock_sums.sum_month(JANUARY)
        summed.set()
        return "summed"

    monkeypatch.setattr(stock_sums, "_is_taken", slowly)
    with clock.frozen(NOW):
        at_once(shop, [lambda: str(stock_sums._cleared(202501)), then_sum])


def test_nobody_clears_away_what_another_has_just_summed(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    clear_while_another_sums(stocked, monkeypatch)
    with clock.frozen(NOW):
        assert what_is_wrong() == []
        assert len(stocked.rows(StockSpan, is_done=True)) == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_rows_cleared_without_the_lock(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_sums, "_wait_for_late_ones", lambda: None)
    clear_while_another_sums(stocked, monkeypatch)
    with clock.frozen(NOW):
        assert what_is_wrong() != [] or not stocked.rows(StockSpan, is_done=True)


def test_the_race_sees_a_mark_that_nobody_takes_away(stocked: Shop) -> None:
    with clock.frozen(NOW):
        sum_them()
    with without("stock_movements_sums", "stock_movements"), clock.frozen(EARLIER):
        late_goods(stocked)
    with clock.frozen(NOW):
        assert what_is_wrong() != []
