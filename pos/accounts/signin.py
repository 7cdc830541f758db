"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from pos.accounts import passwords, sessions, throttle
from pos.accounts.models import User
from pos.accounts.roles import actor_for
from pos.core import audit, clock
from pos.core.actor import NOBODY, Actor
from pos.core.db import execute, one_unit
from pos.core.errors import NotSignedIn
from pos.core.language import gettext as _
from pos.core.text import tidy

_users = User.__table__


def sign_in(
    email: str, password: str, door: str, address: str, browser: str | None = None, lasts: timedelta = sessions.LASTS
) -> tuple[UUID, str]:
    """Begin a session for who knows the password; gives the session's id and its secret token.

    Raises TooManyTries while the account or the address must wait, NotSignedIn with one and the same sentence whether
    the account is unknown, inactive, or the password wrong.
    """
    email = (tidy(email) or "").lower()
    throttle.check(email, address)
    row = execute(select(_users).filter_by(email=email)).first()
    right = passwords.matches(row.password_hash if row else None, password)
    if row is None or not right or not row.is_active:
        throttle.count_failure(email, address)
        _record_failure(email, address)
        raise NotSignedIn(_("The email or the password is not right."), field="password")
    return _begin(row.id, row.full_name, row.role, email, door, address, browser, lasts)


@one_unit
def _record_failure(email: str, address: str) -> None:
    audit.record(NOBODY, "session.refused", "user", change={"email": email[:255], "address": address, "at": "sign-in"})


@one_unit
def _begin(
    user_id: UUID, name: str, role: str, email: str, door: str, address: str, browser: str | None, lasts: timedelta
) -> tuple[UUID, str]:
    throttle.forget(email)
    execute(update(_users).filter_by(id=user_id).values(last_login_at=clock.now()))
    session_id, token = sessions.start(user_id, door, address, browser, lasts)
    audit.record(
        actor_for(user_id, name, role), "session.started", "session", session_id, {"door": door, "address": address}
    )
    return session_id, token


@one_unit
def sign_out(actor: Actor, session_id: UUID) -> None:
    """End the session at once, for good."""
    sessions.end(session_id)
    audit.record(actor, "session.ended", "session", session_id)
