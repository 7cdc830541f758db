"""The cash drawer: what should be in it is the float and everything that moved, and selling never waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import db, execute, one_unit, table
from pos.core.errors import Forbidden, Invalid, KeyReused, NotFound, Refused
from pos.customers.khata import take_credit_payment
from pos.customers.models import CreditTransaction
from pos.reports import books
from pos.sales import drawer
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.drawer_sums import DrawerReport, cash_outside, drawer_report, sessions
from pos.sales.models import Payment, Sale
from pos.sales.returns_and_drawer import CashMovement
from pos.sales.voiding import void_sale
from pos.settings import tills
from pos.settings.models import CashSession
from tests.sales.selling import sold
from tests.sales.test_return_items import back, bill
from tests.shop import Shop

EVENING = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counted_drawer(shop: Shop) -> None:
    """A shop that counts its drawer, and sells without tax."""
    shop.settings(cash_sessions_enabled=True, tax_rate="0")


def opened(shop: Shop, opening_float: str = "500", till: str | None = None) -> UUID:
    return drawer.open_session(shop.ben, opening_float, till).id


def expected(session_id: UUID) -> Decimal:
    db.session.rollback()
    return drawer_report(session_id).sums.expected


def closed(shop: Shop, session_id: UUID, counted: Any, note: str | None = None, **values: Any) -> DrawerReport:
    drawer.close_session(shop.ben, session_id, counted=counted, note=note, **values)
    return drawer_report(session_id)


def at(shop: Shop, till: str) -> Actor:
    return replace(shop.ben, till=till)


def test_everything_that_moves_cash_is_expected_in_it(shop: Shop) -> None:
    chitra, tea = shop.customer(), shop.product("Tea", "100")
    session_id = opened(shop)
    sold(shop, (tea, "2"), paid="500")  # 300 change
    sold(shop, (tea, "1"), paid="40", customer_id=chitra)
    sold(shop, (tea, "3"), paid="300", method="UPI")
    take_credit_payment(shop.ben, chitra, amount="25", method="CASH")
    take_credit_payment(shop.ben, chitra, amount="5", method="UPI")
    drawer.cash_in(shop.ben, session_id, "100", "change from the bank")
    drawer.cash_out(shop.ben, session_id, "30.50", "tea")
    sale, item = bill(shop, tea, "1")
    back(shop, sale, item)
    void_sale(shop.asha, sold(shop, (tea, "1"), paid="100"), "mistake")
    sums = drawer_report(session_id).sums
    assert sums.expected == Decimal("500") + 200 + 40 + 25 + 100 - Decimal("30.50")
    assert (sums.bills, sums.sold, sums.credit) == (5, 800, 60)
    assert (sums.handed_over, sums.change) == (500 + 40 + 1000 + 100, 300 + 900)
    cash, upi = sums.methods["CASH"], sums.methods["UPI"]
    assert (cash.sales, cash.khata, cash.refunds) == (440, 25, 200)
    assert (upi.sales, upi.khata, upi.refunds, upi.net) == (300, 5, 0, 305)
    assert (sums.cash_in, sums.cash_out) == (100, Decimal("30.50"))
    report = closed(shop, session_id, sums.expected)
    assert (report.is_final, report.difference) == (True, 0)
    assert list(books.differences()) == []


def test_rows_name_the_session_they_belong_to(shop: Shop) -> None:
    chitra = shop.customer()
    session_id = opened(shop)
    sold(shop, (shop.product("Tea", "100"), "1"), paid="40", customer_id=chitra)
    take_credit_payment(shop.ben, chitra, amount="10", method="CASH")
    kept = [row.cash_session_id for model in (Sale, Payment) for row in shop.rows(model)]
    paid = [row.cash_session_id for row in shop.rows(CreditTransaction, transaction_type="PAYMENT_MADE")]
    assert kept + paid == [session_id] * 3


def test_a_shop_that_wants_no_sessions_never_meets_them(shop: Shop, count_queries: Any) -> None:
    shop.settings(cash_sessions_enabled=False)
    with pytest.raises(Refused, match="counts no drawer"):
        opened(shop)
    tea = shop.product("Tea")
    with count_queries() as asked:
        sold(shop, (tea, "1"))
    assert [row.cash_session_id for row in shop.rows(Payment)] == [None]
    assert not [statement for statement in asked if "FROM cash_sessions" in statement]


def test_selling_never_stops_for_want_of_a_session(shop: Shop) -> None:
    tea, start = shop.product("Tea", "100"), clock.now() - timedelta(minutes=1)
    sold(shop, (tea, "1"))
    session_id = opened(shop)
    sold(shop, (tea, "1"))
    closed(shop, session_id, "600")
    sold(shop, (tea, "2"))
    assert [row.cash_session_id for row in shop.rows(Payment)] == [None, session_id, None]
    assert cash_outside(start, clock.now()) == 300
    assert list(books.differences()) == []


def test_cash_outside_counts_what_is_given_back_and_paid_on_khata(shop: Shop) -> None:
    start, chitra, tea = clock.now() - timedelta(minutes=1), shop.customer(), shop.product("Tea", "100")
    sale, item = bill(shop, tea, "2", paid="0", customer_id=chitra)
    take_credit_payment(shop.ben, chitra, amount="200", method="CASH")
    back(shop, sale, item, "1")
    assert cash_outside(start, clock.now()) == 100


def test_change_and_refunds_are_no_sales_of_another_session(shop: Shop) -> None:
    tea = shop.product("Tea", "100")
    yesterday = opened(shop)
    sale, item = bill(shop, tea, "1")
    closed(shop, yesterday, "600")
    today = opened(shop, "600")
    back(shop, sale, item)
    assert (expected(yesterday), expected(today)) == (600, 500)


def test_short_or_over_needs_a_note(shop: Shop) -> None:
    session_id = opened(shop)
    with pytest.raises(Invalid) as refused:
        closed(shop, session_id, "490")
    assert refused.value.field == "note"
    report = closed(shop, session_id, "490", "ten rupees short")
    assert (report.difference, report.session.expected, report.session.note) == (-10, 500, "ten rupees short")


def test_paise_that_no_coin_can_make_up_need_no_note(shop: Shop) -> None:
    session_id = opened(shop, "500.65")
    with pytest.raises(Invalid):
        closed(shop, session_id, "501.65")
    assert closed(shop, session_id, "500").difference == Decimal("-0.65")


def test_notes_and_coins_are_the_count(shop: Shop) -> None:
    session_id = opened(shop)
    drawer.close_session(shop.ben, session_id, denominations={200: 2, 50: 1, 20: 2, 5: 2, 500: 0})
    report = drawer_report(session_id)
    assert (report.session.counted, report.difference) == (500, 0)
    assert report.pieces == {200: 2, 50: 1, 20: 2, 5: 2}


@pytest.mark.parametrize("pieces", [{3: 1}, {500: -1}, {1: 100_001}])
def test_kinds_of_notes_that_do_not_exist_are_refused(pieces: dict[int, int]) -> None:
    with pytest.raises(Invalid, match="whole numbers"):
        drawer.worth_of(pieces)


def test_who_counted_while_money_moved_looks_again(shop: Shop) -> None:
    session_id = opened(shop)
    sold(shop, (shop.product("Tea", "100"), "1"))
    with pytest.raises(Refused, match=r"Money moved while you counted: ₹600\.00"):
        closed(shop, session_id, "500", seen_expected=Decimal(500))
    assert closed(shop, session_id, "600", seen_expected=Decimal(600)).difference == 0


def test_a_till_has_one_open_session(shop: Shop) -> None:
    opened(shop)
    with pytest.raises(Refused, match="The drawer of Till 1 is open already"):
        opened(shop)
    with pytest.raises(Refused):
        opened(shop, till="till 1")
    opened(shop, till="Till 2")
    assert [row.till for row in tills.open_sessions()] == ["Till 1", "Till 2"]


def test_money_goes_into_the_drawer_of_the_till_it_is_taken_at(shop: Shop) -> None:
    first, second = opened(shop), opened(shop, till="Till 2")
    tea = shop.product("Tea", "100")
    cash = (Tender("CASH", Decimal(100)),)
    for who in (shop.ben, at(shop, "TILL 2"), at(shop, "Till 2"), at(shop, "Till 3")):
        complete_sale(who, Checkout((CheckoutLine(tea, Decimal(1)),), cash))
    assert (expected(first), expected(second)) == (600, 700)
    assert shop.rows(Payment)[-1].cash_session_id is None


def test_who_names_no_till_stands_at_the_only_one_that_is_open(shop: Shop) -> None:
    second = opened(shop, till="Back door")
    sold(shop, (shop.product("Tea", "100"), "1"))
    assert expected(second) == 600
    assert tills.session_of(at(shop, "Till 1")) is None


def test_opening_moving_and_closing_happen_once_for_one_key(shop: Shop) -> None:
    first = drawer.open_session(shop.ben, "500", key="o")
    assert drawer.open_session(shop.ben, "500.00", key="o") == drawer.Done(first.id, True)
    moved = drawer.cash_out(shop.ben, first.id, "20", "tea", key="m")
    assert drawer.cash_out(shop.ben, first.id, "20.00", "tea", key="m") == drawer.Done(moved.id, True)
    with pytest.raises(KeyReused):
        drawer.cash_out(shop.ben, first.id, "21", "tea", key="m")
    drawer.close_session(shop.ben, first.id, counted="480", key="c")
    assert drawer.close_session(shop.ben, first.id, counted="480.00", key="c").replayed
    assert len(shop.rows(CashMovement)) == 1


def test_a_closed_drawer_stays_as_it_was_counted(shop: Shop, engine_name: str) -> None:
    session_id = opened(shop)
    closed(shop, session_id, "500")
    for late in (
        lambda: drawer.cash_in(shop.ben, session_id, "1", "late"),
        lambda: closed(shop, session_id, "500"),
    ):
        with pytest.raises(Refused, match="closed already"):
            late()

    @one_unit
    def rewrite(statement: Any) -> None:
        execute(statement)

    sessions_table = table(CashSession)
    for statement in (update(sessions_table).values(counted=Decimal(1)), text("DELETE FROM cash_sessions")):
        with pytest.raises(DBAPIError):
            rewrite(statement)
        db.session.rollback()


@pytest.mark.parametrize(
    ("direction", "amount", "reason", "field"),
    [
        ("IN", "0", "bank", "amount"),
        ("OUT", "-5", "tea", "amount"),
        ("OUT", "ten", "tea", "amount"),
        ("OUT", "10", " ", "reason"),
        ("OUT", "10", "x" * 256, "reason"),
        ("UP", "10", "tea", "direction"),
    ],
)
def test_cash_moves_with_an_amount_and_a_reason(
    shop: Shop, direction: str, amount: str, reason: str, field: str
) -> None:
    session_id = opened(shop)
    with pytest.raises(Invalid) as refused:
        drawer.move_cash(shop.ben, session_id, direction, amount, reason)
    assert refused.value.field == field
    assert shop.rows(CashMovement) == []


@pytest.mark.parametrize("opening_float", ["-1", "", "a lot", None])
def test_a_float_is_an_amount(shop: Shop, opening_float: Any) -> None:
    with pytest.raises(Invalid):
        drawer.open_session(shop.ben, opening_float)
    assert drawer.open_session(shop.ben, "0").replayed is False


def test_staff_have_no_hand_in_the_drawer(shop: Shop) -> None:
    session_id = opened(shop)
    for attempt in (
        lambda: drawer.open_session(shop.devi, "1", "Till 9"),
        lambda: drawer.cash_out(shop.devi, session_id, "1", "mine"),
        lambda: drawer.close_session(shop.devi, session_id, counted="500"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_session_that_is_none_is_not_found(shop: Shop) -> None:
    for attempt in (
        lambda: drawer_report(uuid4()),
        lambda: drawer.cash_in(shop.ben, uuid4(), "1", "bank"),
        lambda: drawer.close_session(shop.ben, uuid4(), counted="1"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_sessions_are_listed_newest_first_and_numbered_by_till(shop: Shop) -> None:
    numbers = []
    for day in range(3):
        with clock.frozen(EVENING + timedelta(days=day)):
            session_id = opened(shop)
            numbers.append(closed(shop, session_id, "500").number)
    with clock.frozen(EVENING + timedelta(days=3)):
        opened(shop, till="Till 2")
    assert numbers == [1, 2, 3]
    assert [row.till for row in sessions().rows] == ["Till 2", "Till 1", "Till 1", "Till 1"]
    assert [row.opener for row in sessions().rows] == ["Ben Thomas"] * 4
