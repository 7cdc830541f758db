"""Months that are over are summed, once: what stood of each product when the month began, and what moved in it.

It may be done at any time, by any number of processes, and again. The newest month comes first: each other is told from
the one after it (see `stock_then`). What moves later with a moment of such a month undoes it (see `models`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update

from pos.catalog.models import StockMovement
from pos.core import clock
from pos.core.db import dialect, execute, one_unit, table
from pos.core.ids import uuid7
from pos.reports.models import StockSpan, StockSum
from pos.reports.spans import Span
from pos.reports.stock_then import FIGURES, Month, Then
from pos.reports.summing import DAY, REST_DAYS, StillSumming, number_of, pieces, when_not_busy
from pos.settings import store

_marks, _sums, _movements = table(StockSpan), table(StockSum), table(StockMovement)
# A till waits while this many rows are written, not while a hundred thousand are.
ROWS_AT_ONCE = 2000
TWO_MONTHS = 62 * DAY
# Whoever began longer ago than this has died over it.
LONGEST_SECONDS = 60
FEW_MONTHS, FEW_MOVEMENTS = 2, 100_000
# The migration's trigger takes the same lock, shared, for movements of an earlier day.
STOCK_LOCK = 7_303_016
_NOTHING = " AND ".join(f"{name} = 0" for name in FIGURES)


def months_summed(since: datetime | None = None) -> list[Month]:
    """The months whose sums hold for the store's days of now, in order; those alone that begin at a moment or later."""
    zone = store.current().timezone
    found = select(_marks).where(_marks.c.is_done).order_by(_marks.c.span)
    if since is not None:
        found = found.where(_marks.c.begins >= since)
    months = [Month(row.span, row.begins, row.ends, row.token) for row in execute(found).all()]
    return [month for month in months if (month.begins, month.ends) == _moments(_month_of(month.number), zone)]


def then(begins: datetime, ends: datetime) -> Then:
    """What stood of all goods at a moment, and what moved up to another, read by what is summed now."""
    return Then(begins, ends, months_summed(begins))


def missing(since: date) -> list[Span]:
    """The months from a day on that are over and not summed, the newest first."""
    # Mostly a report begins in the last days, and no month is over since.
    if not _whole_months(max(since, _last_day() - TWO_MONTHS)):
        return []
    summed = {month.number for month in months_summed()}
    return [month for month in _to_be_told(since) if number_of(month) not in summed][::-1]


def _to_be_told(since: date) -> list[Span]:
    """The months from a day on that are over, from the first in which anything moved."""
    begun = execute(select(func.min(_movements.c.created_at))).scalar()
    if begun is None:
        return []
    return _whole_months(max(since, clock.business_day(begun, store.current().timezone).replace(day=1)))


def _whole_months(first: date) -> list[Span]:
    last = _last_day()
    return [piece for piece in pieces(Span(first, last)) if piece.days > 1] if first <= last else []


def _last_day() -> date:
    return clock.today(store.current().timezone) - REST_DAYS * DAY


def sum_up(since: date, seconds: float) -> int:
    """Sum what is missing from a day on, for so many seconds at most; gives how many months are still missing."""
    given_up_at = time.monotonic() + seconds
    left = missing(since)
    # Each is told from the one after it: where that is not there, an older one would read years.
    while left and time.monotonic() < given_up_at and sum_month(left[0]):
        del left[0]
    return len(left)


def make_ready(since: date, seconds: float) -> None:
    """Sum what a report from a day on reads, for so many seconds at most; what little is left, the movements tell.

    Raises StillSumming when much is left of a shop that has much.
    """
    left = when_not_busy(lambda: sum_up(since, seconds))
    if left > FEW_MONTHS and _has_many_movements(since):
        raise StillSumming(left, len(_to_be_told(since)))


def _has_many_movements(since: date) -> bool:
    begins, _ends = clock.day_bounds(since, since, store.current().timezone)
    some = select(_movements.c.id).where(_movements.c.created_at >= begins).limit(FEW_MOVEMENTS + 1)
    return bool(execute(select(func.count()).select_from(some.subquery())).scalar() > FEW_MOVEMENTS)


def sum_month(month: Span) -> bool:
    """Sum one month; False when it is not kept: somebody else is at it, or what it is told from changed meanwhile.

    Reading keeps nobody waiting, but where SQLite has no log beside its file.
    """
    number = number_of(month)
    while _cleared(number):
        pass
    token = _begin(month)
    if token is None:
        return any(one.number == number for one in months_summed())
    known = _after(month)
    rows = [dict(row._mapping) for row in known.asked(_summed(known))]
    pieces_of_it = (rows[place : place + ROWS_AT_ONCE] for place in range(0, len(rows), ROWS_AT_ONCE))
    return all(_write(number, token, some) for some in pieces_of_it) and _keep(number, token, known.anchor)


@one_unit
def _cleared(number: int) -> bool:
    """Take away some rows of sums that hold no more, or were never finished; False when there are none.

    A dead mark goes first: whoever wakes up over it writes no more.
    """
    _wait_for_late_ones()
    if _is_taken(number):
        return False
    execute(delete(_marks).where(_marks.c.span == number))
    some = select(_sums.c.product_id).where(_sums.c.span == number).limit(ROWS_AT_ONCE)
    gone = delete(_sums).where(_sums.c.span == number, _sums.c.product_id.in_(some.scalar_subquery()))
    return bool(execute(gone).rowcount)


