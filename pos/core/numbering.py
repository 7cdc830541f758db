"""Numbers of bills, receipts and notes: consecutive, no gap, at most 16 characters (GST rule 46(b); DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, CheckConstraint, String, bindparam, case, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pos.core import clock
from pos.core.columns import UtcTime
from pos.core.db import Base, dialect, execute, must_be_in_unit, table
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.core.language import local_time
from pos.core.prepared import UPSERTS, Prepared

LAST = 999_999
# So far behind the newest number a clock may be: time servers set clocks back by seconds.
SLIGHTLY = timedelta(minutes=5)


class BillCounter(Base):
    """The last number given in a series and year, and its moment; only taking a number moves them on."""

    __tablename__ = "bill_counters"
    __table_args__ = (CheckConstraint("last_number BETWEEN 0 AND 999999", name="six_digits"),)

    series: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(default=0)
    # None for numbers that keep no time, like those of the shop's own barcodes.
    last_at: Mapped[datetime | None] = mapped_column(UtcTime)


_counters = table(BillCounter)


def _next(insert: Callable[..., Any]) -> Prepared:
    """One more than the last number, 1 in a year's first bill; nothing when the year is full or over, or time is."""
    series: BindParameter[str] = bindparam("of_series")
    year: BindParameter[int] = bindparam("of_year")
    latest: BindParameter[datetime] = bindparam("latest", type_=UtcTime)
    known, own = _counters.alias("known"), _counters.c
    first = insert(_counters).values(series=series, year=year, last_number=1, last_at=bindparam("at", type_=UtcTime))
    # Not MAX(year): a year's first row that another bill is just writing is locked here, but not seen.
    is_over = exists().where(known.c.series == series, known.c.year > year)
    went_back = exists().where(known.c.last_at > latest)
    # The row itself is looked at apart: where this bill waited for it, the statement sees the others as they were.
    may = (own.last_number < LAST) & ~is_over & ~went_back & (own.last_at.is_(None) | (own.last_at <= latest))
    earlier = own.last_at.is_(None) | (own.last_at < first.excluded.last_at)
    step = {"last_number": own.last_number + 1, "last_at": case((earlier, first.excluded.last_at), else_=own.last_at)}
    upsert = first.on_conflict_do_update(index_elements=["series", "year"], set_=step, where=may)
    return Prepared(upsert.returning(own.last_number, own.last_at))


_take = {engine: _next(insert) for engine, insert in UPSERTS.items()}
# Numbers that keep no time are given whatever the clock shows.
_ALWAYS = datetime.max.replace(tzinfo=UTC)


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

    A clock less than five minutes behind the newest number is not believed: the number gets the newest one's moment.
    Raises Refused when the clock is further behind, and when the year is full.
    """
    asked = clock.now()
    year = bill_year(clock.business_day(asked, timezone), start_month)
    taken = _taken(series, year, asked)
    # Only here can the year be over or the clock be behind: no such number is moved on, but a first one is begun.
    if taken is None or taken[0].sequence == 1:
        moment, newest = _believed(series, asked)
        if taken is not None and newest > year:
            raise _went_back(asked, moment)
        # After an owner has said that the clock is right, a year that began too early goes on.
        later = max(newest, bill_year(clock.business_day(moment, timezone), start_month))
        taken = taken or _taken(series, later, moment)
    return taken or _used_up()


def _believed(series: str, asked: datetime) -> tuple[datetime, int]:
    """What the clock shows, or the newest number's moment where that is a little later; the series' newest year."""
    counters = execute(select(_counters.c.series, _counters.c.year, _counters.c.last_at)).all()
    newest = max((row.last_at for row in counters if row.last_at), default=asked)
    if newest - asked > SLIGHTLY:
        raise _went_back(asked, newest)
    return max(asked, newest), max((row.year for row in counters if row.series == series), default=0)


def _went_back(asked: datetime, newest: datetime) -> Refused:
    sentence = _(
        "The computer's clock shows %(now)s, but the newest bill or receipt is of %(newest)s. Set date and time right,"
        " then go on. If the clock is right now, the owner says so in the settings, under “Clock”.",
        now=local_time(asked),
        newest=local_time(newest),
    )
    return Refused(sentence, code="CLOCK_WENT_BACK")


def _used_up() -> Any:
    raise Refused(_("All numbers of this year are used up."), code="NUMBERS_USED_UP")


def newest_year() -> int | None:
    """The latest year of any series in which a number was given, or None while there is none."""
    return execute(select(func.max(_counters.c.year))).scalar()


def newest_moment() -> datetime | None:
    """The moment (UTC) of the newest number of any series, or None while there is none."""
    return execute(select(func.max(_counters.c.last_at))).scalar()


def believe_again(moment: datetime) -> None:
    """Let numbers go on from this moment although newer ones were given; in the caller's unit."""
    must_be_in_unit()
    execute(update(_counters).where(_counters.c.last_at > moment).values(last_at=moment))


def next_number(series: str, year: int) -> Number:
    """Take the next number of a series that keeps no time, in the caller's unit: rolled back with it, so never lost.

    Raises Refused when the year is full.
    """
    number: Number = (_taken(series, year, None) or _used_up())[0]
    return number


def _taken(series: str, year: int, moment: datetime | None) -> tuple[Number, Any] | None:
    """The next number and its moment: the one given, or that of the number before it, should that be later."""
    must_be_in_unit()
    values = {"of_series": series, "of_year": year, "at": moment, "latest": moment + SLIGHTLY if moment else _ALWAYS}
    row = _take[dialect()].first(values)
    return (Number(series, year, row.last_number), row.last_at) if row else None
