"""A drafted bill becomes rows: the sale, its lines in one statement, its payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from pos.core.actor import Actor
from pos.core.db import table
from pos.core.ids import uuid7
from pos.core.numbering import Number
from pos.core.prepared import Prepared
from pos.core.text import tidy
from pos.sales.drafting import Draft
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.order import Checkout
from pos.sales.priced import PricedLine

LONGEST_NOTE = 500
_insert_sale = Prepared(insert(table(Sale)))
_insert_items = Prepared(insert(table(SaleItem)))
_insert_payments = Prepared(insert(table(Payment)))


def write_sale(
    actor: Actor,
    sale_id: UUID,
    checkout: Checkout,
    draft: Draft,
    number: Number,
    moment: datetime,
    day: date,
    earned: int,
) -> None:
    """Insert the bill with everything that is frozen onto it: prices, tax, cost, MRP, names (DESIGN.md 4)."""
    sale = _money(draft) | _who(actor, checkout, draft) | {"id": sale_id, "business_day": day, "points_earned": earned}
    sale |= {"bill_number": str(number), "bill_year": number.year, "bill_sequence": number.sequence}
    _insert_sale.run(sale | {"created_at": moment, "updated_at": moment})
    stamp: dict[str, Any] = {"sale_id": sale_id, "created_at": moment}
    lines = zip(checkout.lines, draft.bill.lines, strict=True)
    items = [_item(draft.products[asked.product_id], line) for asked, line in lines]
    _insert_items.run_each([stamp | item | {"position": place} for place, item in enumerate(items, start=1)])
    stamp["cash_session_id"] = draft.cash_session_id
    payments = [stamp | _payment(actor, paid) for paid in draft.settlement.payments]
    if payments:
        _insert_payments.run_each(payments)


def _money(draft: Draft) -> dict[str, Any]:
    bill, settled = draft.bill, draft.settlement
    return {
        "subtotal": bill.subtotal,
        "discount_amount": bill.discount_amount,
        "bill_discount": bill.bill_discount,
        "tax_amount": bill.tax_amount,
        "round_off": bill.round_off,
        "total_amount": bill.total,
        "saving": bill.saving,
        "amount_tendered": settled.tendered,
        "change_due": settled.change,
        "amount_paid": settled.paid,
        "credit_amount": settled.credit,
        "payment_method": settled.method,
        "payment_status": settled.status,
        "gst_mode": draft.store.gst_mode,
        "prices_include_tax": draft.store.prices_include_tax,
    }


def _who(actor: Actor, checkout: Checkout, draft: Draft) -> dict[str, Any]:
    customer = draft.customer
    return {
        "customer_id": customer.id if customer else None,
        "customer_name": customer.name if customer else None,
        "customer_phone": customer.phone if customer else None,
        "points_redeemed": checkout.points_to_redeem,
        "cart_id": checkout.cart_id,
        "cash_session_id": draft.cash_session_id,
        "notes": (tidy(checkout.notes) or "")[:LONGEST_NOTE] or None,
        "created_by": actor.id,
    }


def _item(product: Any, line: PricedLine) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "product_id": product.id,
        "product_name": product.name,
        "unit": product.unit,
        "hsn_code": product.hsn_code,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "mrp": line.mrp,
        "cost_price": product.cost_price,
        "sold_by_amount": line.amount is not None,
        "gross": line.gross,
        "discount": line.discount,
        "discount_amount": line.discount_amount,
        "line_total": line.line_total,
        "bill_discount": line.bill_discount,
        "tax_rate": line.tax_rate,
        "taxable": line.taxable,
        "tax": line.tax,
    }


def _payment(actor: Actor, paid: Any) -> dict[str, Any]:
    row = {"id": uuid7(), "kind": "TENDER", "method": paid.method, "amount": paid.amount, "tendered": paid.tendered}
    return row | {"reference": paid.reference, "created_by": actor.id}
