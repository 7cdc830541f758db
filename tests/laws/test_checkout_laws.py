"""Whatever is sold, refused, repeated or broken off, in whatever order: after each step the books are right.

What is right is worked out a second time, from the rows as the database holds them, in tests/laws/recomputed.py.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pos.catalog.models import Product
from pos.core.db import db, execute, table
from pos.core.errors import KeyReused, PosError
from pos.core.ids import uuid7
from pos.core.money import from_milli, from_paise, to_milli, to_paise
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.priced import BillDiscount
from pos.sales.pricing import BuysNothing, DiscountTooLarge, price_bill, quantity_for_amount
from pos.sales.quote import asked_line, terms
from pos.settings import store
from tests.laws import recomputed
from tests.races import damage
from tests.races.faults import Unplugged, statement_fails
from tests.shop import Shop
from tests.thorough import rounds

EXAMPLES, STEPS = 15, 14
LONGEST_CHECKOUT = 22
GSTIN = "27AAPFU0939F1ZV"
MODES = st.sampled_from(["none", "regular", "composition"])
RATES = st.sampled_from([None, "0", "5", "12", "18", "28"])
PRICES = st.one_of(st.integers(1, 20), st.integers(100, 60_000))
# How much of what is due is handed over without cash, and how much in cash, in tenths of it and in paise more or less.
PARTS = st.tuples(st.sampled_from([0, 0, 0, 3, 10]), st.sampled_from([0, 5, 10, 10, 10]), st.integers(-2, 5_000))
Data = st.DataObject

_numbers = count(1)
_products = table(Product)


@dataclass
class Shelf:
    """A product as the test remembers it: paise, thousandths."""

    id: UUID
    price: int
    stock: int
    loose: bool


@dataclass
class Khata:
    """A customer as the test remembers them: paise."""

    id: UUID
    limit: int
    owed: int = 0


@dataclass(frozen=True)
class Sold:
    """A bill that was made, and with which key it was asked for."""

    key: str
    asked: Checkout
    sale_id: UUID


class Trading(RuleBasedStateMachine):
    """A shop on a wild day."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop, self.since = shop, uuid7()
        self.shelves: list[Shelf] = []
        self.khatas: list[Khata] = []
        self.bills: list[Sold] = []

    @initialize(data=st.data())
    def open(self, data: Data) -> None:
        # The database has seen other days: its terms are set back, its goods and customers are left alone.
        self.shop.settings(gst_mode="none", prices_include_tax=False, round_to_rupee=False, loyalty_enabled=False)
        for _shelf in range(2):
            self.new_goods(data)
        self.new_customer(50_000)

    @rule(data=st.data())
    def new_goods(self, data: Data) -> None:
        price, loose = data.draw(PRICES, "price"), data.draw(st.booleans(), "loose")
        stock = data.draw(st.integers(0, 60), "stock") * 1000
        rate, dearer = data.draw(RATES, "rate"), data.draw(st.none() | st.integers(0, 500), "dearer at MRP")
        values: dict[str, Any] = {"unit": "kg" if loose else "pcs", "cost_price": from_paise(price // 2)}
        values["tax_rate"] = None if rate is None else Decimal(rate)
        values["mrp"] = None if dearer is None else from_paise(price + dearer)
        name = f"Product {next(_numbers)}"
        product = self.shop.product(name, str(from_paise(price)), str(from_milli(stock)), **values)
        self.shelves.append(Shelf(product, price, stock, loose))

    @rule(limit=st.integers(0, 100_000))
    def new_customer(self, limit: int) -> None:
        number = next(_numbers)
        customer = self.shop.customer(f"Customer {number}", f"9{number:09}", credit_limit=from_paise(limit))
        self.khatas.append(Khata(customer, limit))

    @rule(mode=MODES, include=st.booleans(), whole=st.booleans(), points=st.booleans())
    def other_terms(self, mode: str, include: bool, whole: bool, points: bool) -> None:
        self.shop.settings(
            gst_mode=mode, gstin=GSTIN, prices_include_tax=include, round_to_rupee=whole, loyalty_enabled=points
        )

    @rule(data=st.data())
    def sell(self, data: Data) -> None:
        asked = self._wish(data)
        self._sell(asked, f"key {next(_numbers)}", self._why_not(asked))

    @rule(data=st.data(), at=st.integers(1, LONGEST_CHECKOUT))
    def sell_while_a_statement_fails(self, data: Data, at: int) -> None:
        asked, key = self._wish(data), f"key {next(_numbers)}"
        why_not = self._why_not(asked)
        try:
            self._sell(asked, key, why_not, statement_fails(at))
        except Unplugged:
            db.session.remove()
            self._books_are_right()
            self._sell(asked, key, why_not)

    @rule(data=st.data())
    def send_the_same_again(self, data: Data) -> None:
        if self.bills:
            sold = data.draw(st.sampled_from(self.bills), "bill")
            again = complete_sale(self.shop.ben, sold.asked, sold.key)
            assert (again.sale_id, again.replayed) == (sold.sale_id, True)

    @rule(data=st.data())
    def send_another_bill_with_a_used_key(self, data: Data) -> None:
        if self.bills:
            sold = data.draw(st.sampled_from(self.bills), "bill")
            with pytest.raises(KeyReused):
                complete_sale(self.shop.ben, replace(sold.asked, notes="another"), sold.key)

    @invariant()
    def _books_are_right(self) -> None:
        db.session.rollback()
        assert list(books.differences()) == []
        found = recomputed.wrong_in(
            since=self.since,
            sales=[sold.sale_id for sold in self.bills],
            stocks={shelf.id: shelf.stock for shelf in self.shelves},
            owed={khata.id: khata.owed for khata in self.khatas},
        )
        assert found == []

    def _wish(self, data: Data) -> Checkout:
        """A bill that a cashier may ask for, possible or not."""
        lines = tuple(self._line(data) for _line in range(data.draw(st.integers(1, 4), "lines")))
        customer = data.draw(st.none() | st.sampled_from(self.khatas), "customer")
        amount, percent = data.draw(st.sampled_from([(0, 0), (0, 0), (1, 0), (0, 1)]), "kind of discount")
        off = data.draw(st.integers(1, 2_000), "discount on the bill")
        discount = BillDiscount(from_paise(off) if amount else None, Decimal(off) / 100 if percent else None)
        wish = Checkout(lines, (), customer.id if customer else None, discount)
        return replace(wish, tenders=self._tenders(data, self._total(wish) or 0))

    def _line(self, data: Data) -> CheckoutLine:
        shelf = data.draw(st.sampled_from(self.shelves), "goods")
        off = data.draw(st.sampled_from([0, 0, shelf.price // 10, shelf.price]), "discount on the line")
        if shelf.loose and data.draw(st.booleans(), "by money"):
            worth = from_paise(data.draw(st.integers(1, 5_000), "worth"))
            try:
                return CheckoutLine(
                    shelf.id, quantity_for_amount(worth, from_paise(shelf.price)), from_paise(off), worth
                )
            except BuysNothing:
                pass
        milli = data.draw(st.integers(1, 4_000) if shelf.loose else st.integers(1, 9).map(lambda n: n * 1000), "much")
        return CheckoutLine(shelf.id, from_milli(milli), from_paise(off))

    def _tenders(self, data: Data, total: int) -> tuple[Tender, ...]:
        cashless, cash, more = data.draw(PARTS, "parts")
        upi = total * cashless // 10
        drawer = max(0, (total - upi) * cash // 10 + (more if cash else 0)) if upi < total else 0
        halves = [Tender("UPI", from_paise(upi // 2), "a"), Tender("CARD", from_paise(upi - upi // 2), "b")]
        return (*halves, Tender("CASH", from_paise(drawer)))

    def _total(self, wish: Checkout) -> int | None:
        """What it will come to, in paise; None for a discount of more than the bill."""
        current, lines = store.current(), []
        for line in wish.lines:
            product = execute(_products.select().filter_by(id=line.product_id)).one()
            lines.append(asked_line(product, line.quantity, line.discount, line.amount, current))
        try:
            return to_paise(price_bill(lines, terms(current), wish.bill_discount).total)
        except DiscountTooLarge:
            return None

    def _why_not(self, wish: Checkout) -> set[str]:
        """The codes of the refusal that this wish deserves; none where it becomes a bill."""
        codes = set()
        if any(taken > shelf.stock for shelf, taken in self._taken(wish)):
            codes.add("INSUFFICIENT_STOCK")
        total, tendered = self._total(wish), sum(to_paise(tender.amount) for tender in wish.tenders)
        if total is None:
            return codes | {"DISCOUNT_TOO_LARGE"}
        khata = self._khata(wish)
        if khata is None and tendered < total:
            codes.add("CUSTOMER_REQUIRED")
        if khata is not None and khata.owed + max(0, total - tendered) > khata.limit and tendered < total:
            codes.add("CREDIT_LIMIT_EXCEEDED")
        return codes

    def _taken(self, wish: Checkout) -> list[tuple[Shelf, int]]:
        taken: dict[UUID, int] = {}
        for line in wish.lines:
            taken[line.product_id] = taken.get(line.product_id, 0) + to_milli(line.quantity)
        return [(shelf, taken[shelf.id]) for shelf in self.shelves if shelf.id in taken]

    def _khata(self, wish: Checkout) -> Khata | None:
        return next((khata for khata in self.khatas if khata.id == wish.customer_id), None)

    def _sell(
        self, asked: Checkout, key: str, why_not: set[str], fault: AbstractContextManager[Any] | None = None
    ) -> None:
        total, tendered = self._total(asked) or 0, sum(to_paise(tender.amount) for tender in asked.tenders)
        if why_not:
            with pytest.raises(PosError) as refused, fault or nullcontext():
                complete_sale(self.shop.ben, asked, key)
            assert {problem.code for problem in refused.value.problems} == why_not
            return
        with fault or nullcontext():
            done = complete_sale(self.shop.ben, asked, key)
        assert not done.replayed
        for shelf, taken in self._taken(asked):
            shelf.stock -= taken
        khata = self._khata(asked)
        if khata is not None:
            khata.owed += max(0, total - tendered)
        self.bills.append(Sold(key, asked, done.sale_id))


HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def trade(shop: Shop, how_long: settings) -> None:
    class Here(Trading):
        def __init__(self) -> None:
            super().__init__(shop)

    run_state_machine_as_test(Here, settings=how_long)


def test_the_books_are_right_whatever_is_traded(shop: Shop) -> None:
    chosen = settings(max_examples=rounds(EXAMPLES), stateful_step_count=STEPS, suppress_health_check=HEALTH)
    trade(shop, chosen)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("protection_lost", [damage.bill_in_a_unit_of_its_own, damage.key_in_a_unit_of_its_own])
def test_the_laws_see_a_checkout_in_two_units(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, protection_lost: damage.Damage
) -> None:
    protection_lost(monkeypatch)
    quick = settings(max_examples=100, suppress_health_check=HEALTH, phases=[Phase.generate], database=None)
    # What was damaged stays so: the same day traded again may go wrong elsewhere, which Hypothesis calls flaky.
    with pytest.raises((AssertionError, pytest.fail.Exception, PosError, Flaky)):
        trade(shop, settings(quick, print_blob=False))
