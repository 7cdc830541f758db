"""Passwords: argon2id, at least OWASP's cost, never more than a few at once (RELIABILITY.md, ASVS 6 and 11.4)."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pos.core.errors import Invalid
from pos.core.language import gettext as _

SHORTEST = 8
LONGEST = 128
COMMON = frozenset(
    "password password1 password12 password123 12345678 123456789 1234567890 11111111 00000000 qwertyui qwerty123 "
    "iloveyou india123 india@123 admin123 admin@123 welcome1 welcome123 abcd1234 abc12345 sachin10 krishna1 ganesh123 "
    "password@123 pass@123 pass1234 test1234 1q2w3e4r asdfghjk 87654321 88888888 99999999 98765432 9876543210 "
    "changeme letmein1 superman princess sunshine football baseball computer internet".split()
)

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash holds 19 MiB: a crowd of sign-ins must not take the till's memory.
_at_once = threading.BoundedSemaphore(2)
_nobodys_hash = _hasher.hash("a password that nobody has")


def checked(password: str, email: str = "") -> str:
    """The password, fit to be used. Raises Invalid when it is too short, too long or among the most common."""
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = _("Choose a password of %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)
        raise Invalid(sentence, field="password")
    lowered = password.casefold()
    if lowered in COMMON or lowered == email.casefold() or len(set(password)) < 3:
        raise Invalid(_("This password is easy to guess. Choose another."), field="password")
    return password


def hashed(password: str) -> str:
    """The argon2id hash to be stored."""
    with _at_once:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """True when the password is the one that was hashed; takes as long for nobody's account as for a real one."""
    with _at_once:
        try:
            return _hasher.verify(stored or _nobodys_hash, password[: LONGEST * 8]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
