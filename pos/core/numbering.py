"""Numbers of bills, receipts and notes: consecutive, no gap, at most 16 characters (GST rule 46(b); DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, CheckConstraint, String, bindparam, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column

from pos.core import clock
from pos.core.db import Base, dialect, execute, must_be_in_unit, table
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.core.prepared import UPSERTS, Prepared

LAST = 999_999


class BillCounter(Base):
    """The last number given in a series and year; only `next_number` moves it."""

    __tablename__ = "bill_counters"
    __table_args__ = (CheckConstraint("last_number BETWEEN 0 AND 999999", name="six_digits"),)

    series: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(default=0)


_counters = table(BillCounter)


def _next(insert: Callable[..., Any]) -> Prepared:
    """One more than the last number, 1 in a year's first bill; nothing when the year is full or over."""
    series: BindParameter[str] = bindparam("of_series")
    year: BindParameter[int] = bindparam("of_year")
    known = _counters.alias("known")
    first = insert(_counters).values(series=series, year=year, last_number=1)
    # Not MAX(year): a year's first row that another bill is just writing is locked here, but not seen.
    is_over = exists().where(known.c.series == series, known.c.year > year)
    may = (_counters.c.last_number < LAST) & ~is_over
    step = {"last_number": _counters.c.last_number + 1}
    upsert = first.on_conflict_do_update(index_elements=["series", "year"], set_=step, where=may)
    return Prepared(upsert.returning(_counters.c.last_number))


_take = {engine: _next(insert) for engine, insert in UPSERTS.items()}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a series: `BILL-2026-000001` is number 1 of 2026."""

    series: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.sequence:06d}"


def bill_year(day: date, start_month: int) -> int:
    """The year that counts a day's bills: the one in which the bill year began."""
    return day.year if day.month >= start_month else day.year - 1


def numbered_now(series: str, timezone: str, start_month: int) -> tuple[Number, datetime]:
    """Take the next number of the series and the moment (UTC) that goes with it: later numbers have no earlier moment.

    The moment is read while the counter is held. Should the bill year end in between, it is the last of the old one.
    """
    asked = clock.now()
    year = bill_year(clock.business_day(asked, timezone), start_month)
    number = next_number(series, year)
    held = clock.now()
    still = bill_year(clock.business_day(held, timezone), start_month) == year
    return number, held if still else asked


def newest_year() -> int | None:
    """The latest year of any series in which a number was given, or None while there is none."""
    return execute(select(func.max(_counters.c.year))).scalar()


def next_number(series: str, year: int) -> Number:
    """Take the next number of a series, in the caller's unit: rolled back with it, so never lost.

    Raises Refused when the year is full, or when the clock has gone back to a year that is over.
    """
    must_be_in_unit()
    taken = _take[dialect()].run({"of_series": series, "of_year": year}).scalar()
    if taken is None or taken == 1:
        # Only here can the year be over: the upsert moves no number of such a year, but it may have begun one.
        _must_not_be_over(series, year)
    if taken is None:
        raise Refused(_("All numbers of this year are used up."), code="NUMBERS_USED_UP")
    return Number(series, year, taken)


def _must_not_be_over(series: str, year: int) -> None:
    newest = execute(select(func.max(_counters.c.year)).filter_by(series=series)).scalar()
    if newest is not None and newest > year:
        sentence = _("The computer's clock shows a year that is over. Set date and time right, then bill again.")
        raise Refused(sentence, code="CLOCK_WENT_BACK")
