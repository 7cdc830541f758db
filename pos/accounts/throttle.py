"""Wrong passwords slow down the next try, per account and per address, across restarts (DESIGN.md 7)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pos.accounts.models import WrongPasswords
from pos.core import clock
from pos.core.db import dialect, execute, one_unit
from pos.core.errors import TooManyTries
from pos.core.language import ngettext

FREE_TRIES = {"account": 5, "address": 20}
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)

_table = WrongPasswords.__table__


def _subject(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.casefold().encode()).hexdigest()[:40]}"


def _wait(kind: str, failures: int) -> timedelta:
    over = failures - FREE_TRIES[kind]
    return min(timedelta(seconds=2 ** min(over, 12)), LONGEST_WAIT) if over >= 0 else timedelta(0)


def check(email: str, address: str) -> None:
    """Let the next try through. Raises TooManyTries with `facts["retry_after"]` seconds while it is too early."""
    now = clock.now()
    longest = timedelta(0)
    for kind, value in (("account", email), ("address", address)):
        row = execute(
            select(_table.c.failures, _table.c.last_failed_at).filter_by(subject=_subject(kind, value))
        ).first()
        if row and now - row.last_failed_at < FORGOTTEN_AFTER:
            longest = max(longest, row.last_failed_at + _wait(kind, row.failures) - now)
    seconds = -(-longest // timedelta(seconds=1))
    if seconds > 0:
        sentence = ngettext(
            "Too many wrong passwords. Try again in %(num)s second.",
            "Too many wrong passwords. Try again in %(num)s seconds.",
            seconds,
        )
        raise TooManyTries(sentence, facts={"retry_after": seconds})


@one_unit
def count_failure(email: str, address: str) -> None:
    """Remember a wrong password for the account and for the address."""
    now = clock.now()
    make = postgresql.insert if dialect() == "postgresql" else sqlite.insert
    for kind, value in (("account", email), ("address", address)):
        row = {"subject": _subject(kind, value), "failures": 1, "last_failed_at": now}
        statement = make(_table).values(**row)
        again = {"failures": _table.c.failures + 1, "last_failed_at": now}
        execute(statement.on_conflict_do_update(index_elements=["subject"], set_=again))
    execute(delete(_table).where(_table.c.last_failed_at < now - FORGOTTEN_AFTER))


def forget(email: str) -> None:
    """Start counting anew for the account after a right password. The address keeps its count."""
    execute(update(_table).filter_by(subject=_subject("account", email)).values(failures=0))
