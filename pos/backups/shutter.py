"""The shutter: up while a process serves the shop, down for who puts another database in its place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pos.core.errors import ConfigurationError, Refused
from pos.core.language import gettext as _

SQLITE = "sqlite:///"


@contextmanager
def up(database_url: str) -> Iterator[None]:
    """Say, as long as this lasts, that the shop of this database is open; any number of processes may say so.

    Raises ConfigurationError while a backup is being restored.
    """
    with _held(database_url, fcntl.LOCK_SH) as is_ours:
        if not is_ours:
            raise ConfigurationError("A backup is being restored just now. Open the shop when that is over.")
        yield


@contextmanager
def down(database_url: str) -> Iterator[None]:
    """Keep the shop of this database closed meanwhile. Raises Refused when a process of this machine serves it."""
    with _held(database_url, fcntl.LOCK_EX) as is_ours:
        if not is_ours:
            raise Refused(_("The shop is open. Close it first (Ctrl-C where it runs)."), code="SHOP_IS_OPEN")
        yield


@contextmanager
def _held(database_url: str, how: int) -> Iterator[bool]:
    """Hold the shutter, as long as this lasts; False when others hold it otherwise."""
    file = Path(database_url.removeprefix(SQLITE) + ".open")
    if not database_url.startswith(SQLITE) or not file.parent.is_dir():
        # PostgreSQL knows who is connected to it.
        yield True
        return
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
