"""Faults on the way to the database: a statement that fails, an engine that asks to try again, a line that is cut."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from pos.core import prepared
from pos.core.db import db
from pos.core.engine import sqlite_module

LONGEST_GOODBYE_SECONDS = 5.0
Fault = Callable[[Any], None]


class Unplugged(Exception):
    """Something failed that nobody foresaw."""


class Counted:
    """What was sent to the database so far, and whether the fault has come."""

    def __init__(self, at: int) -> None:
        self.at, self.sent, self.came = at, 0, False

    def due(self) -> bool:
        """True once, at the statement that was chosen."""
        self.sent += 1
        if self.sent != self.at:
            return False
        self.came = True
        return True


@contextmanager
def statement_fails(at: int, afterwards: bool = False) -> Iterator[Counted]:
    """The statement with this number, counted from 1, is not sent, or is sent and its answer is lost; at 0, none is."""
    counted = Counted(at)

    def fail(*_statement: Any) -> None:
        if counted.due():
            raise Unplugged

    with listening(db.engine, "after_cursor_execute" if afterwards else "before_cursor_execute", fail):
        yield counted


@contextmanager
def commit_fails() -> Iterator[Counted]:
    """The unit is not committed, once."""
    counted = Counted(1)

    def fail(_connection: Any) -> None:
        if counted.due():
            raise Unplugged

    with listening(db.engine, "commit", fail):
        yield counted


@contextmanager
def engine_asks_to_try_again(at: int) -> Iterator[Counted]:
    """The statement with this number is refused once, by a deadlock or a locked file, as the engine itself says it."""
    counted = Counted(at)

    def refuse(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> tuple[str, Any]:
        if not counted.due():
            return statement, parameters
        if db.engine.dialect.name == "sqlite":
            raise OperationalError(statement, parameters, sqlite_module().OperationalError("database is locked"))
        return "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$", [()] if many else ()

    with listening(db.engine, "before_cursor_execute", refuse, retval=True):
        yield counted


@contextmanager
def line_is_cut(url: str, at: int) -> Iterator[Counted]:
    """The PostgreSQL server ends the connection before the statement with this number, once; at 0, never."""
    counted = Counted(at)

    def cut(connection: Any, *_statement: Any) -> None:
        if counted.due():
            hang_up(url, connection.connection.dbapi_connection)

    with listening(db.engine, "before_cursor_execute", cut):
        yield counted


@contextmanager
def line_is_cut_at_commit(url: str, committed: bool) -> Iterator[Counted]:
    """The connection ends while the unit is being committed, once: before the server did it, or before it said so."""
    counted, dialect = Counted(1), db.engine.dialect
    commit = dialect.do_commit

    def cut(connection: Any) -> None:
        if not counted.due():
            return commit(connection)
        if committed:
            commit(connection)
        hang_up(url, connection.driver_connection)
        return connection.execute("SELECT 'the answer to COMMIT that never comes'")

    dialect.do_commit = cut  # type: ignore[method-assign,assignment]
    try:
        yield counted
    finally:
        dialect.do_commit = commit  # type: ignore[method-assign]


def hang_up(url: str, connection: Any) -> None:
    """Let the server end this connection, as a restart of it does; the client notices when it next speaks."""
    process = connection.info.backend_pid
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [process])
        until = time.monotonic() + LONGEST_GOODBYE_SECONDS
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process]).fetchone():
            assert time.monotonic() < until, "the server does not end the connection"
            time.sleep(0.002)


@contextmanager
def listening(engine: Any, name: str, listener: Callable[..., Any], **options: Any) -> Iterator[None]:
    """Listen to the engine for a while, and to the prepared statements, which are sent past it as nobody listened."""
    patch = pytest.MonkeyPatch()
    if name.endswith("_cursor_execute"):
        patch.setattr(prepared, "_sent", _sent_with(listener, name.startswith("after"), prepared._sent))
        patch.setattr(prepared, "is_heard", lambda: False)
    event.listen(engine, name, listener, **options)
    try:
        yield
    finally:
        event.remove(engine, name, listener)
        patch.undo()


def _sent_with(listener: Callable[..., Any], afterwards: bool, send: Callable[..., Any]) -> Callable[..., Any]:
    def sent(line: Any, sql: str, values: Any, each: bool = False) -> Any:
        if not afterwards:
            sql, values = listener(line, None, sql, values, None, each) or (sql, values)
        cursor = send(line, sql, values, each)
        if afterwards:
            listener(line, cursor, sql, values, None, each)
        return cursor

    return sent
