"""Whatever is bought, paid, voided, brought back or corrected, on whatever days: the khata adds up.

How old debts are is worked out a second time here, entry by entry, from what the ledger holds.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from pos.core import clock
from pos.core.db import db, execute, table
from pos.core.errors import PosError
from pos.core.money import from_paise
from pos.customers import ages as ages_module
from pos.customers import credit, khata
from pos.customers.ages import Ages, aged, ages
from pos.customers.models import CreditTransaction, Customer
from pos.customers.statement import statement
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.voiding import void_sale
from pos.settings import right_time, store
from tests.shop import Shop
from tests.thorough import rounds

EXAMPLES, STEPS = 8, 14
FIRST_DAY = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
LIMIT = 100_000
Data = st.DataObject

_numbers = count(1)
_ledger, _customers, _notes = table(CreditTransaction), table(Customer), table(CreditNote)


class Khata(RuleBasedStateMachine):
    """One family's year at the shop; all amounts are paise."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop, self.now, self.owed = shop, FIRST_DAY, 0
        self.bills: list[UUID] = []
        self.returned: set[UUID] = set()

    @initialize(owed=st.sampled_from([0, 12_345]))
    def open(self, owed: int) -> None:
        number = next(_numbers)
        with clock.frozen(self.now):
            # Each family's year begins on the same day, whatever the one before it has lived to see.
            right_time.accept_clock(self.shop.asha)
        limit = from_paise(LIMIT)
        self.customer = self.shop.customer(f"Family {number}", f"8{number:09}", credit_limit=limit)
        self.product = self.shop.product(f"Rice {number}", "97.35", "100000", tax_rate=Decimal(5), unit="kg")
        if owed:
            with clock.frozen(self.now):
                khata.open_balance(self.shop.ben, self.customer, from_paise(owed))
            self.owed = owed

    @rule(days=st.integers(1, 40))
    def days_go_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(grams=st.integers(10, 4_000), tenths=st.sampled_from([0, 0, 3, 10]))
    def buy(self, grams: int, tenths: int) -> None:
        line = CheckoutLine(self.product, Decimal(grams) / 1000)
        with clock.frozen(self.now):
            whole = self._total(line)
            paid = whole * tenths // 10
            if self.owed + whole - paid > LIMIT:
                return
            tenders = (Tender("CASH", from_paise(paid)),) if paid else ()
            self.bills.append(complete_sale(self.shop.ben, Checkout((line,), tenders, self.customer)).sale_id)
        self.owed += whole - paid

    def _total(self, line: CheckoutLine) -> int:
        """What the bill will come to: price times weight, and 5 % of it, each to the nearest paisa."""
        gross = (2 * 9735 * int(line.quantity * 1000) + 1000) // 2000
        return gross + (2 * gross * 5 + 100) // 200

    @precondition(lambda self: self.owed)
    @rule(data=st.data(), method=st.sampled_from(khata.METHODS))
    def pay(self, data: Data, method: str) -> None:
        amount = data.draw(st.one_of(st.just(self.owed), st.integers(1, self.owed)), "amount")
        with clock.frozen(self.now):
            khata.take_credit_payment(self.shop.ben, self.customer, amount=from_paise(amount), method=method)
        self.owed -= amount

    @precondition(lambda self: self.bills)
    @rule(data=st.data())
    def void(self, data: Data) -> None:
        sale = data.draw(st.sampled_from(self.bills), "bill")
        if sale in self.returned:
            return
        self.bills.remove(sale)
        with clock.frozen(self.now):
            void_sale(self.shop.asha, sale, "Wrong")
        taken = [row for row in self._entries() if row.sale_id == sale and row.transaction_type == "CREDIT_TAKEN"]
        self.owed -= min(self.owed, sum(int(row.amount * 100) for row in taken))

    @precondition(lambda self: self.bills)
    @rule(data=st.data(), to=st.sampled_from(["KHATA", "CASH"]))
    def bring_back(self, data: Data, to: str) -> None:
        sale = data.draw(st.sampled_from(self.bills), "bill")
        if sale in self.returned:
            return
        (item,) = self.shop.rows(SaleItem, sale_id=sale)
        grams = data.draw(st.integers(1, int(item.quantity * 1000)), "grams")
        with clock.frozen(self.now):
            lines = [ReturnLine(item.id, Decimal(grams) / 1000)]
            done = return_items(self.shop.ben, sale, lines, refund_to=to, reason="Torn")
        self.returned.add(sale)
        note = execute(select(_notes).where(_notes.c.id == done.credit_note_id)).one()
        assert note.total_amount == note.refund_amount + note.credit_reversed
        self.owed -= int(note.credit_reversed * 100)

    @rule(balance=st.integers(0, LIMIT))
    def correct(self, balance: int) -> None:
        if balance == self.owed:
            return
        with clock.frozen(self.now):
            khata.correct_balance(self.shop.asha, self.customer, new_balance=from_paise(balance), reason="Counted")
        self.owed = balance

    def _entries(self) -> list[Any]:
        db.session.rollback()
        wanted = select(_ledger).where(_ledger.c.customer_id == self.customer)
        return list(execute(wanted.order_by(_ledger.c.created_at, _ledger.c.id)).all())

    @invariant()
    def the_ledger_sums_to_the_balance(self) -> None:
        if not hasattr(self, "customer"):
            return
        level = Decimal(0)
        for entry in self._entries():
            assert entry.balance_before == level
            assert abs(entry.balance_after - entry.balance_before) == entry.amount
            level = entry.balance_after
        kept = execute(select(_customers).where(_customers.c.id == self.customer)).one()
        assert kept.credit_balance == level == from_paise(self.owed)
        assert 0 <= kept.credit_balance <= kept.credit_limit

    @invariant()
    def the_ages_are_those_of_the_entries_one_by_one(self) -> None:
        if not hasattr(self, "customer"):
            return
        with clock.frozen(self.now):
            found = ages([self.customer], store.current())[self.customer]
            assert found == by_hand(self._entries(), store.current().today())
        assert found.total == from_paise(self.owed)

    @invariant()
    def every_statement_closes_where_the_next_one_opens(self) -> None:
        if not hasattr(self, "customer"):
            return
        first, today = FIRST_DAY.date(), self.now.date()
        middle = first + (today - first) / 2
        terms = store.current()
        before = statement(self.customer, first, middle, terms)
        after = statement(self.customer, middle + timedelta(days=1), today + timedelta(days=1), terms)
        assert (before.opening, before.closing) == (0, after.opening)
        assert after.closing == from_paise(self.owed)

    def teardown(self) -> None:
        assert list(books.differences()) == []


