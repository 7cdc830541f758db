"""Statements that are written once and sent often, compiled once for each engine: a checkout sends a dozen of them.

SQLAlchemy looks a statement up and works out its parameters anew whenever it is executed, which costs more than sending
it. These put their values in place themselves. They go over the unit's own connection: listeners, transactions and
errors are those of every other statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, CursorResult, Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from pos.core.columns import COUNTED
from pos.core.db import connection

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
# `INSERT ... ON CONFLICT` is each engine's own.
UPSERTS: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Prepared:
    """A statement to be sent again and again; what it answers comes as the driver gives it, without our column types.

    An INSERT writes the columns that its values name: defaults made in Python are not asked for, and are refused.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, values: Values) -> CursorResult[Any]:
        """Send it with these values."""
        line = connection()
        compiled = self._for(line.dialect, values)
        return line.exec_driver_sql(compiled.sql, compiled.placed(values))

    def run_each(self, rows: Sequence[Values]) -> CursorResult[Any]:
        """Send it once for each row, all with the names of the first; `rowcount` counts them all."""
        line = connection()
        compiled = self._for(line.dialect, rows[0])
        return line.exec_driver_sql(compiled.sql, compiled.placed_each(rows))

    def _for(self, dialect: Dialect, values: Values) -> _Compiled:
        key = (dialect.name, *values)
        if key not in self._compiled:
            self._compiled[key] = _Compiled(self._statement, dialect, list(values))
        return self._compiled[key]


class _Compiled:
    """A statement in one engine's SQL, with the place of each value and how the driver takes it."""

    def __init__(self, statement: Executable, dialect: Dialect, names: list[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError(f"name every column that has a default: {compiled}")
        self.sql = str(compiled)
        self._by_place = bool(compiled.positional)
        self._names = list(compiled.positiontup or compiled.binds)
        self._slots = [(name, _convert(compiled.binds[name], dialect)) for name in self._names]
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if name not in names}

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


def _convert(bind: BindParameter[Any], dialect: Dialect) -> Convert | None:
    if type(bind.type) in COUNTED:
        return COUNTED[type(bind.type)]
    convert: Convert | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _column(convert: Convert | None, values: list[Any]) -> list[Any]:
    """One column of all rows; what is the same in all is converted once: a bill's lines share its id and moment."""
    if convert is None:
        return values
    first, so_many = values[0], len(values)
    if first is values[-1] and values.count(first) == so_many:
        return [None if first is None else convert(first)] * so_many
    return [None if value is None else convert(value) for value in values]
