"""Taking lines off and bringing them back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.core.errors import NotFound
from pos.till import lines
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, only_line, quote, reads


def test_a_removed_line_comes_back_where_it_stood(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"), shop.product("Salt"))
    tea = quote(cart_id).lines[0].id
    lines.remove(shop.ben, cart_id, tea)
    assert [name for name, *_rest in reads(cart_id)] == ["Salt"]
    assert lines.undo(shop.ben, cart_id, tea) == tea
    assert [name for name, *_rest in reads(cart_id)] == ["Tea", "Salt"]


def test_removing_or_undoing_twice_changes_nothing_more(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    tea = only_line(cart_id)
    for _tap in range(2):
        lines.remove(shop.ben, cart_id, tea)
    assert reads(cart_id) == []
    for _tap in range(2):
        lines.undo(shop.ben, cart_id, tea)
    assert reads(cart_id) == [("Tea", 1, Decimal("12.50"))]


def test_undo_after_the_product_was_added_again_adds_to_its_line(shop: Shop) -> None:
    tea = shop.product("Tea")
    cart_id = cart_with(shop, tea)
    old = only_line(cart_id)
    lines.remove(shop.ben, cart_id, old)
    lines.add_product(shop.ben, cart_id, tea, "2")
    assert lines.undo(shop.ben, cart_id, old) == only_line(cart_id)
    assert reads(cart_id) == [("Tea", 3, Decimal("37.50"))]
    with pytest.raises(NotFound):
        lines.undo(shop.ben, cart_id, old)


def test_the_page_removes_and_offers_to_undo(shop: Shop) -> None:
    tea = shop.product("Tea")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": tea})
    here = f"{address}/lines/{only_line(cart_of(address))}"
    fragment = client.post(f"{here}/remove", headers=HTMX).text
    assert "Removed Tea" in fragment
    assert f"[data-tile='{tea}'] .tile-count" in fragment
    client.post(f"{here}/undo")
    plain = client.post(f"{here}/remove", follow_redirects=True).text
    assert "Removed Tea" in plain
    assert "Tea" in client.post(f"{here}/undo", headers=HTMX).text
    assert len(quote(cart_of(address)).lines) == 1
