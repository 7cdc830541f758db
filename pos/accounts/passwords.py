"""Passwords: argon2id, at least OWASP's cost, never more than a few at once (RELIABILITY.md, ASVS 6 and 11.4)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pos.core.errors import Invalid
from pos.core.language import gettext as _

SHORTEST = 8
LONGEST = 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash holds 19 MiB: a crowd of sign-ins must not take the till's memory.
_at_once = threading.BoundedSemaphore(2)
_nobodys_hash = _hasher.hash("a password that nobody has")


@cache
def common() -> frozenset[str]:
    """The passwords that everybody tries first, in lower case."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def checked(password: str, email: str = "") -> str:
    """The password, fit to be used. Raises Invalid when it is too short, too long or among the most common."""
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = _("Choose a password of %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)
        raise Invalid(sentence, field="password")
    lowered, name = password.casefold(), email.casefold()
    if lowered in common() or lowered in (name, name.partition("@")[0]) or len(set(password)) < 3:
        raise Invalid(_("This password is easy to guess. Choose another."), field="password")
    return password


def hashed(password: str) -> str:
    """The argon2id hash to be stored."""
    with _at_once:
        return _hasher.hash(_as_bytes(password))


def matches(stored: str | None, password: str) -> bool:
    """True when the password is the one that was hashed; takes as long for nobody's account as for a real one."""
    with _at_once:
        try:
            return _hasher.verify(stored or _nobodys_hash, _as_bytes(password[: LONGEST * 8])) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def _as_bytes(password: str) -> bytes:
    """One form for letters that keyboards compose in different ways (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
