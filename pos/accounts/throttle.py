"""Wrong passwords and codes slow down the next try, across restarts (DESIGN.md 7, RELIABILITY.md row 34).

Each try counts as a wrong one before it is looked at, so that a crowd of tries at one moment gains nothing; a right
one is taken off the count again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pos.accounts.models import WrongPasswords
from pos.core import clock
from pos.core.db import dialect, execute, one_unit, table
from pos.core.errors import TooManyTries
from pos.core.language import ngettext

# Tries that cost no waiting. Many people may share an address, and their slips must not add up.
FREE_TRIES = {"account": 5, "device": 5, "code": 5, "seat": 10, "address": 20, "till": 20}
# Shared by many people: a right try of one forgives no wrong ones of another.
SHARED = ("address", "seat", "till")
LONGEST_WAIT = timedelta(minutes=15)
FORGIVEN_EVERY = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=24)

_table = table(WrongPasswords)


class Subject(NamedTuple):
    """Whose tries are counted together: a kind from FREE_TRIES, and an account, an address, or both."""

    kind: str
    value: str

    @property
    def key(self) -> str:
        """The subject as it is stored: nobody reads emails out of this table."""
        return f"{self.kind}:{hashlib.sha256(self.value.casefold().encode(errors='replace')).hexdigest()[:40]}"


@one_unit
def admit(subjects: Iterable[Subject]) -> None:
    """Let one try through and count it as wrong until `forgive` says otherwise.

    Raises TooManyTries with `facts["retry_after"]` seconds while it is too early for any of the subjects.
    """
    now = clock.now()
    # In one order everywhere, or two tries could wait for each other.
    counts = {subject: _locked_count(subject, now) for subject in sorted(subjects, key=lambda each: each.key)}
    _refuse_the_hasty(max(wait for _failures, wait in counts.values()))
    for subject, (failures, _wait) in counts.items():
        execute(update(_table).filter_by(subject=subject.key).values(failures=failures + 1, last_failed_at=now))
    execute(delete(_table).where(_table.c.last_failed_at < now - FORGOTTEN_AFTER))


@one_unit
def forgive(subjects: Iterable[Subject]) -> None:
    """The try was right: the account, device or code starts anew; what many share is only relieved of this one try."""
    for subject in sorted(subjects, key=lambda each: each.key):
        if subject.kind in SHARED:
            one_less = update(_table).where(_table.c.subject == subject.key, _table.c.failures > 0)
            execute(one_less.values(failures=_table.c.failures - 1))
        else:
            execute(update(_table).filter_by(subject=subject.key).values(failures=0))


def _locked_count(subject: Subject, now: datetime) -> tuple[int, timedelta]:
    """How many tries still count, and how long the next one has to wait; no other try goes on meanwhile."""
    make = postgresql.insert if dialect() == "postgresql" else sqlite.insert
    first = {"subject": subject.key, "failures": 0, "last_failed_at": now}
    execute(make(_table).values(**first).on_conflict_do_nothing(index_elements=["subject"]))
    row = execute(select(_table).filter_by(subject=subject.key).with_for_update()).one()
    # A clock that was set back must not make anybody wait longer than the longest wait.
    since = max(now - row.last_failed_at, timedelta(0))
    failures = max(row.failures - since // FORGIVEN_EVERY, 0) if since < FORGOTTEN_AFTER else 0
    return failures, _wait(subject.kind, failures) - since


def _wait(kind: str, failures: int) -> timedelta:
    over = failures - FREE_TRIES[kind]
    return min(timedelta(seconds=2 ** min(over, 12)), LONGEST_WAIT) if over >= 0 else timedelta(0)


def _refuse_the_hasty(wait: timedelta) -> None:
    seconds = -(-wait // timedelta(seconds=1))
    if seconds <= 0:
        return
    if seconds <= 90:
        sentence = ngettext(
            "Too many wrong tries. Try again in %(num)s second.",
            "Too many wrong tries. Try again in %(num)s seconds.",
            seconds,
        )
    else:
        sentence = ngettext(
            "Too many wrong tries. Try again in %(num)s minute.",
            "Too many wrong tries. Try again in %(num)s minutes.",
            -(-seconds // 60),
        )
    raise TooManyTries(sentence, facts={"retry_after": seconds})
