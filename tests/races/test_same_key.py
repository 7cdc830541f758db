"""Twelve workers send the same two hundred checkouts: two hundred bills, each told twelve times (RELIABILITY.md 3)."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import partial
from uuid import UUID

import pytest

from pos.sales.checkout import Checkout
from tests.races import damage
from tests.races.crowd import Outcome, at_once, basket, bills, books_in_order, numbers_in_order, stock, try_to, words
from tests.shop import Shop

WORKERS = 12
CHECKOUTS = 200
ENOUGH = 100_000


def same_checkouts(shop: Shop, how_many: int) -> tuple[list[UUID], list[tuple[str, Checkout]]]:
    products = [shop.product(f"Product {n}", stock=str(ENOUGH)) for n in range(8)]
    lots = random.Random(12)
    return products, [(f"cart {n}", basket(*lots.sample(products, 2))) for n in range(how_many)]


def all_by_each(shop: Shop, worker: int, checkouts: list[tuple[str, Checkout]]) -> list[Outcome]:
    """All of them; each worker a little later into the list than the one before, so that they meet again and again."""
    start = worker % 4
    return [try_to(shop, wanted, key) for key, wanted in checkouts[start:] + checkouts[:start]]


def race(shop: Shop, checkouts: list[tuple[str, Checkout]]) -> list[list[Outcome]]:
    return at_once(shop, [partial(all_by_each, shop, worker, checkouts) for worker in range(WORKERS)])


def complaints(shop: Shop, products: list[UUID], how_many: int, outcomes: list[list[Outcome]]) -> list[str]:
    heard = words(outcomes)
    found = []
    if heard != {"bill": how_many, "again": how_many * (WORKERS - 1)}:
        found.append(f"the workers were told {dict(heard)}")
    if bills() != how_many:
        found.append(f"there are {bills()} bills")
    sold = sum(ENOUGH - stock(shop, product) for product in products)
    if sold != 2 * how_many:
        found.append(f"{sold} units left the shelves")
    return found + numbers_in_order() + books_in_order()


def test_two_hundred_checkouts_sent_by_twelve_make_two_hundred_bills(shop: Shop) -> None:
    products, checkouts = same_checkouts(shop, CHECKOUTS)
    outcomes = race(shop, checkouts)
    assert complaints(shop, products, CHECKOUTS, outcomes) == []


def test_every_worker_is_told_the_same_bill_for_the_same_key(shop: Shop) -> None:
    _products, checkouts = same_checkouts(shop, 4)
    told = defaultdict(set)
    for worker, outcomes in enumerate(race(shop, checkouts)):
        start = worker % 4
        for (key, _wanted), one in zip(checkouts[start:] + checkouts[:start], outcomes, strict=True):
            assert one.bill is not None
            told[key].add(one.bill.sale_id)
    assert [len(ids) for ids in told.values()] == [1] * 4


def test_the_race_sees_keys_that_nobody_asks_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    products, checkouts = same_checkouts(shop, 5)
    damage.key_always_new(monkeypatch)
    assert f"there are {5 * WORKERS} bills" in complaints(shop, products, 5, race(shop, checkouts))
