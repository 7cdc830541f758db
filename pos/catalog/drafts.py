"""Goods on their way through somebody's hands: scanned one after the other, kept until they are posted or given up.

A draft is a row from its first scan, so that it survives a reload, a flat battery and another scan at the same moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.catalog.models import LOOSE_UNITS, Product, StockDraft
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, one_unit, table
from pos.core.errors import NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import NotAQuantity, format_quantity
from pos.core.money import quantity as read_quantity
from pos.core.text import tidy

# What is typed for each line of a draft, by its kind; `seen` is the stock when its counting began.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "receive": ("quantity", "cost_price", "mrp", "expiry_date"),
    "count": ("quantity", "seen"),
    "labels": ("quantity",),
}
MOST_LINES = 500
LONGEST_TEXT = 40
LONGEST_NOTE = 255
_drafts, _products = table(StockDraft), table(Product)
_whole = select(*(column.label(column.key) for column in _products.c))


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One product of a draft as it stands now, and what was typed for it, by field."""

    product: Row[Any]
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its lines, the last scanned first."""

    id: UUID
    kind: str
    status: str
    notes: str | None
    result_id: UUID | None
    lines: Sequence[DraftLine]


def find(draft_id: UUID) -> Draft:
    """One draft, in two queries. Raises NotFound."""
    return _whole_draft(_row(draft_id))


def hold(draft_id: UUID) -> Draft:
    """One draft, locked until the unit ends: open, or posted already. Raises NotFound, Refused for a discarded one."""
    row = _row(draft_id, lock=True)
    if row.status == "discarded":
        raise Refused(_("This list is closed. Start a new one."), code="DRAFT_CLOSED")
    return _whole_draft(row)


def _row(draft_id: UUID, lock: bool = False) -> Row[Any]:
    statement = select(_drafts).where(_drafts.c.id == draft_id)
    row: Row[Any] | None = execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound(_("There is no such list of goods."))
    return row


def _whole_draft(row: Row[Any]) -> Draft:
    typed = json.loads(row.lines)
    ids = [UUID(one) for one in typed]
    products = {product.id: product for product in execute(_whole.where(_products.c.id.in_(ids)))} if ids else {}
    lines = [DraftLine(products[one], typed[str(one)]) for one in ids if one in products]
    return Draft(row.id, row.kind, row.status, row.notes, row.result_id, lines)


@one_unit
def open_draft(actor: Actor, kind: str) -> UUID:
    """The actor's newest open draft of this kind, or a new one. Raises Forbidden."""
    actor.require("move_stock")
    mine = (_drafts.c.created_by == actor.id, _drafts.c.kind == kind, _drafts.c.status == "open")
    found: UUID | None = execute(
        select(_drafts.c.id).where(*mine).order_by(_drafts.c.id.desc()).limit(at_most(1))
    ).scalar()
    return found or start(actor, kind, {})


@one_unit
def start(actor: Actor, kind: str, lines: Mapping[UUID, Mapping[str, str]]) -> UUID:
    """A new draft with these lines."""
    actor.require("move_stock")
    draft_id, now = uuid7(), clock.now()
    row = {"id": draft_id, "kind": kind, "status": "open", "created_by": actor.id, "created_at": now}
    execute(insert(_drafts), {**row, "lines": _written(lines), "updated_at": now})
    return draft_id


@one_unit
def add(actor: Actor, draft_id: UUID, product_id: UUID) -> None:
    """Put a product on the draft, or one more of it; loose goods wait for their weight. The newest line comes first.

    Raises Forbidden, NotFound, Refused once the draft is posted or full.
    """
    actor.require("move_stock")
    draft, lines = _locked(draft_id)
    product = execute(_whole.where(_products.c.id == product_id)).first()
    if product is None:
        raise NotFound(_("There is no such product."))
    typed = lines.pop(str(product_id), None) or {"seen": format_quantity(product.stock_quantity)}
    if len(lines) >= MOST_LINES:
        raise Refused(_("A list holds at most %(most)s lines. Post this one first.", most=MOST_LINES))
    kept = {name: text for name, text in typed.items() if name in FIELDS[draft.kind]}
    kept["quantity"] = _one_more(kept.get("quantity", ""), product.unit)
    _write(draft_id, {str(product_id): kept, **lines})


@one_unit
def write(actor: Actor, draft_id: UUID, changes: Mapping[UUID, Mapping[str, str]], notes: str | None = None) -> None:
    """Keep what was typed, by product and field, just so; `notes` None leaves them. Raises what `add` raises."""
    actor.require("move_stock")
    draft, lines = _locked(draft_id)
    for product_id, typed in changes.items():
        line = lines.get(str(product_id))
        if line is not None:
            line |= {name: text[:LONGEST_TEXT] for name, text in typed.items() if name in FIELDS[draft.kind]}
    _write(draft_id, lines)
    if notes is not None:
        told = (tidy(notes) or "")[:LONGEST_NOTE] or None
        execute(update(_drafts).where(_drafts.c.id == draft_id).values(notes=told))


@one_unit
def remove(actor: Actor, draft_id: UUID, product_id: UUID) -> None:
    """Take a product off the draft. Raises what `add` raises."""
    actor.require("move_stock")
    _draft, lines = _locked(draft_id)
    if lines.pop(str(product_id), None) is not None:
        _write(draft_id, lines)


@one_unit
def discard(actor: Actor, draft_id: UUID) -> None:
    """Give the draft up; nothing has moved. Raises what `add` raises."""
    actor.require("move_stock")
    _locked(draft_id)
    execute(update(_drafts).where(_drafts.c.id == draft_id).values(status="discarded", updated_at=clock.now()))


def posted(draft_id: UUID, result_id: UUID) -> None:
    """Mark the draft as posted, in the caller's unit; posting it again finds that out by its key."""
    done = {"status": "posted", "result_id": result_id, "updated_at": clock.now()}
    execute(update(_drafts).where(_drafts.c.id == draft_id).values(**done))


def _locked(draft_id: UUID) -> tuple[Row[Any], dict[str, dict[str, str]]]:
    row = _row(draft_id, lock=True)
    if row.status != "open":
        raise Refused(_("This list is closed. Start a new one."), code="DRAFT_CLOSED")
    return row, json.loads(row.lines)


def _write(draft_id: UUID, lines: Mapping[str, Mapping[str, str]]) -> None:
    written = update(_drafts).where(_drafts.c.id == draft_id)
    execute(written.values(lines=_written(lines), updated_at=clock.now()))


def _written(lines: Mapping[Any, Mapping[str, str]]) -> str:
    return json.dumps({str(one): typed for one, typed in lines.items()}, ensure_ascii=False)


def _one_more(typed: str, unit: str) -> str:
    if unit in LOOSE_UNITS:
        return typed
    try:
        return format_quantity(read_quantity(typed or "0") + 1)
    except NotAQuantity:
        return typed
