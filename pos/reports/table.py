"""A report as a plain table: what each column is called and holds, its rows, their sums (PLAN.md 3.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, overload

from pos.core.errors import Invalid
from pos.core.language import gettext as _

# Decimals for money, quantity and percent; int for whole; date for date; UTC datetime for moment; str for text.
KINDS = ("text", "money", "quantity", "whole", "percent", "date", "moment")
NUMBERS = frozenset({"money", "quantity", "whole", "percent"})
MOST_ROWS = 50_000
# Of rows that are held as whole numbers and shaped one by one.
MOST_SHAPED_ROWS = 200_000
# On a page.
MOST_SHOWN = 300
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its title for people, what it holds, and whether its sum means something.

    `words` says a code (`CASH`) as people say it; programs are told the code.
    """

    name: str
    title: str
    kind: str = "text"
    summed: bool = False
    words: Callable[[str], str] | None = None


class Shaped(Sequence[Sequence[Any]]):
    """Rows as the database gave them, each made into the report's values when it is read: a long report stays small."""

    def __init__(self, rows: Sequence[Any], shape: Callable[[Any], Sequence[Any]]) -> None:
        self._rows, self._shape = rows, shape

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Sequence[Any]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Any]]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self._shape(row) for row in self._rows[place]]
        return self._shape(self._rows[place])

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return map(self._shape, self._rows)


@dataclass(frozen=True, slots=True)
class Table:
    """A report: each row has one value for each column, None where there is none; so have `totals`.

    `first` and `last` are the store's days it is about, None where it is about now. `name` is good for a file's name.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Any] | None
    first: date | None = None
    last: date | None = None
    note: str | None = None

    def named(self, most: int | None = None) -> list[dict[str, Any]]:
        """The rows, or so many of the first, as programs read them: values by their columns' names."""
        return [self._by_name(row) for row in (self.rows if most is None else self.rows[:most])]

    def named_totals(self) -> dict[str, Any]:
        """The sums alone, by their columns' names."""
        sums = self._by_name(self.totals or [None] * len(self.columns))
        return {column.name: sums[column.name] for column in self.columns if column.summed}

    def _by_name(self, row: Sequence[Any]) -> dict[str, Any]:
        return {column.name: value for column, value in zip(self.columns, row, strict=True)}


def made(
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    days: tuple[date | None, date | None] = (None, None),
    note: str | None = None,
    totals: Mapping[str, Any] | None = None,
) -> Table:
    """The table with the sums of those columns that have one, worked out here unless `totals` tells them.

    Raises Invalid when it grew too long to be of use.
    """
    listed = rows if isinstance(rows, Shaped) else list(rows)
    must_fit(len(listed), MOST_SHAPED_ROWS if isinstance(rows, Shaped) else MOST_ROWS)
    if totals is not None:
        sums = [totals[column.name] if column.summed else None for column in columns]
    else:
        sums = [_sum(column, (row[place] for row in listed)) for place, column in enumerate(columns)]
    known = sums if any(column.summed for column in columns) else None
    return Table(name, title, columns, listed, known, *days, note)


def must_fit(rows: int, most: int = MOST_ROWS) -> None:
    """Raise Invalid when a report has more rows than that."""
    if rows > most:
        sentence = _("This report would have more than %(most)s rows. Ask for fewer days.", most=most)
        raise Invalid(sentence, code="REPORT_TOO_LONG", field="startDate")


def _sum(column: Column, values: Iterable[Any]) -> Any:
    if not column.summed:
        return None
    return sum((value for value in values if value is not None), 0 if column.kind == "whole" else NOTHING)


def whole(name: str, title: str) -> Column:
    """A column that counts things, summed."""
    return Column(name, title, "whole", summed=True)


def rupees(name: str, title: str, summed: bool = True) -> Column:
    """A column of rupees, summed unless told otherwise."""
    return Column(name, title, "money", summed)


def quantity(name: str, title: str) -> Column:
    """A column of quantities; pieces and kilograms have no sum."""
    return Column(name, title, "quantity")
