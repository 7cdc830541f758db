"""A cart becomes a bill: once, however often and in how many tabs it is paid (DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotFound, Refused
from pos.core.language import gettext as _
from pos.sales import tendering
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, Sale
from pos.sales.priced import BillDiscount
from pos.settings import store
from pos.till.models import Cart, CartLine

_carts, _lines, _sales, _payments = map(table, (Cart, CartLine, Sale, Payment))
_in_bill = ("product_id", "quantity", "discount", "amount", "unit_price")
_read_lines = select(*(_lines.c[name] for name in _in_bill)).order_by(_lines.c.position, _lines.c.id)


@one_unit
def pay_cart(actor: Actor, cart_id: UUID, tenders: Sequence[Tender], shown_total: Decimal | None = None) -> UUID:
    """Make the cart a bill, paid with these tenders, and mark it sold; gives the bill's id.

    A cart that is sold already answers with the bill it became, whatever it is paid with now. `shown_total` is the
    total that the cashier saw, in rupees; each line carries the price that was seen. The cart is locked before anything
    else that a checkout locks. Raises Forbidden, NotFound, Refused for a discarded cart, and what `complete_sale` does.
    """
    actor.require("sell")
    cart = _lock(cart_id)
    if cart.sale_id is not None:
        return UUID(str(cart.sale_id))
    if cart.status == "discarded":
        raise Refused(_("This bill was discarded. Start the next one."), code="CART_DISCARDED")
    done = complete_sale(actor, _checkout(cart, tenders, shown_total), key=str(cart_id))
    sold = {"status": "sold", "sale_id": done.sale_id, "updated_at": clock.now()}
    execute(update(_carts).filter_by(id=cart_id).values(**sold))
    return done.sale_id


def _lock(cart_id: UUID) -> Row[Any]:
    row = execute(select(_carts).filter_by(id=cart_id).with_for_update()).first()
    if row is None:
        raise NotFound(_("There is no such cart."), code="CART_NOT_FOUND")
    return row


def _checkout(cart: Row[Any], tenders: Sequence[Tender], shown_total: Decimal | None) -> Checkout:
    lines = execute(_read_lines.where(_lines.c.cart_id == cart.id, _lines.c.removed_at.is_(None)))
    return Checkout(
        lines=tuple(
            CheckoutLine(line.product_id, line.quantity, line.discount, line.amount, line.unit_price) for line in lines
        ),
        tenders=tuple(tenders),
        customer_id=cart.customer_id,
        bill_discount=_bill_discount(cart),
        # Points that were put on the cart before the owner ended the scheme are not on the till's total either.
        points_to_redeem=cart.points_to_redeem if store.current().loyalty_enabled else 0,
        notes=cart.notes,
        shown_total=shown_total,
        cart_id=cart.id,
    )


def _bill_discount(cart: Row[Any]) -> BillDiscount:
    if cart.bill_discount_percent:
        return BillDiscount(percent=cart.bill_discount_percent)
    return BillDiscount(amount=cart.bill_discount) if cart.bill_discount else BillDiscount()


def paid_otherwise(sale_id: UUID, tenders: Sequence[Tender]) -> bool:
    """True when the bill was not paid with these tenders, so that what was taken now is on no bill."""
    total = execute(select(_sales.c.total_amount).filter_by(id=sale_id)).scalar_one()
    if tendering.problems_of(tenders, total, has_customer=True):
        return True
    columns = (_payments.c[name] for name in ("method", "amount", "tendered", "reference"))
    written = execute(select(*columns).filter_by(sale_id=sale_id, kind="TENDER")).all()
    asked = tendering.settle(tenders, total).payments
    return {tuple(row) for row in written} != {(p.method, p.amount, p.tendered, p.reference) for p in asked}
