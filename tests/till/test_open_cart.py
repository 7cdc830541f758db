"""Opening the till: which cart a person goes on with."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from pos.accounts import sessions
from pos.accounts.models import SignInSession
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Forbidden, NotFound
from pos.till import cart, lines
from pos.till.models import Cart
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of


@one_unit
def signed_in(person: Actor) -> UUID:
    assert person.id is not None
    return sessions.start(person.id, "pages", "127.0.0.1", "test")[0]


@one_unit
def seen_last(session_id: UUID, ago: timedelta) -> None:
    rows = table(SignInSession)
    execute(rows.update().where(rows.c.id == session_id).values(last_seen_at=clock.now() - ago))


def test_the_till_opens_a_cart_and_keeps_it_over_reloads(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert client.get("/till").headers["Location"] == address
    assert client.get(address).status_code == 200
    assert len(shop.rows(Cart)) == 1


def test_two_browsers_of_one_person_have_two_carts(shop: Shop) -> None:
    _client, first = browser_with_cart(shop)
    _other, second = browser_with_cart(shop)
    assert first != second


def test_a_cart_with_goods_is_found_again_after_signing_out(shop: Shop) -> None:
    session_id = signed_in(shop.ben)
    cart_id = cart.open_cart(shop.ben, session_id)
    lines.add_product(shop.ben, cart_id, shop.product())
    sessions.end(session_id)
    assert cart.open_cart(shop.ben, signed_in(shop.ben)) == cart_id


def test_a_cart_is_found_again_when_its_session_was_forgotten(shop: Shop) -> None:
    session_id = signed_in(shop.ben)
    cart_id = cart.open_cart(shop.ben, session_id)
    lines.add_product(shop.ben, cart_id, shop.product())
    seen_last(session_id, timedelta(hours=17))
    assert cart.open_cart(shop.ben, signed_in(shop.ben)) == cart_id


def test_an_empty_cart_of_a_lost_session_is_not_worth_finding(shop: Shop) -> None:
    session_id = signed_in(shop.ben)
    cart_id = cart.open_cart(shop.ben, session_id)
    sessions.end(session_id)
    assert cart.open_cart(shop.ben, signed_in(shop.ben)) != cart_id


def test_a_cart_that_is_open_in_a_living_session_stays_there(shop: Shop) -> None:
    cart_id = cart.open_cart(shop.ben, signed_in(shop.ben))
    lines.add_product(shop.ben, cart_id, shop.product())
    assert cart.open_cart(shop.ben, signed_in(shop.ben)) != cart_id
    assert cart.open_cart(shop.asha, signed_in(shop.asha)) != cart_id


def test_a_new_bill_leaves_the_present_one_open(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product()})
    answer = client.post("/till/new")
    assert answer.status_code == 303
    assert answer.headers["Location"] != address
    page = client.get(answer.headers["Location"]).text
    assert f"{address}/resume" in page


def test_a_new_bill_is_the_empty_one_that_is_there_already(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert client.post("/till/new").headers["Location"] == address


def test_staff_do_not_sell(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        cart.open_cart(shop.devi, None)
    assert shop.client("devi").get("/till").status_code == 403


def test_an_unknown_cart_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        cart.find(UUID(int=1))
    assert shop.client("ben").get(f"/till/{UUID(int=1)}").status_code == 404


def test_the_screen_is_whole_for_a_browser_and_the_cart_alone_for_htmx(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert "<html" in client.get(address).text
    fragment = client.get(address, headers=HTMX).text
    assert "<html" not in fragment
    assert 'id="cart"' in fragment


def test_a_sold_cart_leads_to_its_bill_and_a_discarded_one_to_the_next(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    set_status(cart_of(address), "sold")
    assert client.get(address).headers["Location"] == f"{address}/done"
    set_status(cart_of(address), "discarded")
    assert client.get(address).headers["Location"] == "/till"


@one_unit
def set_status(cart_id: UUID, status: str) -> None:
    rows = table(Cart)
    execute(rows.update().where(rows.c.id == cart_id).values(status=status))
