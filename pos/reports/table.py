"""A report as a plain table: what each column is called and holds, its rows, their sums (PLAN.md 3.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pos.core.errors import Invalid
from pos.core.language import gettext as _

# Decimals for money, quantity and percent; int for whole; date for date; UTC datetime for moment; str for text.
KINDS = ("text", "money", "quantity", "whole", "percent", "date", "moment")
NUMBERS = frozenset({"money", "quantity", "whole", "percent"})
MOST_ROWS = 50_000
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

    def named(self) -> list[dict[str, Any]]:
        """The rows as programs read them: values by their columns' names."""
        return [self._by_name(row) for row in self.rows]

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
) -> Table:
    """The table with the sums of those columns that have one. Raises Invalid when it grew too long to be of use."""
    listed = list(rows)
    if len(listed) > MOST_ROWS:
        sentence = _("This report would have more than %(most)s rows. Ask for fewer days.", most=MOST_ROWS)
        raise Invalid(sentence, code="REPORT_TOO_LONG", field="startDate")
    sums = [_sum(column, (row[place] for row in listed)) for place, column in enumerate(columns)]
    totals = sums if any(column.summed for column in columns) else None
    return Table(name, title, columns, listed, totals, *days, note)


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
