"""Requests that may come twice happen once (DESIGN.md 5).

The key commits in the transaction of what it guards, and never expires; a refused request does not burn it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from pos.core import clock
from pos.core.actor import Actor
from pos.core.columns import UtcTime
from pos.core.db import Base, dialect, execute, must_be_in_unit, table
from pos.core.errors import Invalid, KeyReused
from pos.core.language import gettext as _
from pos.core.prepared import UPSERTS, Prepared

LONGEST_KEY = 255


class IdempotencyKey(Base):
    """A key that was used, what was asked with it, and what came of it."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    result_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


_table = table(IdempotencyKey)
_take = {
    engine: Prepared(insert(_table).on_conflict_do_nothing(index_elements=["scope", "key"]).returning(_table.c.key))
    for engine, insert in UPSERTS.items()
}


def fingerprint(request: Mapping[str, Any]) -> str:
    """SHA-256 of a request in one canonical form, in hexadecimal."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()


def own_key(actor: Actor, key: str) -> str:
    """The key as this person's own: somebody else's same key is another one. Raises Invalid when it is too long."""
    _check(key)
    return hashlib.sha256(f"{actor.id} {key}".encode()).hexdigest()


def _check(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(_("The idempotency key must have 1 to 255 characters."), field="Idempotency-Key")


def claim(scope: str, key: str, request_hash: str, result_id: UUID) -> UUID | None:
    """Take the key for this request, or give the id of what it made before.

    Returns None when the key is now ours. On PostgreSQL a second caller waits here, holding nothing, until the first
    has committed or given up. Raises KeyReused when the key was used for another request, Invalid when it is too long.
    """
    must_be_in_unit()
    _check(key)
    row = {"scope": scope, "key": key, "request_hash": request_hash}
    if _take[dialect()].first({**row, "result_id": result_id, "created_at": clock.now()}) is not None:
        return None
    return _earlier(scope, key, request_hash)


def _earlier(scope: str, key: str, request_hash: str) -> UUID:
    found = execute(select(_table.c.request_hash, _table.c.result_id).filter_by(scope=scope, key=key)).one()
    if found.request_hash != request_hash:
        raise KeyReused(_("This key was used before for another request. Use a new key."))
    result: UUID = found.result_id
    return result


def result_of(scope: str, key: str) -> UUID | None:
    """The id of what the key made, or None while it has made nothing."""
    found = execute(select(_table.c.result_id).filter_by(scope=scope, key=key)).first()
    return found.result_id if found else None
