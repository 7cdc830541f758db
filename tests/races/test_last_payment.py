"""Two clerks take the last five hundred rupees at one moment, and it is taken once (RELIABILITY.md 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select, update

from pos.core.db import db, execute, table
from pos.core.errors import PosError
from pos.customers import khata
from pos.customers.models import CreditTransaction, Customer
from pos.sales.voiding import void_sale
from tests.customers.owing import bought, debtor
from tests.races.crowd import at_once, basket, books_in_order, owed, try_to
from tests.shop import Shop

CLERKS = 2
LAST = Decimal(500)
_customers = table(Customer)


@pytest.fixture
def chitra(shop: Shop) -> UUID:
    return debtor(shop, str(LAST), "Chitra Rao")


def takes(shop: Shop, customer: UUID, amount: Decimal, key: str | None = None) -> str:
    """One clerk takes money; what they were told."""
    try:
        done = khata.take_credit_payment(shop.ben, customer, amount=amount, method="CASH", key=key)
    except Exception as error:
        return error.code if isinstance(error, PosError) else type(error).__name__
    return "again" if done.replayed else "taken"


def all_take(shop: Shop, works: list[Callable[[], Any]]) -> Counter[str]:
    return Counter(str(word) for of_one in at_once(shop, works) for word in of_one)


def complaints(shop: Shop, customer: UUID, heard: Counter[str], refusals: int = CLERKS - 1) -> list[str]:
    found = []
    if heard != {"taken": 1, "PAYMENT_EXCEEDS_BALANCE": refusals}:
        found.append(f"the clerks were told {dict(heard)}")
    if owed(shop, customer) != 0:
        found.append(f"Chitra owes {owed(shop, customer)}")
    payments = shop.rows(CreditTransaction, customer_id=customer, transaction_type="PAYMENT_MADE")
    if len(payments) != 1:
        found.append(f"{len(payments)} payments are in the khata")
    return found + books_in_order()


@pytest.mark.parametrize("clerks", [CLERKS, 12])
def test_the_last_five_hundred_are_taken_once(shop: Shop, chitra: UUID, clerks: int) -> None:
    heard = all_take(shop, [partial(takes, shop, chitra, LAST)] * clerks)
    assert complaints(shop, chitra, heard, clerks - 1) == []


def test_one_form_sent_twice_at_one_moment_is_one_payment(shop: Shop, chitra: UUID) -> None:
    heard = all_take(shop, [partial(takes, shop, chitra, LAST, "k")] * CLERKS)
    assert heard == {"taken": 1, "again": 1}
    assert owed(shop, chitra) == 0
    assert books_in_order() == []


def test_money_taken_while_bills_are_made_is_counted_to_the_rupee(shop: Shop, chitra: UUID) -> None:
    shop.settings(tax_rate="0")
    goods = [shop.product(f"Oil {n}", "100", "1") for n in range(8)]
    pays: list[Callable[[], Any]] = [partial(takes, shop, chitra, Decimal(50)) for _clerk in range(8)]
    sells: list[Callable[[], Any]] = [
        partial(try_to, shop, basket(one, tenders=(), customer_id=chitra), str(one)) for one in goods
    ]
    at_once(shop, pays + sells)
    assert owed(shop, chitra) == LAST + 8 * 100 - 8 * 50
    assert books_in_order() == []


def balance_seen_before(patch: pytest.MonkeyPatch) -> None:
    """The lock taken out: what is owed was read before the unit began."""
    rows: dict[UUID, Row[Any]] = {row.id: row for row in execute(select(_customers))}
    db.session.rollback()
    patch.setattr(khata, "lock_customer", rows.__getitem__)


def balance_written_back(patch: pytest.MonkeyPatch) -> None:
    """And what is left is worked out by the program and written over whatever is there."""
    balance_seen_before(patch)

    def over(customer: Row[Any], change: Decimal) -> bool:
        left = customer.credit_balance + change
        return bool(execute(update(_customers).filter_by(id=customer.id).values(credit_balance=left)).rowcount)

    patch.setattr(khata, "_move", over)


def test_the_guard_alone_takes_it_once_where_nobody_locked_the_khata(
    shop: Shop, chitra: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    balance_seen_before(monkeypatch)
    heard = all_take(shop, [partial(takes, shop, chitra, LAST)] * CLERKS)
    assert heard == {"taken": 1, "CONFLICT": 1}
    assert owed(shop, chitra) == 0
    assert books_in_order() == []


def test_the_race_sees_a_khata_without_lock_and_guard(
    shop: Shop, chitra: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    balance_written_back(monkeypatch)
    found = complaints(shop, chitra, all_take(shop, [partial(takes, shop, chitra, LAST)] * CLERKS))
    assert "2 payments are in the khata" in found
    assert any(line.startswith("khata of Chitra Rao") for line in found)


def test_a_void_and_a_payment_at_one_moment_never_leave_a_balance_below_zero(shop: Shop) -> None:
    shop.settings(tax_rate="0")
    chitra = shop.customer("Chitra Rao")
    sale = bought(shop, chitra, "500")
    heard = all_take(
        shop, [partial(takes, shop, chitra, LAST), lambda: str(void_sale(shop.asha, sale, "Wrong").replayed)]
    )
    assert heard["False"] == 1
    assert owed(shop, chitra) == 0
    assert books_in_order() == []
