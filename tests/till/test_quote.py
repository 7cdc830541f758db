"""What a cart costs as it stands, and what is said at its lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from pos.catalog.models import Product
from pos.core.db import execute, one_unit, table
from pos.settings import store
from pos.till import lines, quoting, terms
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, only_line, open_cart, quote


@one_unit
def change(product: UUID, **values: Any) -> None:
    rows = table(Product)
    execute(rows.update().where(rows.c.id == product).values(**values))


def test_the_plan_s_sample_bill_is_quoted_to_the_paisa(shop: Shop) -> None:
    cart_id = open_cart(shop)
    lines.add_product(shop.ben, cart_id, shop.product("Salt", "22.00"), "2")
    lines.add_product(shop.ben, cart_id, shop.product("Soap", "12.00"), "5")
    lines.set_discount(shop.ben, cart_id, quote(cart_id).lines[1].id, "2")
    bill = quote(cart_id).bill
    shown = (bill.subtotal, bill.discount_amount, bill.tax_amount, bill.total)
    assert shown == (Decimal("104.00"), Decimal("10.00"), Decimal("4.70"), Decimal("98.70"))


def test_the_saving_against_mrp_is_told(shop: Shop) -> None:
    shop.settings(prices_include_tax=True)
    cart_id = cart_with(shop, shop.product("Ketchup", "63.00", mrp=Decimal("126.00")))
    assert quote(cart_id).bill.saving == Decimal("63.00")
    assert quote(cart_id).lines[0].saving == Decimal("63.00")


def test_pieces_are_counted_and_loose_goods_are_one_each(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    lines.step(shop.ben, cart_id, only_line(cart_id), 1)
    lines.add_product(shop.ben, cart_id, shop.product("Dal", unit="kg"), "0.350")
    assert quote(cart_id).pieces == 3


def test_short_stock_is_said_at_the_line_at_once(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    tea = shop.product("Tea", stock="3")
    answer = client.post(f"{address}/lines", data={"product": tea, "quantity": "5"}, headers=HTMX).text
    assert "Only 3 pcs left" in answer
    assert f'href="/products/{tea}"' in answer
    assert quote(cart_of(address)).lines[0].short == 2
    change(tea, stock_quantity=Decimal(0))
    assert "None left by the books" in client.get(address).text


def test_a_changed_price_is_quoted_and_said_until_it_is_accepted(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    tea = shop.product("Tea", "12.50")
    client.post(f"{address}/lines", data={"product": tea})
    change(tea, price=Decimal("14.00"))
    (line,) = quote(cart_of(address)).lines
    assert (line.price, line.was, line.total) == (Decimal("14.00"), Decimal("12.50"), Decimal("14.00"))
    assert quote(cart_of(address)).needs_care
    assert "The price was ₹12.50, now it is ₹14.00." in client.get(address).text
    assert client.post(f"{address}/prices").status_code == 303
    assert "The price was" not in client.get(address).text
    assert not quote(cart_of(address)).needs_care


def test_rupees_worth_buys_less_at_a_higher_price(shop: Shop) -> None:
    dal, cart_id = shop.product("Dal", "80.00", unit="kg"), open_cart(shop)
    lines.add_product(shop.ben, cart_id, dal, amount="20")
    change(dal, price=Decimal("100.00"))
    (line,) = quote(cart_id).lines
    assert (line.quantity, line.total) == (Decimal("0.200"), Decimal("20.00"))
    lines.accept_prices(shop.ben, cart_id)
    (line,) = quote(cart_id).lines
    assert (line.quantity, line.was) == (Decimal("0.200"), None)


def test_a_price_that_fell_below_the_discount_makes_the_goods_free(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    cart_id = cart_with(shop, tea)
    lines.set_discount(shop.ben, cart_id, only_line(cart_id), "10")
    change(tea, price=Decimal("8.00"))
    assert quote(cart_id).bill.total == 0
    lines.accept_prices(shop.ben, cart_id)
    assert quote(cart_id).lines[0].discount == Decimal("8.00")


def test_goods_that_became_free_are_quoted(shop: Shop) -> None:
    dal, cart_id = shop.product("Dal", "80.00", unit="kg"), open_cart(shop)
    lines.add_product(shop.ben, cart_id, dal, amount="20")
    change(dal, price=Decimal("0.00"))
    assert quote(cart_id).bill.total == 0
    lines.accept_prices(shop.ben, cart_id)
    assert quote(cart_id).lines[0].amount is None


def test_what_is_no_longer_sold_is_said(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    tea = shop.product("Tea")
    client.post(f"{address}/lines", data={"product": tea})
    change(tea, status="discontinued")
    assert "No longer sold: take it off the bill." in client.get(address).text
    assert quote(cart_of(address)).needs_care


def test_a_bill_discount_that_became_too_large_is_left_off_and_told(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea", "50.00"), shop.product("Salt", "20.00"))
    terms.set_bill_discount(shop.ben, cart_id, "60")
    lines.remove(shop.ben, cart_id, quote(cart_id).lines[0].id)
    now = quote(cart_id)
    assert now.bill.total == Decimal("21.00")
    assert "more than the bill" in now.problems[0]


def test_a_bill_beyond_what_can_be_written_is_told(shop: Shop) -> None:
    cart_id = open_cart(shop)
    for number in range(12):
        lines.add_product(shop.ben, cart_id, shop.product(f"Gold {number}", "9999999.00"), "10")
    now = quote(cart_id)
    assert "at most" in now.problems[0]
    assert len(now.lines) == 12


def test_an_empty_cart_costs_nothing(shop: Shop) -> None:
    now = quote(open_cart(shop))
    assert (now.bill.total, now.pieces, now.last, now.problems) == (0, 0, None, ())


def test_the_round_off_is_a_row_of_its_own(shop: Shop) -> None:
    shop.settings(round_to_rupee=True)
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Tea", "12.50")})
    page = client.get(address).text
    assert "Round-off" in page
    assert "₹13.00" in page


def test_quoting_takes_two_statements_however_long_the_cart(shop: Shop, count_queries: Any) -> None:
    cart_id = open_cart(shop)
    terms_now = store.current()
    for size in (1, 5):
        for number in range(size):
            lines.add_product(shop.ben, cart_id, shop.product(f"Soap {size} {number}"))
        with count_queries() as seen:
            quoting.quoted(cart_id, terms_now)
        assert len(seen) == 2
