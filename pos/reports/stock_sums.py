"""Months that are over are summed, once: what stood of each product when the month began, and what moved in it.

It may be done at any time, by any number of processes, and again. The newest month comes first: each other is told from
the one after it (see `stock_then`). What moves later with a moment of such a month undoes it (see `models`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
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
    zone = store.current().timezone
    last = clock.today(zone) - REST_DAYS * DAY
    # Mostly a report begins in the last days, and no month is over since.
    if not _whole_months(max(since, last - TWO_MONTHS), last):
        return []
    begun = execute(select(func.min(_movements.c.created_at))).scalar()
    if begun is None:
        return []
    summed = {month.number for month in months_summed()}
    wanted = _whole_months(max(since, clock.business_day(begun, zone).replace(day=1)), last)
    return [month for month in wanted if number_of(month) not in summed][::-1]


def _whole_months(first: date, last: date) -> list[Span]:
    return [piece for piece in pieces(Span(first, last)) if piece.days > 1] if first <= last else []


def sum_up(since: date, seconds: float) -> int:
    """Sum what is missing from a day on, for so many seconds at most; gives how many months are still missing."""
    given_up_at = time.monotonic() + seconds
    left = missing(since)
    while left and time.monotonic() < given_up_at:
        sum_month(left[0])
        del left[0]
    return len(left)


def make_ready(since: date, seconds: float) -> None:
    """Sum what a report from a day on reads, for so many seconds at most; what little is left, the movements tell.

    Raises StillSumming when much is left of a shop that has much.
    """
    left = when_not_busy(lambda: sum_up(since, seconds))
    if left > FEW_MONTHS and _has_many_movements(since):
        raise StillSumming(left, len(_whole_months(since, store.current().today())))


def _has_many_movements(since: date) -> bool:
    begins, _ends = clock.day_bounds(since, since, store.current().timezone)
    some = select(_movements.c.id).where(_movements.c.created_at >= begins).limit(FEW_MOVEMENTS + 1)
    return bool(execute(select(func.count()).select_from(some.subquery())).scalar() > FEW_MOVEMENTS)


def sum_month(month: Span) -> None:
    """Sum one month. Reading keeps nobody waiting; if what it is told from changes meanwhile, nothing is kept."""
    token = _begin(month)
    if token is None:
        return
    number, known = number_of(month), _after(month)
    rows = [dict(row._mapping) for row in known.asked(_summed(known))]
    for place in range(0, len(rows), ROWS_AT_ONCE):
        if not _write(number, token, rows[place : place + ROWS_AT_ONCE]):
            return
    _keep(number, token, known.anchor)


def _after(month: Span) -> Then:
    """The month told from what is summed after it, or from now."""
    begins, ends = _moments(month, store.current().timezone)
    return Then(begins, ends, months_summed(ends))


def _summed(known: Then) -> str:
    return f"SELECT * FROM ({known.goods('p.id AS product_id')}) s WHERE NOT ({_NOTHING})"  # noqa: S608


@one_unit
def _begin(month: Span) -> UUID | None:
    """Put up the mark that any late movement takes away again, and give its token; None when the sums hold already."""
    _wait_for_late_ones()
    number = number_of(month)
    if any(one.number == number for one in months_summed()):
        return None
    begins, ends = _moments(month, store.current().timezone)
    token = uuid7()
    execute(delete(_marks).where(_marks.c.span == number))
    execute(delete(_sums).where(_sums.c.span == number))
    execute(insert(_marks), {"span": number, "begins": begins, "ends": ends, "token": token, "is_done": False})
    return token


def _wait_for_late_ones() -> None:
    """Wait until nobody is writing movements of an earlier day, and let nobody begin until the unit is over.

    On SQLite a writing unit is alone already.
    """
    if dialect() == "postgresql":
        execute(text("SELECT pg_advisory_xact_lock(:lock, 0)"), {"lock": STOCK_LOCK})


@one_unit
def _write(number: int, token: UUID, rows: Sequence[dict[str, Any]]) -> bool:
    """Write some of the sums down; False when the mark stands no more, or is somebody else's."""
    if not _stands(number, token):
        return False
    names = ", ".join(f"{name}_milli" for name in FIGURES)
    values = ", ".join(f":{name}" for name in FIGURES)
    into = f"INSERT INTO stock_sums (span, product_id, {names}) VALUES (:span, :product_id, {values})"  # noqa: S608
    execute(text(into), [{**row, "span": number} for row in rows])
    return True


@one_unit
def _keep(number: int, token: UUID, anchor: Month | None) -> None:
    """Let the sums hold, if nothing has changed that they were told from."""
    if _stands(number, token) and (anchor is None or _stands(anchor.number, anchor.token)):
        execute(update(_marks).where(_marks.c.span == number).values(is_done=True))


def _stands(number: int, token: UUID) -> bool:
    mine = select(_marks.c.span).where(_marks.c.span == number, _marks.c.token == token)
    return execute(mine.with_for_update()).first() is not None


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
