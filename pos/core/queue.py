"""A fair queue for SQLite's one writer: first come, first served.

SQLite's own waiting is unfair: with 16 threads the slowest waited 1.5 s, in a queue 0.23 s (RELIABILITY.md 0.2).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from pos.core.errors import Busy
from pos.core.language import gettext as _

LONGEST_TURN_WAIT_SECONDS = 20.0


class WriterQueue:
    """Hands the right to write from one thread to the next in the order they asked."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self, engine: str) -> Iterator[None]:
        """Wait for this thread's turn; PostgreSQL has its own row locks and needs none.

        Raises Busy after 20 seconds.
        """
        if engine != "sqlite":
            yield
            return
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self) -> None:
        with self._gate:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(LONGEST_TURN_WAIT_SECONDS):
            return
        with self._gate:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise Busy(_("The shop is very busy just now. Nothing was changed; please try again."))

    def _pass_on(self) -> None:
        with self._gate:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


writers = WriterQueue()
