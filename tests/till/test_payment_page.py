"""The payment sheet and the moment after: what they show, what they keep, and where each refusal leads."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.catalog import products
from pos.catalog.models import Product
from pos.core.upi import qr_svg
from pos.customers.models import Customer
from pos.sales.models import Payment, Sale
from pos.till import cart, lines, terms
from pos.till.models import Cart
from tests.shop import Shop
from tests.till.at_the_till import HTMX, cart_with


@pytest.fixture
def tea_cart(shop: Shop) -> UUID:
    """Ben's cart with one packet of tea: 12.50 and 5 % tax, 13.13."""
    return cart_with(shop, shop.product("Tea", "12.50", "10"))


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def value_of(answer: Any, name: str) -> str:
    field = re.search(rf'<input[^>]*\bid="{name}"[^>]*>', answer.text)
    assert field, f"there is no field {name}"
    found = re.search(r'\bvalue="([^"]*)"', field[0])
    return unescape(found[1]) if found else ""


def pay(shop: Shop, cart_id: UUID, headers: dict[str, str] | None = None, **typed: str) -> Any:
    return shop.client("ben").post(f"/till/{cart_id}/pay", data={"shown_total": "13.13", **typed}, headers=headers)


def reckon(shop: Shop, cart_id: UUID, **typed: str) -> Any:
    return shop.client("ben").post(f"/till/{cart_id}/pay/sum", data=typed, headers=HTMX)


def test_the_sheet_shows_the_total_and_likely_sums_of_cash(shop: Shop, tea_cart: UUID) -> None:
    shown = shop.client("ben").get(f"/till/{tea_cart}/pay")
    assert shown.status_code == 200
    assert "₹13.13" in text_of(shown)
    assert re.findall(r'name="hand" value="(\d[\d.]*)"', shown.text) == ["20.00", "100.00", "500.00"]
    assert value_of(shown, "cash") == ""


def test_opening_the_sheet_asks_the_database_little(shop: Shop, tea_cart: UUID, count_queries: Any) -> None:
    client = shop.client("ben")
    with count_queries() as seen:
        client.get(f"/till/{tea_cart}/pay")
    assert len(seen) <= 6


def test_cash_makes_the_bill_and_leads_to_it(shop: Shop, tea_cart: UUID) -> None:
    answer = pay(shop, tea_cart, cash="20")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/till/{tea_cart}/done")
    shown = text_of(shop.client("ben").get(f"/till/{tea_cart}/done"))
    (sale,) = shop.rows(Sale)
    assert sale.bill_number in shown
    assert "Change to give ₹6.87" in shown
    assert "Cash ₹20.00" in shown


def test_htmx_is_led_there_too(shop: Shop, tea_cart: UUID) -> None:
    answer = pay(shop, tea_cart, HTMX, cash="20")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/till/{tea_cart}/done")


def test_a_split_payment_writes_every_tender_with_its_reference(shop: Shop, tea_cart: UUID) -> None:
    by_card = {"card": "0.13", "card_reference": "S 9"}
    pay(shop, tea_cart, None, cash="10", upi="3", upi_received="y", upi_reference="4711", **by_card)
    told = {(row.method, str(row.amount), row.reference) for row in shop.rows(Payment)}
    assert told == {("CASH", "10.00", None), ("UPI", "3.00", "4711"), ("CARD", "0.13", "S 9")}


def test_one_press_with_nothing_typed_offers_exact_cash_and_the_next_takes_it(shop: Shop, tea_cart: UUID) -> None:
    offered = pay(shop, tea_cart)
    assert (offered.status_code, value_of(offered, "cash"), shop.rows(Sale)) == (200, "13.13", [])
    assert "Press once more" in text_of(offered)
    assert pay(shop, tea_cart, cash=value_of(offered, "cash")).status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"cash": "10"}, "₹3.13 is still to be paid."),
        ({"cash": "20,50"}, "“20,50” is not an amount in rupees"),
        ({"cash": "-5"}, "never below zero"),
        ({"upi": "13.13"}, "Has the ₹13.13 by UPI arrived?"),
        ({"card": "20"}, "Change is given on cash alone"),
        ({"cash": "8901234"}, "of change? Look at the cash again."),
        ({"cash": "10", "on_khata": "y"}, "Customer required for credit sales"),
    ],
)
def test_a_refusal_stands_beside_the_form_and_keeps_what_was_typed(
    shop: Shop, tea_cart: UUID, typed: dict[str, str], sentence: str
) -> None:
    answer = pay(shop, tea_cart, HTMX, card_reference="S 9", **typed)
    assert 400 <= answer.status_code < 500
    assert sentence in text_of(answer)
    for name in set(typed) - {"on_khata"}:
        assert value_of(answer, name) == typed[name]
    assert value_of(answer, "card_reference") == "S 9"
    assert answer.text.lstrip().startswith('<section id="payment"')
    assert shop.rows(Sale) == []


