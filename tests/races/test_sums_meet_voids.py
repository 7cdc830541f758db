"""A day is summed while a bill of it is voided: the next report knows of it (see `pos.reports.summing`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

import pytest

from pos.core import clock
from pos.core.db import db
from pos.reports import summing, sums, sums_proof
from pos.reports.models import SummedSpan
from pos.reports.spans import Span
from pos.sales import voiding
from pos.sales.models import Sale
from pos.sales.voiding import void_sale
from tests.races.crowd import at_once, books_in_order, without
from tests.reports.trade import DAY, FIRST, NOON, sell
from tests.shop import Shop
from tests.thorough import rounds

THE_DAY = Span(FIRST, FIRST)
MONTH = Span(date(2026, 11, 1), date(2026, 11, 30))
LATER = NOON + 40 * DAY


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """A day of bills, long over."""
    tea, dal = (shop.product(name, "100", "999", cost_price=Decimal(80)) for name in ("Tea", "Dal"))
    for number in range(2 * rounds(3)):
        sell(shop, NOON, {tea: "1", dal: str(number % 6 + 1)}, ("CASH", "1000"))
    return shop


def void(shop: Shop, sale: Any) -> str:
    """The owner voids the bill; `void`, or why not."""
    void_sale(shop.asha, sale, "mistake")
    return "void"


def sum_them() -> str:
    """The day and its month, whatever is being done to them."""
    for piece in (THE_DAY, MONTH):
        summing.sum_piece(piece)
    return "summed"


def what_is_wrong() -> list[str]:
    """What the proof of the sums finds."""
    db.session.rollback()
    return list(sums_proof.broken_sums())


def test_days_that_are_summed_while_bills_are_voided_hold_what_is_left(sold: Shop) -> None:
    sales = [row.id for row in sold.rows(Sale)]
    for turn in range(rounds(3)):
        with clock.frozen(LATER):
            works: list[Callable[[], str]] = [
                partial(void, sold, sales[2 * turn]),
                sum_them,
                partial(void, sold, sales[2 * turn + 1]),
                sum_them,
            ]
            at_once(sold, works)
            assert what_is_wrong() == []
            left = [row.total_amount for row in sold.rows(Sale, payment_status="PAID")]
            told = sums.bill_sums(THE_DAY, "day")
            assert sum(row["total_amount_paise"] for row in told) == sum(left) * 100
            sum_them()
            assert what_is_wrong() == []
            assert len(sold.rows(SummedSpan)) == 2
    assert books_in_order() == []


def meet(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A void has written and not committed when the day is summed; it commits when that is done, or after a second."""
    written, summed = Event(), Event()
    undo = voiding._undo

    def slowly(*args: Any) -> None:
        undo(*args)
        written.set()
        summed.wait(1)

    def then_sum() -> str:
        written.wait(5)
        said = sum_them()
        summed.set()
        return said

    monkeypatch.setattr(voiding, "_undo", slowly)
    with clock.frozen(LATER):
        at_once(shop, [partial(void, shop, shop.rows(Sale)[0].id), then_sum])


def test_a_day_is_not_summed_past_a_void_that_is_not_done(sold: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    meet(sold, monkeypatch)
    assert what_is_wrong() == []
    assert len(sold.rows(SummedSpan)) == 2


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_a_day_summed_without_its_lock(sold: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summing, "hold_still", lambda _piece: None)
    meet(sold, monkeypatch)
    assert what_is_wrong() != []


def test_the_race_sees_a_mark_that_nobody_takes_away(sold: Shop) -> None:
    with clock.frozen(LATER):
        sum_them()
        with without("sales_void_sums", "sales"):
            void(sold, sold.rows(Sale)[0].id)
        assert what_is_wrong() != []
