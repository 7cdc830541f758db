"""What a checkout asks for, before it is a bill."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from pos.core import idempotency
from pos.sales.priced import BillDiscount
from pos.sales.pricing import NO_DISCOUNT
from pos.sales.tendering import Tender

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """So much of a product; `discount` in rupees per unit, `amount` for rupees' worth.

    `shown_price` is the unit price the cashier saw: when it is no longer the product's, the bill is refused.
    """

    product_id: UUID
    quantity: Decimal
    discount: Decimal = Decimal(0)
    amount: Decimal | None = None
    shown_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """Everything that makes a bill. `shown_total` is the total that the cashier saw, in rupees."""

    lines: tuple[CheckoutLine, ...]
    tenders: tuple[Tender, ...]
    customer_id: UUID | None = None
    bill_discount: BillDiscount = NO_DISCOUNT
    points_to_redeem: int = 0
    notes: str | None = None
    shown_total: Decimal | None = None
    cart_id: UUID | None = None


def fingerprint(checkout: Checkout) -> str:
    """The same for the same wish, however its numbers were written; what was merely shown is no part of it."""
    lines = [
        (str(one.product_id), _plain(one.quantity), _plain(one.discount), _plain(one.amount)) for one in checkout.lines
    ]
    tenders = [(one.method, _plain(one.amount), one.reference) for one in checkout.tenders]
    discount = (_plain(checkout.bill_discount.amount), _plain(checkout.bill_discount.percent))
    rest = (str(checkout.customer_id), discount, checkout.points_to_redeem, checkout.notes)
    return idempotency.fingerprint({"lines": lines, "tenders": tenders, "rest": rest})


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize(), "f")
