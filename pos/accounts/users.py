"""The people of the shop: added, changed and sent home by the owner; everybody keeps their own profile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.accounts import passwords, pins, sessions, throttle
from pos.accounts.models import ROLES, User
from pos.accounts.throttle import Subject
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, must_be_in_unit, one_unit, table
from pos.core.errors import Invalid, NotFound, NotSignedIn, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import LANGUAGES
from pos.core.language import gettext as _
from pos.core.text import tidy

EMAIL = re.compile(r"^[^@\s<>\"'\\]{1,64}@[^@\s<>\"'\\]{1,190}$")

_users = table(User)
SECRETS = {"password_hash", "otp_secret", "otp_last_step"}
_shown = [c for c in _users.c if c.key not in SECRETS]


def everybody() -> Sequence[Row[Any]]:
    """All people, owners first, then by name; without their password hashes."""
    return execute(
        select(*_shown).order_by(_users.c.is_active.desc(), _users.c.role != "owner", _users.c.full_name)
    ).all()


def find(user_id: UUID) -> Row[Any]:
    """One person, without the password hash. Raises NotFound."""
    row = execute(select(*_shown).filter_by(id=user_id)).first()
    if row is None:
        raise NotFound(_("There is no such person."))
    return row


def find_by_email(email: str) -> UUID:
    """The id of the person with this email address. Raises NotFound."""
    found: UUID | None = execute(select(_users.c.id).filter_by(email=(tidy(email) or "").lower())).scalar()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def own(actor: Actor) -> Row[Any]:
    """The person who asks. Raises NotSignedIn for everybody who is no user."""
    if actor.id is None:
        raise NotSignedIn(_("Please sign in first."))
    return find(actor.id)


def has_owner() -> bool:
    """True once somebody can open the shop."""
    return execute(select(_users.c.id).filter_by(role="owner", is_active=True).limit(at_most(1))).first() is not None


@one_unit
def create_user(actor: Actor, *, email: str, full_name: str, role: str, password: str) -> UUID:
    """Add a person. Raises Forbidden for all but the owner, Invalid with every problem, Refused for a known email."""
    actor.require("manage_users")
    values = checked({"email": email, "full_name": full_name, "role": role, "password": password})
    if execute(select(_users.c.id).filter_by(email=values["email"])).first():
        raise Refused(_("Somebody with this email is here already."), code="DUPLICATE_EMAIL", field="email")
    secret = values.pop("password")
    user_id, now = uuid7(), clock.now()
    row = {"id": user_id, **values, "password_hash": passwords.hashed(secret), "is_active": True}
    execute(insert(_users), {**row, "created_at": now, "updated_at": now})
    audit.record(actor, "user.added", "user", user_id, values)
    return user_id


@one_unit
def change_user(actor: Actor, user_id: UUID, **changes: Any) -> None:
    """Change a person's name, email, role, password, or whether they may sign in.

    A new role, a new password and the end of their work end their sessions. Raises Forbidden for all but the owner,
    NotFound, Invalid with every problem, and Refused for a known email or when no owner would be left.
    """
    actor.require("manage_users")
    before = find(user_id)
    _apply(actor, before, changes)


@one_unit
def change_own_profile(actor: Actor, **changes: Any) -> None:
    """Change one's own name, email or language. Raises NotSignedIn, Invalid, Refused for a known email."""
    actor.require("change_own_profile")
    unknown = set(changes) - {"full_name", "email", "language"}
    if unknown or actor.id is None:
        raise Invalid(_("Only your name, email and language can be changed here."))
    _apply(actor, find(actor.id), changes)


def change_password(actor: Actor, session_id: UUID | None, *, current: str, new: str) -> None:
    """Change one's own password; every other session of this person ends, and the PIN holds no more.

    Raises NotSignedIn, Invalid for a wrong current password and for a new one that is not fit to be used, and
    TooManyTries for who keeps guessing at a tablet that was left open.
    """
    actor.require("change_own_profile")
    confirmed = confirm_password(actor, current, field="current")
    secret = passwords.hashed(passwords.checked(new, confirmed.email))
    _write_password(actor, session_id, secret, confirmed.password_hash)


