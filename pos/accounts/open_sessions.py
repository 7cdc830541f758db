"""Where a person is signed in, to see and to end: one's own for everybody, anybody's for the owner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from pos.accounts import sessions, users
from pos.accounts.models import SignInSession
from pos.accounts.sessions import IDLE
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, one_unit, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _

MOST_SHOWN = 50
_sessions = table(SignInSession)
_shown = [c for c in _sessions.c if c.key != "token_hash"]
# The first that fits: many browsers call themselves Chrome and Safari as well.
BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
DEVICES = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Chromebook", r"CrOS"),
    ("Mac", r"Macintosh"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser or program that is signed in; times in UTC, `is_program` for who came by the API."""

    id: UUID
    what: str
    is_program: bool
    address: str | None
    began: datetime
    seen: datetime


def of_person(actor: Actor, user_id: UUID) -> list[OpenSession]:
    """Where the person is signed in now, the latest seen first. Raises Forbidden for another's, NotFound."""
    role = _look_at(actor, user_id).role
    now = clock.now()
    wanted = select(*_shown).where(_sessions.c.user_id == user_id, _sessions.c.ended_at.is_(None))
    wanted = wanted.where(_sessions.c.expires_at > now).order_by(_sessions.c.last_seen_at.desc(), _sessions.c.id)
    rows: Sequence[Row[Any]] = execute(wanted.limit(at_most(MOST_SHOWN))).all()
    return [_open(row) for row in rows if row.door == "api" or now - row.last_seen_at <= IDLE[role]]


@one_unit
def shut(actor: Actor, session_id: UUID) -> None:
    """End one session at once; one that is over stays so. Raises Forbidden for another person's, NotFound."""
    row = execute(select(_sessions.c.user_id, _sessions.c.ended_at).filter_by(id=session_id)).first()
    if row is None or (row.user_id != actor.id and not actor.may("manage_users")):
        # Who may not see it is not told whether there is such a one.
        raise NotFound(_("There is no such session."))
    if row.ended_at is None:
        sessions.end(session_id)
        audit.record(actor, "session.shut", "session", session_id)


@one_unit
def shut_all(actor: Actor, user_id: UUID, but: UUID | None = None) -> int:
    """Sign a person out everywhere, save the one session named if it is theirs; gives how many ended.

    Raises Forbidden for another person's, NotFound.
    """
    _look_at(actor, user_id)
    open_ones = select(_sessions.c.id).where(_sessions.c.user_id == user_id, _sessions.c.ended_at.is_(None))
    ending = [one for one in execute(open_ones.with_for_update()).scalars() if one != but]
    if ending:
        execute(update(_sessions).where(_sessions.c.id.in_(ending)).values(ended_at=clock.now()))
        audit.record(actor, "session.all_shut", "user", user_id, {"sessions": len(ending)})
    return len(ending)


def _look_at(actor: Actor, user_id: UUID) -> Row[Any]:
    actor.require("change_own_profile" if user_id == actor.id else "manage_users")
    return users.find(user_id)


def _open(row: Row[Any]) -> OpenSession:
    what = _("A program") if row.door == "api" else described(row.browser)
    return OpenSession(row.id, what, row.door == "api", row.address, row.created_at, row.last_seen_at)


def described(user_agent: str | None) -> str:
    """What a browser calls itself, as people know it: `Chrome on Android`."""
    browser = _first(BROWSERS, user_agent or "")
    device = _first(DEVICES, user_agent or "")
    if browser and device:
        return _("%(browser)s on %(device)s", browser=browser, device=device)
    return browser or device or _("An unknown browser")


def _first(known: Sequence[tuple[str, str]], text: str) -> str | None:
    return next((name for name, sign in known if re.search(sign, text)), None)
