"""Any statement of a checkout may fail: all of the bill or nothing, and the same again makes it (RELIABILITY.md 10)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from pos.core.db import Base, db, execute
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from tests.races import damage, faults
from tests.races.crowd import books_in_order, numbers_in_order
from tests.shop import Shop

State = dict[str, list[tuple[Any, ...]]]


class Counter:
    """One till with one basket, which goes on credit in part: every table of a checkout is written to."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.turn = shop, 0
        self.goods = [shop.product(name, stock="1000") for name in ("Tea", "Rice")]
        self.chitra = shop.customer(credit_limit=Decimal(100_000))

    def sell(self, key: str) -> UUID:
        lines = tuple(CheckoutLine(product, Decimal(2), discount=Decimal(1)) for product in self.goods)
        tenders = (Tender("CASH", Decimal(10)), Tender("UPI", Decimal(5), "slip 1"))
        return complete_sale(self.shop.ben, Checkout(lines, tenders, self.chitra), key).sale_id

    def next_key(self) -> str:
        self.turn += 1
        return f"bill {self.turn}"


@pytest.fixture
def counter(shop: Shop) -> Counter:
    return Counter(shop)


def everything() -> State:
    """Every row of every table, past all models."""
    db.session.rollback()
    return {
        name: sorted(map(tuple, execute(text(f"SELECT * FROM {name}")).all()), key=repr)
        for name in Base.metadata.tables
    }


def statements_of_a_checkout(counter: Counter) -> int:
    # The first one of an application context also asks for the store's language.
    counter.sell(counter.next_key())
    with faults.statement_fails(0) as counted:
        counter.sell(counter.next_key())
    return counted.sent


def half_done(counter: Counter, fault: AbstractContextManager[faults.Counted]) -> list[str]:
    """What is left after a checkout that a fault stopped, and what is wrong after it was sent once more."""
    before, key = everything(), counter.next_key()
    with fault as counted, pytest.raises(faults.Unplugged):
        counter.sell(key)
    assert counted.came
    after = everything()
    found = [f"{name} was changed" for name in before if before[name] != after[name]]
    db.session.remove()
    try:
        counter.sell(key)
    except Exception as error:
        return [*found, f"sent again: {error!r}"]
    if len(everything()["sales"]) != len(before["sales"]) + 1:
        found.append("sent again, it made no bill")
    return found + books_in_order() + numbers_in_order()


@pytest.mark.parametrize("afterwards", [False, True], ids=["unsent", "unanswered"])
def test_each_statement_may_fail(counter: Counter, afterwards: bool) -> None:
    last = statements_of_a_checkout(counter)
    assert last > 10
    for at in range(1, last + 1):
        assert (at, half_done(counter, faults.statement_fails(at, afterwards))) == (at, [])


def test_the_commit_may_fail(counter: Counter) -> None:
    assert half_done(counter, faults.commit_fails()) == []


def test_a_statement_that_the_engine_wants_again_is_not_noticed(counter: Counter) -> None:
    for at in range(1, statements_of_a_checkout(counter) + 1):
        made = len(everything()["sales"])
        with faults.engine_asks_to_try_again(at) as counted:
            counter.sell(counter.next_key())
        assert counted.came
        assert (at, len(everything()["sales"]), books_in_order()) == (at, made + 1, [])
    assert numbers_in_order() == []


def test_the_test_sees_what_is_not_tried_again(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    damage.nothing_tried_again(monkeypatch)
    with pytest.raises(Exception, match=r"database is locked|deadlock detected"), faults.engine_asks_to_try_again(5):
        counter.sell(counter.next_key())


@pytest.mark.parametrize(
    ("protection_lost", "seen"),
    [
        (damage.key_in_a_unit_of_its_own, "sent again, it made no bill"),
        (damage.bill_in_a_unit_of_its_own, "sales was changed"),
    ],
)
def test_the_test_sees_a_checkout_in_two_units(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, protection_lost: damage.Damage, seen: str
) -> None:
    last = statements_of_a_checkout(counter)
    protection_lost(monkeypatch)
    assert seen in half_done(counter, faults.statement_fails(last))
