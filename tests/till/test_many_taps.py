"""Many hands on one cart: every tap counts, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from flask import Flask

from pos.till import lines
from tests.shop import Shop
from tests.till.at_the_till import open_cart, quote

HANDS, TAPS = 6, 5


def all_at_once(app: Flask, tap: Callable[[], object]) -> None:
    """Let every hand tap its taps, all beginning together."""
    ready = Barrier(HANDS)

    def hand(_number: int) -> None:
        ready.wait()
        for _tap in range(TAPS):
            with app.app_context():
                tap()

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(hand, range(HANDS)))


def pieces(cart_id: UUID) -> list[int]:
    return [int(line.quantity) for line in quote(cart_id).lines]


def test_one_product_tapped_by_many_is_one_line_with_every_tap(shop: Shop, app: Flask) -> None:
    tea, cart_id = shop.product("Tea", stock="999"), open_cart(shop)
    all_at_once(app, lambda: lines.add_product(shop.ben, cart_id, tea))
    assert pieces(cart_id) == [HANDS * TAPS]


def test_plus_and_scan_at_once_lose_nothing(shop: Shop, app: Flask) -> None:
    shop.product("Tea", stock="999", barcode="1")
    cart_id = open_cart(shop)
    line_id = lines.add_scanned(shop.ben, cart_id, "1").line_id
    assert line_id is not None

    def plus_and_scan() -> None:
        lines.step(shop.ben, cart_id, line_id, 1)
        lines.add_scanned(shop.ben, cart_id, "1")

    all_at_once(app, plus_and_scan)
    assert pieces(cart_id) == [1 + 2 * HANDS * TAPS]
