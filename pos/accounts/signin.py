"""Signing in and out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, update

from pos.accounts import passwords, pins, sessions, throttle, two_factor
from pos.accounts.models import User
from pos.accounts.roles import actor_for
from pos.accounts.throttle import Subject
from pos.core import audit, clock
from pos.core.actor import NOBODY, Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotSignedIn
from pos.core.language import gettext as _
from pos.core.text import tidy

SECOND_STEP_LASTS = timedelta(minutes=5)
_users = table(User)


class Visit(NamedTuple):
    """Through which door somebody comes, from where, with what, and for how long."""

    door: str
    address: str
    browser: str | None
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Whose password was right, when (seconds since 1970), and a mark that a new password makes worthless."""

    user_id: str
    at: int
    mark: str


class CodeNeeded(NotSignedIn):
    """The password was right; the code is missing. `first` goes on from here."""

    code = "OTP_REQUIRED"

    def __init__(self, first: FirstStep) -> None:
        super().__init__(_("Enter the code from your authenticator app."), field="otp")
        self.first = first


class TooLate(NotSignedIn):
    """The second step came too long after the first, or the password changed in between."""


def sign_in(
    email: str,
    password: str,
    door: str,
    address: str,
    browser: str | None = None,
    lasts: timedelta = sessions.LASTS,
    otp: str | None = None,
) -> tuple[UUID, str]:
    """Begin a session for who knows the password; gives the session's id and its secret token.

    `door` is `pages` or `api`; `otp` is the second factor of those who switched it on. Raises TooManyTries while the
    account or the address must wait; NotSignedIn with one and the same sentence, after the same work, whether the
    account is unknown, inactive, or the password wrong; CodeNeeded, and NotSignedIn for a wrong code.
    """
    email = (tidy(email) or "").lower()
    tries = _counted_as(email, address)
    throttle.admit(tries)
    row = execute(select(_users).filter_by(email=email)).first()
    right = passwords.matches(row.password_hash if row else None, password)
    if row is None or not right or not row.is_active:
        _record_failure(email, address)
        raise NotSignedIn(_("The email or the password is not right."), field="password")
    if row.otp_on_at and not otp:
        # The account goes on counting: knowing the password buys no more guesses at the code.
        throttle.forgive([each for each in tries if each.kind == "address"])
        raise CodeNeeded(FirstStep(str(row.id), int(clock.now().timestamp()), _mark(row)))
    return _enter(row, Visit(door, address, browser, lasts), tries, otp)


def second_step(first: FirstStep, otp: str, address: str, browser: str | None = None) -> tuple[UUID, str]:
    """Go on at the pages, with the code, where `sign_in` raised CodeNeeded; counted as tries of the same account.

    Raises NotSignedIn for a wrong code, TooLate, TooManyTries.
    """
    row = execute(select(_users).filter_by(id=UUID(first.user_id), is_active=True)).first()
    age = timedelta(seconds=clock.now().timestamp() - first.at)
    if row is None or not row.otp_on_at or _mark(row) != first.mark or not timedelta(0) <= age < SECOND_STEP_LASTS:
        raise TooLate(_("That took too long. Sign in again."))
    tries = _counted_as(row.email, address)
    throttle.admit(tries)
    return _enter(row, Visit("pages", address, browser, sessions.LASTS), tries, otp)


def _enter(row: Row[Any], visit: Visit, tries: list[Subject], otp: str | None) -> tuple[UUID, str]:
    begun = _begin(row, visit, tries, otp if row.otp_on_at else None)
    if begun is None:
        _record_failure(row.email, visit.address, at="second step")
        raise NotSignedIn(_("This code is not right, or was used already."), field="otp", code="OTP_WRONG")
    return begun


def _mark(row: Row[Any]) -> str:
    return hashlib.sha256(f"{row.password_hash} {row.otp_secret}".encode()).hexdigest()[:32]


def _counted_as(email: str, address: str) -> list[Subject]:
    """Where a person signed in before, nobody else's tries keep that person out (RELIABILITY.md row 34)."""
    known = Subject("device", f"{email} {address}") if sessions.was_here(email, address) else Subject("account", email)
    return [known, Subject("address", address)]


@one_unit
def _record_failure(email: str, address: str, at: str = "sign-in") -> None:
    # Somebody may have typed the password where the email belongs; the log keeps it for ever.
    shown = email[:255] if "@" in email else ""
    audit.record(NOBODY, "session.refused", "user", change={"email": shown, "address": address, "at": at})


@one_unit
def _begin(row: Row[Any], visit: Visit, tries: list[Subject], otp: str | None) -> tuple[UUID, str] | None:
    """The new session, or None when the second factor is wrong."""
    actor = actor_for(row.id, row.full_name, row.role)
    change = {"door": visit.door, "address": visit.address}
    if otp is not None:
        used = two_factor.use(actor, otp)
        if used is None:
            return None
        change["second_factor"] = used
    throttle.forgive(tries)
    _refuse_if_changed(row)
    pins.open_again(row.id)
    execute(update(_users).filter_by(id=row.id).values(last_login_at=clock.now()))
    session_id, token = sessions.start(row.id, visit.door, visit.address, visit.browser, visit.lasts)
    audit.record(actor, "session.started", "session", session_id, change)
    return session_id, token


def _refuse_if_changed(row: Row[Any]) -> None:
    """A password that was reset, or a second factor switched on, since it was compared has ended every session."""
    now = execute(select(_users).filter_by(id=row.id, is_active=True).with_for_update(key_share=True)).first()
    if now is None or _mark(now) != _mark(row):
        raise TooLate(_("That took too long. Sign in again."))


@one_unit
def sign_out(actor: Actor, session_id: UUID) -> None:
    """End the session at once, for good."""
    sessions.end(session_id)
    audit.record(actor, "session.ended", "session", session_id)
