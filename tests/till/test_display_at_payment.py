"""What a customer's display shows from the payment sheet to the thanks: the very code, what is due, the change."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from pos.accounts import users
from pos.core import clock
from pos.core.errors import Busy
from pos.till import display, terms
from tests.shop import Shop
from tests.till.at_the_display import counter, on_the_shelf, read
from tests.till.at_the_till import HTMX

QR = re.compile(r'<svg role="img".*?</svg>', re.S)


@pytest.fixture(autouse=True)
def soap_and_tea(shop: Shop) -> None:
    on_the_shelf(shop)


def qr_in(answer: Any) -> str:
    """The drawing of the QR code, without what a screen reader says of it."""
    found = QR.search(answer.text)
    return re.sub(r"<title>.*?</title>", "", found[0]) if found else ""


def test_a_shop_without_displays_writes_nothing_at_its_payment(shop: Shop, count_queries: Any) -> None:
    client = shop.client("ben")
    address = client.get("/till").headers["Location"]
    client.post(f"{address}/scan", data={"q": "1"}, headers=HTMX)
    with count_queries() as seen:
        client.get(f"{address}/pay")
        client.post(f"{address}/pay/sum", data={"cash": "20"}, headers=HTMX)
        client.get(address)
    assert [one for one in seen if not one.startswith("SELECT")] == []


def test_the_payment_shows_the_very_code_of_the_payment_page(shop: Shop) -> None:
    shop.settings(upi_id="asha@upi")
    users.change_own_profile(shop.ben, language="hi")
    at = counter(shop)
    at.scan("1")
    page = at.cashier.get(f"{at.address}/pay")
    shown = at.display.get("/display")
    assert qr_in(shown) == qr_in(page) != ""
    assert "To pay ₹40.00" in read(shown)
    assert "Scan with any UPI app ₹40.00" in read(shown)
    part = at.cashier.post(f"{at.address}/pay/sum", data={"cash": "15"}, headers=HTMX)
    shown = at.display.get("/display")
    assert qr_in(shown) == qr_in(part) != qr_in(page)
    assert "Total ₹40.00 Still to pay ₹25.00" in read(shown)
    at.cashier.post(f"{at.address}/pay/sum", data={"cash": "50"}, headers=HTMX)
    shown = at.display.get("/display")
    assert (qr_in(shown), "Change ₹10.00" in read(shown)) == ("", True)


def test_without_a_upi_id_the_payment_shows_what_is_to_pay(shop: Shop) -> None:
    at = counter(shop)
    at.scan("1")
    at.cashier.get(f"{at.address}/pay")
    assert (at.kind(), "To pay ₹40.00" in at.shows(), "<svg role" in at.display.get("/display").text) == (
        "payment",
        True,
        False,
    )


def test_what_goes_on_khata_is_asked_for_by_no_code_and_not_told(shop: Shop) -> None:
    shop.settings(upi_id="asha@upi")
    at = counter(shop)
    at.scan("1")
    terms.set_customer(shop.ben, at.cart_id, shop.customer(credit_limit=Decimal(500)))
    at.cashier.get(f"{at.address}/pay?on_khata=y")
    assert (at.kind(), qr_in(at.display.get("/display"))) == ("payment", "")
    assert "Total ₹40.00" in at.shows()


def test_going_back_to_the_bill_or_scanning_on_takes_the_code_away(shop: Shop) -> None:
    shop.settings(upi_id="asha@upi")
    at = counter(shop)
    at.scan("1")
    at.cashier.get(f"{at.address}/pay")
    assert at.kind() == "payment"
    at.cashier.get(at.address)
    assert at.kind() == "bill"
    at.cashier.get(f"{at.address}/pay")
    assert at.kind() == "payment"
    at.scan("2")
    assert at.kind() == "bill"


def test_the_sheet_as_it_was_is_not_written_again(shop: Shop, count_queries: Any) -> None:
    at = counter(shop)
    at.scan("1")
    at.cashier.get(f"{at.address}/pay")
    with count_queries() as seen:
        at.cashier.get(f"{at.address}/pay")
    assert not [one for one in seen if not one.startswith("SELECT")]


@pytest.mark.parametrize(
    "error", [Busy("The shop is busy."), OperationalError("UPDATE", {}, Exception("disk is full"))]
)
def test_a_busy_shop_keeps_no_payment_waiting_for_a_display(
    shop: Shop, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = counter(shop)
    at.scan("1")

    def refuse(*_values: Any) -> None:
        raise error

    monkeypatch.setattr(display, "_note", refuse)
    assert at.cashier.get(f"{at.address}/pay").status_code == 200
    assert at.kind() == "bill"


def test_after_payment_it_thanks_for_a_minute(shop: Shop) -> None:
    at = counter(shop)
    at.scan("1")
    at.cashier.get(f"{at.address}/pay")
    at.pay(cash="50", shown_total="40")
    at.cashier.get(f"{at.address}/done")
    shown = at.shows()
    assert at.kind() == "thanks"
    assert "Paid, thank you Change ₹10.00 Total ₹40.00 Paid ₹50.00 You saved ₹5.00 on MRP" in shown
    assert at.poll().status_code == 204
    look = at.next_look()
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert "Welcome" in read(at.display.get(look, headers=HTMX))


def test_the_next_bill_keeps_the_thanks_until_its_first_item(shop: Shop) -> None:
    at = counter(shop)
    at.scan("1")
    at.pay(cash="40", shown_total="40")
    at.address = at.cashier.post("/till/next").headers["Location"]
    at.cashier.get(at.address)
    assert at.kind() == "thanks"
    at.scan("2")
    assert (at.kind(), "Tea" in at.shows(), "Soap" in at.shows()) == ("bill", True, False)


def test_a_minute_after_a_payment_no_waiting_bill_comes_to_light(shop: Shop) -> None:
    at = counter(shop)
    at.scan("2")
    at.address = at.cashier.post("/till/new").headers["Location"]
    at.cashier.get(at.address)
    at.scan("1")
    at.cashier.get(f"{at.address}/pay")
    at.pay(cash="40", shown_total="40")
    assert at.kind() == "thanks"
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert at.kind() == "welcome"
