"""A credit note with everything that its page and its paper show (GST rule 53)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pos.accounts.models import User
from pos.core.db import execute, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.sales.bill import Bill, rates_of
from pos.sales.bills import bill
from pos.sales.models import Payment, SaleItem
from pos.sales.priced import RateTotal
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem

_notes, _back, _items = table(CreditNote), table(CreditNoteItem), table(SaleItem)
_payments, _people = table(Payment), table(User)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One line that came back: how much, and what it was worth without and with tax, in rupees."""

    product_name: str
    unit: str
    hsn_code: str | None
    quantity: Decimal
    tax_rate: Decimal
    taxable: Decimal
    tax: Decimal
    fit_for_sale: bool

    @property
    def amount(self) -> Decimal:
        """What the customer gets back for it."""
        return self.taxable + self.tax


@dataclass(frozen=True, slots=True)
class Note:
    """A credit note: its lines + round_off = total = refund (by `method`) + off_khata."""

    id: UUID
    number: str
    made_at: datetime
    made_by: str | None
    reason: str
    bill: Bill
    lines: Sequence[NoteLine]
    taxable: Decimal
    tax_amount: Decimal
    round_off: Decimal
    total: Decimal
    method: str | None
    refund: Decimal
    off_khata: Decimal

    @property
    def gst_mode(self) -> str:
        """The GST mode of the bill that it belongs to."""
        return self.bill.gst_mode

    @property
    def rates(self) -> list[RateTotal]:
        """The tax summary: a row per rate, as on the bill."""
        return rates_of(self.lines, self.gst_mode)


def note(note_id: UUID) -> Note:
    """One credit note with its lines in the bill's order and the bill itself. Raises NotFound."""
    row = execute(
        select(_notes, _people.c.full_name.label("made_by"))
        .outerjoin(_people, _people.c.id == _notes.c.created_by)
        .where(_notes.c.id == note_id)
    ).first()
    if row is None:
        raise NotFound(_("There is no such credit note."))
    paid = select(_payments.c.method).where(_payments.c.credit_note_id == note_id)
    return Note(
        row.id, row.note_number, row.created_at, row.made_by, row.reason, bill(row.sale_id), _lines(note_id),
        row.taxable, row.tax_amount, row.round_off, row.total_amount, execute(paid).scalar(),
        row.refund_amount, row.credit_reversed,
    )  # fmt: skip


def _lines(note_id: UUID) -> list[NoteLine]:
    columns: list[Any] = [_items.c[name] for name in ("product_name", "unit", "hsn_code")]
    columns += [_back.c.quantity, _items.c.tax_rate, _back.c.taxable, _back.c.tax, _back.c.fit_for_sale]
    statement = select(*columns).join(_items, _items.c.id == _back.c.sale_item_id)
    found = execute(statement.where(_back.c.credit_note_id == note_id).order_by(_items.c.position))
    return [NoteLine(*line) for line in found]
