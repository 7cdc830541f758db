"""Signed-in sessions as rows: what ends them ends them at once, for cookies and tokens alike (DESIGN.md 7)."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from pos.accounts.models import SignInSession, User
from pos.accounts.roles import actor_for
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, one_unit, table
from pos.core.errors import Busy
from pos.core.ids import uuid7
from pos.core.prepared import Prepared

log = logging.getLogger("pos.sessions")

LASTS = timedelta(days=30)
IDLE = {"owner": timedelta(hours=12), "cashier": timedelta(hours=16), "staff": timedelta(hours=16)}
SEEN_EVERY = timedelta(minutes=5)

_sessions = table(SignInSession)
_users = table(User)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session and whose it is; one that `is_locked` may do nothing but change places (accounts/places.py)."""

    session_id: UUID
    actor: Actor
    email: str
    expires_at: datetime
    is_locked: bool = False


def token_hash(token: str) -> str:
    """What is stored in place of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    user_id: UUID, door: str, address: str | None, browser: str | None, lasts: timedelta = LASTS
) -> tuple[UUID, str]:
    """Begin a session in the caller's unit; gives its id and its secret token, which is shown only here."""
    token, session_id, now = secrets.token_urlsafe(32), uuid7(), clock.now()
    row = {"id": session_id, "user_id": user_id, "door": door, "token_hash": token_hash(token), "address": address}
    row |= {"browser": (browser or "")[:255] or None, "created_at": now, "last_seen_at": now, "expires_at": now + lasts}
    execute(insert(_sessions), row)
    return session_id, token


_find = Prepared(
    select(
        _sessions.c.id,
        _sessions.c.last_seen_at,
        _sessions.c.expires_at,
        _sessions.c.locked_at,
        _users.c.id.label("user_id"),
        _users.c.email,
        _users.c.full_name,
        _users.c.role,
        _users.c.language,
    ).where(
        _sessions.c.user_id == _users.c.id,
        _sessions.c.ended_at.is_(None),
        _users.c.is_active,
        _sessions.c.token_hash == bindparam("token_hash"),
        _sessions.c.door == bindparam("door"),
    )
)


def find(token: str, door: str) -> SignedIn | None:
    """Who holds the token, or None when its session has ended, expired or stood idle too long."""
    row = _find.first({"token_hash": token_hash(token), "door": door})
    if row is None:
        return None
    now = clock.now()
    if row.expires_at <= now or (door == "pages" and has_idled(row.last_seen_at, row.role)):
        return None
    if now - row.last_seen_at > SEEN_EVERY:
        _note_visit(row.id)
    who = actor_for(row.user_id, row.full_name, row.role, row.language)
    return SignedIn(row.id, who, row.email, row.expires_at, row.locked_at is not None)


def has_idled(last_seen_at: datetime, role: str) -> bool:
    """True when a browser's session stood idle for too long: it is over, and its person signs in again."""
    return clock.now() - last_seen_at > IDLE[role]


def _note_visit(session_id: UUID) -> None:
    """Reading must go on when the disk is full or the shop is busy: a note that is late costs nothing."""
    try:
        _touch(session_id)
    except (Busy, DBAPIError):
        log.warning("a visit could not be noted", exc_info=True)


@one_unit
def _touch(session_id: UUID) -> None:
    execute(update(_sessions).filter_by(id=session_id).values(last_seen_at=clock.now()))


def was_here(email: str, address: str) -> bool:
    """True when this person signed in from this address within the last thirty days."""
    since = clock.now() - LASTS
    seen = select(_sessions.c.id).join(_users, _users.c.id == _sessions.c.user_id)
    seen = seen.where(_users.c.email == email, _sessions.c.address == address, _sessions.c.created_at > since)
    return execute(seen.limit(at_most(1))).first() is not None


@one_unit
def end(session_id: UUID) -> None:
    """End one session; ending it again changes nothing."""
    execute(update(_sessions).filter_by(id=session_id, ended_at=None).values(ended_at=clock.now()))


def end_all(user_id: UUID, but: UUID | None = None) -> None:
    """End every session of a person in the caller's unit, save the one named."""
    statement = update(_sessions).where(_sessions.c.user_id == user_id, _sessions.c.ended_at.is_(None))
    if but is not None:
        statement = statement.where(_sessions.c.id != but)
    execute(statement.values(ended_at=clock.now()))
