"""PINs, with which cashiers change places at one till: what is kept of them, and how often one may be guessed at.

A PIN is weak. It opens nothing by itself (accounts/places.py), owners and who has a second factor have none, and five
wrong tries in a row shut it until the person signs in with the password.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, insert, select, update

from pos.accounts import passwords
from pos.accounts.models import MOST_WRONG_PINS, Pin, User
from pos.core import clock
from pos.core.db import execute, must_be_in_unit, one_unit, table
from pos.core.errors import Invalid
from pos.core.language import gettext as _

SHORTEST, LONGEST = 4, 8
# Lines and corners of the keys, and what else everybody tries first; runs, repetitions and years are found by rule.
COMMON = frozenset({"2580", "0852", "1379", "1397", "3179", "7139", "147258", "258369", "159753", "159357", "112233"})
_RUNS = ("01234567890123456", "98765432109876543")
_YEAR = re.compile(r"(19|20)[0-9]{2}")

_pins, _users = table(Pin), table(User)
# Whose PIN holds, whatever a row says that was left over.
_MAY_HAVE_ONE = (_users.c.is_active, _users.c.role != "owner", _users.c.otp_on_at.is_(None))


@dataclass(frozen=True, slots=True)
class State:
    """How a person's PIN stands: since when there is one (None: there is none), and whether wrong tries shut it."""

    made_at: datetime | None
    is_shut: bool

    @property
    def is_set(self) -> bool:
        """True when there is a PIN, shut or not."""
        return self.made_at is not None


def checked(pin: str) -> str:
    """The PIN, fit to be used. Raises Invalid when it is no four to eight digits, or easy to guess."""
    if not re.fullmatch(r"[0-9]{4,8}", pin):
        sentence = _("Choose a PIN of %(least)s to %(most)s digits.", least=SHORTEST, most=LONGEST)
        raise Invalid(sentence, field="pin")
    half = len(pin) // 2
    again = len(pin) % 2 == 0 and pin[:half] == pin[half:]
    if again or len(set(pin)) < 3 or pin in COMMON or _YEAR.fullmatch(pin) or any(pin in run for run in _RUNS):
        raise Invalid(_("This PIN is easy to guess. Choose another."), field="pin", code="PIN_EASY")
    return pin


def state(user_id: UUID) -> State:
    """How the person's PIN stands."""
    row = execute(select(_pins.c.made_at, _pins.c.failures).filter_by(user_id=user_id)).first()
    return State(row.made_at, row.failures >= MOST_WRONG_PINS) if row else State(None, False)


def holders() -> Sequence[Row[Any]]:
    """Everybody who may come in by PIN, by name: `id`, `full_name`, and `failures` up to where it is shut."""
    wanted = select(_users.c.id, _users.c.full_name, _pins.c.failures).join(_pins, _pins.c.user_id == _users.c.id)
    return execute(wanted.where(*_MAY_HAVE_ONE).order_by(_users.c.full_name, _users.c.id)).all()


@one_unit
def count_guess(user_id: UUID) -> str | None:
    """Count one guess before it is looked at, so that a crowd of them gains nothing; gives the hash to compare.

    None where the person has no PIN, or one that is shut or no longer holds.
    """
    holding = _pins.c.user_id.in_(select(_users.c.id).where(*_MAY_HAVE_ONE))
    open_still = (_pins.c.user_id == user_id, _pins.c.failures < MOST_WRONG_PINS, holding)
    counted = update(_pins).where(*open_still).values(failures=_pins.c.failures + 1).returning(_pins.c.pin_hash)
    found: str | None = execute(counted).scalar()
    return found


def holder_of(user_id: UUID, pin_hash: str) -> Row[Any] | None:
    """The person whose PIN still is the one that was compared, locked against changes in the caller's unit."""
    must_be_in_unit()
    wanted: Select[Any] = select(_users.c.id, _users.c.full_name, _users.c.role, _users.c.language)
    wanted = wanted.join(_pins, _pins.c.user_id == _users.c.id)
    wanted = wanted.where(_users.c.id == user_id, _pins.c.pin_hash == pin_hash, *_MAY_HAVE_ONE)
    # The PIN as well: PostgreSQL looks again only at what is locked, and a reset that it waited for has removed it.
    return execute(wanted.with_for_update(of=(_users, _pins))).first()


def keep(user_id: UUID, pin_hash: str) -> None:
    """Keep this PIN in place of any other, in the caller's unit."""
    must_be_in_unit()
    execute(delete(_pins).where(_pins.c.user_id == user_id))
    execute(insert(_pins), {"user_id": user_id, "pin_hash": pin_hash, "made_at": clock.now(), "failures": 0})


def take_away(user_id: UUID) -> bool:
    """Forget the person's PIN in the caller's unit; True when there was one."""
    must_be_in_unit()
    return execute(delete(_pins).where(_pins.c.user_id == user_id)).rowcount == 1


def open_again(user_id: UUID) -> None:
    """Count wrong tries anew, in the caller's unit: the person showed who they are."""
    must_be_in_unit()
    execute(update(_pins).where(_pins.c.user_id == user_id, _pins.c.failures > 0).values(failures=0))


def hashed(pin: str) -> str:
    """The hash to be kept, by the hasher of the passwords."""
    return passwords.hashed(checked(pin))
