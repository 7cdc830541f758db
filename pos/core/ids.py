"""Ids that sort by the time they were made (RFC 9562, UUID version 7)."""

from __future__ import annotations

import os
import struct
import threading
import time
from uuid import UUID

# The system is asked for chance once for so many ids: it is a quarter of what an id takes otherwise.
ASKED_AT_ONCE = 64
_lock = threading.Lock()
_last = 0
_chance: list[int] = []


def uuid7() -> UUID:
    """A new id, larger than every id this process made before."""
    global _last
    with _lock:
        now = time.time_ns()
        stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
        _last = stamp if stamp > _last else _last + 1
        moment = _last
        if not _chance:
            _chance.extend(struct.unpack(f"{ASKED_AT_ONCE}Q", os.urandom(8 * ASKED_AT_ONCE)))
        random = _chance.pop() & ((1 << 62) - 1)
    return UUID(int=(moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | random)


def _begin_anew() -> None:
    global _lock
    # Another thread of the parent may have held it.
    _lock = threading.Lock()
    _chance.clear()


# Two processes must not make ids of the same chance.
os.register_at_fork(after_in_child=_begin_anew)
