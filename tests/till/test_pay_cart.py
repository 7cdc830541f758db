"""Paying a cart: it becomes one bill, whatever is pressed, typed or reloaded afterwards (DESIGN.md 5)."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from pos.catalog import products
from pos.catalog.models import Product
from pos.core.errors import Forbidden, NotFound, PosError, Refused
from pos.customers.models import Customer
from pos.sales.checkout import Tender
from pos.sales.models import Payment, Sale, SaleItem
from pos.till import cart, lines, terms
from pos.till.models import Cart
from pos.till.payment import paid_otherwise, pay_cart
from tests.shop import Shop
from tests.till.at_the_till import cart_with, quote


def cash(amount: str) -> tuple[Tender, ...]:
    return (Tender("CASH", Decimal(amount)),)


def codes(error: PosError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_a_cart_becomes_a_bill_with_all_that_is_in_it(shop: Shop) -> None:
    chitra, sugar = shop.customer(), shop.product("Sugar", "40.00", unit="kg")
    cart_id = cart_with(shop, shop.product("Soap", "30.00"))
    lines.add_product(shop.ben, cart_id, sugar, amount="20")
    terms.set_customer(shop.ben, cart_id, chitra)
    terms.set_bill_discount(shop.ben, cart_id, "10%")
    terms.set_note(shop.ben, cart_id, "for the temple")
    shown = quote(cart_id).bill.total
    sale = shop.row(Sale, pay_cart(shop.ben, cart_id, cash("50"), shown))
    assert (sale.total_amount, sale.bill_discount, sale.notes) == (shown, Decimal("5.00"), "for the temple")
    assert (sale.customer_id, sale.cart_id, sale.created_by) == (chitra, cart_id, shop.ben.id)
    soap, loose = shop.rows(SaleItem, sale_id=sale.id)
    assert (soap.product_name, loose.product_name, loose.quantity) == ("Soap", "Sugar", Decimal("0.500"))
    assert loose.sold_by_amount


def test_the_cart_is_sold_in_the_same_moment(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    sale_id = pay_cart(shop.ben, cart_id, cash("20"))
    row = shop.row(Cart, cart_id)
    assert (row.status, row.sale_id) == ("sold", sale_id)
    with pytest.raises(Refused) as refused:
        lines.add_product(shop.ben, cart_id, shop.product("Rice"))
    assert refused.value.code == "CART_SOLD"


def test_paying_it_again_gives_the_bill_that_exists(shop: Shop) -> None:
    tea = shop.product(stock="10")
    cart_id = cart_with(shop, tea)
    bills = {pay_cart(shop.ben, cart_id, cash("20")) for _again in range(3)}
    assert len(bills) == len(shop.rows(Sale)) == len(shop.rows(Payment)) == 1
    assert shop.row(Product, tea).stock_quantity == 9


def test_paying_it_again_in_another_way_gives_the_bill_that_exists_too(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    first = pay_cart(shop.ben, cart_id, cash("13.13"))
    by_upi = (Tender("UPI", Decimal("13.13"), "4711"),)
    assert pay_cart(shop.asha, cart_id, by_upi, Decimal("99.00")) == first
    assert [row.method for row in shop.rows(Payment)] == ["CASH"]
    assert paid_otherwise(first, by_upi)
    assert paid_otherwise(first, cash("20"))
    assert paid_otherwise(first, cash("5"))
    assert not paid_otherwise(first, cash("13.13"))


def test_a_held_cart_can_be_paid_and_an_emptied_one_cannot(shop: Shop) -> None:
    held = cart_with(shop, shop.product())
    cart.hold(shop.ben, held, "Auntie in green")
    assert pay_cart(shop.ben, held, cash("20"))
    with pytest.raises(PosError, match="At least one item required"):
        pay_cart(shop.ben, cart_with(shop), cash("20"))


def test_a_discarded_cart_and_an_unknown_one_are_refused(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    cart.discard(shop.ben, cart_id)
    with pytest.raises(Refused) as refused:
        pay_cart(shop.ben, cart_id, cash("20"))
    assert refused.value.code == "CART_DISCARDED"
    with pytest.raises(NotFound):
        pay_cart(shop.ben, uuid4(), cash("20"))


def test_staff_take_no_money(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    with pytest.raises(Forbidden):
        pay_cart(shop.devi, cart_id, cash("20"))


def test_a_price_that_changed_since_it_was_scanned_is_refused_until_it_is_accepted(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    cart_id = cart_with(shop, tea)
    products.change_product(shop.asha, tea, {"price": "15.00"})
    with pytest.raises(Refused) as refused:
        pay_cart(shop.ben, cart_id, cash("20"))
    assert codes(refused.value) == ["PRICE_CHANGED"]
    lines.accept_prices(shop.ben, cart_id)
    assert shop.row(Sale, pay_cart(shop.ben, cart_id, cash("20"))).total_amount == Decimal("15.75")


def test_a_total_that_is_not_the_one_shown_is_refused(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    shop.settings(tax_rate="18")
    with pytest.raises(Refused) as refused:
        pay_cart(shop.ben, cart_id, cash("20"), Decimal("13.13"))
    assert codes(refused.value) == ["PRICE_CHANGED"]


def test_a_refused_payment_leaves_the_cart_as_it_was_and_can_be_tried_again(shop: Shop) -> None:
    tea = shop.product(stock="1")
    cart_id = cart_with(shop, tea, tea)
    with pytest.raises(Refused) as refused:
        pay_cart(shop.ben, cart_id, cash("50"))
    assert codes(refused.value) == ["INSUFFICIENT_STOCK"]
    assert (shop.row(Cart, cart_id).status, shop.rows(Sale)) == ("open", [])
    (line,) = quote(cart_id).lines
    lines.set_quantity(shop.ben, cart_id, line.id, "1")
    assert pay_cart(shop.ben, cart_id, cash("50"))


def test_a_line_that_was_removed_is_not_sold(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    rice = lines.add_product(shop.ben, cart_id, shop.product("Rice"))
    lines.remove(shop.ben, cart_id, rice)
    pay_cart(shop.ben, cart_id, cash("50"))
    assert [item.product_name for item in shop.rows(SaleItem)] == ["Tea"]


def test_what_is_not_paid_goes_on_the_customers_khata(shop: Shop) -> None:
    chitra = shop.customer()
    cart_id = cart_with(shop, shop.product())
    terms.set_customer(shop.ben, cart_id, chitra)
    sale = shop.row(Sale, pay_cart(shop.ben, cart_id, cash("10")))
    assert (sale.payment_status, sale.credit_amount) == ("PARTIAL", Decimal("3.13"))
    assert shop.row(Customer, chitra).credit_balance == Decimal("3.13")


def test_points_left_on_a_cart_count_for_nothing_once_the_scheme_has_ended(shop: Shop) -> None:
    shop.settings(loyalty_enabled=True)
    cart_id = cart_with(shop, shop.product())
    terms.set_customer(shop.ben, cart_id, shop.customer(loyalty_points=50))
    terms.set_points(shop.ben, cart_id, "5")
    shop.settings(loyalty_enabled=False)
    sale = shop.row(Sale, pay_cart(shop.ben, cart_id, cash("20"), Decimal("13.13")))
    assert (sale.points_redeemed, sale.total_amount) == (0, Decimal("13.13"))


def test_a_bill_of_nothing_needs_no_money(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    terms.set_bill_discount(shop.ben, cart_id, "100%")
    sale_id = pay_cart(shop.ben, cart_id, (), Decimal(0))
    assert shop.row(Sale, sale_id).payment_status == "PAID"
    assert not paid_otherwise(sale_id, ())
