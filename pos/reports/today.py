"""Today as it goes: hour by hour, in what it was paid, and against the same weekday a week ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Row, String, func, literal_column, select

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import dialect, execute, table
from pos.customers.promised import Sum, recent_sums
from pos.reports.analytics import trend
from pos.reports.dashboard import Dashboard, dashboard
from pos.reports.spans import Span, within
from pos.reports.table import NOTHING
from pos.sales.models import METHODS, Payment, Sale
from pos.settings import store, tills

WEEK = timedelta(days=7)
# A kirana's usual day: hours outside it are shown when something was sold in them.
OPENS, CLOSES = 7, 21
_sales, _payments = table(Sale), table(Payment)


@dataclass(frozen=True, slots=True)
class Hour:
    """What was billed in one hour of the store's day, and in the same hour a week ago, in rupees."""

    hour: int
    amount: Decimal
    week_ago: Decimal


@dataclass(frozen=True, slots=True)
class Today:
    """The dashboard with how the day goes; what the person may not see is None or empty.

    `week_ago` is what the same weekday had come to by this time, `week_ago_whole` by its end. `mix` is each way of
    paying with its sum; CREDIT is what went on the khata. `profit` is without tax, for the owner alone. `promises` are
    those to pay that are due today, or late for a week at most.
    """

    day: date
    figures: Dashboard
    hours: Sequence[Hour] = ()
    mix: Sequence[tuple[str, Decimal]] = ()
    week_ago: Decimal | None = None
    week_ago_whole: Decimal | None = None
    profit: Decimal | None = None
    drawers: Sequence[Row[Any]] = ()
    promises: Mapping[str, Sum] | None = None


def today(actor: Actor) -> Today:
    """What this person may see of today. Raises NotSignedIn for nobody."""
    figures = dashboard(actor)
    day = store.current().today()
    if not actor.may("see_sales"):
        return Today(day, figures)
    now, then = _minutes(day), _amounts(day - WEEK)
    by_now = sum((amount for moment, amount in then if moment <= clock.now() - WEEK), NOTHING)
    profit = trend(actor, Span(day, day), "day")[0].profit if actor.may("see_costs") else None
    whole = sum((amount for _moment, amount in then), NOTHING)
    promises = recent_sums(day)
    return Today(day, figures, _hours(now, then), _mix(day), by_now, whole, profit, _drawers(), promises)


def _drawers() -> Sequence[Row[Any]]:
    return tills.open_sessions() if store.current().cash_sessions_enabled else ()


def _amounts(day: date) -> list[tuple[datetime, Decimal]]:
    rows = execute(select(_sales.c.created_at, _sales.c.total_amount).where(*within(Span(day, day)))).all()
    return [(row.created_at, row.total_amount) for row in rows]


def _minutes(day: date) -> list[tuple[datetime, Decimal]]:
    """What was billed in each minute of a day: enough to tell its hours, in whatever zone the store lies."""
    moment = _sales.c.created_at
    # As the engines keep and cut it; a value in its place would make two expressions of one.
    cut = "substr({0}, 1, 16)" if dialect() == "sqlite" else "date_trunc('minute', {0})"
    minute = literal_column(cut.format(moment), DateTime(timezone=True) if dialect() == "postgresql" else String)
    sums = select(minute.label("minute"), func.sum(_sales.c.total_amount).label("amount"))
    rows = execute(sums.where(*within(Span(day, day))).group_by(minute)).all()
    return [(_utc(row.minute), row.amount) for row in rows]


def _utc(minute: str | datetime) -> datetime:
    return minute if isinstance(minute, datetime) else datetime.fromisoformat(minute).replace(tzinfo=UTC)


def _hours(now: Sequence[tuple[datetime, Decimal]], then: Sequence[tuple[datetime, Decimal]]) -> list[Hour]:
    sums, before = _by_hour(now), _by_hour(then)
    sold = [hour for hour in range(24) if sums[hour] or before[hour]]
    first, last = min([OPENS, *sold]), max([CLOSES, *sold])
    return [Hour(hour, sums[hour], before[hour]) for hour in range(first, last + 1)]


def _by_hour(amounts: Sequence[tuple[datetime, Decimal]]) -> dict[int, Decimal]:
    zone = ZoneInfo(store.current().timezone)
    sums = dict.fromkeys(range(24), NOTHING)
    for moment, amount in amounts:
        sums[moment.astimezone(zone).hour] += amount
    return sums


def _mix(day: date) -> list[tuple[str, Decimal]]:
    paid = select(_payments.c.method, func.sum(_payments.c.amount).label("amount"))
    paid = paid.join(_sales, _sales.c.id == _payments.c.sale_id).where(*within(Span(day, day)))
    tenders = execute(paid.where(_payments.c.kind == "TENDER").group_by(_payments.c.method)).all()
    sums = {row.method: row.amount for row in tenders}
    credit = execute(select(func.sum(_sales.c.credit_amount)).where(*within(Span(day, day)))).scalar_one()
    sums["CREDIT"] = credit or NOTHING
    return [(method, sums[method]) for method in (*METHODS, "CREDIT") if sums.get(method)]
