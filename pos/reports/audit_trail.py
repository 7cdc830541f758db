"""The audit log to look through: newest first, a page at a time by its numbers, quick however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select

from pos.accounts.models import SignInSession, User
from pos.catalog.models import Product
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.audit import AuditEntry
from pos.core.db import at_most, execute, table
from pos.core.text import like
from pos.customers.models import Customer
from pos.reports.deeds import sentence
from pos.sales.models import Sale
from pos.settings import store
from pos.settings.models import CashSession

ON_A_PAGE = 50
AT_ONCE = 1000
LONGEST_SHOWN = 200
_log = table(AuditEntry)
_users, _sessions = table(User), table(SignInSession)
# How what an entry is about is called; one query for each kind of thing on a page.
_NAMES: Mapping[str, Select[Any]] = {
    "sale": select(table(Sale).c.id, table(Sale).c.bill_number),
    "product": select(table(Product).c.id, table(Product).c.name),
    "customer": select(table(Customer).c.id, table(Customer).c.name),
    "user": select(_users.c.id, _users.c.full_name),
    "cash_session": select(table(CashSession).c.id, table(CashSession).c.till),
    "session": select(_sessions.c.id, _users.c.full_name).join(_users, _users.c.id == _sessions.c.user_id),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None and an empty text: anything. Days are the store's own, both included."""

    search: str = ""
    person: UUID | None = None
    kind: str | None = None
    action: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is told: `changes` are what stood before and after; `as_written` says that its seal holds."""

    number: int
    at: datetime
    sentence: str
    changes: Sequence[tuple[str, str, str]]
    action: str
    subject_type: str
    subject_id: str | None
    actor_name: str
    as_written: bool
    hash: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and whether there are newer and older ones."""

    entries: Sequence[Entry]
    newer: bool
    older: bool

    @property
    def as_written(self) -> bool:
        """True when no entry of the page was changed after it was written."""
        return all(entry.as_written for entry in self.entries)


def page(actor: Actor, wanted: Wanted, before: int | None = None, after: int | None = None) -> Page:
    """The newest entries, those before a number, or those after one. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    statement = _matching(wanted)
    if after is not None:
        found = execute(
            statement.where(_log.c.number > after).order_by(_log.c.number).limit(at_most(ON_A_PAGE + 1))
        ).all()
        rows, more = list(reversed(found[:ON_A_PAGE])), len(found) > ON_A_PAGE
        return Page(_told(rows), newer=more, older=True)
    if before is not None:
        statement = statement.where(_log.c.number < before)
    found = execute(statement.order_by(_log.c.number.desc()).limit(at_most(ON_A_PAGE + 1))).all()
    return Page(_told(found[:ON_A_PAGE]), newer=before is not None, older=len(found) > ON_A_PAGE)


def everything(actor: Actor, wanted: Wanted) -> Iterator[Entry]:
    """All entries that are looked for, newest first, some at a time. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    return _everything(wanted)


def _everything(wanted: Wanted) -> Iterator[Entry]:
    before: int | None = None
    while True:
        statement = _matching(wanted) if before is None else _matching(wanted).where(_log.c.number < before)
        rows = execute(statement.order_by(_log.c.number.desc()).limit(at_most(AT_ONCE))).all()
        yield from _told(rows)
        if len(rows) < AT_ONCE:
            return
        before = rows[-1].number


def _matching(wanted: Wanted) -> Select[Any]:
    statement = select(_log)
    if wanted.person:
        statement = statement.where(_log.c.actor_id == wanted.person)
    if wanted.kind:
        statement = statement.where(_log.c.subject_type == wanted.kind)
    if wanted.action:
        statement = statement.where(_log.c.action == wanted.action)
    if wanted.first or wanted.last:
        first, last = wanted.first or clock.FIRST_DAY, wanted.last or clock.LAST_DAY
        start, end = clock.day_bounds(first, last, store.current().timezone)
        statement = statement.where(_log.c.at >= start, _log.c.at < end)
    for word in wanted.search.split()[:5]:
        statement = statement.where(_says(word))
    return statement


def _says(word: str) -> Any:
    """The word in what was changed or by whom, or in the name of the bill, product or customer that it is about."""
    pattern = like(word.lower())
    subjects = [
        select(named.selected_columns[0]).where(func.lower(named.selected_columns[1]).like(pattern, escape="\\"))
        for named in (_NAMES["sale"], _NAMES["product"], _NAMES["customer"])
    ]
    ids = [str(found) for named in subjects for found in execute(named.limit(at_most(AT_ONCE))).scalars()]
    return or_(
        func.lower(_log.c.change).like(pattern, escape="\\"),
        func.lower(_log.c.actor_name).like(pattern, escape="\\"),
        _log.c.subject_id.in_(ids),
    )


def _told(rows: Sequence[Row[Any]]) -> list[Entry]:
    names = _names(rows)
    return [_entry(row, names) for row in rows]


def _names(rows: Iterable[Row[Any]]) -> dict[tuple[str, str], str]:
    ids: dict[str, set[UUID]] = {}
    for row in rows:
        if row.subject_type in _NAMES and (subject := _as_id(row.subject_id)):
            ids.setdefault(row.subject_type, set()).add(subject)
    names = {}
    for kind, some in ids.items():
        named = _NAMES[kind]
        for found in execute(named.where(named.selected_columns[0].in_(some))):
            names[kind, str(found[0])] = str(found[1])
    return names


def _as_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _entry(row: Row[Any], names: Mapping[tuple[str, str], str]) -> Entry:
    change = _read(row.change)
    what = names.get((row.subject_type, row.subject_id or "")) or str(change.get("name") or change.get("number") or "")
    return Entry(
        number=row.number,
        at=row.at,
        sentence=sentence(row.action, row.actor_name, what, change),
        changes=_changes(change),
        action=row.action,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        actor_name=row.actor_name,
        as_written=audit.link_hash(row._asdict()) == row.hash,
        hash=row.hash,
        raw=row.change,
    )


def _read(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _changes(change: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each value that has a before and an after."""
    pairs = [(name, value) for name, value in change.items() if isinstance(value, list) and len(value) == 2]
    return [
        (name, _shown(before), _shown(after))
        for name, (before, after) in pairs
        if name != "from_to" and not isinstance(before, dict)
    ]


def _shown(value: Any) -> str:
    text = "" if value is None or value == "None" else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
