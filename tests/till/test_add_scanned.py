"""A scan: known codes are added at once, loose goods are weighed, unknown codes are told."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.core.db import execute, one_unit, table
from pos.core.errors import Forbidden, NotFound, Refused
from pos.till import lines
from pos.till.models import Cart, CartLine
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, open_cart, reads

SALT = "8904043901015"


def test_a_scan_adds_one_piece_and_the_next_one_adds_to_it(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", "28.00", barcode=SALT)
    cart_id = open_cart(shop)
    first = lines.add_scanned(shop.ben, cart_id, SALT)
    second = lines.add_scanned(shop.ben, cart_id, f"{SALT}\r")
    assert first.line_id == second.line_id
    assert reads(cart_id) == [("Tata Salt 1kg", 2, Decimal("56.00"))]


def test_what_is_scanned_again_comes_to_the_top(shop: Shop) -> None:
    shop.product("Salt", barcode="1")
    shop.product("Tea", barcode="2")
    cart_id = open_cart(shop)
    for code in ("1", "2", "1"):
        lines.add_scanned(shop.ben, cart_id, code)
    assert [name for name, *_rest in reads(cart_id)] == ["Tea", "Salt"]


def test_loose_goods_are_not_added_before_they_are_weighed(shop: Shop) -> None:
    shop.product("Chana Dal", "86.00", unit="kg", barcode="4968")
    cart_id = open_cart(shop)
    scan = lines.add_scanned(shop.ben, cart_id, "4968")
    assert scan.product is not None
    assert scan.line_id is None
    assert reads(cart_id) == []


def test_an_unknown_code_adds_nothing(shop: Shop) -> None:
    cart_id = open_cart(shop)
    scan = lines.add_scanned(shop.ben, cart_id, "999")
    assert (scan.product, scan.line_id) == (None, None)


def test_staff_and_unknown_carts_are_refused(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        lines.add_scanned(shop.devi, open_cart(shop), "1")
    with pytest.raises(NotFound):
        lines.add_scanned(shop.ben, UUID(int=7), "1")


@one_unit
def sold(cart_id: UUID) -> None:
    rows = table(Cart)
    execute(rows.update().where(rows.c.id == cart_id).values(status="sold"))


def test_a_sold_cart_takes_no_scan(shop: Shop) -> None:
    shop.product(barcode="1")
    cart_id = open_cart(shop)
    sold(cart_id)
    with pytest.raises(Refused, match="has been paid"):
        lines.add_scanned(shop.ben, cart_id, "1")


@one_unit
def fill(cart_id: UUID, products: list[UUID]) -> None:
    rows = [
        {"cart_id": cart_id, "product_id": product, "position": number, "quantity": Decimal(1)}
        | {"unit_price": Decimal("12.50"), "discount": Decimal(0)}
        for number, product in enumerate(products, 1)
    ]
    execute(table(CartLine).insert(), rows)


def test_a_cart_holds_at_most_500_lines(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 3)
    cart_id = open_cart(shop)
    fill(cart_id, [shop.product(f"Soap {n}") for n in range(3)])
    shop.product("One more", barcode="1")
    with pytest.raises(Refused, match="at most 3 lines"):
        lines.add_scanned(shop.ben, cart_id, "1")


def test_a_plain_form_scans_and_comes_back_to_the_cart(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", barcode=SALT)
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/scan", data={"q": SALT})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Tata Salt 1kg" in page
    assert "is-fresh" in page


def test_htmx_gets_the_cart_and_a_sentence_for_who_does_not_see_it(shop: Shop) -> None:
    product = shop.product("Tata Salt 1kg", barcode=SALT)
    client, address = browser_with_cart(shop)
    client.post(f"{address}/scan", data={"q": SALT}, headers=HTMX)
    answer = client.post(f"{address}/scan", data={"q": SALT}, headers=HTMX)
    assert 'id="cart"' in answer.text
    assert ">Tata Salt 1kg × 2<" in answer.text
    assert f"[data-tile='{product}'] .tile-count" in answer.text
    assert "<html" not in answer.text


def test_an_unknown_code_offers_to_add_the_product(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    for headers in ({}, HTMX):
        answer = client.post(f"{address}/scan", data={"q": " 8999 "}, headers=headers, follow_redirects=True)
        assert "No product has the code 8999." in answer.text
        assert "/products/new?barcode=8999" in answer.text


def test_loose_goods_ask_for_their_weight_at_once(shop: Shop) -> None:
    shop.product("Chana Dal", "86.00", unit="kg", barcode="4968")
    client, address = browser_with_cart(shop)
    for headers in ({}, HTMX):
        answer = client.post(f"{address}/scan", data={"q": "4968"}, headers=headers, follow_redirects=True)
        assert 'id="weigh_sheet"' in answer.text
        assert "₹21.50" in answer.text
        assert "233 g" in answer.text
    assert "Chana Dal has not been weighed." in answer.text


def test_words_with_one_hit_add_it_and_words_with_several_show_them(shop: Shop) -> None:
    shop.product("Masala Noodles")
    shop.product("Masala Tea")
    client, address = browser_with_cart(shop)
    several = client.post(f"{address}/scan", data={"q": "masala"}, headers=HTMX)
    assert several.text.count('class="result"') == 2
    assert "till:several" in several.headers["HX-Trigger"]
    plain = client.post(f"{address}/scan", data={"q": "masala"})
    assert plain.headers["Location"].endswith("?q=masala")
    assert client.get(plain.headers["Location"]).text.count('class="result"') == 2
    client.post(f"{address}/scan", data={"q": "masala noo"})
    assert [name for name, *_rest in reads(cart_of(address))] == ["Masala Noodles"]


def test_one_hit_that_is_loose_asks_for_its_weight(shop: Shop) -> None:
    shop.product("Chana Dal", unit="kg")
    client, address = browser_with_cart(shop)
    assert 'id="weigh_sheet"' in client.post(f"{address}/scan", data={"q": "chana"}, headers=HTMX).text


def test_an_empty_scan_changes_nothing(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert client.post(f"{address}/scan", data={"q": " "}).status_code == 303
    assert client.post(f"{address}/scan", data={}, headers=HTMX).status_code == 200


def test_a_scan_into_a_sold_cart_says_so(shop: Shop) -> None:
    shop.product(barcode="1")
    client, address = browser_with_cart(shop)
    sold(cart_of(address))
    answer = client.post(f"{address}/scan", data={"q": "1"}, headers=HTMX)
    assert answer.status_code == 409
    assert "has been paid" in answer.text


def test_a_scan_into_twenty_lines_takes_ten_statements(shop: Shop, count_queries: Any) -> None:
    shop.product("Tata Salt 1kg", barcode=SALT)
    client, address = browser_with_cart(shop)
    fill(cart_of(address), [shop.product(f"Soap {number}") for number in range(20)])
    with count_queries() as seen:
        answer = client.post(f"{address}/scan", data={"q": SALT}, headers=HTMX)
    assert answer.text.count("line-name") == 21
    assert len(seen) <= 10, "\n".join(seen)


def test_the_answer_to_a_scan_is_small(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    for number in range(5):
        shop.product(f"Something with a name {number}", barcode=str(number))
        answer = client.post(f"{address}/scan", data={"q": str(number)}, headers=HTMX)
    assert len(gzip.compress(answer.data)) < 5 * 1024