def _is_taken(number: int) -> bool:
    """Whether the sums of a month hold, or somebody is at them: a mark tells its age, and a dead one is soon old."""
    if any(one.number == number for one in months_summed()):
        return True
    begun = execute(select(_marks.c.token).where(_marks.c.span == number, ~_marks.c.is_done)).scalar()
    # The first 48 bits of an id are the milliseconds of when it was made (RFC 9562).
    return begun is not None and abs(time.time() - (begun.int >> 80) / 1000) < LONGEST_SECONDS


def _after(month: Span) -> Then:
    """The month told from what is summed after it, or from now."""
    begins, ends = _moments(month, store.current().timezone)
    return Then(begins, ends, months_summed(ends))


def _summed(known: Then) -> str:
    return f"SELECT * FROM ({known.goods('p.id AS product_id')}) s WHERE NOT ({_NOTHING})"  # noqa: S608


@one_unit
def _begin(month: Span) -> UUID | None:
    """Put up the mark that any late movement takes away again, and give its token; None when it is taken."""
    _wait_for_late_ones()
    number = number_of(month)
    if _is_taken(number):
        return None
    begins, ends = _moments(month, store.current().timezone)
    token = uuid7()
    execute(delete(_marks).where(_marks.c.span == number))
    execute(delete(_sums).where(_sums.c.span == number))
    execute(insert(_marks), {"span": number, "begins": begins, "ends": ends, "token": token, "is_done": False})
    return token


def _wait_for_late_ones() -> None:
    """Wait until nobody writes movements of an earlier day or begins a month, and let nobody until the unit is over.

    On SQLite a writing unit is alone already.
    """
    if dialect() == "postgresql":
        execute(text("SELECT pg_advisory_xact_lock(:lock, 0)"), {"lock": STOCK_LOCK})


@one_unit
def _write(number: int, token: UUID, rows: Sequence[dict[str, Any]]) -> bool:
    """Write some of the sums down; False when the mark stands no more, or is somebody else's."""
    if not _stand({number: token}):
        return False
    names = ", ".join(f"{name}_milli" for name in FIGURES)
    values = ", ".join(f":{name}" for name in FIGURES)
    into = f"INSERT INTO stock_sums (span, product_id, {names}) VALUES (:span, :product_id, {values})"  # noqa: S608
    execute(text(into), [{**row, "span": number} for row in rows])
    return True


@one_unit
def _keep(number: int, token: UUID, anchor: Month | None) -> bool:
    """Let the sums hold, if nothing has changed that they were told from."""
    wanted = {number: token} | ({anchor.number: anchor.token} if anchor else {})
    if not _stand(wanted):
        return False
    execute(update(_marks).where(_marks.c.span == number).values(is_done=True))
    return True


def _stand(wanted: Mapping[int, UUID]) -> bool:
    """Whether marks stand with these tokens, until the unit is over; locked in the trigger's order."""
    mine = select(_marks.c.span, _marks.c.token).where(_marks.c.span.in_(list(wanted)))
    found = execute(mine.order_by(_marks.c.span.desc()).with_for_update()).all()
    return {row.span: row.token for row in found} == wanted


def broken_months(most: int | None = None) -> Iterator[str]:
    """A sentence for each month whose sums are not what the movements come to; of any `most`, or of all."""
    months = months_summed()
    if most is not None and most < len(months):
        months = random.sample(months, most)
    for month in months:
        if _differs(month):
            yield f"sums of {month.number}: stock_sums are not what the movements come to"


def _differs(month: Month) -> bool:
    """One statement, so that it is true of one moment: that of marks that stand."""
    known = _after(_month_of(month.number))
    names = ", ".join(("product_id", *FIGURES))
    figures = ", ".join(f"{name}_milli AS {name}" for name in FIGURES)
    kept = f"SELECT product_id, {figures} FROM stock_sums WHERE span = {month.number}"  # noqa: S608
    right = f"SELECT {names} FROM ({_summed(known)}) a"  # noqa: S608
    marks = [month, *([known.anchor] if known.anchor else [])]
    standing = " AND ".join(
        f"EXISTS (SELECT 1 FROM stock_spans WHERE span = {one.number} AND token = :token{place})"  # noqa: S608
        for place, one in enumerate(marks)
    )
    statement = f"""
        SELECT 1 AS differs WHERE {standing} AND (
            EXISTS (SELECT * FROM ({kept}) k EXCEPT SELECT * FROM ({right}) l)
            OR EXISTS (SELECT * FROM ({right}) l EXCEPT SELECT * FROM ({kept}) k))"""  # noqa: S608
    return bool(known.asked(statement, **{f"token{place}": one.token for place, one in enumerate(marks)}))


def _month_of(number: int) -> Span:
    first = date(number // 100, number % 100, 1)
    return next(pieces(Span(first, (first + 31 * DAY).replace(day=1) - DAY)))


def _moments(month: Span, zone: str) -> tuple[datetime, datetime]:
    return clock.day_bounds(month.first, month.last, zone)