def test_goods_that_are_gone_are_told_with_the_way_to_the_product(shop: Shop) -> None:
    tea, rice = shop.product("Tea", stock="1"), shop.product("Rice", stock="1")
    cart_id = cart_with(shop, tea, tea, rice, rice)
    answer = pay(shop, cart_id, cash="100", shown_total="52.50")
    assert answer.status_code == 409
    assert "Insufficient stock for Tea" in text_of(answer)
    assert "Insufficient stock for Rice" in text_of(answer)
    assert f'href="/products/{tea}"' in answer.text
    assert f'href="/products/{rice}"' in answer.text


def test_a_changed_price_is_told_before_paying_and_refused_with_the_way_to_the_cart(shop: Shop, tea_cart: UUID) -> None:
    (line,) = shop.rows(Product, name="Tea")
    products.change_product(shop.asha, line.id, {"price": "15.00"})
    for answer in (shop.client("ben").get(f"/till/{tea_cart}/pay"), pay(shop, tea_cart, cash="20")):
        assert "The price of Tea changed from ₹12.50 to ₹15.00." in text_of(answer)
        assert f'href="/till/{tea_cart}"' in answer.text
    lines.accept_prices(shop.ben, tea_cart)
    assert pay(shop, tea_cart, cash="20", shown_total="15.75").status_code == 303


def test_a_new_total_stands_on_the_sheet_that_refuses_the_old_one(shop: Shop, tea_cart: UUID) -> None:
    shop.settings(tax_rate="18")
    answer = pay(shop, tea_cart, cash="20")
    assert "The total is ₹14.75 now." in text_of(answer)
    assert 'name="shown_total" value="14.75"' in answer.text
    assert pay(shop, tea_cart, cash="20", shown_total="14.75").status_code == 303


def test_the_rest_goes_on_the_khata_of_who_is_chosen_here(shop: Shop, tea_cart: UUID) -> None:
    chitra = shop.customer()
    ben = shop.client("ben")
    found = ben.get(f"/till/{tea_cart}/pay/customer?find=chit&cash=10", headers=HTMX)
    assert "Chitra Rao" in found.text
    back = ben.post(f"/till/{tea_cart}/pay/customer?cash=10", data={"customer": str(chitra)}, headers=HTMX)
    assert (value_of(back, "cash"), "Khata of Chitra Rao" in text_of(back)) == ("10", True)
    assert "Chitra Rao will owe ₹3.13 of ₹5,000.00." in text_of(reckon(shop, tea_cart, cash="10", on_khata="y"))
    pay(shop, tea_cart, cash="10", on_khata="y")
    assert str(shop.row(Customer, chitra).credit_balance) == "3.13"
    done = text_of(ben.get(f"/till/{tea_cart}/done"))
    assert "On khata ₹3.13" in done
    assert "Chitra Rao now owes ₹3.13" in done


def test_a_plain_form_chooses_a_customer_and_keeps_what_was_typed(shop: Shop, tea_cart: UUID) -> None:
    address = f"/till/{tea_cart}/pay/customer?cash=10"
    answer = shop.client("ben").post(address, data={"customer": str(shop.customer())})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/till/{tea_cart}/pay?cash=10")


def test_somebody_new_is_added_here_or_refused_here(shop: Shop, tea_cart: UUID) -> None:
    ben, address = shop.client("ben"), f"/till/{tea_cart}/pay/customer?cash=10"
    refused = ben.post(address, data={"name": "Dinesh", "phone": "12"}, headers=HTMX)
    assert refused.status_code == 400
    assert "Enter a phone number of 10 digits." in text_of(refused)
    assert (value_of(refused, "new-name"), value_of(refused, "cash")) == ("Dinesh", "10")
    added = ben.post(address, data={"name": "Dinesh", "phone": "9812345678"}, headers=HTMX)
    assert "Khata of Dinesh" in text_of(added)
    (customer,) = shop.rows(Customer)
    assert shop.row(Cart, tea_cart).customer_id == customer.id


def test_more_credit_than_the_limit_is_told_before_it_is_tried(shop: Shop, tea_cart: UUID) -> None:
    terms.set_customer(shop.ben, tea_cart, shop.customer(credit_limit=10))
    for answer in (reckon(shop, tea_cart, on_khata="y"), pay(shop, tea_cart, on_khata="y")):
        assert "Credit limit exceeded. Limit: ₹10.00, Current: ₹0.00, New: ₹13.13" in text_of(answer)
    assert pay(shop, tea_cart, cash="5", on_khata="y").status_code == 303


def test_the_qr_code_asks_for_exactly_what_is_left(shop: Shop, tea_cart: UUID) -> None:
    shop.settings(upi_id="asha@okaxis")
    link = f"upi://pay?pa=asha@okaxis&pn=Asha%20Kirana&am=10.13&cu=INR&tn=Bill&tr={tea_cart.hex}"
    answer = reckon(shop, tea_cart, cash="3")
    assert str(qr_svg(link, "UPI QR code for ₹10.13")) in answer.text
    assert "UPI QR code" not in reckon(shop, tea_cart, cash="20").text


