"""The screen itself: finding products, and what a cashier can reach from it."""

from __future__ import annotations

import re
from typing import Any

from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart


def test_the_screen_shows_best_sellers_and_categories(shop: Shop) -> None:
    shop.product("Often", times_sold=9, category="Staples")
    shop.product("Seldom", category="Snacks")
    client, address = browser_with_cart(shop)
    page = client.get(address).text
    assert page.index("Often") < page.index("Seldom")
    assert "Staples" in page
    assert "Snacks" in page


def test_typing_finds_products_and_an_empty_box_shows_best_sellers(shop: Shop) -> None:
    shop.product("Masala Noodles", brand="Maggi")
    shop.product("Tea")
    client, address = browser_with_cart(shop)
    found = client.get(f"{address}/search?q=maggi", headers=HTMX).text
    assert "Masala Noodles" in found
    assert ">Tea<" not in found
    assert "<html" not in found
    empty = client.get(f"{address}/search?q=", headers=HTMX).text
    assert ">Tea<" in empty
    nothing = client.get(f"{address}/search?q=zzz", headers=HTMX).text
    assert "Nothing found for “zzz”" in nothing


def test_searching_works_as_a_plain_page(shop: Shop) -> None:
    shop.product("Masala Noodles")
    client, address = browser_with_cart(shop)
    for way in (f"{address}?q=noodles", f"{address}/search?q=noodles"):
        page = client.get(way).text
        assert "<html" in page
        assert "Masala Noodles" in page


def test_a_category_shows_its_own_and_words_that_are_not_in_it_are_found_elsewhere(shop: Shop) -> None:
    shop.product("Noodles", category="Snacks")
    shop.product("Salt", category="Staples")
    client, address = browser_with_cart(shop)
    snacks = client.get(f"{address}/search?category=Snacks", headers=HTMX).text
    assert "Noodles" in snacks
    assert "Salt" not in snacks
    assert "Salt" in client.get(f"{address}/search?category=Snacks&q=salt", headers=HTMX).text


def test_tiles_tell_what_is_on_the_bill_and_what_is_running_out(shop: Shop) -> None:
    tea = shop.product("Tea", stock="3")
    shop.product("Salt", stock="0")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": tea, "quantity": "2"})
    page = client.get(address).text
    assert '<span class="tile-count num">2</span>' in page
    assert "3 left" in page
    assert "none left" in page


def test_an_empty_shop_says_where_to_begin(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert "Nothing to sell yet" in client.get(address).text


def test_pay_is_in_sight_once_there_is_something_to_pay(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert f'href="{address}/pay"' not in client.get(address).text
    client.post(f"{address}/lines", data={"product": shop.product()})
    assert f'href="{address}/pay"' in client.get(address).text


def test_every_key_of_the_till_is_on_the_screen(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product()})
    keys = set(re.findall(r'data-key="([^"]+)"', client.get(address).text))
    assert {"F2", "F4", "F6", "F7", "F8", "F9", "+", "-", "Delete"} <= keys


def test_every_changing_form_carries_its_token_and_a_plain_address(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product()})
    page = client.get(f"{address}/sheet/customer").text
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
        assert 'action="/' in form
        assert 'name="csrf_token"' in form


def test_names_are_shown_as_text(shop: Shop) -> None:
    shop.product("<script>alert(1)</script>", category='"><img src=x>')
    client, address = browser_with_cart(shop)
    page = client.post(f"{address}/scan", data={"q": "alert"}, follow_redirects=True).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    odd = client.post(f"{address}/scan", data={"q": "<b>8999</b>"}, headers=HTMX).text
    assert "<b>8999" not in odd


def test_the_page_takes_few_statements(shop: Shop, count_queries: Any) -> None:
    for number in range(30):
        shop.product(f"Soap {number}", category=f"Category {number % 5}")
    client, address = browser_with_cart(shop)
    with count_queries() as seen:
        client.get(address)
    # One of them asks whether a customer's display is to be told.
    assert len(seen) <= 9, "\n".join(seen)
    with count_queries() as seen:
        client.get(f"{address}/search?q=soap", headers=HTMX)
    assert len(seen) <= 6, "\n".join(seen)
