"""Days and months that are over are summed, once; whatever changes them later undoes it (see `models`).

The only thing that reports write. It may be done at any time, by any number of processes, and again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, text

from pos.core import clock
from pos.core.db import dialect, execute, one_unit, table
from pos.reports.models import SummedSpan
from pos.reports.spans import Span
from pos.reports.summed import OF_DAYS, OF_SPANS, Sums, parameters, ready
from pos.sales.models import Sale
from pos.settings import store

_marks, _sales = table(SummedSpan), table(Sale)
DAY = timedelta(days=1)
# Yesterday is still being put right: voids come soon after their bills.
REST_DAYS = 2
# The migration's triggers take the same lock, shared, on each day they write into.
DAYS_LOCK, FIRST_DAY = 7_303_015, date(2000, 1, 1)


def number_of(piece: Span) -> int:
    """The number under which a day (20261123) or a month (202611) is summed."""
    month = piece.first.year * 100 + piece.first.month
    return month * 100 + piece.first.day if piece.days == 1 else month


def pieces(wanted: Span) -> Iterator[Span]:
    """The span in whole months and, where it has no whole month, days."""
    day = wanted.first
    while day <= wanted.last:
        end = _end_of_month(day)
        piece = Span(day, end) if day.day == 1 and end <= wanted.last else Span(day, day)
        yield piece
        day = piece.last + DAY


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - DAY


def holding(wanted: Span, zone: str) -> set[int]:
    """The numbers of the days and months in the span whose sums hold for the store's days of now."""
    found = select(_marks).where(_marks.c.first >= wanted.first, _marks.c.last <= wanted.last)
    return {
        row.span
        for row in execute(found).all()
        if (row.begins, row.ends) == clock.day_bounds(row.first, row.last, zone)
    }


def missing(wanted: Span) -> list[Span]:
    """The days and months of the span that are over and not summed, the newest first."""
    zone = store.current().timezone
    last = min(wanted.last, clock.today(zone) - REST_DAYS * DAY)
    if last < wanted.first:
        return []
    begun = execute(select(func.min(_sales.c.business_day))).scalar()
    first = max(wanted.first, begun.replace(day=1)) if begun else wanted.last
    if not begun or last < first:
        return []
    summed = holding(wanted, zone)
    return [piece for piece in pieces(Span(first, last)) if number_of(piece) not in summed][::-1]


def sum_up(wanted: Span, seconds: float) -> int:
    """Sum what is missing of a span, for so many seconds at most; gives how many days and months are still missing."""
    given_up_at = time.monotonic() + seconds
    left = missing(wanted)
    while left and time.monotonic() < given_up_at:
        sum_piece(left[0])
        del left[0]
    return len(left)


@one_unit
def sum_piece(piece: Span) -> None:
    """Sum one day or one month, in a transaction of its own."""
    hold_still(piece)
    zone = store.current().timezone
    told, whole = parameters(piece, zone), Span(piece.first, piece.last)
    summed = holding(whole, zone)
    if number_of(piece) in summed:
        return
    execute(delete(_marks).where(_marks.c.span == number_of(piece)))
    for sums in OF_SPANS:
        _fill(sums, number_of(piece), told, zone)
    for day in (piece.first + number * DAY for number in range(piece.days)):
        if number_of(Span(day, day)) not in summed:
            for sums in OF_DAYS:
                _fill(sums, day, parameters(Span(day, day), zone), zone)
    execute(insert(_marks), {"span": number_of(piece), **told})


def hold_still(piece: Span) -> None:
    """Wait until nobody is writing into these days, and let nobody begin until the unit is over.

    On SQLite a writing unit is alone already.
    """
    if dialect() != "postgresql":
        return
    # A moment of the store's day lies in that day of UTC, or in the one before or after.
    numbers = {"first": (piece.first - FIRST_DAY).days - 1, "last": (piece.last - FIRST_DAY).days + 1}
    lock = text(
        "SELECT pg_advisory_xact_lock(:lock, day) FROM generate_series(CAST(:first AS int), CAST(:last AS int)) day"
    )
    execute(lock, {"lock": DAYS_LOCK, **numbers}).all()


def _fill(sums: Sums, whose: int | date, told: Mapping[str, date | datetime], zone: str) -> None:
    names = ", ".join((*sums.key, *sums.figures))
    added = sums.added_up(sums.rows())
    gone = f"DELETE FROM {sums.name} WHERE {sums.whose} = :whose"  # noqa: S608
    into = f"INSERT INTO {sums.name} ({sums.whose}, {names}) SELECT :whose, s.* FROM ({added}) s"  # noqa: S608
    for statement in (gone, into):
        execute(*ready(statement, {**told, "whose": whose}, zone))


def sum_up_all(seconds: float) -> int:
    """Sum what reports mostly ask for: every month, and each day of this month and the last; gives what is missing."""
    given_up_at = time.monotonic() + seconds
    today = store.current().today()
    begun = execute(select(func.min(_sales.c.business_day))).scalar()
    recent = (today.replace(day=1) - DAY).replace(day=1)
    days = [Span(recent + n * DAY, recent + n * DAY) for n in range((today - recent).days)]
    wanted = [*days, Span(begun.replace(day=1), today)] if begun else []
    return sum(sum_up(one, given_up_at - time.monotonic()) for one in wanted)
