"""Changing places at one till: the next person's PIN ends the session there and begins theirs.

A PIN works only in a browser that holds a session which a password began, or a PIN in one of those. The new session
ends when the old one would have, so that a chain of PINs goes no further than one password does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from pos.accounts import passwords, pins, sessions, throttle
from pos.accounts.models import SignInSession, User
from pos.accounts.roles import actor_for
from pos.accounts.sessions import SignedIn
from pos.accounts.throttle import Subject
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, NotSignedIn
from pos.core.language import gettext as _

_sessions, _users = table(SignInSession), table(User)
_followers: list[Callable[[UUID, UUID], None]] = []


def followed_by(follow: Callable[[UUID, UUID], None]) -> Callable[[UUID, UUID], None]:
    """Have what belongs to the till go along: `follow` gets the ids of the old session and the new, in the unit."""
    _followers.append(follow)
    return follow


@one_unit
def lock(actor: Actor, session_id: UUID) -> None:
    """Let nothing be seen or done in this session until a PIN or a password is given here. Doing it twice is once."""
    actor.require("change_own_profile")
    open_one = update(_sessions).filter_by(id=session_id, ended_at=None, locked_at=None)
    if execute(open_one.values(locked_at=clock.now())).rowcount == 1:
        audit.record(actor, "session.locked", "session", session_id)


def change_place(seat: SignedIn, user_id: UUID, pin: str, address: str, browser: str | None) -> tuple[UUID, str]:
    """End the session at this till and begin the one of who knows the PIN; gives its id and its secret token.

    Takes as long for who has no PIN as for a wrong one. Raises TooManyTries while this seat or the address must wait,
    Invalid for a PIN that is wrong or shut, NotSignedIn when the session ended meanwhile.
    """
    # By the person who holds the session: another session of theirs buys no more guesses. Not with the passwords of the
    # address: whoever guessed at a locked till would keep everybody from the one way that opens a PIN again.
    tries = [Subject("seat", str(seat.actor.id)), Subject("till", address)]
    throttle.admit(tries)
    pin_hash = pins.count_guess(user_id)
    right = passwords.matches(pin_hash, pin)
    came = _sit_down(seat, user_id, pin_hash, tries, (address, browser)) if right and pin_hash else None
    if came is None:
        raise _refused(seat.actor, user_id, address)
    return came


@one_unit
def _sit_down(
    seat: SignedIn, user_id: UUID, pin_hash: str, tries: list[Subject], where: tuple[str, str | None]
) -> tuple[UUID, str] | None:
    """The new session, or None when the PIN or the person's role changed since it was compared."""
    throttle.forgive(tries)
    row = pins.holder_of(user_id, pin_hash)
    if row is None:
        return None
    _leave(seat)
    pins.open_again(user_id)
    execute(update(_users).filter_by(id=user_id).values(last_login_at=clock.now()))
    session_id, token = sessions.start(user_id, "pages", *where, seat.expires_at - clock.now())
    for follow in _followers:
        follow(seat.session_id, session_id)
    change = {"from": seat.actor.name, "from_id": str(seat.actor.id), "address": where[0]}
    audit.record(_actor(row), "session.changed_places", "session", session_id, change)
    return session_id, token


def _leave(seat: SignedIn) -> None:
    ended = update(_sessions).filter_by(id=seat.session_id, ended_at=None).values(ended_at=clock.now())
    if execute(ended).rowcount != 1:
        # The same keys pressed twice, or the owner ended it just now.
        raise NotSignedIn(_("Please sign in first."))


def _actor(row: Row[Any]) -> Actor:
    return actor_for(row.id, row.full_name, row.role, row.language)


@one_unit
def _refused(at: Actor, user_id: UUID, address: str) -> Invalid:
    """Write the wrong guess down, and say what to do now."""
    is_shut = pins.state(user_id).is_shut
    audit.record(at, "session.pin_refused", "user", user_id, {"address": address, "shut": is_shut})
    if is_shut:
        sentence = _("This PIN is shut after too many wrong tries. Sign in with the password: that opens it again.")
        return Invalid(sentence, field="pin", code="PIN_SHUT")
    return Invalid(_("This PIN is not right."), field="pin", code="PIN_WRONG")
