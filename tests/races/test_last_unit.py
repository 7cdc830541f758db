"""Thirty-two tills want the last unit: one sells it, the others are told plainly that it is gone (RELIABILITY.md 1)."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from tests.races import damage
from tests.races.crowd import Outcome, at_once, basket, books_in_order, numbers_in_order, stock, try_to, words
from tests.shop import Shop
from tests.thorough import rounds

TILLS = 32
GONE = "Insufficient stock for Tea. Available: 0, Required: 1"


def everybody_wants(shop: Shop, product: UUID, turn: str = "") -> list[list[Outcome]]:
    wishes = [partial(try_to, shop, basket(product), f"{turn}-{till}") for till in range(TILLS)]
    return at_once(shop, wishes)


def complaints(shop: Shop, product: UUID, outcomes: list[list[Outcome]]) -> list[str]:
    """What is wrong after the race; nothing is as it should be."""
    heard = words(outcomes)
    found = []
    if heard != {"bill": 1, "INSUFFICIENT_STOCK": TILLS - 1}:
        found.append(f"the tills were told {dict(heard)}")
    sentences = {str(one.error) for (one,) in outcomes if one.word == "INSUFFICIENT_STOCK"}
    if sentences - {GONE}:
        found.append(f"unclear: {sentences}")
    if stock(shop, product) != 0:
        found.append(f"the shelf holds {stock(shop, product)}")
    return found + numbers_in_order() + books_in_order()


def test_one_till_sells_the_last_unit_and_all_others_are_told(shop: Shop) -> None:
    for turn in range(rounds(3)):
        tea = shop.product("Tea", stock="1")
        assert complaints(shop, tea, everybody_wants(shop, tea, str(turn))) == []


@pytest.mark.parametrize(
    ("protection_lost", "seen"),
    [
        (damage.shelf_looked_at_before, "'BUSY': 31"),
        (damage.shelf_without_lock_and_guard, "'IntegrityError': 31"),
        (damage.shelf_written_back, "the tills were told {'bill': 32}"),
    ],
)
def test_the_race_sees_a_shelf_without_its_protection(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, protection_lost: damage.Damage, seen: str
) -> None:
    tea = shop.product("Tea", stock="1")
    protection_lost(monkeypatch)
    assert seen in complaints(shop, tea, everybody_wants(shop, tea))[0]