def test_without_a_upi_id_the_owner_is_shown_where_to_set_it(shop: Shop, tea_cart: UUID) -> None:
    by_owner, by_cashier = (shop.client(who).get(f"/till/{tea_cart}/pay") for who in ("asha", "ben"))
    assert "No UPI id is set" in text_of(by_owner)
    assert "No UPI id is set" in text_of(by_cashier)
    assert "Set it in the settings" in text_of(by_owner)
    assert "Set it in the settings" not in text_of(by_cashier)


@pytest.mark.parametrize(
    ("typed", "cash", "upi", "card"),
    [
        ({"fill": "cash", "upi": "3"}, "10.13", "3.00", ""),
        ({"fill": "card", "cash": "10"}, "10.00", "", "3.13"),
        ({"fill": "upi", "cash": "20"}, "", "13.13", ""),
        ({"hand": "+50", "cash": "100"}, "150.00", "", ""),
        ({"hand": "20.00", "cash": "100"}, "20.00", "", ""),
    ],
)
def test_one_tap_fills_in_amounts_and_saves_nothing(
    shop: Shop, tea_cart: UUID, typed: dict[str, str], cash: str, upi: str, card: str
) -> None:
    answer = reckon(shop, tea_cart, **typed)
    assert [value_of(answer, name) for name in ("cash", "upi", "card")] == [cash, upi, card]
    assert shop.rows(Sale) == []


def test_the_preview_shows_change_and_what_is_still_to_pay(shop: Shop, tea_cart: UUID) -> None:
    assert "Change ₹6.87" in text_of(reckon(shop, tea_cart, cash="20"))
    assert "Still to pay ₹3.13" in text_of(reckon(shop, tea_cart, cash="10"))
    assert "On khata" not in text_of(reckon(shop, tea_cart, cash="10"))


def test_paying_again_after_a_lost_answer_leads_to_the_same_bill(shop: Shop, tea_cart: UUID) -> None:
    first, again = pay(shop, tea_cart, cash="20"), pay(shop, tea_cart, cash="20")
    assert first.headers["Location"] == again.headers["Location"]
    assert len(shop.rows(Sale)) == 1


def test_another_tab_that_pays_it_otherwise_is_told_so_at_the_bill(shop: Shop, tea_cart: UUID) -> None:
    pay(shop, tea_cart, cash="20")
    tab = shop.client("ben")
    told = tab.post(f"/till/{tea_cart}/pay", data={"upi": "13.13", "upi_received": "y"}, follow_redirects=True)
    assert "This bill was paid before, in another way." in text_of(told)
    assert "paid before" not in text_of(tab.get(f"/till/{tea_cart}/done"))
    assert [row.method for row in shop.rows(Payment)] == ["CASH"]


def test_the_done_page_of_an_unpaid_cart_leads_back_to_the_payment(shop: Shop, tea_cart: UUID) -> None:
    ben = shop.client("ben")
    assert ben.get(f"/till/{tea_cart}/done").headers["Location"] == f"/till/{tea_cart}/pay"
    assert ben.get(f"/till/{uuid4()}/done").status_code == 404
    pay(shop, tea_cart, cash="20")
    assert ben.get(f"/till/{tea_cart}/pay").headers["Location"] == f"/till/{tea_cart}/done"


def test_an_empty_or_discarded_cart_has_nothing_to_pay(shop: Shop, tea_cart: UUID) -> None:
    ben, empty = shop.client("ben"), cart.new_cart(shop.ben, None)
    cart.discard(shop.ben, tea_cart)
    for cart_id in (empty, tea_cart):
        assert ben.get(f"/till/{cart_id}/pay").headers["Location"] == f"/till/{cart_id}"
    assert pay(shop, tea_cart, cash="20").status_code == 409


def test_the_next_bill_opens_at_once_with_what_was_scanned(shop: Shop, tea_cart: UUID) -> None:
    shop.product("Rice", "30.00", barcode="8901030875021")
    pay(shop, tea_cart, cash="20")
    ben = shop.client("ben")
    opened = ben.post("/till/next")
    assert re.fullmatch(r"/till/[0-9a-f-]{36}", opened.headers["Location"])
    scanned = ben.post("/till/next", data={"q": "8901030875021"}, follow_redirects=True)
    assert "Rice" in text_of(scanned)
    assert opened.headers["Location"] in scanned.request.path


def test_a_bill_of_nothing_is_completed_without_money(shop: Shop, tea_cart: UUID) -> None:
    terms.set_bill_discount(shop.ben, tea_cart, "100%")
    assert pay(shop, tea_cart, shown_total="0.00").status_code == 303
