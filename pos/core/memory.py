"""How much memory a server keeps that it no longer needs: as little as glibc can be told to, or asked for."""

from __future__ import annotations

import contextlib
import ctypes

# Names of glibc's malloc.h, and what they are set to.
ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1
SETTINGS = {
    # Eight threads would each keep what their busiest page once took.
    ARENA_MAX: 2,
    # A password's hash takes 19 MB for a moment. Left to itself, glibc learns from the first one to keep that much.
    MMAP_THRESHOLD: 1024 * 1024,
    TRIM_THRESHOLD: 4 * 1024 * 1024,
}


def give_back_what_is_free() -> None:
    """Return large pieces of memory to the system once they are free; elsewhere than on glibc, nothing changes."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        tell = ctypes.CDLL(None).mallopt
        for name, value in SETTINGS.items():
            tell(name, value)


def give_back_now() -> None:
    """Return what is free to the system, small pieces too: a long report leaves a hundred megabytes of them."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