def confirm_password(actor: Actor, password: str, field: str = "password") -> Row[Any]:
    """Make sure that it is still this person before something that cannot be undone.

    Gives their `email`, and the `password_hash` that must still be theirs when it is done (`refuse_if_reset`).
    Raises NotSignedIn, Invalid for a wrong password, TooManyTries for who keeps guessing.
    """
    row = execute(select(_users.c.password_hash, _users.c.email).filter_by(id=actor.id)).first()
    if row is None:
        raise NotSignedIn(_("Please sign in first."))
    tries = [Subject("account", row.email)]
    throttle.admit(tries)
    if not passwords.matches(row.password_hash, password):
        raise Invalid(_("Your current password is not right."), field=field, code="WRONG_PASSWORD")
    throttle.forgive(tries)
    confirmed: Row[Any] = row
    return confirmed


def refuse_if_reset(actor: Actor, password_hash: str) -> None:
    """Raise NotSignedIn when the password is no longer the one that was confirmed, in the caller's unit.

    The owner resets it to shut somebody out: what the old one began may not go on after that.
    """
    must_be_in_unit()
    wanted = select(_users.c.id).filter_by(id=actor.id, password_hash=password_hash, is_active=True)
    if execute(wanted.with_for_update(key_share=True)).first() is None:
        raise NotSignedIn(_("Please sign in first."))


@one_unit
def _write_password(actor: Actor, session_id: UUID | None, secret: str, confirmed: str) -> None:
    assert actor.id is not None
    refuse_if_reset(actor, confirmed)
    execute(update(_users).filter_by(id=actor.id).values(password_hash=secret, updated_at=clock.now()))
    pins.take_away(actor.id)
    sessions.end_all(actor.id, but=session_id)
    audit.record(actor, "user.password_changed", "user", actor.id)


def _apply(actor: Actor, before: Row[Any], changes: Mapping[str, Any]) -> None:
    values = checked(changes)
    secret = values.pop("password", None)
    changed = {name: value for name, value in values.items() if value != getattr(before, name)}
    _keep_an_owner(before, changed)
    _keep_emails_apart(before.id, changed.get("email"))
    written = dict(changed)
    if secret:
        written["password_hash"] = passwords.hashed(secret)
    if not written:
        return
    execute(update(_users).filter_by(id=before.id).values(**written, updated_at=clock.now()))
    if secret or {"role", "is_active"} & set(changed):
        pins.take_away(before.id)
        sessions.end_all(before.id)
    change = {name: [str(getattr(before, name)), str(value)] for name, value in changed.items()}
    audit.record(actor, "user.changed", "user", before.id, change | ({"password": "new"} if secret else {}))


def _keep_an_owner(before: Row[Any], changed: Mapping[str, Any]) -> None:
    stays = changed.get("role", "owner") == "owner" and changed.get("is_active", True)
    if before.role != "owner" or not before.is_active or stays:
        return
    # Locked, so that two owners who send each other home at the same moment do not leave the shop without one.
    owners = select(_users.c.id).filter_by(role="owner", is_active=True).order_by(_users.c.id)
    if not set(execute(owners.with_for_update(key_share=True)).scalars()) - {before.id}:
        raise Refused(_("The shop needs at least one owner. Make somebody else an owner first."), code="LAST_OWNER")


def _keep_emails_apart(user_id: UUID, email: str | None) -> None:
    taken = email and execute(select(_users.c.id).where(_users.c.email == email, _users.c.id != user_id)).first()
    if taken:
        raise Refused(_("Somebody with this email is here already."), code="DUPLICATE_EMAIL", field="email")


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given about a person, tidied. Raises Invalid with every problem and the field each belongs to."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        try:
            values[name] = _check(name, value, str(given.get("email") or ""))
        except Invalid as error:
            problems.append(Problem(error.message, error.code, name))
    if problems:
        raise Invalid("; ".join(p.message for p in problems), problems=problems, field=problems[0].field)
    return values


def _check(name: str, value: Any, email: str) -> Any:
    if name == "email":
        return _email(value)
    if name == "full_name":
        text = tidy(str(value or ""))
        if not text or len(text) > 255:
            raise Invalid(_("Enter a name."))
        return text
    if name == "role" and value in ROLES:
        return value
    if name == "password" and isinstance(value, str):
        return passwords.checked(value, email)
    if name == "is_active" and isinstance(value, bool):
        return value
    if name == "language" and (value is None or value in LANGUAGES):
        return value
    raise Invalid(_("This choice is not among those offered."))


def _email(value: Any) -> str:
    text = (tidy(str(value or "")) or "").lower()
    if not EMAIL.match(text):
        raise Invalid(_("Enter an email address, like asha@example.com."))
    return text
