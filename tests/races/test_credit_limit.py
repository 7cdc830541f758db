"""Fifty tills give credit at one moment, and the limit holds to the rupee (RELIABILITY.md 5)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from tests.races import damage
from tests.races.crowd import Outcome, at_once, basket, books_in_order, numbers_in_order, owed, try_to, words
from tests.shop import Shop

TILLS = 50
LIMIT, EACH = Decimal(1000), Decimal(100)
MOST = 10


@pytest.fixture
def chitra(shop: Shop) -> UUID:
    shop.settings(tax_rate="0")
    return shop.customer(credit_limit=LIMIT)


def everybody_gives_credit(shop: Shop, customer: UUID) -> list[list[Outcome]]:
    # Goods of many kinds: bills for one product would meet at its shelf and never at the khata.
    goods = [shop.product(f"Oil {n}", str(EACH), "1") for n in range(TILLS)]
    return at_once(
        shop,
        [partial(try_to, shop, basket(product, tenders=(), customer_id=customer), str(product)) for product in goods],
    )


def complaints(shop: Shop, customer: UUID, outcomes: list[list[Outcome]]) -> list[str]:
    heard = words(outcomes)
    found = []
    if heard != {"bill": MOST, "CREDIT_LIMIT_EXCEEDED": TILLS - MOST}:
        found.append(f"the tills were told {dict(heard)}")
    if owed(shop, customer) != LIMIT:
        found.append(f"Chitra owes {owed(shop, customer)}")
    return found + numbers_in_order() + books_in_order()


def test_ten_credits_of_a_hundred_fill_a_limit_of_a_thousand(shop: Shop, chitra: UUID) -> None:
    outcomes = everybody_gives_credit(shop, chitra)
    assert complaints(shop, chitra, outcomes) == []
    refused = {str(one.error) for (one,) in outcomes if one.bill is None}
    full = "Credit limit exceeded. Limit: ₹1,000.00, Current: ₹1,000.00, New: ₹100.00, Would be: ₹1,100.00"
    assert refused == {full}


def test_the_guard_alone_keeps_the_limit_where_nobody_locked_the_khata(
    shop: Shop, chitra: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage.khata_looked_at_before(monkeypatch)
    outcomes = everybody_gives_credit(shop, chitra)
    assert words(outcomes)["bill"] == MOST
    assert owed(shop, chitra) == LIMIT


def test_the_race_sees_a_khata_without_lock_and_guard(
    shop: Shop, chitra: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage.khata_without_lock_and_guard(monkeypatch)
    found = complaints(shop, chitra, everybody_gives_credit(shop, chitra))
    assert f"Chitra owes {TILLS * EACH:.2f}" in found
