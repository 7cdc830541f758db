"""Points: one for every hundred rupees, worth a rupee each, off until switched on; taken back, never below zero."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from pos.core.errors import Refused
from pos.customers import people
from pos.customers.models import Customer
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Sale, SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.till import cart, lines, terms
from pos.till.payment import pay_cart
from tests.shop import Shop


def buys(shop: Shop, customer: UUID, amount: str, redeem: int = 0, tax: str = "0") -> UUID:
    product = shop.product("Oil", amount, tax_rate=Decimal(tax))
    asked = Checkout(
        (CheckoutLine(product, Decimal(1)),), (Tender("CASH", Decimal(10_000)),), customer, points_to_redeem=redeem
    )
    return complete_sale(shop.ben, asked).sale_id


def points(shop: Shop, customer: UUID) -> int:
    return int(shop.row(Customer, customer).loyalty_points)


def test_nothing_is_earned_until_it_is_switched_on(shop: Shop) -> None:
    chitra = shop.customer(loyalty_points=5)
    buys(shop, chitra, "1000")
    assert points(shop, chitra) == 5
    with pytest.raises(Refused):
        buys(shop, chitra, "1000", redeem=5)


@pytest.mark.parametrize(("amount", "earned"), [("99.99", 0), ("100", 1), ("199.99", 1), ("1000", 10)])
def test_every_whole_hundred_earns_a_point(shop: Shop, amount: str, earned: int) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer()
    buys(shop, chitra, amount)
    assert points(shop, chitra) == earned


def test_points_are_a_discount_before_tax(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer(loyalty_points=30)
    sale = shop.row(Sale, buys(shop, chitra, "130", redeem=30, tax="5"))
    assert (sale.discount_amount, sale.tax_amount, sale.total_amount) == (Decimal(30), Decimal(5), Decimal(105))
    assert points(shop, chitra) == 1


def test_nobody_redeems_more_than_they_have_nor_another_persons(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer(loyalty_points=30)
    for wished in (31, -1):
        with pytest.raises(Refused):
            buys(shop, chitra, "500", redeem=wished)
    assert points(shop, chitra) == 30


def test_the_owner_says_what_earns_and_what_it_is_worth(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True, loyalty_rupees_per_point="50", loyalty_point_worth="0.50")
    chitra = shop.customer(loyalty_points=10)
    sale = shop.row(Sale, buys(shop, chitra, "105", redeem=10))
    assert (sale.total_amount, points(shop, chitra)) == (Decimal(100), 2)


def test_a_void_gives_back_what_was_redeemed_and_takes_back_what_was_earned(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer(loyalty_points=30)
    sale = buys(shop, chitra, "530", redeem=30)
    assert points(shop, chitra) == 5
    void_sale(shop.asha, sale, "Wrong")
    assert points(shop, chitra) == 30


def test_points_that_are_spent_already_are_not_taken_below_zero(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer()
    first = buys(shop, chitra, "1000")
    buys(shop, chitra, "60", redeem=10)
    void_sale(shop.asha, first, "Wrong")
    assert points(shop, chitra) == 0


def test_a_return_takes_back_its_share(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer()
    oil = shop.product("Oil", "500", tax_rate=Decimal(0))
    asked = Checkout((CheckoutLine(oil, Decimal(2)),), (Tender("CASH", Decimal(1000)),), chitra)
    sale = complete_sale(shop.ben, asked).sale_id
    (item,) = shop.rows(SaleItem, sale_id=sale)
    return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="Torn")
    assert points(shop, chitra) == 5


def test_at_the_till_three_digits_find_somebody_and_their_points_are_redeemed(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    chitra = shop.customer("Chitra Rao", "9876543210", loyalty_points=40)
    shop.customer("Else", "9000000000")
    cart_id = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, cart_id, shop.product("Oil", "130", tax_rate=Decimal(0)))
    assert [row.name for row in people.look_up("543")] == ["Chitra Rao"]
    client = shop.client("ben")
    found = client.get(f"/till/{cart_id}/customers?find=543", headers={"HX-Request": "true"}).text
    assert "Chitra Rao" in found
    assert "Else" not in found
    client.post(f"/till/{cart_id}/customer", data={"customer": str(chitra)})
    assert "40 points" in client.get(f"/till/{cart_id}").text
    client.post(f"/till/{cart_id}/points", data={"points": "30"})
    terms.set_points(shop.ben, cart_id, "30")
    sale = shop.row(Sale, pay_cart(shop.ben, cart_id, (Tender("CASH", Decimal(100)),)))
    assert (sale.total_amount, sale.points_redeemed, sale.points_earned) == (Decimal(100), 30, 1)
    assert points(shop, chitra) == 11
    assert "11" in client.get(f"/customers/{chitra}").text
