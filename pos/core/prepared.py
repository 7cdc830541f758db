"""Statements that are written once and sent often, compiled once for each engine: a checkout sends a dozen of them.

SQLAlchemy looks a statement up, works out its parameters and wraps what comes back anew whenever it is executed, which
costs more than sending it. These put their values in place and read their rows themselves, over the unit's own
connection: transactions and errors are those of every other statement, and while somebody listens to the engine, each
goes by SQLAlchemy.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Executable, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

from pos.core.columns import COUNTED, READ
from pos.core.db import connection, is_heard

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
# `INSERT ... ON CONFLICT` is each engine's own.
UPSERTS: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
NOTHING: Values = {}
# For how many values there is a statement.
PLACES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 100, 200, 500)


class Prepared:
    """A statement to be sent again and again. Its rows are named tuples of what it selects or returns.

    An INSERT writes the columns that its values name: defaults made in Python are not asked for, and are refused.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, values: Values = NOTHING) -> int:
        """Send it with these values; how many rows it wrote."""
        line, compiled = self._for(values)
        cursor = _sent(line, compiled.sql, compiled.placed(values))
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def run_each(self, rows: Sequence[Values]) -> int:
        """Send it once for each row, all with the names of the first; how many rows all of them wrote."""
        line, compiled = self._for(rows[0])
        cursor = _sent(line, compiled.sql, compiled.placed_each(rows), each=True)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def rows(self, values: Values = NOTHING) -> list[Any]:
        """Send it with these values; the rows that come back."""
        line, compiled = self._for(values)
        cursor = _sent(line, compiled.sql, compiled.placed(values))
        try:
            return compiled.read(cursor.fetchall())
        finally:
            cursor.close()

    def first(self, values: Values = NOTHING) -> Any:
        """Send it with these values; the first row that comes back, or None."""
        found = self.rows(values)
        return found[0] if found else None

    def _for(self, values: Values) -> tuple[Connection, _Compiled]:
        line = connection()
        key = (line.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _Compiled(self._statement, line.dialect, list(values))
        return line, compiled


class Among:
    """A select of what is among several values. Lists of nearly the same length share a statement, which asks for the
    last value again in the places that are left.
    """

    def __init__(self, kind: TypeEngine[Any], select: Callable[[list[BindParameter[Any]]], Executable]) -> None:
        self._kind, self._select = kind, select
        self._prepared: dict[int, Prepared] = {}

    def rows(self, wanted: Sequence[Any]) -> list[Any]:
        """The rows that come back for these values; none for none."""
        if not wanted:
            return []
        places = next((most for most in PLACES if most >= len(wanted)), len(wanted))
        if places not in self._prepared:
            named = [bindparam(f"value_{place}", type_=self._kind) for place in range(places)]
            self._prepared[places] = Prepared(self._select(named))
        filled = [*wanted, *[wanted[-1]] * (places - len(wanted))]
        return self._prepared[places].rows({f"value_{place}": value for place, value in enumerate(filled)})


class _Compiled:
    """A statement in one engine's SQL, with the place of each value and how the driver takes and gives it."""

    def __init__(self, statement: Executable, dialect: Dialect, names: list[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError(f"name every column that has a default: {compiled}")
        if compiled.post_compile_params:
            raise TypeError(f"ask for several values by Among, or one by one: {compiled}")
        self.sql = str(compiled)
        self._by_place = bool(compiled.positional)
        self._names = list(compiled.positiontup or compiled.binds)
        self._slots = [(name, _convert(compiled.binds[name].type, dialect)) for name in self._names]
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if name not in names}
        self._row, self._reads = _row_of(statement, dialect)

    def placed(self, values: Values) -> Any:
        """The values as the driver takes them."""
        if self._fixed:
            values = {**self._fixed, **values}
        found = [
            values[name] if convert is None or values[name] is None else convert(values[name])
            for name, convert in self._slots
        ]
        return tuple(found) if self._by_place else dict(zip(self._names, found, strict=True))

    def placed_each(self, rows: Sequence[Values]) -> list[Any]:
        """The values of each row as the driver takes them."""
        if self._fixed:
            rows = [{**self._fixed, **row} for row in rows]
        columns = [_column(convert, [row[name] for row in rows]) for name, convert in self._slots]
        placed = zip(*columns, strict=True)
        return list(placed) if self._by_place else [dict(zip(self._names, row, strict=True)) for row in placed]

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The driver's rows as named tuples of what our column types make of them."""
        row, reads = self._row, self._reads
        return [
            row(*[value if read is None else read(value) for read, value in zip(reads, found, strict=True)])
            for found in rows
        ]


def _sent(line: Connection, sql: str, values: Any, each: bool = False) -> Any:
    """The driver's own cursor after the statement, or SQLAlchemy's result where somebody wants to hear of it."""
    if is_heard():
        return line.exec_driver_sql(sql, values)
    cursor = line.connection.cursor()
    try:
        (cursor.executemany if each else cursor.execute)(sql, values)
    except BaseException as error:
        cursor.close()
        _tell(line, sql, values, error)
        raise
    return cursor


def _tell(line: Connection, sql: str, values: Any, error: BaseException) -> None:
    """Raise the driver's own error as SQLAlchemy does; a line that is lost is not used again."""
    driver: Any = line.dialect.loaded_dbapi
    if not isinstance(error, driver.Error):
        return
    lost = line.dialect.is_disconnect(error, line.connection.dbapi_connection, None)
    if lost:
        line.invalidate(error)
    raise DBAPIError.instance(
        sql, values, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=line.dialect
    ) from error


def _convert(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if type(kind) in COUNTED:
        return COUNTED[type(kind)]
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _row_of(statement: Executable, dialect: Dialect) -> tuple[Any, list[Convert | None]]:
    """A named tuple of what comes back, and how each value is read."""
    columns = statement.exported_columns if isinstance(statement, ReturnsRows) else ()
    names = [str(column.key) for column in columns]
    return namedtuple("Row", names), [_read(column.type, dialect) for column in columns]


def _read(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if type(kind) in READ:
        return READ[type(kind)]
    read: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return read


def _column(convert: Convert | None, values: list[Any]) -> list[Any]:
    """One column of all rows; what is the same in all is converted once: a bill's lines share its id and moment."""
    if convert is None:
        return values
    first, so_many = values[0], len(values)
    if first is values[-1] and values.count(first) == so_many:
        return [None if first is None else convert(first)] * so_many
    return [None if value is None else convert(value) for value in values]
