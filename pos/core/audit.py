"""The audit log: who did what, append-only and hash-chained, in the transaction of the change itself (DESIGN.md 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Text, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from pos.core import clock
from pos.core.actor import Actor
from pos.core.columns import UtcTime
from pos.core.db import Base, at_most, dialect, execute, must_be_in_unit, table
from pos.core.prepared import Prepared

GENESIS = "0" * 64
# Any constant will do: it names the one lock that orders the chain's links on PostgreSQL.
CHAIN_LOCK = 7_303_014
Change = Mapping[str, Any]


class AuditEntry(Base):
    """One link of the chain: an action in the past tense (`sale.completed`), its subject and its change."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject", "subject_type", "subject_id"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    change: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


_table = table(AuditEntry)
_write = Prepared(insert(_table))
_lock_chain = Prepared(text("SELECT pg_advisory_xact_lock(:lock)"))
_last_link = Prepared(select(_table.c.number, _table.c.hash).order_by(_table.c.number.desc()).limit(at_most(1)))


def record(
    actor: Actor, action: str, subject_type: str, subject_id: object = None, change: Mapping[str, Any] | None = None
) -> None:
    """Write down what was done, linked to the entry before it. It stands or falls with the unit it is called in."""
    record_each(actor, action, subject_type, [(subject_id, change)])


def record_each(actor: Actor, action: str, subject_type: str, changes: Sequence[tuple[object, Change | None]]) -> None:
    """Write down the same deed done to many subjects, an entry for each, in as many statements as one takes."""
    must_be_in_unit()
    if dialect() == "postgresql":
        _lock_chain.run({"lock": CHAIN_LOCK})
    last = _last_link.first()
    number, previous = (last.number, last.hash) if last else (0, GENESIS)
    same = {"at": clock.now(), "actor_id": actor.id, "actor_name": actor.name, "action": action}
    entries: list[dict[str, Any]] = []
    for subject_id, change in changes:
        number += 1
        entry = {"number": number, **same, "subject_type": subject_type, **_told(subject_id, change)}
        entry["previous_hash"] = previous
        previous = entry["hash"] = link_hash(entry)
        entries.append(entry)
    if len(entries) == 1:
        _write.run(entries[0])
    elif entries:
        _write.run_each(entries)


def _told(subject_id: object, change: Change | None) -> dict[str, Any]:
    subject = None if subject_id is None else str(subject_id)
    written = json.dumps(change or {}, sort_keys=True, ensure_ascii=False, default=str)
    return {"subject_id": subject, "change": written}


def last_link() -> tuple[int, str] | None:
    """The number and the hash of the newest entry, which say that nothing was cut off; None in an empty log."""
    last = _last_link.first()
    return (last.number, last.hash) if last else None


def link_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry's own content and the hash before it, in hexadecimal."""
    moment = entry["at"].isoformat(timespec="microseconds")
    actor = None if entry["actor_id"] is None else str(entry["actor_id"])
    content = [entry["number"], moment, actor, entry["actor_name"], entry["action"], entry["subject_type"]]
    content += [entry["subject_id"], entry["change"], entry["previous_hash"]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def broken_links() -> Iterator[str]:
    """A sentence for each entry of the log that was changed, removed or put in afterwards."""
    number, previous = 0, GENESIS
    for row in execute(select(_table).order_by(_table.c.number)).mappings():
        number += 1
        if row["number"] != number:
            yield f"audit log: entry {number} is missing"
            number = row["number"]
        if row["previous_hash"] != previous:
            yield f"audit log: entry {number} does not follow the one before it"
        if link_hash(row) != row["hash"]:
            yield f"audit log: entry {number} was changed after it was written"
        previous = row["hash"]
