"""What the tests of the customer's display share: Ben at his till, and a screen that faces the customer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pos.till.models import CustomerDisplay
from tests.shop import Shop
from tests.till.at_the_till import HTMX, cart_of


def on_the_shelf(shop: Shop) -> None:
    """Soap at ₹40, MRP ₹45, no tax; tea at ₹12.50."""
    shop.settings(tax_rate=Decimal(0))
    shop.product("Soap", "40", barcode="1", mrp=Decimal(45), cost_price=Decimal("31.07"))
    shop.product("Tea", "12.50", barcode="2")


@dataclass
class Counter:
    """A cashier's browser with its cart, and the browser of a display that shows what is in it."""

    shop: Shop
    cashier: FlaskClient
    display: FlaskClient
    address: str

    @property
    def cart_id(self) -> UUID:
        """The cart that was open when the display was."""
        return cart_of(self.address)

    def scan(self, code: str) -> None:
        """One scan at the till."""
        assert self.cashier.post(f"{self.address}/scan", data={"q": code}, headers=HTMX).status_code == 200

    def pay(self, **typed: str) -> None:
        """Complete the bill."""
        assert self.cashier.post(f"{self.address}/pay", data=typed).status_code == 303

    def shows(self) -> str:
        """All that the customer reads."""
        return read(self.display.get("/display"))

    def kind(self) -> str:
        """What kind of picture it is."""
        found = re.search(r'class="display is-(\w+)"', self.display.get("/display").text)
        return found[1] if found else "join"

    def poll(self) -> TestResponse:
        """What the display asks every second: has anything changed since?"""
        return self.display.get(self.next_look(), headers=HTMX)

    def next_look(self) -> str:
        """The address that the display will ask."""
        found = re.search(r'hx-get="([^"]+)"', self.display.get("/display").text)
        assert found
        return unescape(found[1])


def read(answer: Any) -> str:
    """The text of an answer, without its markup."""
    body = re.sub(r"<head>.*?</head>", "", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def offered_code(shop: Shop, cashier: FlaskClient) -> str:
    """A fresh code, as it stands on the cashier's page."""
    assert cashier.post("/till/display/code").status_code == 303
    found = re.search(r"display-way-code\">(\w{4}) (\w{4})<", cashier.get("/till/display").text)
    assert found
    return found[1] + found[2]


def joined(shop: Shop, code: str) -> FlaskClient:
    """Another device, after the code was typed into it."""
    device = shop.client()
    answer = device.post("/display", data={"code": code})
    assert (answer.status_code, answer.location) == (303, "/display")
    return device


def counter(shop: Shop, who: str = "ben") -> Counter:
    """A cashier at the till with a display that was joined with a code."""
    cashier = shop.client(who)
    address = cashier.get("/till").headers["Location"]
    return Counter(shop, cashier, joined(shop, offered_code(shop, cashier)), address)


def noted(shop: Shop) -> CustomerDisplay:
    """The one row of displays."""
    (row,) = shop.rows(CustomerDisplay)
    found: CustomerDisplay = row
    return found
