"""What holds for a whole cart: its customer, its discount, points, a note."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from pos.core.errors import Invalid, NotFound, Refused
from pos.till import terms
from pos.till.models import Cart
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, open_cart, quote


def test_a_customer_shows_balance_limit_and_what_is_owed_after_this_bill(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Rice", "100.00")})
    ramesh = shop.customer("Ramesh Kumar", "9825012345", credit_balance=Decimal("1240.00"), credit_limit=Decimal(1300))
    answer = client.post(f"{address}/customer", data={"customer": ramesh}, headers=HTMX).text
    for shown in ("Ramesh Kumar", "9825012345", "₹1,240.00", "₹1,300.00", "₹1,345.00", "is-over"):
        assert shown in answer
    customer = quote(cart_of(address)).customer
    assert customer is not None
    assert (customer.after, customer.room, customer.is_over) == (Decimal("1345.00"), Decimal("60.00"), True)


def test_a_customer_is_taken_off_again_with_the_points(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    cart_id = cart_with(shop, shop.product("Rice", "100.00"))
    terms.set_customer(shop.ben, cart_id, shop.customer(loyalty_points=50))
    terms.set_points(shop.ben, cart_id, "20")
    terms.set_customer(shop.ben, cart_id, None)
    row = shop.row(Cart, cart_id)
    assert (row.customer_id, row.points_to_redeem) == (None, 0)


def test_only_customers_who_buy_here_are_taken(shop: Shop) -> None:
    cart_id = open_cart(shop)
    with pytest.raises(NotFound):
        terms.set_customer(shop.ben, cart_id, UUID(int=1))
    with pytest.raises(Refused, match="no longer active"):
        terms.set_customer(shop.ben, cart_id, shop.customer(status="inactive"))


def test_customers_are_found_by_three_digits_or_a_name(shop: Shop) -> None:
    shop.customer("Ramesh Kumar", "9825012345")
    shop.customer("Sunita Sharma", "9876543210")
    client, address = browser_with_cart(shop)
    digits = client.get(f"{address}/customers?find=982", headers=HTMX).text
    assert "Ramesh" in digits
    assert "Sunita" not in digits
    assert "Sunita" in client.get(f"{address}/customers?find=sharma").text


def test_a_phone_that_nobody_has_is_ready_to_be_added(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert 'value="98980"' in client.get(f"{address}/customers?find=98980", headers=HTMX).text
    assert 'value="Meena"' in client.get(f"{address}/customers?find=Meena", headers=HTMX).text


def test_somebody_new_is_added_in_place(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    answer = client.post(f"{address}/customer/new", data={"name": "Meena Joshi", "phone": "98980 98980"}, headers=HTMX)
    assert "Meena Joshi" in answer.text
    customer = quote(cart_of(address)).customer
    assert customer is not None
    assert customer.name == "Meena Joshi"


def test_a_phone_that_is_known_says_whose_it_is_and_keeps_what_was_typed(shop: Shop) -> None:
    shop.customer("Ramesh Kumar", "9825012345")
    client, address = browser_with_cart(shop)
    for headers in ({}, HTMX):
        data = {"name": "Meena", "phone": "9825012345"}
        answer = client.post(f"{address}/customer/new", data=data, headers=headers)
        assert answer.status_code == 409
        assert "Ramesh Kumar has this phone number already." in answer.text
        assert 'value="Meena"' in answer.text


@pytest.mark.parametrize(
    ("typed", "kind", "total"),
    [("10", "amount", "94.50"), ("10", "percent", "94.50"), ("10%", "amount", "94.50"), ("", "amount", "105.00")],
)
def test_a_discount_on_the_bill_is_rupees_or_a_percent(shop: Shop, typed: str, kind: str, total: str) -> None:
    cart_id = cart_with(shop, shop.product("Rice", "100.00"))
    terms.set_bill_discount(shop.ben, cart_id, "50")
    terms.set_bill_discount(shop.ben, cart_id, typed, kind)
    assert quote(cart_id).bill.total == Decimal(total)


@pytest.mark.parametrize(
    ("typed", "kind"), [("-1", "amount"), ("101", "percent"), ("abc", "amount"), ("100.01", "amount")]
)
def test_a_discount_that_makes_no_sense_changes_nothing(shop: Shop, typed: str, kind: str) -> None:
    cart_id = cart_with(shop, shop.product("Rice", "100.00"))
    with pytest.raises(Invalid) as refusal:
        terms.set_bill_discount(shop.ben, cart_id, typed, kind)
    assert refusal.value.field == "discount"
    assert quote(cart_id).bill.discount_amount == 0


def test_the_page_sets_the_discount_and_says_what_is_wrong_with_it(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Rice", "100.00")})
    assert "−₹10.00" in client.post(f"{address}/discount", data={"discount": "10"}, headers=HTMX).text
    wrong = client.post(f"{address}/discount", data={"discount": "999", "kind": "amount"}, headers=HTMX)
    assert wrong.status_code == 400
    assert wrong.headers["HX-Retarget"] == "#sheet"
    assert "more than the bill" in wrong.text
    assert 'value="999"' in wrong.text


def test_points_are_redeemed_only_with_loyalty_a_customer_and_enough_of_them(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Rice", "100.00"))
    with pytest.raises(Invalid, match="no points to redeem"):
        terms.set_points(shop.ben, cart_id, "10")
    shop.settings(loyalty_enabled=True)
    with pytest.raises(Invalid, match="no points to redeem"):
        terms.set_points(shop.ben, cart_id, "10")
    terms.set_customer(shop.ben, cart_id, shop.customer("Chitra", loyalty_points=150))
    for wrong in ("151", "-1", "1.5", "abc", "999999999999"):
        with pytest.raises(Invalid):
            terms.set_points(shop.ben, cart_id, wrong)
    with pytest.raises(Invalid, match="more than the bill"):
        terms.set_points(shop.ben, cart_id, "150")
    terms.set_points(shop.ben, cart_id, "40")
    assert quote(cart_id).bill.total == Decimal("63.00")


def test_points_are_offered_when_loyalty_is_on(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Rice", "100.00")})
    client.post(f"{address}/customer", data={"customer": shop.customer("Chitra", loyalty_points=50)})
    assert "Redeem" not in client.get(f"{address}/sheet/discount", headers=HTMX).text
    shop.settings(loyalty_enabled=True)
    assert "Chitra has 50 points" in client.get(f"{address}/sheet/discount", headers=HTMX).text
    assert client.post(f"{address}/points", data={"points": "20"}).status_code == 303
    assert quote(cart_of(address)).points == 20


def test_a_note_is_kept_and_has_at_most_500_letters(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    assert client.post(f"{address}/note", data={"notes": "Deliver by 6 pm"}).status_code == 303
    assert quote(cart_of(address)).notes == "Deliver by 6 pm"
    assert "Deliver by 6 pm" in client.get(address).text
    with pytest.raises(Invalid):
        terms.set_note(shop.ben, cart_of(address), "x" * 501)


def test_every_sheet_opens_without_javascript_and_an_unknown_one_does_not(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    for name in ("customer", "discount", "carts", "hold"):
        page = client.get(f"{address}/sheet/{name}").text
        assert f'id="{name}_sheet"' in page
        assert "<html" in page
    assert client.get(f"{address}/sheet/nothing").status_code == 404
