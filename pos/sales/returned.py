"""What of a bill has come back so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from pos.core.db import execute, table
from pos.sales.models import Payment, SaleItem
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem

_items = table(SaleItem)
_notes = table(CreditNote)
_back = table(CreditNoteItem)
_payments = table(Payment)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SoFar:
    """A bill's lines, how much of each came back, what that was worth, and how much money may still be given back.

    `goods` is the worth before round-off, `total` with it, both in rupees.
    """

    items: Mapping[UUID, Row[Any]]
    returned: Mapping[UUID, Decimal]
    goods: Decimal
    total: Decimal
    money_left: Decimal


def so_far(sale: Row[Any]) -> SoFar:
    """How the returns of this bill stand; the bill must be locked for the answer to hold."""
    items = execute(select(_items).where(_items.c.sale_id == sale.id).order_by(_items.c.position)).all()
    counts = (
        select(_back.c.sale_item_id, func.sum(_back.c.quantity).label("back"))
        .join(_notes, _notes.c.id == _back.c.credit_note_id)
        .where(_notes.c.sale_id == sale.id)
        .group_by(_back.c.sale_item_id)
    )
    returned = {row.sale_item_id: row.back for row in execute(counts)}
    sums = select(func.sum(_notes.c.taxable), func.sum(_notes.c.tax_amount), func.sum(_notes.c.total_amount))
    taxable, tax, total = (amount or NOTHING for amount in execute(sums.where(_notes.c.sale_id == sale.id)).one())
    given = (_payments.c.sale_id == sale.id, _payments.c.kind == "REFUND")
    refunded = execute(select(func.sum(_payments.c.amount)).where(*given)).scalar() or NOTHING
    return SoFar(
        {item.id: item for item in items}, returned, taxable + tax, total, max(NOTHING, sale.amount_paid - refunded)
    )
