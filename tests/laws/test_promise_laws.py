"""A promise is kept exactly when the payments since come to it, or nothing is owed any more: whatever happens in
which order, gone through here entry by entry.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from pos.core import clock
from pos.core.money import from_paise
from pos.customers import khata, promised
from pos.customers.promises import promise_payment, remove_promise
from pos.sales.voiding import void_sale
from pos.settings import store
from tests.laws.test_khata_laws import HEALTH, Data, Khata
from tests.shop import Shop
from tests.thorough import rounds

EXAMPLES, STEPS = 4, 18


class Promises(Khata):
    """The same family, which also promises to pay."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        # The amount, its day, and how many entries the ledger had by then.
        self.promised: tuple[Decimal, Any, int] | None = None

    @precondition(lambda self: self.owed)
    @rule(data=st.data(), days=st.integers(0, 30))
    def promise(self, data: Data, days: int) -> None:
        self.promise_now(data.draw(st.one_of(st.none(), st.integers(1, self.owed)), "amount"), days)

    def promise_now(self, amount: int | None, days: int) -> None:
        # Nothing happens at the very moment of a promise.
        self.now += timedelta(minutes=1)
        with clock.frozen(self.now):
            day = store.current().today() + timedelta(days=days)
            asked = None if amount is None else from_paise(amount)
            promise_payment(self.shop.ben, self.customer, due_date=day, amount=asked)
        self.promised = (from_paise(amount or self.owed), day, len(self._entries()))
        self.now += timedelta(minutes=1)

    @precondition(lambda self: self.promised)
    @rule(really=st.sampled_from([False, False, True]))
    def take_it_away(self, really: bool) -> None:
        if really:
            assert remove_promise(self.shop.ben, self.customer)
            self.promised = None

    @invariant()
    def it_stands_as_the_entries_say_one_by_one(self) -> None:
        if not hasattr(self, "customer"):
            return
        entries = self._entries()
        with clock.frozen(self.now):
            today = store.current().today()
        found = promised.promise_of(self.customer, today)
        listed = {row.id: row.missing for row in promised.promises(today, limit=100).rows}
        if self.promised is None:
            assert found is None
            assert self.customer not in listed
            return
        amount, day, begins = self.promised
        missing = min(still_missing(amount, entries[begins:]), from_paise(self.owed))
        expected = "kept" if not missing else "late" if day < today else "today" if day == today else "coming"
        assert found is not None
        assert (found.promised, found.missing, found.state) == (amount, missing, expected)
        assert listed.get(self.customer, 0) == missing


def still_missing(amount: Decimal, entries: list[Any]) -> Decimal:
    """What is missing of the promise after these entries, however much is owed."""
    paid, is_clear = Decimal(0), False
    for entry in entries:
        change = entry.balance_before - entry.balance_after
        if entry.transaction_type in ("PAYMENT_MADE", "CORRECTION"):
            paid = max(Decimal(0), paid + change)
        if entry.transaction_type == "CORRECTION" and change < 0:
            is_clear = False
        is_clear = is_clear or entry.balance_after == 0
    return Decimal(0) if is_clear else max(Decimal(0), amount - paid)


def live(shop: Shop, how_long: settings) -> None:
    shop.settings(gst_mode="none", prices_include_tax=False, round_to_rupee=False)

    class Here(Promises):
        def __init__(self) -> None:
            super().__init__(shop)

    run_state_machine_as_test(Here, settings=how_long)


def test_a_promise_is_kept_by_what_comes_in_whatever_else_happens(shop: Shop) -> None:
    live(shop, settings(max_examples=rounds(EXAMPLES), stateful_step_count=STEPS, suppress_health_check=HEALTH))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("forgotten", promised._LESSEN)
def test_the_law_sees_entries_that_are_forgotten(shop: Shop, monkeypatch: pytest.MonkeyPatch, forgotten: str) -> None:
    shop.settings(gst_mode="none", prices_include_tax=False, round_to_rupee=False)
    family = Promises(shop)
    family.open(owed=0)
    family.buy(grams=1000, tenths=0)
    family.promise_now(None, days=3)
    family.it_stands_as_the_entries_say_one_by_one()
    left = tuple(one for one in promised._LESSEN if one != forgotten)
    monkeypatch.setattr(promised, "_LESSEN", left)
    if forgotten == "CREDIT_REVERSED":
        with clock.frozen(family.now):
            void_sale(shop.asha, family.bills.pop(), "Wrong")
        family.owed = 0
    elif forgotten == "CORRECTION":
        family.correct(balance=5_000)
    else:
        with clock.frozen(family.now):
            khata.take_credit_payment(shop.ben, family.customer, amount=from_paise(5_000), method="CASH")
        family.owed -= 5_000
    family.buy(grams=500, tenths=0)
    with pytest.raises(AssertionError):
        family.it_stands_as_the_entries_say_one_by_one()
