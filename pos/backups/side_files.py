"""SQLite files beside the shop's own: copies that are read or tried, and the one that a restore fills."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from pos.core.engine import sqlite_module

# Nobody else has such a file open, and whoever makes one looks after its safety as a whole.
PRAGMAS = ("journal_mode=DELETE", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-65536", "temp_store=MEMORY")
COMPANIONS = ("", "-wal", "-shm", "-journal")


@contextmanager
def connected(file: Path) -> Iterator[Connection]:
    """A connection to this file alone, made when it is not there; the caller begins and commits."""
    engine = create_engine(f"sqlite:///{file}", module=sqlite_module(), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    with engine.connect() as connection:
        yield connection


def remove(file: Path) -> None:
    """Remove a database with everything that belongs to it."""
    for ending in COMPANIONS:
        file.with_name(file.name + ending).unlink(missing_ok=True)
