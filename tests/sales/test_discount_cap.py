"""How much a cashier may take off: of the whole bill, at every door, whatever way it is taken off."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.catalog import products
from pos.catalog.models import Product
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, Refused
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Sale
from pos.sales.priced import BillDiscount
from pos.settings import store
from pos.till import lines, terms
from pos.till.payment import pay_cart
from tests.api import Program
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, only_line, quote

TEN = Decimal(10)
CASH = (Tender("CASH", Decimal(1000)),)


def bill(shop: Shop, off_each: str = "0", discount: BillDiscount | None = None, **values: Any) -> Checkout:
    """Four packets of rice at 50.00: 200.00 on the shelf."""
    line = CheckoutLine(shop.product("Rice", "50.00"), Decimal(4), Decimal(off_each))
    return Checkout((line,), CASH, bill_discount=discount or BillDiscount(), **values)


def test_without_a_cap_cashiers_discount_as_before(shop: Shop) -> None:
    assert store.current().cashier_discount_cap is None
    complete_sale(shop.ben, bill(shop, discount=BillDiscount(percent=Decimal(100))))


@pytest.mark.parametrize(
    ("off_each", "discount"),
    [
        ("5.00", BillDiscount()),
        ("0", BillDiscount(amount=Decimal("20.00"))),
        ("0", BillDiscount(percent=TEN)),
        ("2.50", BillDiscount(amount=TEN)),
    ],
)
def test_up_to_the_cap_is_given(shop: Shop, off_each: str, discount: BillDiscount) -> None:
    shop.settings(cashier_discount_cap="10")
    complete_sale(shop.ben, bill(shop, off_each, discount))
    (sale,) = shop.rows(Sale)
    assert sale.discount_amount == Decimal("20.00")


@pytest.mark.parametrize(
    ("off_each", "discount"),
    [
        ("5.01", BillDiscount()),
        ("0", BillDiscount(amount=Decimal("20.01"))),
        ("0", BillDiscount(percent=Decimal("10.01"))),
        ("2.50", BillDiscount(amount=Decimal("10.01"))),
    ],
)
def test_above_the_cap_nothing_is_sold_and_the_sentence_says_what_may_be_given(
    shop: Shop, off_each: str, discount: BillDiscount
) -> None:
    shop.settings(cashier_discount_cap="10")
    with pytest.raises(Forbidden, match=r"you may take off ₹20\.00 \(10 %\)") as refusal:
        complete_sale(shop.ben, bill(shop, off_each, discount))
    assert refusal.value.code == "DISCOUNT_ABOVE_CAP"
    assert shop.rows(Sale) == []


def test_the_owner_is_not_capped(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="0")
    complete_sale(shop.asha, bill(shop, "25.00"))
    with pytest.raises(Forbidden):
        complete_sale(shop.ben, bill(shop, "0.01"))


def test_points_that_a_customer_redeems_are_no_discount_of_the_cashiers(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="0", loyalty_enabled=True)
    chitra = shop.customer(loyalty_points=50)
    complete_sale(shop.ben, bill(shop, customer_id=chitra, points_to_redeem=50))
    (sale,) = shop.rows(Sale)
    assert sale.discount_amount == Decimal("50.00")


def test_the_paisa_that_a_percent_is_rounded_to_is_within_it(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="5")
    odd = CheckoutLine(shop.product("Toffee", "0.50"), Decimal(1))
    complete_sale(shop.ben, Checkout((odd,), CASH, bill_discount=BillDiscount(percent=Decimal(5))))
    (sale,) = shop.rows(Sale)
    assert sale.discount_amount == Decimal("0.03")


def test_what_else_is_wrong_is_told_with_it(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    few = shop.product("Ghee", "100.00", stock="1")
    with pytest.raises(Refused) as refusal:
        complete_sale(shop.ben, Checkout((CheckoutLine(few, Decimal(2), Decimal(50)),), CASH))
    assert [one.code for one in refusal.value.problems] == ["INSUFFICIENT_STOCK", "DISCOUNT_ABOVE_CAP"]


def test_the_api_answers_403_with_the_code(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    item = {"productId": str(shop.product("Rice", "50.00")), "quantity": 1, "discount": 10}
    asked = {"items": [item], "paymentMethod": "CASH", "amountPaid": 100}
    told = Program(shop, "ben").post("/sales", asked)
    assert (told.status_code, told.json["code"]) == (403, "DISCOUNT_ABOVE_CAP")
    assert Program(shop, "asha").post("/sales", asked).status_code == 201


def test_at_the_till_a_discount_on_the_bill_above_the_cap_stays_in_its_sheet(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Rice", "50.00")})
    told = client.post(f"{address}/discount", data={"discount": "5.01", "kind": "amount"}, headers=HTMX)
    assert told.status_code == 403
    for shown in ("you may take off ₹5.00 (10 %)", 'value="5.01"', 'id="discount_sheet"'):
        assert shown in told.text
    assert quote(cart_of(address)).bill.discount_amount == 0
    assert client.post(f"{address}/discount", data={"discount": "10%"}, headers=HTMX).status_code == 200


def test_at_the_till_a_line_above_the_cap_is_told_until_there_is_enough_on_the_bill(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    client, address = browser_with_cart(shop)
    dented, rice = shop.product("Dented tin", "20.00"), shop.product("Rice", "50.00")
    client.post(f"{address}/lines", data={"product": dented})
    line = only_line(cart_of(address))
    told = client.post(f"{address}/lines/{line}", data={"discount": "5"}, headers=HTMX)
    assert (told.status_code, "you may take off ₹2.00" in told.text) == (200, True)
    refused = client.post(f"{address}/pay", data={"cash": "100"})
    assert refused.status_code == 403
    assert 'value="100"' in refused.text
    assert "ask the owner" in refused.text
    assert shop.rows(Sale) == []
    told = client.post(f"{address}/lines", data={"product": rice}, headers=HTMX)
    assert "you may take off" not in told.text
    assert client.post(f"{address}/pay", data={"cash": "100"}).status_code == 303


def test_the_owner_completes_what_the_cashier_may_not(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10")
    cart_id = cart_with(shop, shop.product("Rice", "50.00"))
    lines.set_discount(shop.ben, cart_id, only_line(cart_id), "20")
    with pytest.raises(Forbidden):
        pay_cart(shop.ben, cart_id, CASH)
    pay_cart(shop.asha, cart_id, CASH)
    assert len(shop.rows(Sale)) == 1


def test_points_are_set_on_a_cart_whose_discount_is_above_the_cap(shop: Shop) -> None:
    shop.settings(cashier_discount_cap="10", loyalty_enabled=True)
    cart_id = cart_with(shop, shop.product("Rice", "50.00"))
    terms.set_customer(shop.ben, cart_id, shop.customer(loyalty_points=50))
    lines.set_discount(shop.ben, cart_id, only_line(cart_id), "20")
    terms.set_points(shop.ben, cart_id, "5")
    assert quote(cart_id).points == 5


def test_with_a_cap_the_owner_alone_lowers_a_shelf_price(shop: Shop) -> None:
    rice = shop.product("Rice", "50.00")
    products.change_product(shop.ben, rice, {"price": "49"})
    shop.settings(cashier_discount_cap="100")
    with pytest.raises(Forbidden, match="Only the owner of the shop lowers the price of Rice"):
        products.change_product(shop.ben, rice, {"price": "48"})
    products.change_product(shop.ben, rice, {"price": "51"})
    products.change_product(shop.asha, rice, {"price": "40"})
    assert shop.row(Product, rice).price == Decimal(40)
    answer = Program(shop, "devi").put(f"/products/{rice}", {"price": 39})
    assert (answer.status_code, answer.json["code"]) == (403, "DISCOUNT_ABOVE_CAP")


def test_a_lowered_price_is_refused_at_its_field_and_what_was_typed_stays(shop: Shop) -> None:
    rice = shop.product("Rice", "50.00")
    shop.settings(cashier_discount_cap="10")
    typed = {"name": "Rice", "price": "45", "unit": "pcs", "pack_size": "1 kg"}
    told = shop.client("ben").post(f"/products/{rice}/edit", data=typed)
    assert (told.status_code, 'id="price-error"' in told.text) == (403, True)
    assert 'value="1 kg"' in told.text


@pytest.mark.parametrize(("typed", "cap"), [("", None), ("0", Decimal(0)), ("7.5", Decimal("7.50"))])
def test_the_owner_sets_the_cap_on_the_settings_page(shop: Shop, typed: str, cap: Decimal | None) -> None:
    shop.settings(cashier_discount_cap="100")
    answer = shop.client("asha").post("/settings", data={"store_name": "Asha Kirana", "cashier_discount_cap": typed})
    assert answer.status_code == 303
    assert store.current().cashier_discount_cap == cap
    shown = "" if cap is None else typed
    assert f'name="cashier_discount_cap" type="text" value="{shown}"' in shop.client("asha").get("/settings").text
    assert shop.rows(AuditEntry, action="settings.changed")


@pytest.mark.parametrize("typed", ["-1", "100.01", "ten", "1.234"])
def test_a_cap_that_is_no_percent_is_refused(shop: Shop, typed: str) -> None:
    with pytest.raises(Invalid):
        shop.settings(cashier_discount_cap=typed)


def test_programs_read_and_set_the_cap(shop: Shop) -> None:
    asha = Program(shop, "asha")
    assert asha.get("/settings").json["data"]["settings"]["cashierDiscountCap"] is None
    assert asha.put("/settings", {"cashierDiscountCap": 12.5}).json["data"]["settings"]["cashierDiscountCap"] == 12.5
    assert asha.put("/settings", {"cashierDiscountCap": None}).status_code == 200
    assert store.current().cashier_discount_cap is None
