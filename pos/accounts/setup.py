"""The first visit: the store and its owner, guarded by a one-time code (DESIGN.md 7)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from pos.accounts import users
from pos.accounts.roles import COMMAND_LINE
from pos.core.db import one_unit
from pos.core.errors import Invalid, Refused
from pos.core.language import gettext as _
from pos.settings import store

# Letters and digits that nobody mistakes for another when reading them off a screen.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FILE = "setup_code"


def code(instance: Path) -> str:
    """The one-time code of this shop, made once and kept until the set-up is done."""
    file = instance / FILE
    if not file.exists():
        made = "".join(secrets.choice(SIGNS) for _n in range(8))
        file.touch(mode=0o600)
        file.write_text(made)
    return file.read_text().strip()


def is_open() -> bool:
    """True while nobody owns the shop: only then does the set-up page work."""
    return not users.has_owner()


def check_code(instance: Path, given: str) -> None:
    """Let who knows the one-time code go on. Raises Invalid."""
    tidied = given.strip().upper().replace("-", "").replace(" ", "")
    if not hmac.compare_digest(tidied.encode(), code(instance).encode()):
        raise Invalid(_("This is not the code that the server printed when it started."), field="code")


@one_unit
def set_up(instance: Path, terms: Mapping[str, Any], *, email: str, full_name: str, password: str) -> UUID:
    """Open the shop: its terms and its first owner, both or neither; gives the owner's id.

    Raises Refused once there is an owner, Invalid with every problem.
    """
    if not is_open():
        raise Refused(_("This shop has been set up already. Please sign in."), code="ALREADY_SET_UP")
    owner = users.create_user(COMMAND_LINE, email=email, full_name=full_name, role="owner", password=password)
    if not store.exists():
        store.open_store(COMMAND_LINE, terms)
    else:
        store.change_settings(COMMAND_LINE, terms)
    return owner


def close(instance: Path) -> None:
    """Forget the one-time code once the shop has its owner."""
    (instance / FILE).unlink(missing_ok=True)
