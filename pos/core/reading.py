"""Where a request, or a command, reads outside its units: a line to the database, taken when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


class Reading:
    """The line of the request, or command, that is being worked on.

    On SQLite it reads of one moment until it is rolled back. On PostgreSQL each statement sees what was done before it,
    in a transaction or without: one around them would only be two more ways to the server.
    """

    def __init__(self, engine: Callable[[], Engine], whose: Callable[[], int]) -> None:
        """`whose` tells one request, or command, from another."""
        self._engine, self._whose = engine, whose
        self._lines: dict[int, Connection] = {}
        self._alone: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()

    def connection(self) -> Connection:
        """The line, taken now if it was not yet."""
        line = self._lines.get(self._whose())
        return self._begun() if line is None or line.closed else line

    def at_one_moment(self) -> None:
        """Read anew, and from now on of one moment on either engine, until it is rolled back."""
        self.rollback()
        engine = self._engine()
        if engine.dialect.name == "postgresql":
            line = engine.connect().execution_options(isolation_level="REPEATABLE READ")
            self._lines[self._whose()] = _of_one_moment(line)

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Send one statement on the line."""
        return self.connection().execute(statement, parameters)

    def commit(self) -> None:
        """Keep what was written outside units, and give the line back: for who sets the stage."""
        self._end(keep=True)

    def rollback(self) -> None:
        """End the look, and give the line back; the next statement takes one anew."""
        self._end()

    remove = close = rollback

    def _begun(self) -> Connection:
        engine = self._engine()
        if engine.dialect.name == "postgresql":
            line = self._one_by_one(engine).connect()
        else:
            line = _of_one_moment(engine.connect())
        self._lines[self._whose()] = line
        return line

    def _one_by_one(self, engine: Engine) -> Engine:
        if engine not in self._alone:
            self._alone[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
        return self._alone[engine]

    def _end(self, keep: bool = False) -> None:
        line = self._lines.pop(self._whose(), None)
        if line is None or line.closed:
            return
        try:
            transaction = line.get_transaction()
            if keep and transaction is not None:
                transaction.commit()
        finally:
            _hang_up(line)


def _of_one_moment(line: Connection) -> Connection:
    try:
        line.begin()
    except BaseException:
        line.close()
        raise
    return line


def _hang_up(line: Connection) -> None:
    try:
        line.close()
    except DBAPIError:
        # The database went away: who has read has what there was to read, and nobody gets this line again.
        if not line.closed:
            line.invalidate()
