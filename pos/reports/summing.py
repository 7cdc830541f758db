"""Days and months that are over are summed, once; whatever changes them later undoes it (see `models`).

The only thing that reports write. It may be done at any time, by any number of processes, and again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from pos.core import clock
from pos.core.db import dialect, execute, one_unit, table
from pos.core.errors import Busy, PosError
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.reports.models import SummedSpan
from pos.reports.spans import Span
from pos.reports.summed import OF_DAYS, OF_SPANS, Sums, parameters, ready
from pos.sales.models import Sale
from pos.settings import store

log = logging.getLogger("pos.reports")
_marks, _sales = table(SummedSpan), table(Sale)
DAY = timedelta(days=1)
# What is to be written: which sums, of which span or day, and their rows.
Found = tuple[Sums, int | date, Sequence[Row[Any]]]
# Yesterday is still being put right: voids come soon after their bills.
REST_DAYS = 2
PAGE_SECONDS, PROGRAM_SECONDS = 2.0, 20.0
# So few lines need no sums: they are read at once, however long the summing was kept waiting.
FEW_PIECES, FEW_BILLS = 3, 20_000
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


def days(wanted: Span) -> Iterator[Span]:
    """Each day of a span."""
    for number in range(wanted.days):
        day = wanted.first + number * DAY
        yield Span(day, day)


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - DAY


def holding(wanted: Span, zone: str) -> set[int]:
    """The numbers of the days and months in the span whose sums hold for the store's days of now."""
    found = select(_marks).where(_marks.c.first >= wanted.first, _marks.c.last <= wanted.last, _marks.c.is_done)
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


class StillSumming(PosError):
    """So much is to be summed first that the report takes a while (503): each time it is asked for, it gets closer."""

    status = 503
    code = "SUMMING"

    def __init__(self, left: int, whole: int) -> None:
        super().__init__(
            _("The months of this report are being added up, once: %(left)s are left. Ask again.", left=left)
        )
        self.left, self.whole = left, whole


def make_ready(wanted: Span, seconds: float = PAGE_SECONDS) -> None:
    """Sum what a report of the span reads, for so many seconds at most; what little is left, its lines tell.

    Raises StillSumming when much is left of a shop that has much.
    """
    left = when_not_busy(lambda: sum_up(wanted, seconds))
    if left > FEW_PIECES and _has_many_bills(wanted):
        raise StillSumming(left, sum(1 for _piece in pieces(wanted)))


def when_not_busy(sum_some: Callable[[], int]) -> int:
    """How many are still to be summed after this; none to wait for where nothing can be written just now."""
    try:
        return sum_some()
    except (Busy, DBAPIError):
        # The sums only save time: a shop that is busy, or whose disk is full, reads its lines.
        log.warning("days could not be summed", exc_info=True)
        return 0


def _has_many_bills(wanted: Span) -> bool:
    some = select(_sales.c.id).where(_sales.c.business_day.between(wanted.first, wanted.last)).limit(FEW_BILLS + 1)
    return bool(execute(select(func.count()).select_from(some.subquery())).scalar() > FEW_BILLS)


def sum_piece(piece: Span) -> None:
    """Sum one day or one month. Reading its lines keeps nobody waiting; if they change meanwhile, nothing is kept."""
    zone = store.current().timezone
    token = _begin(piece, zone)
    if token is not None:
        summed = holding(piece, zone)
        found: list[Found] = [(sums, number_of(piece), _read(sums, piece, zone)) for sums in OF_SPANS]
        for day in days(piece):
            if number_of(day) not in summed:
                found += [(sums, day.first, _read(sums, day, zone)) for sums in OF_DAYS]
        _keep(piece, token, found)


@one_unit
def _begin(piece: Span, zone: str) -> UUID | None:
    """Put up the mark that any change takes away again, and give its token; None when the sums hold already."""
    hold_still(piece)
    if number_of(piece) in holding(piece, zone):
        return None
    token = uuid7()
    execute(delete(_marks).where(_marks.c.span == number_of(piece)))
    told = parameters(piece, zone)
    execute(insert(_marks), {"span": number_of(piece), **told, "token": token, "is_done": False})
    return token


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


def _read(sums: Sums, wanted: Span, zone: str) -> Sequence[Row[Any]]:
    return execute(*ready(sums.added_up(sums.rows()), parameters(wanted, zone), zone)).all()


@one_unit
def _keep(piece: Span, token: UUID, found: Sequence[Found]) -> None:
    """Write the sums down, if the mark still stands: else somebody changed the lines, or sums them again."""
    mine = (_marks.c.span == number_of(piece), _marks.c.token == token)
    if execute(select(_marks.c.span).where(*mine).with_for_update()).first() is None:
        return
    for sums, whose, rows in found:
        execute(*ready(f"DELETE FROM {sums.name} WHERE {sums.whose} = :whose", {"whose": whose}, ""))  # noqa: S608
        if rows:
            execute(sums.written(whose), [dict(row._mapping) for row in rows])
    execute(update(_marks).where(*mine).values(is_done=True))


def sum_up_all(seconds: float) -> int:
    """Sum what reports mostly ask for: every month, and each day of this month and the last; gives what is missing."""
    given_up_at = time.monotonic() + seconds
    today = store.current().today()
    begun = execute(select(func.min(_sales.c.business_day))).scalar()
    recent = (today.replace(day=1) - DAY).replace(day=1)
    days = [Span(recent + n * DAY, recent + n * DAY) for n in range((today - recent).days)]
    wanted = [*days, Span(begun.replace(day=1), today)] if begun else []
    return sum(sum_up(one, given_up_at - time.monotonic()) for one in wanted)
