"""The database: one metadata, one way to write (DESIGN.md 5).

Every change happens in a verb marked `@one_unit`: one transaction, taken again as a whole when the engine asks for it.
On SQLite the unit begins IMMEDIATE, behind one fair queue of writers; on PostgreSQL it runs READ COMMITTED with row
locks.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import _app_ctx_id
from sqlalchemy import ColumnElement, Connection, Integer, MetaData, Table, Transaction, literal_column
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from pos.core.errors import Busy
from pos.core.language import gettext as _
from pos.core.queue import writers
from pos.core.reading import Reading

TRIES = 5
FIRST_PAUSE_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 3.0
RETRYABLE_STATES = {"40001", "40P01", "55P03"}

P = ParamSpec("P")
R = TypeVar("R")


class Base(DeclarativeBase):
    """The common ground of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class _Database(SQLAlchemy):
    """Flask-SQLAlchemy's engine for each app, and our own reading in place of its ORM session."""

    session: Reading  # type: ignore[assignment]

    def _make_scoped_session(self, options: Any) -> Any:
        return Reading(lambda: self.engine, _app_ctx_id)


db = _Database(metadata=Base.metadata)
_elsewhere: ContextVar[Connection | None] = ContextVar("elsewhere", default=None)


@dataclass(slots=True)
class _Unit:
    """The writing unit that is running: a line to the database of its own, and what was found once."""

    connection: Connection
    dialect: str
    is_heard: bool
    found: dict[str, Any] = field(default_factory=dict)


_unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)


def table(model: type[Base]) -> Table:
    """The model's table, for statements that select columns and not entities."""
    return cast(Table, model.__table__)


def session() -> Reading:
    """The line on which a request, or command, reads outside its units."""
    return db.session


def dialect() -> str:
    """The engine's name: `sqlite` or `postgresql`."""
    unit = _unit.get()
    if unit:
        return unit.dialect
    elsewhere = _elsewhere.get()
    return (elsewhere or db.engine).dialect.name


@contextmanager
def working_on(connection: Connection) -> Iterator[None]:
    """Let the shop's verbs and proofs work on another database for a while: a copy that is being tried, a new one.

    What they do stands or falls with the transaction of the connection, which is the caller's.
    """
    token, unit = _elsewhere.set(connection), _unit.set(None)
    try:
        yield
    finally:
        _unit.reset(unit)
        _elsewhere.reset(token)


def look_at_one_moment() -> None:
    """Let all that is read from here on, until the session ends or a unit begins, be of one moment.

    On SQLite a session's reading is so of itself; on PostgreSQL each statement would see what was done since the last.
    """
    if _elsewhere.get() is None and not in_unit():
        db.session.at_one_moment()


def in_unit() -> bool:
    """True inside a writing unit."""
    return _unit.get() is not None


def one_unit(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in one transaction: all of it happens, or nothing does.

    A verb called from another verb joins its unit. Deadlocks, lock time-outs, a busy file and a connection lost before
    the commit are tried again, at most five times in three seconds. Raises Busy when that did not help.
    """

    @functools.wraps(verb)
    def unit(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_unit():
            return verb(*args, **kwargs)
        return _with_retries(lambda: verb(*args, **kwargs))

    return unit


def _with_retries(work: Callable[[], R]) -> R:
    given_up_at = time.monotonic() + LONGEST_WAIT_SECONDS
    pause = FIRST_PAUSE_SECONDS
    for attempt in range(1, TRIES + 1):
        try:
            return _one_try(work)
        except DBAPIError as error:
            if not _may_try_again(error):
                raise
            if attempt == TRIES or time.monotonic() + pause > given_up_at:
                raise Busy(_("The shop is very busy just now. Nothing was changed; please try again.")) from error
        # Jitter, so that two units that met once do not meet again.
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        pause *= 2
    raise AssertionError("unreachable: the last try returns or raises")


def _one_try(work: Callable[[], R]) -> R:
    # A reading transaction may be open from looking up who is signed in; a unit never grows out of an old snapshot.
    db.session.rollback()
    engine = dialect()
    with writers.turn(engine), _writing() as (line, transaction):
        token = _unit.set(_Unit(line, engine, _hears(line)))
        try:
            result = work()
        finally:
            _unit.reset(token)
        _commit(transaction)
        return result


@contextmanager
def _writing() -> Iterator[tuple[Connection, Transaction]]:
    """A line to the database with a transaction on it, which is undone unless it was committed."""
    elsewhere = _elsewhere.get()
    if elsewhere is not None:
        with elsewhere.begin_nested() as savepoint:
            yield elsewhere, savepoint
        return
    with db.engine.connect() as line:
        try:
            yield line, line.execution_options(write=True).begin()
        except BaseException:
            _undo(line)
            raise


def _undo(line: Connection) -> None:
    """Told to the driver itself: after a commit that failed, SQLAlchemy takes the transaction for over."""
    if line.invalidated:
        return
    try:
        line.connection.rollback()
    except Exception:
        # Nobody may get this line with what is half done on it.
        line.invalidate()


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            # Nobody can know whether the server committed. Who has a key repeats with it, and then it answers.
            raise Busy(
                _("The database went away while this was saved. Look whether it is there before you send it again.")
            ) from error
        raise


def _may_try_again(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state in RETRYABLE_STATES:
        return True
    text = str(error.orig).lower()
    return isinstance(error, OperationalError) and ("database is locked" in text or "database table is locked" in text)


def must_be_in_unit() -> None:
    """Refuse to take a lock outside a unit: it would guard nothing."""
    if not in_unit():
        raise RuntimeError("a lock is only taken inside @one_unit")


def found_once(name: str, find: Callable[[], R]) -> R:
    """What was found under this name earlier in the unit, or is found now; outside a unit it is looked up anew."""
    unit = _unit.get()
    if unit is None:
        return find()
    if name not in unit.found:
        unit.found[name] = find()
    return cast(R, unit.found[name])


def find_anew(name: str) -> None:
    """Let the unit look up what it has changed itself."""
    unit = _unit.get()
    if unit:
        unit.found.pop(name, None)


def connection() -> Connection:
    """The line on which the unit writes; outside one, that on which the session reads."""
    unit = _unit.get()
    return unit.connection if unit else _elsewhere.get() or db.session.connection()


def is_heard() -> bool:
    """True while somebody listens to what is sent: a test that counts, or that lets statements fail.

    In a unit, whether somebody listened when it began.
    """
    unit = _unit.get()
    return unit.is_heard if unit else _hears(connection())


def _hears(line: Connection) -> bool:
    sent = line.dispatch
    return bool(sent.before_cursor_execute or sent.after_cursor_execute or line.dialect.dispatch.handle_error)


def at_most(rows: int) -> ColumnElement[int]:
    """A LIMIT that stands in the statement's text: SQLite plans a statement whose LIMIT is a value at every sending."""
    return literal_column(str(int(rows)), Integer)


def execute(statement: Any, parameters: Any = None) -> Any:
    """Run one Core statement on the session's connection, with its own parameters (a list runs it for each)."""
    return connection().execute(statement, parameters)