def by_hand(entries: list[Any], today: date) -> Ages:
    """The oldest debts paid first, a bill's own reversals taken off that bill: entry by entry."""
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    since: dict[UUID, date] = {}
    settled = Decimal(0)
    for entry in entries:
        change = entry.balance_after - entry.balance_before
        if entry.transaction_type == "PAYMENT_MADE" or (entry.transaction_type == "CORRECTION" and change < 0):
            settled -= change
            continue
        debt = entry.sale_id or entry.id
        since.setdefault(debt, clock.business_day(entry.created_at, "Asia/Kolkata"))
        taken[debt] += change
    # A bill paid in cash whose goods come back onto the khata takes off more than it ever put there.
    settled -= sum((amount for amount in taken.values() if amount < 0), Decimal(0))
    owed: list[tuple[date, Decimal]] = []
    for debt, amount in taken.items():
        left = max(Decimal(0), amount) - (now := min(settled, max(Decimal(0), amount)))
        settled -= now
        if left:
            owed.append((since[debt], left))
    return aged(owed, today)


HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def live(shop: Shop, how_long: settings) -> None:
    shop.settings(gst_mode="none", prices_include_tax=False, round_to_rupee=False)

    class Here(Khata):
        def __init__(self) -> None:
            super().__init__(shop)

    run_state_machine_as_test(Here, settings=how_long)


def test_the_khata_adds_up_whatever_happens(shop: Shop) -> None:
    chosen = settings(max_examples=rounds(EXAMPLES), stateful_step_count=STEPS, suppress_health_check=HEALTH)
    live(shop, chosen)


def balance_left_alone(patch: pytest.MonkeyPatch) -> None:
    """A payment is written down, and the balance stays."""
    patch.setattr(khata, "_move", lambda _customer, _change: True)


def void_takes_nothing_off(patch: pytest.MonkeyPatch) -> None:
    """A voided bill is still owed."""
    patch.setattr(credit, "reverse", lambda *_asked: Decimal(0))


def all_as_old_as_the_first(patch: pytest.MonkeyPatch) -> None:
    """Every debt is told as old as the oldest."""
    net = ages_module._net_debts

    def one_age() -> Any:
        debts = net()
        oldest = func.min(debts.c.since).over().label("since")
        return select(debts.c.customer_id, debts.c.debt, debts.c.amount, oldest).subquery("of_one_age")

    patch.setattr(ages_module, "_net_debts", one_age)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("damage", [balance_left_alone, void_takes_nothing_off, all_as_old_as_the_first])
def test_the_law_sees_a_khata_that_does_not_add_up(shop: Shop, monkeypatch: pytest.MonkeyPatch, damage: Any) -> None:
    damage(monkeypatch)
    quick = settings(max_examples=40, suppress_health_check=HEALTH, phases=[Phase.generate], database=None)
    with pytest.raises((AssertionError, PosError, DBAPIError, Flaky)):
        live(shop, settings(quick, print_blob=False))
