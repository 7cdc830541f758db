"""Passwords hashed as in a shop, and what came of it remembered: the same question is not worked out a second time.

A hash takes 20 ms of a processor, and the tests ask for the same few thousands of times. Each is made, and each pair of
hash and password compared, by the shop's own hasher at its full cost, the first time. Within a test no hash comes
twice: two of one password differ, as they do in a shop.

    @pytest.mark.hashes_anew      for what looks at hashing itself, at how long it takes, or at what happens meanwhile
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from argon2.exceptions import VerifyMismatchError

from pos.accounts import passwords

# Longer ones are few, and would only fill the memory.
LONGEST_REMEMBERED = 1024


class Remembering:
    """Answers as the hasher that it asks: the same hashes, the same errors."""

    def __init__(self, hasher: Any) -> None:
        self.asked = hasher
        self._made: defaultdict[bytes, list[str]] = defaultdict(list)
        self._given: Counter[bytes] = Counter()
        self._compared: dict[tuple[str, bytes], bool] = {}
        self._one_at_a_time = threading.Lock()

    def begin(self) -> None:
        """Another test begins, and may be given what earlier ones had."""
        self._given.clear()

    def hash(self, password: bytes) -> str:
        """A hash that this test has not seen."""
        with self._one_at_a_time:
            unseen = self._made[password][self._given[password] :][:1]
            self._given[password] += 1
        if unseen:
            return unseen[0]
        made = str(self.asked.hash(password))
        self._made[password].append(made)
        return made

    def verify(self, stored: str, password: bytes) -> bool:
        """True, or the error that says they differ; about what is no hash at all, the hasher is asked each time."""
        known = self._compared.get((stored, password))
        if known is None:
            known = self._matches(stored, password)
            if len(password) <= LONGEST_REMEMBERED:
                self._compared[stored, password] = known
        if not known:
            raise VerifyMismatchError("The password does not match the supplied hash")
        return True

    def _matches(self, stored: str, password: bytes) -> bool:
        try:
            return bool(self.asked.verify(stored, password))
        except VerifyMismatchError:
            return False


_remembering: Any = Remembering(passwords._hasher)


def begin(anew: bool) -> None:
    """Another test begins: nothing is remembered in it when it asks for that."""
    _remembering.begin()
    passwords._hasher = _remembering.asked if anew else _remembering


@contextmanager
def anew() -> Iterator[None]:
    """Hash without remembering, for what many tests will share."""
    before, passwords._hasher = passwords._hasher, _remembering.asked
    yield
    passwords._hasher = before
