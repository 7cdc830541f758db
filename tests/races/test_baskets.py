"""Baskets with the same goods in opposite orders never wait for each other in a circle (RELIABILITY.md 0.4)."""

from __future__ import annotations

import threading
from functools import partial
from uuid import UUID

import pytest

from pos.catalog import shelf
from pos.core.db import one_unit
from pos.customers import credit
from pos.till import cart, lines, terms
from tests.races import damage
from tests.races.crowd import (
    Outcome,
    at_once,
    basket,
    bills,
    books_in_order,
    locks_met,
    numbers_in_order,
    try_to,
    words,
)
from tests.shop import Shop

TILLS = 8
EACH = 12


def opposite_baskets(shop: Shop, goods: list[UUID], till: int) -> list[Outcome]:
    order = goods if till % 2 else goods[::-1]
    return [try_to(shop, basket(*order[turn % 3 :]), f"{till}-{turn}") for turn in range(EACH)]


def complaints(outcomes: list[list[Outcome]], met: list[str], made: int) -> list[str]:
    heard = words(outcomes)
    found = []
    if heard != {"bill": made} or bills() != made:
        found.append(f"the tills were told {dict(heard)}")
    if met:
        found.append(f"the database said {sorted(set(met))}")
    return found + numbers_in_order() + books_in_order()


def goods_for_all(shop: Shop) -> list[UUID]:
    return [shop.product(f"Product {n}", stock="1000") for n in range(6)]


def test_opposite_baskets_all_become_bills_and_no_lock_is_met(shop: Shop) -> None:
    goods = goods_for_all(shop)
    with locks_met() as met:
        outcomes = at_once(shop, [partial(opposite_baskets, shop, goods, till) for till in range(TILLS)])
    assert complaints(outcomes, met, TILLS * EACH) == []


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_products_locked_as_they_were_scanned(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    goods = goods_for_all(shop)[:2]
    damage.products_locked_as_scanned(monkeypatch)
    with locks_met() as met:
        outcomes = at_once(shop, [partial(try_to, shop, basket(*order)) for order in (goods, goods[::-1])])
    assert "the database said ['40P01']" in complaints(outcomes, met, 2)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_race_sees_writers_without_a_queue(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    goods = goods_for_all(shop)
    damage.writers_without_a_queue(monkeypatch)
    with locks_met() as met:
        outcomes = at_once(shop, [partial(try_to, shop, basket(*goods)) for _till in range(TILLS)])
    assert "the database said ['database is locked']" in complaints(outcomes, met, TILLS)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_goods_that_are_being_billed_can_be_scanned_at_another_till(shop: Shop) -> None:
    (tea, *_others), chitra, here = goods_for_all(shop), shop.customer(), cart.new_cart(shop.ben, None)

    @one_unit
    def bill_for_long() -> list[Outcome]:
        shelf.lock_products([tea])
        credit.lock_customer(chitra)
        locked.set()
        assert scanned.wait(2), "the other till waits"
        return []

    def scan() -> list[Outcome]:
        locked.wait()
        lines.add_product(shop.ben, here, tea)
        terms.set_customer(shop.ben, here, chitra)
        scanned.set()
        return []

    locked, scanned = threading.Event(), threading.Event()
    at_once(shop, [bill_for_long, scan])
    assert scanned.is_set()


def test_the_books_are_right_at_every_moment_of_a_busy_day(shop: Shop) -> None:
    goods, over = goods_for_all(shop), threading.Event()
    found: list[str] = []

    def sell(till: int) -> list[Outcome]:
        outcomes = opposite_baskets(shop, goods, till)
        over.set()
        return outcomes

    def prove_the_books() -> list[Outcome]:
        while not over.is_set():
            found.extend(books_in_order())
        return []

    at_once(shop, [*(partial(sell, till) for till in range(TILLS // 2)), prove_the_books])
    assert found == []
