"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from pos.accounts import passwords, sessions, throttle
from pos.accounts.models import User
from pos.accounts.roles import actor_for
from pos.accounts.throttle import Subject
from pos.core import audit, clock
from pos.core.actor import NOBODY, Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotSignedIn
from pos.core.language import gettext as _
from pos.core.text import tidy

_users = table(User)


class Visit(NamedTuple):
    """Through which door somebody comes, from where, with what, and for how long."""

    door: str
    address: str
    browser: str | None
    lasts: timedelta


def sign_in(
    email: str, password: str, door: str, address: str, browser: str | None = None, lasts: timedelta = sessions.LASTS
) -> tuple[UUID, str]:
    """Begin a session for who knows the password; gives the session's id and its secret token.

    `door` is `pages` or `api`. Raises TooManyTries while the account or the address must wait, NotSignedIn with one and
    the same sentence, after the same work, whether the account is unknown, inactive, or the password wrong.
    """
    email = (tidy(email) or "").lower()
    tries = _counted_as(email, address)
    throttle.admit(tries)
    row = execute(select(_users).filter_by(email=email)).first()
    right = passwords.matches(row.password_hash if row else None, password)
    if row is None or not right or not row.is_active:
        _record_failure(email, address)
        raise NotSignedIn(_("The email or the password is not right."), field="password")
    return _begin(actor_for(row.id, row.full_name, row.role), Visit(door, address, browser, lasts), tries)


def _counted_as(email: str, address: str) -> list[Subject]:
    """Where a person signed in before, nobody else's tries keep that person out (RELIABILITY.md row 34)."""
    known = Subject("device", f"{email} {address}") if sessions.was_here(email, address) else Subject("account", email)
    return [known, Subject("address", address)]


@one_unit
def _record_failure(email: str, address: str) -> None:
    # Somebody may have typed the password where the email belongs; the log keeps it for ever.
    shown = email[:255] if "@" in email else ""
    audit.record(NOBODY, "session.refused", "user", change={"email": shown, "address": address, "at": "sign-in"})


@one_unit
def _begin(actor: Actor, visit: Visit, tries: list[Subject]) -> tuple[UUID, str]:
    assert actor.id is not None
    throttle.forgive(tries)
    execute(update(_users).filter_by(id=actor.id).values(last_login_at=clock.now()))
    session_id, token = sessions.start(actor.id, visit.door, visit.address, visit.browser, visit.lasts)
    change = {"door": visit.door, "address": visit.address}
    audit.record(actor, "session.started", "session", session_id, change)
    return session_id, token


@one_unit
def sign_out(actor: Actor, session_id: UUID) -> None:
    """End the session at once, for good."""
    sessions.end(session_id)
    audit.record(actor, "session.ended", "session", session_id)
