"""Twenty rupees' worth is what twenty rupees buy, whatever quantity a checkout brings along."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.catalog.models import Product
from pos.core.errors import Invalid, Refused
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Sale
from tests.shop import Shop

CASH = (Tender("CASH", Decimal(50)),)


def test_a_rupees_worth_does_not_empty_the_shelf(shop: Shop) -> None:
    dal = shop.product("Toor dal", "120", "100", unit="kg")
    with pytest.raises(Refused, match=r"₹1\.00 of Toor dal is 0\.008 kg now"):
        complete_sale(shop.ben, Checkout((CheckoutLine(dal, Decimal(100), amount=Decimal(1)),), CASH))
    assert shop.row(Product, dal).stock_quantity == 100
    assert shop.rows(Sale) == []


def test_rupees_worth_goes_out_at_what_it_buys(shop: Shop) -> None:
    dal = shop.product("Toor dal", "120", "100", unit="kg", tax_rate=Decimal(0))
    done = complete_sale(shop.ben, Checkout((CheckoutLine(dal, Decimal("0.167"), amount=Decimal(20)),), CASH))
    assert shop.row(Sale, done.sale_id).total_amount == 20
    assert shop.row(Product, dal).stock_quantity == Decimal("99.833")


def test_an_amount_below_zero_is_refused_and_not_an_error(shop: Shop) -> None:
    dal = shop.product("Toor dal", "120", "100", unit="kg")
    with pytest.raises(Invalid, match="buys nothing"):
        complete_sale(shop.ben, Checkout((CheckoutLine(dal, Decimal(1), amount=Decimal(-5)),), CASH))
