"""What goes wrong inside a server process: its disk is full, its clock is wrong, statements fail.

`ask_for` writes down, outside, what is wrong now; `listen`, inside the process, makes it so.
"""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

FILE = "trouble.json"
# SQLite's own limit, which is no limit.
BOUNDLESS_PAGES = 1_073_741_823
# What PostgreSQL says, and how it counts it, when a table cannot grow.
POSTGRES_IS_FULL = """DO $$ BEGIN RAISE EXCEPTION 'could not extend file "base/16384/2619": No space left on device'
USING ERRCODE = '53100'; END $$"""


class Unplugged(Exception):
    """Something failed that nobody foresaw."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong now. Of `fails_one_in` statements one fails; 0: none does."""

    disk_is_full: bool = False
    clock_is_off_seconds: float = 0
    fails_one_in: int = 0


def ask_for(folder: Path, trouble: Trouble) -> None:
    """From now on, this is wrong in every server process of this instance folder."""
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(asdict(trouble)))
    new.replace(folder / FILE)


class _Ear:
    """The trouble as it was last written down."""

    def __init__(self, folder: Path) -> None:
        self._file, self._seen, self._now = folder / FILE, 0, Trouble()
        self.lots = random.Random(os.getpid())

    def now(self) -> Trouble:
        with suppress(FileNotFoundError):
            seen = self._file.stat().st_mtime_ns
            if seen != self._seen:
                self._now, self._seen = Trouble(**json.loads(self._file.read_text())), seen
        return self._now


def listen(engine: Engine, folder: Path) -> None:
    """Let this server process suffer what is asked for."""
    from pos.core import clock

    ear = _Ear(folder)
    clock._source = lambda: datetime.now(UTC) + timedelta(seconds=ear.now().clock_is_off_seconds)
    event.listen(engine, "before_cursor_execute", lambda *_statement: _may_fail(ear))
    event.listen(engine, "commit", lambda _connection: _may_fail(ear))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", lambda connection: _size_of_the_disk(connection, ear))
    else:
        event.listen(engine, "before_cursor_execute", _no_row_more(ear), retval=True)


def _may_fail(ear: _Ear) -> None:
    one_in = ear.now().fails_one_in
    if one_in and ear.lots.randrange(one_in) == 0:
        raise Unplugged


def _size_of_the_disk(connection: Any, ear: _Ear) -> None:
    """SQLite itself refuses to let the file grow: SQLITE_FULL, as on a disk without a free block."""
    full = ear.now().disk_is_full
    if full != connection.info.get("full", False):
        line = connection.connection.dbapi_connection
        pages = line.execute("PRAGMA page_count").fetchone()[0] if full else BOUNDLESS_PAGES
        line.execute(f"PRAGMA max_page_count = {pages}")
        connection.info["full"] = full


def _no_row_more(ear: _Ear) -> Any:
    """PostgreSQL's own word for a full disk in the place of every new row: its disk is that of all these tests."""

    def instead(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> tuple[str, Any]:
        if not statement.startswith("INSERT") or not ear.now().disk_is_full:
            return statement, parameters
        return POSTGRES_IS_FULL, [()] if many else ()

    return instead
