"""Many hands at one shelf: no move is lost, nothing is sold twice, one tap counts once. On both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from pos.catalog import products, stock
from pos.catalog.models import Product, StockMovement
from pos.core.db import db, execute, one_unit, table
from pos.core.errors import PosError, Refused
from tests.shop import Shop

HANDS = 6
PATIENCE_SECONDS = 30
_products = table(Product)


def at_once(shop: Shop, *works: Callable[[], Any]) -> list[Any]:
    """What each work gave, or the refusal it met; all of them start at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(works))

    def hand(work: Callable[[], Any]) -> Any:
        with shop.app.app_context():
            start.wait(PATIENCE_SECONDS)
            try:
                return work()
            except PosError as refusal:
                return refusal
            finally:
                db.session.remove()

    # A reading transaction of this thread must not hold the others up.
    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as hands:
        return [done.result(PATIENCE_SECONDS) for done in [hands.submit(hand, work) for work in works]]


def chain(shop: Shop, product: UUID) -> list[tuple[Any, Any]]:
    rows = sorted(shop.rows(StockMovement, product_id=product), key=lambda row: row.created_at)
    return [(row.stock_before, row.stock_after) for row in rows]


def test_hands_that_do_not_wait_for_each_other_do_lose_moves(shop: Shop) -> None:
    """Proves that the other tests here could fail: without a lock, one of two restocks is gone."""
    tea = shop.product(stock="10")
    both_have_read = threading.Barrier(2)

    def careless() -> None:
        seen = execute(select(_products.c.stock_quantity).where(_products.c.id == tea)).scalar_one()
        db.session.rollback()
        both_have_read.wait(PATIENCE_SECONDS)
        one_unit(lambda: execute(update(_products).where(_products.c.id == tea).values(stock_quantity=seen + 1)))()

    at_once(shop, careless, careless)
    assert shop.row(Product, tea).stock_quantity == 11


def test_no_move_is_lost_and_each_begins_where_another_ended(shop: Shop) -> None:
    tea = shop.product(stock="10")

    def up_and_down() -> None:
        for _turn in range(4):
            stock.restock(shop.devi, tea, "3")
            stock.adjust(shop.ben, tea, "-2", "torn")

    assert at_once(shop, *[up_and_down] * HANDS) == [None] * HANDS
    assert shop.row(Product, tea).stock_quantity == 10 + HANDS * 4
    steps = chain(shop, tea)
    assert len(steps) == 1 + HANDS * 8
    assert [before for before, _after in steps[1:]] == [after for _before, after in steps[:-1]]


def test_the_last_pieces_go_to_as_many_hands_as_there_are_pieces(shop: Shop) -> None:
    tea = shop.product(stock="4")
    answers = at_once(shop, *[lambda: stock.adjust(shop.devi, tea, "-1", "torn")] * HANDS)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer.code for answer in refused] == ["INSUFFICIENT_STOCK"] * (HANDS - 4)
    assert shop.row(Product, tea).stock_quantity == 0


def test_one_key_from_many_taps_moves_once(shop: Shop) -> None:
    tea = shop.product(stock="0")
    moved = at_once(shop, *[lambda: stock.restock(shop.devi, tea, "12", "one delivery", "form-1")] * HANDS)
    assert len({one.movement_id for one in moved}) == 1
    assert sorted(one.replayed for one in moved) == [False] + [True] * (HANDS - 1)
    assert shop.row(Product, tea).stock_quantity == 12
    assert len(chain(shop, tea)) == 1


def test_a_count_and_a_restock_at_the_same_moment_follow_one_another(shop: Shop) -> None:
    tea = shop.product(stock="10")
    at_once(shop, lambda: stock.count(shop.devi, tea, "7"), lambda: stock.restock(shop.ben, tea, "5"))
    steps = chain(shop, tea)[1:]
    assert sorted(steps) in ([(7, 12), (10, 7)], [(10, 15), (15, 7)])
    assert shop.row(Product, tea).stock_quantity == steps[-1][1]


def test_one_barcode_added_by_many_hands_belongs_to_one_product(shop: Shop) -> None:
    tea = {"name": "Tea 250 g", "price": "12.50", "barcode": "8901063029415"}
    answers = at_once(shop, *[lambda: products.add_product(shop.devi, tea)] * HANDS)
    refused = [answer for answer in answers if isinstance(answer, PosError)]
    assert [answer.problems[0].code for answer in refused] == ["DUPLICATE_BARCODE"] * (HANDS - 1)
    assert len(shop.rows(Product)) == 1


def test_of_two_edits_of_the_same_sight_one_is_told(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    seen = shop.row(Product, tea).updated_at
    edits = [
        lambda price=price: products.change_product(shop.asha, tea, {"price": price}, seen) for price in ("13", "14")
    ]
    answers = at_once(shop, *edits)
    (refused,) = [answer for answer in answers if answer is not None]
    assert refused.code == "CHANGED_MEANWHILE"
