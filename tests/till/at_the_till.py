"""What the tests of the till share: a cart in Ben's hands, and how its lines read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from pos.core.db import db
from pos.settings import store
from pos.till import cart, lines, quoting
from pos.till.quoted import Quote
from tests.shop import Shop

HTMX = {"HX-Request": "true"}


def open_cart(shop: Shop) -> UUID:
    """Ben's cart, without a browser."""
    return cart.open_cart(shop.ben, None)


def cart_with(shop: Shop, *products: UUID) -> UUID:
    """Ben's cart with one of each."""
    cart_id = open_cart(shop)
    for product in products:
        lines.add_product(shop.ben, cart_id, product)
    return cart_id


def quote(cart_id: UUID) -> Quote:
    """The cart as it stands now."""
    db.session.rollback()
    return quoting.quoted(cart_id, store.current())


def only_line(cart_id: UUID) -> UUID:
    """The id of the cart's one line."""
    (line,) = quote(cart_id).lines
    return line.id


def reads(cart_id: UUID) -> list[tuple[str, Decimal, Decimal]]:
    """Name, quantity and total of each line, in the order of the bill."""
    return [(line.name, line.quantity, line.total) for line in quote(cart_id).lines]


def browser_with_cart(shop: Shop, who: str = "ben") -> tuple[Any, str]:
    """A browser at the till, and the address of its cart."""
    client = shop.client(who)
    answer = client.get("/till")
    assert answer.status_code == 303
    return client, answer.headers["Location"]


def cart_of(address: str) -> UUID:
    """The cart at this address."""
    return UUID(address.rsplit("/", 1)[-1][:36])
