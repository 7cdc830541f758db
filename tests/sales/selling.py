"""Real sales in few words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from tests.shop import Shop


def sold(shop: Shop, *lines: tuple[UUID, str], paid: str = "1000", method: str = "CASH", **values: Any) -> UUID:
    """A bill that Ben makes: (product, quantity) lines, one tender; `paid="0"` pays nothing."""
    asked = tuple(CheckoutLine(product, Decimal(quantity)) for product, quantity in lines)
    tenders = (Tender(method, Decimal(paid)),) if Decimal(paid) else ()
    return complete_sale(shop.ben, Checkout(asked, tenders, **values)).sale_id


def tea_sold(shop: Shop, name: str = "Tea 250 g", quantity: str = "2", **values: Any) -> UUID:
    """A bill of one line, paid in cash unless told otherwise."""
    return sold(shop, (shop.product(name), quantity), **values)
