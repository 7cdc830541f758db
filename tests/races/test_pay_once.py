"""One cart, many taps on Pay: a double tap and two tabs that pay it differently make one bill (DESIGN.md 5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from pos.catalog.models import Product
from pos.core.db import db
from pos.customers.models import Customer
from pos.sales.checkout import Tender
from pos.sales.models import Payment, Sale
from pos.till import cart, lines, terms
from pos.till.models import Cart
from pos.till.payment import pay_cart
from tests.races.crowd import LONGEST_RACE_SECONDS, books_in_order
from tests.shop import Shop

TAPS = 8
CASH = (Tender("CASH", Decimal(20)),)
BY_UPI = (Tender("UPI", Decimal("13.13"), "4711"),)
ON_KHATA: tuple[Tender, ...] = ()


def at_once(shop: Shop, works: list[Callable[[], Any]]) -> list[Any]:
    """What each thread was told, an answer or an error; all begin together."""
    db.session.remove()
    gate = threading.Barrier(len(works))
    told: list[Any] = [None] * len(works)

    def one(place: int) -> None:
        with shop.app.app_context():
            gate.wait(LONGEST_RACE_SECONDS)
            try:
                told[place] = works[place]()
            except Exception as error:
                told[place] = error

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_RACE_SECONDS)
    return told


def cart_with_tea(shop: Shop) -> tuple[UUID, UUID, UUID]:
    tea, chitra = shop.product(stock="100"), shop.customer()
    cart_id = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, cart_id, tea)
    terms.set_customer(shop.ben, cart_id, chitra)
    return cart_id, tea, chitra


def one_bill(shop: Shop, cart_id: UUID, tea: UUID) -> Any:
    (sale,) = shop.rows(Sale)
    row = shop.row(Cart, cart_id)
    assert (row.status, row.sale_id) == ("sold", sale.id)
    assert shop.row(Product, tea).stock_quantity == 99
    assert books_in_order() == []
    return sale


def test_many_taps_of_one_finger_make_one_bill(shop: Shop) -> None:
    cart_id, tea, _chitra = cart_with_tea(shop)
    told = at_once(shop, [partial(pay_cart, shop.ben, cart_id, CASH)] * TAPS)
    sale = one_bill(shop, cart_id, tea)
    assert told == [sale.id] * TAPS
    assert len(shop.rows(Payment)) == 1


def test_tabs_that_pay_the_same_cart_differently_make_one_bill(shop: Shop) -> None:
    cart_id, tea, chitra = cart_with_tea(shop)
    ways = [CASH, BY_UPI, ON_KHATA] * 3
    told = at_once(shop, [partial(pay_cart, shop.ben, cart_id, way) for way in ways])
    sale = one_bill(shop, cart_id, tea)
    assert told == [sale.id] * len(ways)
    assert sale.amount_paid + shop.row(Customer, chitra).credit_balance == sale.total_amount


def test_a_line_added_while_it_is_paid_is_on_the_bill_or_refused(shop: Shop) -> None:
    for _round in range(6):
        cart_id = cart.new_cart(shop.ben, None)
        lines.add_product(shop.ben, cart_id, shop.product(stock="100"))
        rice = shop.product("Rice", "30.00")
        paid, added = at_once(
            shop,
            [
                partial(pay_cart, shop.ben, cart_id, (Tender("CASH", Decimal(100)),)),
                partial(lines.add_product, shop.ben, cart_id, rice),
            ],
        )
        sale = shop.row(Sale, paid)
        assert sale.total_amount == (Decimal("44.63") if isinstance(added, UUID) else Decimal("13.13"))


@pytest.mark.parametrize("second", [{"cash": "20"}, {"upi": "13.13", "upi_received": "y"}])
def test_a_double_tap_in_the_browser_makes_one_bill_and_both_see_it(shop: Shop, second: dict[str, str]) -> None:
    cart_id, tea, _chitra = cart_with_tea(shop)
    address = f"/till/{cart_id}/pay"
    forms = [{"cash": "20", "shown_total": "13.13"}, {**second, "shown_total": "13.13"}]
    browsers = [shop.client("ben"), shop.client("ben")]
    answers = at_once(
        shop,
        [partial(browser.post, address, data=form) for browser, form in zip(browsers, forms, strict=True)],
    )
    one_bill(shop, cart_id, tea)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.headers["Location"].partition("?")[0] for answer in answers} == {f"/till/{cart_id}/done"}
