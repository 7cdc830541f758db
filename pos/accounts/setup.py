"""The first visit: the store and its owner, guarded by a one-time code (DESIGN.md 7)."""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from pos.accounts import throttle, users
from pos.accounts.roles import COMMAND_LINE
from pos.accounts.throttle import Subject
from pos.core.db import one_unit
from pos.core.errors import Invalid, Problem, Refused
from pos.core.kept import kept
from pos.core.language import gettext as _
from pos.settings import first_steps, store
from pos.settings.checks import checked

# Letters and digits that nobody mistakes for another on a screen: 31 of them, 8 make 850,000,000,000 codes.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
FILE = "setup_code"


def code(instance: Path) -> str:
    """The one-time code of this shop, made once and kept until the set-up is done."""
    return kept(instance / FILE, lambda: "".join(secrets.choice(SIGNS) for _n in range(LENGTH)))


def is_open() -> bool:
    """True while nobody owns the shop: only then does the set-up page work."""
    return not users.has_owner()


def is_this_machine(address: str) -> bool:
    """True when the address is one of the server's own, so that whoever asks sits at the server itself."""
    with contextlib.suppress(ValueError, OSError):
        kind = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        with socket.socket(kind, socket.SOCK_DGRAM) as probe:
            # Only an address of one's own can be bound; nothing is sent.
            probe.bind((address, 0))
            return not ipaddress.ip_address(address).is_unspecified
    return False


def check_code(instance: Path, given: str, address: str) -> None:
    """Let who knows the one-time code go on. Raises Invalid, and TooManyTries when one address keeps guessing."""
    tries = [Subject("code", address)]
    throttle.admit(tries)
    tidied = "".join(sign for sign in given.upper() if sign.isalnum())
    expected = code(instance)
    if len(expected) != LENGTH or not hmac.compare_digest(tidied.encode(errors="replace"), expected.encode()):
        raise Invalid(_("This is not the code that the server printed when it started."), field="code")
    throttle.forgive(tries)


def set_up(terms: Mapping[str, Any], *, email: str, full_name: str, password: str) -> UUID:
    """Open the shop: its terms and its first owner, both or neither; gives the owner's id.

    Raises Refused once there is an owner, also for the second of two who set it up at the same moment; Invalid with
    every problem.
    """
    terms = _with_lawful_tax(terms)
    _check_all(terms, {"email": email, "full_name": full_name, "password": password})
    try:
        return _set_up(terms, {"email": email, "full_name": full_name, "password": password})
    except IntegrityError as error:
        if is_open():
            raise
        raise _too_late() from error


def _with_lawful_tax(terms: Mapping[str, Any]) -> Mapping[str, Any]:
    """A shop that sells at MRP and is not registered may neither collect GST nor show any (CGST Act, section 32)."""
    sells_at_mrp = terms.get("prices_include_tax") is True and terms.get("gst_mode") == "none"
    return {"tax_rate": "0", **terms} if sells_at_mrp else terms


def _check_all(terms: Mapping[str, Any], person: Mapping[str, str]) -> None:
    """Tell what is wrong with the store and with the person in one answer."""
    problems: list[Problem] = []
    checks: tuple[Callable[[], object], ...] = (
        lambda: checked(terms, store.BEFORE_SET_UP),
        lambda: users.checked(person),
    )
    for check in checks:
        try:
            check()
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid("; ".join(problem.message for problem in problems), problems=problems, field=problems[0].field)


@one_unit
def _set_up(terms: Mapping[str, Any], person: Mapping[str, str]) -> UUID:
    # Where the store's row exists already, its lock lets one set-up after the other look for an owner;
    # where it does not, it can be written only once.
    opened = store.exists(lock=True)
    if not is_open():
        raise _too_late()
    owner = users.create_user(COMMAND_LINE, role="owner", **person)
    if opened:
        store.change_settings(COMMAND_LINE, terms)
    else:
        store.open_store(COMMAND_LINE, terms)
    first_steps.show(COMMAND_LINE)
    return owner


def _too_late() -> Refused:
    return Refused(_("This shop has been set up already. Please sign in."), code="ALREADY_SET_UP")


def close(instance: Path) -> None:
    """Forget the one-time code once the shop has its owner."""
    (instance / FILE).unlink(missing_ok=True)
