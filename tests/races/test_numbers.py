"""Bill numbers stay consecutive while sales fail at random places around them (RELIABILITY.md 6, GST rule 46)."""

from __future__ import annotations

import random
import threading
from functools import partial
from uuid import UUID

import pytest

from pos.core.db import db
from tests.races import damage, faults
from tests.races.crowd import Outcome, at_once, basket, bills, books_in_order, numbers_in_order, try_to, words
from tests.shop import Shop
from tests.thorough import rounds, seeded

TILLS = 8
EACH = 15
FAILING = 4


def sell_while_some_fail(shop: Shop, goods: list[UUID], turn: int = 0) -> list[list[Outcome]]:
    """Each till makes its bills; here and there a statement fails, and the cashier lets it be or tries once more."""
    lots = seeded()
    seeds = [lots.random() for _till in range(TILLS)]
    mine = threading.local()

    def fail(*_statement: object) -> None:
        mine.left = getattr(mine, "left", 0) - 1
        if mine.left == 0:
            raise faults.Unplugged

    def till(place: int) -> list[Outcome]:
        own = random.Random(seeds[place])
        outcomes = []
        for bill in range(EACH):
            mine.left = own.randrange(1, 20) if bill % FAILING == 0 else 0
            outcomes.append(try_to(shop, basket(*own.sample(goods, 2)), f"{turn}-{place}-{bill}"))
        return outcomes

    with faults.listening(db.engine, "before_cursor_execute", fail):
        return at_once(shop, [partial(till, place) for place in range(TILLS)])


def complaints(outcomes: list[list[Outcome]], made_before: int = 0) -> list[str]:
    heard = words(outcomes)
    found = [] if set(heard) == {"bill", "Unplugged"} else [f"the tills were told {dict(heard)}"]
    if bills() != made_before + heard["bill"]:
        found.append(f"there are {bills()} bills")
    return found + numbers_in_order() + books_in_order()


@pytest.fixture
def goods(shop: Shop) -> list[UUID]:
    return [shop.product(f"Product {n}", stock="100000") for n in range(12)]


def test_sales_that_fail_leave_no_gap_and_no_duplicate(shop: Shop, goods: list[UUID]) -> None:
    for turn in range(rounds(1)):
        made_before = bills()
        assert complaints(sell_while_some_fail(shop, goods, turn), made_before) == []


def test_the_race_sees_numbers_from_a_sequence(shop: Shop, goods: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    damage.number_from_a_sequence(monkeypatch)
    assert any("the numbers are" in found for found in complaints(sell_while_some_fail(shop, goods)))


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_numbers_from_the_highest_so_far(
    shop: Shop, goods: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    damage.number_by_max(monkeypatch)
    outcomes = at_once(shop, [partial(try_to, shop, basket(product)) for product in goods[:TILLS]])
    assert words(outcomes)["IntegrityError"] > 0
