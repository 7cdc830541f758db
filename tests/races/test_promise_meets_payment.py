"""Somebody pays at the moment in which somebody else writes down a promise: nobody promises what is not owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select

from pos.core import clock
from pos.core.db import db, execute, table
from pos.core.errors import PosError
from pos.customers import khata, promised, promises
from pos.customers.models import Customer, Promise
from tests.customers.owing import debtor
from tests.races.crowd import at_once, books_in_order, owed
from tests.shop import Shop

OWED, PAID = Decimal(500), Decimal(400)
_customers = table(Customer)


def told(work: Callable[[], object]) -> str:
    """What the clerk was told."""
    try:
        work()
    except Exception as error:
        return error.code if isinstance(error, PosError) else type(error).__name__
    return "done"


def meet(shop: Shop, customer: UUID) -> tuple[list[Any], list[Any]]:
    """A promise of everything and a payment of most of it at one moment; gives what was heard, and the promise."""
    day = clock.today("Asia/Kolkata") + timedelta(days=3)
    heard = at_once(
        shop,
        [
            lambda: told(lambda: khata.take_credit_payment(shop.ben, customer, amount=PAID, method="CASH")),
            lambda: told(lambda: promises.promise_payment(shop.asha, customer, due_date=day, amount=OWED)),
        ],
    )
    db.session.remove()
    return heard, shop.rows(Promise, customer_id=customer)


def test_a_promise_is_never_of_more_than_was_owed_when_it_was_made(shop: Shop) -> None:
    for number in range(6):
        chitra = debtor(shop, str(OWED), f"Chitra {number}", phone=f"980000000{number}")
        heard, made = meet(shop, chitra)
        assert heard[0] == ["done"]
        assert owed(shop, chitra) == OWED - PAID
        if heard[1] == ["done"]:
            # It was first: the payment counts towards it.
            found = promised.promise_of(chitra, made[0].due_date)
            assert found is not None
            assert (found.promised, found.missing) == (OWED, OWED - PAID)
        else:
            assert (heard[1], made) == (["PROMISE_EXCEEDS_BALANCE"], [])
    assert books_in_order() == []


def test_two_promises_at_one_moment_are_one(shop: Shop) -> None:
    chitra = debtor(shop, str(OWED), "Chitra Rao")
    day = clock.today("Asia/Kolkata")
    heard = at_once(
        shop,
        [
            lambda amount=amount: told(  # type: ignore[misc]
                lambda: promises.promise_payment(shop.ben, chitra, due_date=day, amount=amount)
            )
            for amount in range(1, 9)
        ],
    )
    assert heard == [["done"]] * 8
    assert len(shop.rows(Promise)) == 1


def test_the_race_sees_a_promise_without_the_lock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    chitra = debtor(shop, str(OWED), "Chitra Rao")
    rows: dict[UUID, Row[Any]] = {row.id: row for row in execute(select(_customers))}
    db.session.rollback()
    # The lock taken out: what is owed was read before the unit began.
    monkeypatch.setattr(promises, "lock_customer", rows.__getitem__)
    khata.take_credit_payment(shop.ben, chitra, amount=PAID, method="CASH")
    db.session.remove()
    promises.promise_payment(shop.asha, chitra, due_date=clock.today("Asia/Kolkata"), amount=OWED)
    (made,) = shop.rows(Promise)
    assert made.amount > owed(shop, chitra)
