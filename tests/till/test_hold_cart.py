"""Holding carts, naming them, coming back to them, throwing them away."""

from __future__ import annotations

from typing import Any

import pytest

from pos.core.errors import Invalid, Refused
from pos.till import cart, lines
from pos.till.models import Cart
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, open_cart, quote


def test_a_held_cart_keeps_its_lines_under_a_name(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    cart.hold(shop.ben, cart_id, "  Red   bag ")
    row = shop.row(Cart, cart_id)
    assert (row.status, row.name) == ("held", "Red bag")
    assert len(quote(cart_id).lines) == 1


def test_holding_without_a_name_keeps_the_name_it_has(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    cart.rename(shop.ben, cart_id, "Sharma ji")
    cart.hold(shop.ben, cart_id, "")
    assert shop.row(Cart, cart_id).name == "Sharma ji"


def test_an_empty_cart_is_not_held(shop: Shop) -> None:
    with pytest.raises(Refused, match="nothing on this bill"):
        cart.hold(shop.ben, open_cart(shop))


def test_a_name_has_at_most_sixty_letters(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    with pytest.raises(Invalid):
        cart.hold(shop.ben, cart_id, "x" * 61)
    assert shop.row(Cart, cart_id).status == "open"


def test_any_cashier_goes_on_with_a_held_cart(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    cart.hold(shop.ben, cart_id, "Red bag")
    client, empty = browser_with_cart(shop, "asha")
    assert "Red bag" in client.get(empty).text
    answer = client.post(f"/till/{cart_id}/resume")
    assert answer.headers["Location"] == f"/till/{cart_id}"
    assert shop.row(Cart, cart_id).status == "open"
    assert client.get("/till").headers["Location"] == f"/till/{cart_id}"


def test_scanning_into_a_held_cart_opens_it_again(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    cart.hold(shop.ben, cart_id)
    lines.add_product(shop.ben, cart_id, shop.product("Salt"))
    assert shop.row(Cart, cart_id).status == "open"


def test_a_discarded_cart_refuses_every_change_with_a_sentence(shop: Shop) -> None:
    product = shop.product()
    cart_id = cart_with(shop, product)
    cart.discard(shop.ben, cart_id)
    for change in (
        lambda: lines.add_product(shop.ben, cart_id, product),
        lambda: cart.hold(shop.ben, cart_id),
        lambda: cart.resume(shop.ben, cart_id, None),
        lambda: cart.discard(shop.ben, cart_id),
    ):
        with pytest.raises(Refused, match="discarded") as refusal:
            change()
        assert refusal.value.code == "CART_DISCARDED"


def test_the_page_holds_and_begins_the_next_bill(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product()})
    answer = client.post(f"{address}/hold", data={"name": "Red bag"})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Red bag" in page
    assert "The bill is held" in page


def test_a_cart_is_named_without_being_held(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert "Blue van" in client.post(f"{address}/name", data={"name": "Blue van"}, headers=HTMX).text
    assert shop.row(Cart, cart_of(address)).status == "open"
    too_long = client.post(f"{address}/name", data={"name": "x" * 61}, headers=HTMX)
    assert too_long.status_code == 400
    assert "at most 60 letters" in too_long.text


def test_the_page_says_why_an_empty_bill_is_not_held(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    plain = client.post(f"{address}/hold", data={"name": "Red bag"})
    assert plain.status_code == 409
    assert "nothing on this bill" in plain.text
    assert "Red bag" in plain.text
    fragment = client.post(f"{address}/hold", data={"name": "Red bag"}, headers=HTMX)
    assert fragment.headers["HX-Retarget"] == "#sheet"
    assert "nothing on this bill" in fragment.text


def test_the_list_shows_every_open_and_held_cart_with_its_total(shop: Shop, count_queries: Any) -> None:
    held = cart_with(shop, shop.product("Tea", "20.00"))
    cart.hold(shop.ben, held, "Red bag")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Salt", "30.00")})
    with count_queries() as seen:
        sheet = client.get(f"{address}/sheet/carts", headers=HTMX).text
    assert "Red bag" in sheet
    assert "₹21.00" in sheet
    assert "₹31.50" in sheet
    assert len(seen) <= 8


def test_the_tabs_leave_out_what_others_are_working_on(shop: Shop) -> None:
    busy, busy_address = browser_with_cart(shop, "asha")
    busy.post(f"{busy_address}/lines", data={"product": shop.product()})
    client, address = browser_with_cart(shop)
    assert str(cart_of(busy_address)) not in client.get(address).text
    assert str(cart_of(busy_address)) in client.get(f"{address}/sheet/carts", headers=HTMX).text


def test_discarding_leads_to_the_next_cart(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product()})
    assert client.post(f"{address}/discard").headers["Location"] == "/till"
    assert client.get("/till").headers["Location"] != address
