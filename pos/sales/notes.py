"""The one thing about a bill that may be written anew: its notes (DESIGN.md 6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.core.text import tidy
from pos.sales.models import Sale
from pos.sales.voiding import lock_sale
from pos.sales.writing import LONGEST_NOTE

_sales = table(Sale)


@one_unit
def change_notes(actor: Actor, sale_id: UUID, notes: str | None, seen_at: datetime | None = None) -> None:
    """Write a bill's notes anew. Raises Forbidden for staff, NotFound, Refused when they changed since `seen_at`."""
    actor.require("sell")
    before = lock_sale(sale_id)
    if seen_at is not None and seen_at != before.updated_at:
        raise Refused(_("Somebody else changed this bill meanwhile. Look at it again."), code="CHANGED_MEANWHILE")
    text = (tidy(notes) or "")[:LONGEST_NOTE] or None
    if text == before.notes:
        return
    execute(update(_sales).where(_sales.c.id == sale_id).values(notes=text, updated_at=clock.now()))
    audit.record(actor, "sale.notes_changed", "sale", sale_id, {"notes": [before.notes, text]})
