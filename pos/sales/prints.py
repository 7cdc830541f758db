"""Which paper of a bill is the original: a record of every print, in the audit log, which nobody can change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pos.core import audit
from pos.core.actor import Actor
from pos.core.audit import AuditEntry
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotFound
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.sales.models import Sale

PRINTED = "sale.printed"
_log = table(AuditEntry)


@dataclass(frozen=True, slots=True)
class Print:
    """One time that a bill was printed: when (UTC), by whom, on what size of paper."""

    id: UUID
    at: datetime
    by: str
    size: str


@one_unit
def record_print(actor: Actor, sale_id: UUID, size: str) -> UUID:
    """Write down that the bill is being printed; returns the print's id, with which the same paper comes again.

    Raises Forbidden for who may not see sales, NotFound for a bill that is not there.
    """
    actor.require("see_sales")
    if execute(select(table(Sale).c.id).filter_by(id=sale_id)).first() is None:
        raise NotFound(_("There is no such bill in this shop."))
    print_id = uuid7()
    audit.record(actor, PRINTED, "sale", sale_id, {"print": str(print_id), "size": size})
    return print_id


def prints_of(sale_id: UUID) -> list[Print]:
    """Every print of the bill, the original first."""
    entries = (
        select(_log.c.at, _log.c.actor_name, _log.c.change)
        .where(_log.c.subject_type == "sale", _log.c.subject_id == str(sale_id), _log.c.action == PRINTED)
        .order_by(_log.c.number)
    )
    return [_print(at, by, json.loads(change)) for at, by, change in execute(entries)]


def _print(at: datetime, by: str, change: dict[str, str]) -> Print:
    return Print(UUID(change["print"]), at, by, change["size"])


def is_duplicate(prints: list[Print], print_id: UUID | None) -> bool:
    """True for every print but the first; what is only looked at is a duplicate as soon as there is an original."""
    return bool(prints) and prints[0].id != print_id
