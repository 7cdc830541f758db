"""Several hands press “Put on the shelf” at one moment: goods come in once, a count counts once. On both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from pos.catalog import drafts, posting
from pos.catalog.models import Product, StockMovement
from pos.core.errors import PosError
from tests.races import damage
from tests.races.crowd import at_once, basket, books_in_order, stock, try_to, words
from tests.shop import Shop
from tests.thorough import rounds

HANDS = 6


def posts(shop: Shop, draft: UUID) -> Any:
    """What the goods of the list came in under, or why they did not."""
    try:
        return posting.post(shop.devi, draft)
    except PosError as error:
        return error.code


def told(shop: Shop, works: list[Callable[[], Any]]) -> Counter[Any]:
    """How often which answer was heard."""
    return Counter(answer for (answer,) in at_once(shop, works))


def coming(shop: Shop, *goods: UUID, cost: str = "") -> UUID:
    """A list with ten of each."""
    return drafts.start(shop.asha, "receive", {one: {"quantity": "10", "cost_price": cost} for one in goods})


def test_goods_pressed_by_many_come_in_once(shop: Shop) -> None:
    for turn in range(rounds(2)):
        tea, dal = (shop.product(f"{name} {turn}", stock="5") for name in ("Tea", "Dal"))
        draft = coming(shop, tea, dal)
        ((receipt, heard),) = told(shop, [partial(posts, shop, draft)] * HANDS).items()
        assert heard == HANDS
        assert {one.product_id for one in shop.rows(StockMovement, reference_id=receipt)} == {tea, dal}
        assert [stock(shop, one) for one in (tea, dal)] == [15, 15]
        assert books_in_order() == []


def test_a_count_pressed_by_many_while_tills_sell_is_set_right_once(shop: Shop) -> None:
    for turn in range(rounds(2)):
        tea = shop.product(f"Tea {turn}", stock="20")
        draft = drafts.start(shop.devi, "count", {tea: {"quantity": "18", "seen": "20"}})
        sells = partial(try_to, shop, basket(tea))
        heard = at_once(shop, [sells, partial(posts, shop, draft), sells, partial(posts, shop, draft), sells])
        assert words(heard[::2]) == {"bill": 3}
        assert heard[1] == heard[3]
        # Two too few stood on the shelf, and three were sold, whichever came first.
        assert stock(shop, tea) == 15
        assert books_in_order() == []


def test_a_scan_at_that_moment_is_on_the_list_or_refused(shop: Shop) -> None:
    for turn in range(rounds(3)):
        tea = shop.product(f"Tea {turn}", stock="0")
        draft = coming(shop, tea)

        def scans(draft: UUID = draft, tea: UUID = tea) -> str:
            try:
                drafts.add(shop.asha, draft, tea)
            except PosError as error:
                return error.code
            return "scanned"

        heard: list[list[Any]] = list(at_once(shop, [scans, partial(posts, shop, draft)]))
        (scanned,), (receipt,) = heard
        assert scanned in ("scanned", "DRAFT_CLOSED")
        assert stock(shop, tea) == (11 if scanned == "scanned" else 10)
        assert [one.quantity_change for one in shop.rows(StockMovement, reference_id=receipt)] == [stock(shop, tea)]


def test_lists_that_hold_the_same_goods_the_other_way_round_both_come_in(shop: Shop) -> None:
    for turn in range(rounds(3)):
        goods = [shop.product(f"{name} {turn}", "20", "10", cost_price=Decimal(8)) for name in ("Tea", "Dal")]
        lists = [coming(shop, *goods, cost="10"), coming(shop, *reversed(goods), cost="12")]
        works: list[Callable[[], Any]] = [
            partial(posting.post, actor, one) for actor, one in zip((shop.asha, shop.asha), lists, strict=True)
        ]
        assert len(told(shop, works)) == 2
        # 10 at ₹8, 10 at ₹10 and 10 at ₹12, whichever came first.
        held = [shop.row(Product, one) for one in goods]
        assert [(row.stock_quantity, row.cost_price) for row in held] == [(30, 10)] * 2
        assert books_in_order() == []


def test_a_list_is_posted_or_given_up_never_both(shop: Shop) -> None:
    for turn in range(rounds(3)):
        tea = shop.product(f"Tea {turn}", stock="0")
        draft = coming(shop, tea)

        def gives_up(draft: UUID = draft) -> str:
            try:
                drafts.discard(shop.asha, draft)
            except PosError as error:
                return error.code
            return "given up"

        (given_up,), (posted,) = at_once(shop, [gives_up, partial(posts, shop, draft)])
        expected = ("DRAFT_CLOSED", 0) if given_up == "given up" else (posted, 10)
        assert (posted, stock(shop, tea)) == expected


def test_the_race_sees_a_list_looked_at_before_it_was_locked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea = shop.product("Tea", stock="0")
    draft = coming(shop, tea)
    damage.list_looked_at_before(monkeypatch, draft)
    # The list's own key still stands in the way.
    assert len(told(shop, [partial(posts, shop, draft)] * HANDS)) == 1
    assert stock(shop, tea) == 10
    damage.key_always_new(monkeypatch)
    assert len(told(shop, [partial(posts, shop, draft)] * HANDS)) == HANDS
    assert stock(shop, tea) == 10 + 10 * HANDS
