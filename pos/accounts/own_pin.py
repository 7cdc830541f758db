"""A PIN of one's own: chosen and removed with the password, removed for others by the owner, who never sees one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from pos.accounts import pins, users
from pos.accounts.models import User
from pos.core import audit
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotSignedIn, Refused
from pos.core.language import gettext as _

_users = table(User)


def set_pin(actor: Actor, password: str, pin: str) -> None:
    """Choose a PIN of one's own, or another in its place.

    Raises NotSignedIn, Invalid for a wrong password and for a PIN that is easy to guess, TooManyTries, and Refused for
    owners and for who has a second factor: they come in by more than four digits.
    """
    actor.require("change_own_profile")
    confirmed = users.confirm_password(actor, password)
    _keep(actor, pins.hashed(pin), confirmed.password_hash)


@one_unit
def _keep(actor: Actor, pin_hash: str, confirmed: str) -> None:
    assert actor.id is not None
    refuse_the_powerful(actor.id, lock=True)
    users.refuse_if_reset(actor, confirmed)
    pins.keep(actor.id, pin_hash)
    audit.record(actor, "user.pin_set", "user", actor.id)


def refuse_the_powerful(user_id: UUID, lock: bool = False) -> None:
    """Raise Refused for owners and for who has a second factor; NotSignedIn for who works here no longer."""
    wanted = select(_users.c.role, _users.c.otp_on_at).filter_by(id=user_id, is_active=True)
    row = execute(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise NotSignedIn(_("Please sign in first."))
    if row.role == "owner":
        raise Refused(_("Owners always sign in with their password."), code="PIN_NOT_FOR_OWNERS")
    if row.otp_on_at:
        raise Refused(_("Who has two-factor sign-in always signs in with it."), code="PIN_BESIDE_SECOND_FACTOR")


def remove_own(actor: Actor, password: str) -> None:
    """Have no PIN any more. Raises NotSignedIn, Invalid for a wrong password, TooManyTries."""
    actor.require("change_own_profile")
    users.confirm_password(actor, password)
    assert actor.id is not None
    _remove(actor, actor.id)


def remove(actor: Actor, user_id: UUID) -> None:
    """Take somebody's PIN away. Raises Forbidden for all but the owner, NotFound."""
    actor.require("manage_users")
    users.find(user_id)
    _remove(actor, user_id)


@one_unit
def _remove(actor: Actor, user_id: UUID) -> None:
    if pins.take_away(user_id):
        audit.record(actor, "user.pin_removed", "user", user_id)
