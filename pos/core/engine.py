"""How each engine is opened: what SQLite and PostgreSQL must be told on every connection (TECH.md 5, 6)."""

from __future__ import annotations

import logging
import select
import sqlite3
import sys
import time
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

log = logging.getLogger("pos.engine")

# The driver keeps the plans of the statements used most, 128 of them unless told otherwise: in a shop that had opened a
# few pages, every statement of a checkout was planned anew for each bill.
STATEMENTS_KEPT = 1000
JUST_USED_SECONDS = 0.2
# The line used last is used next: it knows the plans and, on SQLite, the pages of what was asked before.
LINES = {"pool_use_lifo": True}
# A server whose machine has lost its power says nothing more: its lines are given up after some 20 seconds.
NOTICES_SILENCE = {"keepalives_idle": 8, "keepalives_interval": 4, "keepalives_count": 3, "tcp_user_timeout": 20_000}
# Compiling a dashboard's statements by the server's JIT takes four times as long as running them. Indexes lie in
# memory, or on a disk without arms: a planner that fears for each of their pages reads all goods rather than walk them.
PLANNING = "-c jit=off -c random_page_cost=1.1"
POSTGRESQL_OPTIONS = f"-c timezone=utc -c lock_timeout=3000 -c statement_timeout=10000 {PLANNING}"


def sqlite_module() -> ModuleType:
    """The newest SQLite to be had: the pysqlite3 wheel where there is one, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """True for SQLite versions in which a checkpoint racing a commit can corrupt a WAL file (3.7.0 to 3.51.2)."""
    if version in ((3, 44, 6), (3, 50, 7)):
        return False
    return (3, 7, 0) <= version <= (3, 51, 2)


def engine_options(url: str) -> dict[str, Any]:
    """SQLAlchemy engine options for a database URL."""
    if url.startswith("sqlite"):
        connect_args = {"timeout": 5, "cached_statements": STATEMENTS_KEPT}
        return {"module": sqlite_module(), "connect_args": connect_args, "hide_parameters": True, **LINES}
    return {
        # A failed statement is written to the log: its values are people's phones and passwords' hashes.
        "hide_parameters": True,
        **LINES,
        "pool_size": 8,
        "max_overflow": 8,
        "connect_args": {"options": POSTGRESQL_OPTIONS, "connect_timeout": 5, **NOTICES_SILENCE},
    }


def prepare(engine: Engine) -> None:
    """Make every connection of this engine safe: called once, before the first connection."""
    if engine.dialect.name != "sqlite":
        _prove_idle_lines(engine)
        return
    journal = journal_mode()

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions of its own: BEGIN IMMEDIATE is sent below.
        connection.isolation_level = None
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _prove_idle_lines(engine: Engine) -> None:
    """Ask a line that stood idle whether it still holds; a request takes three, each just after the other."""

    @event.listens_for(engine, "checkin")
    def keep_time(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def prove(connection: Any, record: Any, _proxy: Any) -> None:
        just_used = time.monotonic() - record.info.get("used", 0.0) < JUST_USED_SECONDS
        if just_used and not _has_something_to_say(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # All lines are as old as this one, or older: the server was away.
            raise InvalidatePoolError from error


def _has_something_to_say(connection: Any) -> bool:
    """True for an idle line on which the server spoke up, as it does when it goes away."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def journal_mode() -> str:
    """How SQLite keeps a change until it is whole: WAL, or DELETE where this version's log can damage a file."""
    module = sqlite_module()
    version = tuple(int(part) for part in module.sqlite_version.split("."))[:3]
    if not has_wal_reset_bug(version):  # type: ignore[arg-type]
        return "WAL"
    log.warning(
        "SQLite %s has the WAL-reset bug; using journal_mode=DELETE, which is slower and safe (python %s)",
        module.sqlite_version,
        sys.version.split()[0],
    )
    return "DELETE"
