"""Two-factor sign-in for those who switch it on: six digits from the phone (TOTP, RFC 6238), or a code from paper.

The secret stands in the database as it is, readable, like the keys beside it: docs/decisions.md says why.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import Row, delete, func, insert, or_, select, update

from pos.accounts import pins, sessions, throttle, users
from pos.accounts.models import RecoveryCode, User
from pos.accounts.throttle import Subject
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, must_be_in_unit, one_unit, table
from pos.core.errors import Invalid, NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _

STEP_SECONDS = 30
# A phone's clock may be a step off, and people type slowly.
STEPS_OFF = (0, -1, 1)
RECOVERY_CODES = 10
_users, _codes = table(User), table(RecoveryCode)


@dataclass(frozen=True, slots=True)
class State:
    """How a person's second factor stands: on since when (None: off), the secret being tried, codes that are left."""

    on_at: datetime | None
    trying: str | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """True when signing in asks for a code."""
        return self.on_at is not None


def state(user_id: UUID) -> State:
    """How the person's second factor stands. Raises NotFound."""
    row = _row(user_id)
    left = select(func.count()).select_from(_codes).where(_codes.c.user_id == user_id, _codes.c.used_at.is_(None))
    count = int(execute(left).scalar_one()) if row.otp_on_at else 0
    return State(row.otp_on_at, None if row.otp_on_at else row.otp_secret, count)


def link(secret: str, email: str, store_name: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=store_name.replace(":", " "))


def begin(actor: Actor, password: str) -> str:
    """Make a secret to be tried, and tell it; nothing changes for signing in before `switch_on`.

    Raises NotSignedIn, Invalid for a wrong password, TooManyTries, Refused when it is on already.
    """
    actor.require("change_own_profile")
    users.confirm_password(actor, password)
    secret = pyotp.random_base32()
    _try_secret(actor, secret)
    return secret


@one_unit
def _try_secret(actor: Actor, secret: str) -> None:
    off = update(_users).where(_users.c.id == actor.id, _users.c.otp_on_at.is_(None))
    if execute(off.values(otp_secret=secret, otp_last_step=None)).rowcount != 1:
        raise _is_on()


def switch_on(actor: Actor, session_id: UUID | None, code: str) -> list[str]:
    """Ask for codes from now on, when this one is right; gives ten recovery codes, which are shown only here.

    Every other session of this person ends. Raises NotSignedIn, Invalid for a wrong code, TooManyTries, Refused.
    """
    actor.require("change_own_profile")
    person = users.own(actor)
    tries = [Subject("account", person.email)]
    throttle.admit(tries)
    codes = _switch_on(actor, session_id, code)
    throttle.forgive(tries)
    return codes


@one_unit
def _switch_on(actor: Actor, session_id: UUID | None, code: str) -> list[str]:
    assert actor.id is not None
    row = _row(actor.id, lock=True)
    if row.otp_on_at:
        raise _is_on()
    if not row.otp_secret:
        raise Refused(_("Begin again: there is no code to try."))
    step = _step_of(row.otp_secret, code)
    if step is None:
        raise Invalid(_("This code is not right. Wait for the next one and try again."), field="code", code="OTP_WRONG")
    execute(update(_users).filter_by(id=actor.id).values(otp_on_at=clock.now(), otp_last_step=step))
    pins.take_away(actor.id)
    sessions.end_all(actor.id, but=session_id)
    audit.record(actor, "user.two_factor_on", "user", actor.id)
    return _new_codes(actor.id)


def make_new_codes(actor: Actor, password: str) -> list[str]:
    """Ten new recovery codes, shown only here; the old ones hold no more. Raises what `begin` raises."""
    actor.require("change_own_profile")
    users.confirm_password(actor, password)
    return _make_new_codes(actor)


@one_unit
def _make_new_codes(actor: Actor) -> list[str]:
    assert actor.id is not None
    if not _row(actor.id, lock=True).otp_on_at:
        raise Refused(_("Two-factor sign-in is off."))
    audit.record(actor, "user.recovery_codes_made", "user", actor.id)
    return _new_codes(actor.id)


