"""Adding what was tapped, weighed or asked for by the rupee."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from pos.core.errors import Invalid, NotFound, Refused
from pos.till import lines
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, open_cart, quote, reads


def test_a_tap_adds_one_and_the_next_adds_to_it(shop: Shop) -> None:
    tea, cart_id = shop.product("Tea"), open_cart(shop)
    first = lines.add_product(shop.ben, cart_id, tea)
    assert lines.add_product(shop.ben, cart_id, tea, "2") == first
    assert reads(cart_id) == [("Tea", 3, Decimal("37.50"))]


def test_countable_goods_come_in_whole_numbers(shop: Shop) -> None:
    with pytest.raises(Invalid, match="whole numbers") as refusal:
        lines.add_product(shop.ben, open_cart(shop), shop.product(), "1.5")
    assert refusal.value.field == "quantity"


@pytest.mark.parametrize(
    ("unit", "typed", "quantity"),
    [
        ("kg", "0.350", "0.350"),
        ("kg", "250 g", "0.250"),
        ("kg", "250gm", "0.250"),
        ("kg", "1.5 kg", "1.500"),
        ("kg", "२५० g", "0.250"),
        ("gm", "1 kg", "1000"),
        ("ltr", "100 ml", "0.100"),
        ("ltr", ".5", "0.500"),
        ("ml", "1 l", "1000"),
    ],
)
def test_a_weight_is_read_as_people_say_it(shop: Shop, unit: str, typed: str, quantity: str) -> None:
    cart_id = open_cart(shop)
    lines.add_product(shop.ben, cart_id, shop.product("Dal", "2.00", "90000", unit=unit), typed)
    assert quote(cart_id).lines[0].quantity == Decimal(quantity)


@pytest.mark.parametrize("typed", ["0", "-1", "abc", "0.0001", "1e3", "NaN", "5 pounds", "250 ml", "99999999"])
def test_what_is_no_weight_is_refused_with_a_sentence(shop: Shop, typed: str) -> None:
    cart_id = open_cart(shop)
    with pytest.raises(Invalid) as refusal:
        lines.add_product(shop.ben, cart_id, shop.product("Dal", unit="kg"), typed)
    assert refusal.value.field == "quantity"
    assert reads(cart_id) == []


def test_loose_goods_without_a_weight_are_asked_about(shop: Shop) -> None:
    with pytest.raises(Invalid, match="How much Dal") as refusal:
        lines.add_product(shop.ben, open_cart(shop), shop.product("Dal", unit="kg"))
    assert refusal.value.code == "WEIGHT_NEEDED"


def test_twenty_rupees_worth_costs_twenty_rupees(shop: Shop) -> None:
    cart_id = open_cart(shop)
    lines.add_product(shop.ben, cart_id, shop.product("Dal", "86.00", unit="kg"), amount="20")
    assert reads(cart_id) == [("Dal", Decimal("0.233"), Decimal("20.00"))]


def test_rupees_and_rupees_stay_rupees_and_a_weight_makes_them_a_weight(shop: Shop) -> None:
    dal, cart_id = shop.product("Dal", "86.00", unit="kg"), open_cart(shop)
    lines.add_product(shop.ben, cart_id, dal, amount="20")
    lines.add_product(shop.ben, cart_id, dal, amount="₹10")
    assert reads(cart_id) == [("Dal", Decimal("0.349"), Decimal("30.00"))]
    lines.add_product(shop.ben, cart_id, dal, "0.651")
    assert reads(cart_id) == [("Dal", Decimal("1.000"), Decimal("86.00"))]


@pytest.mark.parametrize("amount", ["0", "-20", "abc", "0.001", "1,2"])
def test_what_is_no_amount_is_refused(shop: Shop, amount: str) -> None:
    with pytest.raises(Invalid) as refusal:
        lines.add_product(shop.ben, open_cart(shop), shop.product("Dal", unit="kg"), amount=amount)
    assert refusal.value.field == "amount"


def test_pieces_are_not_sold_by_the_rupee(shop: Shop) -> None:
    with pytest.raises(Invalid, match="Only loose goods"):
        lines.add_product(shop.ben, open_cart(shop), shop.product(), amount="20")


def test_what_is_free_cannot_be_sold_by_the_rupee(shop: Shop) -> None:
    with pytest.raises(Invalid, match="buys nothing"):
        lines.add_product(shop.ben, open_cart(shop), shop.product("Ice", "0.00", unit="kg"), amount="20")


def test_what_does_not_fit_on_a_bill_is_refused(shop: Shop) -> None:
    cart_id, gold = open_cart(shop), shop.product("Gold", "9999999.00")
    with pytest.raises(Invalid, match="more than fits"):
        lines.add_product(shop.ben, cart_id, gold, "999")
    lines.add_product(shop.ben, cart_id, gold, "10")
    with pytest.raises(Invalid, match="more than fits"):
        lines.add_product(shop.ben, cart_id, gold, "1")


def test_what_is_no_longer_sold_or_never_was_is_refused(shop: Shop) -> None:
    cart_id = open_cart(shop)
    with pytest.raises(Refused, match="Tea is no longer sold"):
        lines.add_product(shop.ben, cart_id, shop.product("Tea", status="discontinued"))
    with pytest.raises(NotFound):
        lines.add_product(shop.ben, cart_id, UUID(int=1))


def test_a_tap_on_the_page_adds_and_marks_the_tile(shop: Shop) -> None:
    tea = shop.product("Tea")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/lines", data={"product": tea}, headers=HTMX)
    assert f"[data-tile='{tea}'] .tile-count" in answer.text
    assert client.post(f"{address}/lines", data={"product": tea}).status_code == 303
    assert reads(cart_of(address)) == [("Tea", 2, Decimal("25.00"))]


def test_a_tap_on_loose_goods_asks_for_the_weight(shop: Shop) -> None:
    dal = shop.product("Dal", "86.00", unit="kg")
    client, address = browser_with_cart(shop)
    fragment = client.post(f"{address}/lines", data={"product": dal}, headers=HTMX)
    assert fragment.status_code == 200
    assert 'id="weigh_sheet"' in fragment.text
    plain = client.post(f"{address}/lines", data={"product": dal}, follow_redirects=True)
    assert 'id="weigh_sheet"' in plain.text


def test_a_wrong_weight_shows_in_the_sheet_with_what_was_typed(shop: Shop) -> None:
    dal = shop.product("Dal", "86.00", unit="kg")
    client, address = browser_with_cart(shop)
    for headers in ({}, HTMX):
        answer = client.post(f"{address}/lines", data={"product": dal, "quantity": "abc"}, headers=headers)
        assert answer.status_code == 400
        assert "is not a quantity" in answer.text
        assert 'value="abc"' in answer.text


def test_the_weighed_product_waits_no_longer(shop: Shop) -> None:
    dal = shop.product("Dal", "86.00", unit="kg")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/lines", data={"product": dal, "quantity": "0.350"}, headers=HTMX)
    assert f"[data-waits='{dal}']" in answer.text
    assert ">Dal × 0.35 kg<" in answer.text


def test_a_scan_into_the_question_for_a_weight_is_a_scan(shop: Shop) -> None:
    dal = shop.product("Dal", "86.00", unit="kg", barcode="49684968")
    shop.product("Tea", barcode="8901058023763")
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/lines", data={"product": dal, "quantity": "8901058023763"}, headers=HTMX)
    assert reads(cart_of(address)) == [("Tea", 1, Decimal("12.50"))]
    assert 'hx-partial hx-target="#sheet"' not in answer.text
    plain = client.post(f"{address}/lines", data={"product": dal, "quantity": "8901058023763"}, follow_redirects=True)
    assert 'id="weigh_sheet"' in plain.text
    unknown = client.post(f"{address}/lines", data={"product": dal, "quantity": "8999999999999"}, headers=HTMX)
    assert "No product has the code 8999999999999." in unknown.text
    loose = client.post(f"{address}/lines", data={"product": dal, "quantity": "49684968"}, headers=HTMX)
    assert "Dal has not been weighed." in loose.text


@pytest.mark.parametrize("code", ["4968", "M3"])
def test_a_short_code_is_a_scan_where_it_is_no_likely_weight(shop: Shop, code: str) -> None:
    dal = shop.product("Dal", "86.00", unit="kg")
    client, address = browser_with_cart(shop)
    far = client.post(f"{address}/lines", data={"product": dal, "quantity": code}, headers=HTMX)
    if code == "M3":
        assert far.status_code == 400
    else:
        assert reads(cart_of(address))[0][1] == 4968
        client.post("/till/new")
    _client, address = browser_with_cart(shop)
    shop.product("Tea", code=code)
    answer = _client.post(f"{address}/lines", data={"product": dal, "quantity": code}, headers=HTMX)
    assert reads(cart_of(address)) == [("Tea", 1, Decimal("12.50"))]
    assert 'id="weigh_sheet"' in answer.text


def test_a_product_that_is_no_longer_sold_is_told_over_the_cart(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/lines", data={"product": shop.product("Tea", status="inactive")}, headers=HTMX)
    assert answer.status_code == 409
    assert "Tea is no longer sold." in answer.text
    assert client.post(f"{address}/lines", data={"product": "x"}).status_code == 303
