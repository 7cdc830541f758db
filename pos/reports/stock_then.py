"""What stood of each product when a span began, and what moved in it, read by the months that are summed.

Stock is the sum of its movements (the proof says so): what stands now, or stood when a summed month began, less all
that moved between, is what stood before. So it needs no look at the years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from pos.core import clock
from pos.core.db import execute
from pos.reports.summed import ready

KINDS = {"restocked": "RESTOCK", "sold": "SALE", "returned": "RETURN", "adjusted": "ADJUSTMENT"}
FIGURES = ("opening", *KINDS)
# Kept apart by a limit, SQLite finds movements by their days; else it goes through all years in the order of products,
# which pays for years up to now alone: there it needs no room to sort them.
BY_THEIR_DAYS, RECENT = "LIMIT 9223372036854775807", timedelta(days=100)
_NOTHING_MOVED = ", ".join(f"0 AS {name}" for name in KINDS)
_SUMMED = ", ".join(f"{name}_milli AS {name}" for name in KINDS)
_MOVED = " OR ".join(f"{name}_milli <> 0" for name in KINDS)


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is summed: its number, the UTC moments between which it lies, and whose work its sums are."""

    number: int
    begins: datetime
    ends: datetime
    token: UUID


class Then:
    """The goods between two UTC moments, in thousandths: `opening`, `restocked`, `sold`, `returned`, `adjusted`.

    `months` are those that are summed, in order. With both moments the same, nothing is told to have moved.
    """

    def __init__(self, begins: datetime, ends: datetime, months: Sequence[Month]) -> None:
        self.values: dict[str, datetime] = {}
        self.anchor = next((month for month in months if month.begins >= begins), None)
        inside = [month for month in months if month.begins >= begins and month.ends <= ends]
        self._parts = [
            *self._of_the_anchor(inside),
            *self._back(begins, ends),
            *self._of_other_months(inside),
            *self._between(ends, inside),
        ]

    def goods(self, columns: str) -> str:
        """The statement of all products `p` with these columns of theirs, and the figures."""
        stands = "COALESCE(m.opening, 0)" + ("" if self.anchor else " + p.stock_quantity_milli")
        moved = ", ".join(f"COALESCE(m.{name}, 0) AS {name}" for name in KINDS)
        source = self._parts[0] if len(self._parts) == 1 else _added_up(self._parts)
        # What is in no part neither stood nor moved, unless it stands now.
        joined = "JOIN" if self.anchor else "LEFT JOIN"
        joined = f"{joined} ({source}) m ON m.product_id = p.id"
        return f"SELECT {columns}, {stands} AS opening, {moved} FROM products p {joined}"  # noqa: S608

    def asked(self, statement: str, **more: Any) -> Sequence[Row[Any]]:
        """The rows of a statement made of `goods`, which may be told more."""
        rows: Sequence[Row[Any]] = execute(*ready(statement, {**self.values, **more}, "")).all()
        return rows

    def _of_the_anchor(self, inside: Sequence[Month]) -> list[str]:
        if self.anchor is None:
            return []
        moved = _SUMMED if self.anchor in inside else _NOTHING_MOVED
        return [_of_sums(f"opening_milli AS opening, {moved}", f"span = {self.anchor.number}")]

    def _back(self, begins: datetime, ends: datetime) -> list[str]:
        """What moved from the beginning on to where it is known what stood; what of it lies in the span is told."""
        known = self.anchor.begins if self.anchor else None
        if begins == known:
            return []
        kind = "movement_type"
        if known is None or ends < known:
            kind = f"CASE WHEN created_at < {self._named('ends', ends)} THEN movement_type END"
        return [self._live("back", begins, known, "-SUM(quantity_change_milli)", None if begins == ends else kind)]

    def _of_other_months(self, inside: Sequence[Month]) -> list[str]:
        numbers = ", ".join(str(month.number) for month in inside if month != self.anchor)
        return [_of_sums(f"0 AS opening, {_SUMMED}", f"span IN ({numbers}) AND ({_MOVED})")] if numbers else []

    def _between(self, ends: datetime, inside: Sequence[Month]) -> list[str]:
        """What moved in the span after where it is known what stood, and in none of the months inside."""
        if self.anchor is None or self.anchor.begins >= ends:
            return []
        known = [self.anchor.begins, *(month.ends for month in inside)]
        until = [*(month.begins for month in inside), ends]
        gaps = [(since, to) for since, to in zip(known, until, strict=True) if since < to]
        return [self._live(f"gap{place}_", since, to, "0", "movement_type") for place, (since, to) in enumerate(gaps)]

    def _live(self, name: str, since: datetime, until: datetime | None, opening: str, kind: str | None) -> str:
        """The movements between two moments; `kind` tells of each what it was, None that nobody asks."""
        wanted = f"created_at >= {self._named(f'{name}since', since)}"
        if until is not None:
            wanted += f" AND created_at < {self._named(f'{name}until', until)}"
        is_short = until is not None or clock.now() - since < RECENT
        kinds = ", ".join(_of_kind(*one) for one in KINDS.items()) if kind else _NOTHING_MOVED
        lines = f"""SELECT product_id, {kind or "NULL"} AS kind, quantity_change_milli FROM stock_movements
                    WHERE {wanted} {BY_THEIR_DAYS if is_short else ""}"""  # noqa: S608
        return f"""SELECT product_id, CAST({opening} AS BIGINT) AS opening, {kinds}
                   FROM ({lines}) l GROUP BY product_id"""  # noqa: S608

    def _named(self, name: str, moment: datetime) -> str:
        self.values[name] = moment
        return f":{name}"


def _of_kind(name: str, kind: str) -> str:
    # A sum is no whole number to PostgreSQL, and one such part would make all rows beside it so.
    return f"CAST(SUM(CASE WHEN kind = '{kind}' THEN quantity_change_milli ELSE 0 END) AS BIGINT) AS {name}"


def _of_sums(columns: str, wanted: str) -> str:
    return f"SELECT product_id, {columns} FROM stock_sums WHERE {wanted}"  # noqa: S608


def _added_up(parts: Sequence[str]) -> str:
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in FIGURES)
    return f"SELECT product_id, {sums} FROM ({' UNION ALL '.join(parts)}) r GROUP BY product_id"  # noqa: S608
