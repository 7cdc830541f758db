"""The people of the shop: added, changed and sent home by the owner; everybody keeps their own profile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from pos.accounts import passwords, sessions
from pos.accounts.models import ROLES, User
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit
from pos.core.errors import Invalid, NotFound, NotSignedIn, Problem, Refused
from pos.core.ids import uuid7
from pos.core.language import LANGUAGES
from pos.core.language import gettext as _
from pos.core.text import tidy

EMAIL = re.compile(r"^[^@\s<>\"'\\]{1,64}@[^@\s<>\"'\\]{1,190}$")

_users = User.__table__
_shown = [c for c in _users.c if c.key != "password_hash"]


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


def has_owner() -> bool:
    """True once somebody can open the shop."""
    return execute(select(_users.c.id).filter_by(role="owner", is_active=True).limit(1)).first() is not None


@one_unit
def create_user(actor: Actor, *, email: str, full_name: str, role: str, password: str) -> UUID:
    """Add a person. Raises Forbidden for all but the owner, Invalid with every problem, Refused for a known email."""
    actor.require("manage_users")
    values = _checked({"email": email, "full_name": full_name, "role": role, "password": password})
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
    """Change a person's name, email, role, password or whether they may sign in; a new role or an end ends their sessions.

    Raises Forbidden for all but the owner, NotFound, Invalid, and Refused when no owner would be left.
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


@one_unit
def change_password(actor: Actor, session_id: UUID | None, *, current: str, new: str) -> None:
    """Change one's own password; every other session of this person ends. Raises NotSignedIn for a wrong current one."""
    actor.require("change_own_profile")
    row = execute(select(_users.c.password_hash, _users.c.email).filter_by(id=actor.id)).one()
    if not passwords.matches(row.password_hash, current):
        raise Invalid(_("Your current password is not right."), field="current", code="WRONG_PASSWORD")
    secret = passwords.hashed(passwords.checked(new, row.email))
    execute(update(_users).filter_by(id=actor.id).values(password_hash=secret, updated_at=clock.now()))
    if actor.id is None:
        raise NotSignedIn(_("Please sign in first."))
    sessions.end_all(actor.id, but=session_id)
    audit.record(actor, "user.password_changed", "user", actor.id)


def _apply(actor: Actor, before: Row[Any], changes: Mapping[str, Any]) -> None:
    values = _checked(changes)
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
        sessions.end_all(before.id)
    change = {name: [str(getattr(before, name)), str(value)] for name, value in changed.items()}
    audit.record(actor, "user.changed", "user", before.id, change | ({"password": "new"} if secret else {}))


def _keep_an_owner(before: Row[Any], changed: Mapping[str, Any]) -> None:
    stays = changed.get("role", "owner") == "owner" and changed.get("is_active", True)
    if before.role != "owner" or not before.is_active or stays:
        return
    owners = execute(select(func.count()).select_from(_users).filter_by(role="owner", is_active=True)).scalar_one()
    if owners <= 1:
        raise Refused(_("The shop needs at least one owner. Make somebody else an owner first."), code="LAST_OWNER")


def _keep_emails_apart(user_id: UUID, email: str | None) -> None:
    taken = email and execute(select(_users.c.id).where(_users.c.email == email, _users.c.id != user_id)).first()
    if taken:
        raise Refused(_("Somebody with this email is here already."), code="DUPLICATE_EMAIL", field="email")


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
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
            raise Invalid(_("Enter the person's name."))
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
