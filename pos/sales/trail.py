"""What a bill left behind, and what came after it: movements, khata entries, credit notes, who did what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from pos.accounts.models import User
from pos.catalog.models import Product, StockMovement
from pos.core.audit import AuditEntry
from pos.core.db import execute, table
from pos.customers.models import CreditTransaction
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem

_notes, _back, _log = table(CreditNote), table(CreditNoteItem), table(AuditEntry)
_movements, _products, _ledger, _people = table(StockMovement), table(Product), table(CreditTransaction), table(User)


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of the audit log: when (UTC), by whom, what, and what it changed."""

    at: datetime
    by: str
    action: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything that belongs to one bill, the oldest first; `returned` is how much of each line came back.

    Credit notes and khata entries have all their columns and made_by; movements also product_name and unit.
    """

    notes: Sequence[Row[Any]]
    movements: Sequence[Row[Any]]
    entries: Sequence[Row[Any]]
    deeds: Sequence[Deed]
    returned: Mapping[UUID, Decimal]


def trail(sale_id: UUID) -> Trail:
    """The trail of one bill, in five queries."""
    mine = _notes.c.sale_id == sale_id
    notes = _by_whom(select(_notes).where(mine), _notes).order_by(_notes.c.note_year, _notes.c.note_sequence)
    back = (
        select(_back.c.sale_item_id, func.sum(_back.c.quantity).label("quantity"))
        .join(_notes, _notes.c.id == _back.c.credit_note_id)
        .where(mine)
        .group_by(_back.c.sale_item_id)
    )
    entries = _by_whom(select(_ledger).where(_ledger.c.sale_id == sale_id), _ledger).order_by(_ledger.c.id)
    found = execute(notes).all()
    return Trail(
        notes=found,
        movements=_moved([sale_id, *(note.id for note in found)]),
        entries=execute(entries).all(),
        deeds=_deeds(sale_id),
        returned={row.sale_item_id: row.quantity for row in execute(back)},
    )


def _moved(references: list[UUID]) -> Sequence[Row[Any]]:
    statement = (
        select(_movements, _products.c.name.label("product_name"), _products.c.unit)
        .join(_products, _products.c.id == _movements.c.product_id)
        .where(_movements.c.reference_id.in_(references))
    )
    rows: Sequence[Row[Any]] = execute(_by_whom(statement, _movements).order_by(_movements.c.id)).all()
    return rows


def _deeds(sale_id: UUID) -> list[Deed]:
    about = (_log.c.subject_type == "sale", _log.c.subject_id == str(sale_id))
    entries = select(_log.c.at, _log.c.actor_name, _log.c.action, _log.c.change).where(*about).order_by(_log.c.number)
    return [Deed(at, by, action, json.loads(change)) for at, by, action, change in execute(entries)]


def _by_whom(statement: Any, of: Any) -> Any:
    person = select(_people.c.full_name).where(_people.c.id == of.c.created_by).scalar_subquery()
    return statement.add_columns(person.label("made_by"))
