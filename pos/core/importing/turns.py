"""Few files are read at a time: each keeps a processor busy, a spiteful one for minutes, and the till goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from pos.core.errors import Busy
from pos.core.language import gettext as _

P = ParamSpec("P")
R = TypeVar("R")

READERS = 2
PATIENCE_SECONDS = 5.0
AS_LONG_AS_IT_TAKES = -1.0

_turns = threading.BoundedSemaphore(READERS)
_this_thread = threading.local()


def in_turn(patience: float = PATIENCE_SECONDS) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Read a file only while fewer than two others are being read; `patience` is in seconds.

    Reading inside reading is the same turn. Raises Busy when no turn came.
    """

    def waiting(read: Callable[P, R]) -> Callable[P, R]:
        @wraps(read)
        def read_in_turn(*args: P.args, **kwargs: P.kwargs) -> R:
            if getattr(_this_thread, "is_reading", False):
                return read(*args, **kwargs)
            if not _turns.acquire(timeout=patience):
                raise Busy(_("Other files are being read just now. Try again in a moment."))
            _this_thread.is_reading = True
            try:
                return read(*args, **kwargs)
            finally:
                _this_thread.is_reading = False
                _turns.release()

        return read_in_turn

    return waiting