def switch_own_off(actor: Actor, password: str) -> None:
    """Ask for no more codes. Raises NotSignedIn, Invalid for a wrong password, TooManyTries."""
    actor.require("change_own_profile")
    users.confirm_password(actor, password)
    assert actor.id is not None
    _switch_off(actor, actor.id)


def switch_off(actor: Actor, user_id: UUID) -> None:
    """Let a person who lost the phone sign in without a code. Raises Forbidden for all but the owner, NotFound."""
    actor.require("manage_users")
    _switch_off(actor, user_id)


@one_unit
def _switch_off(actor: Actor, user_id: UUID) -> None:
    was_on = _row(user_id, lock=True).otp_on_at is not None
    execute(update(_users).filter_by(id=user_id).values(otp_secret=None, otp_on_at=None, otp_last_step=None))
    execute(delete(_codes).where(_codes.c.user_id == user_id))
    if was_on:
        audit.record(actor, "user.two_factor_off", "user", user_id)


def use(actor: Actor, typed: str) -> str | None:
    """Use a code up in the caller's unit: `code`, `recovery code`, or None when it is wrong or was used before."""
    must_be_in_unit()
    assert actor.id is not None
    row = _row(actor.id, lock=True)
    step = _step_of(row.otp_secret or "", typed)
    if step is not None:
        newer = or_(_users.c.otp_last_step.is_(None), _users.c.otp_last_step < step)
        # Whoever looked over the shoulder comes too late (RFC 6238, 5.2).
        used = execute(update(_users).where(_users.c.id == actor.id, newer).values(otp_last_step=step)).rowcount
        return "code" if used == 1 else None
    unused = (_codes.c.user_id == actor.id, _codes.c.code_hash == _hash(typed), _codes.c.used_at.is_(None))
    if execute(update(_codes).where(*unused).values(used_at=clock.now())).rowcount != 1:
        return None
    left = select(func.count()).select_from(_codes).where(_codes.c.user_id == actor.id, _codes.c.used_at.is_(None))
    audit.record(actor, "user.recovery_code_used", "user", actor.id, {"left": str(execute(left).scalar_one())})
    return "recovery code"


def _step_of(secret: str, typed: str) -> int | None:
    """The step of time that the code belongs to, or None when it is no code of now."""
    digits = re.sub(r"\s", "", typed)
    if not secret or not re.fullmatch(r"[0-9]{6}", digits):
        return None
    maker, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // STEP_SECONDS
    # All of them are compared, so that the time it takes tells nothing.
    right = [now + off for off in STEPS_OFF if hmac.compare_digest(maker.generate_otp(now + off), digits)]
    return right[0] if right else None


def _new_codes(user_id: UUID) -> list[str]:
    execute(delete(_codes).where(_codes.c.user_id == user_id))
    codes = [_one_code() for _place in range(RECOVERY_CODES)]
    stamp = {"user_id": user_id, "created_at": clock.now(), "used_at": None}
    execute(insert(_codes), [stamp | {"id": uuid7(), "code_hash": _hash(code)} for code in codes])
    return codes


def _one_code() -> str:
    """80 random bits, without the signs that people mix up: guessing a hash of it back is beyond anybody."""
    signs = "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _place in range(16))
    return "-".join(signs[place : place + 4] for place in range(0, 16, 4))


def _hash(typed: str) -> str:
    return hashlib.sha256(re.sub(r"[^0-9a-z]", "", typed.lower()).encode()).hexdigest()


def _is_on() -> Refused:
    return Refused(_("Two-factor sign-in is on already."))


def _row(user_id: UUID | None, lock: bool = False) -> Row[Any]:
    wanted = select(_users.c.otp_secret, _users.c.otp_on_at, _users.c.otp_last_step).where(_users.c.id == user_id)
    found: Sequence[Row[Any]] = execute(wanted.with_for_update() if lock else wanted).all()
    if not found:
        raise NotFound(_("There is no such person."))
    return found[0]
