"""The sales of a span against those of the one before, as the owner's analytics show them (PLAN.md 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import case, func, select, text

from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import divide_half_up, from_paise, to_paise
from pos.reports.analytics import Bucket, Takings, start_of, takings, trend
from pos.reports.sales_report import by_method
from pos.reports.spans import Span, within
from pos.reports.summing import make_ready
from pos.reports.sums import bill_sums
from pos.sales.models import Sale

_sales = table(Sale)
# Below which amounts in rupees the bills of each band lie; the last has no end.
BANDS = (50, 100, 200, 500, 1000, 2000)
MOST_DAYS_ALONE, MOST_DAYS_BY_WEEK, LEAST_DAYS_OF_WEEKDAYS = 100, 3 * 366, 14
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a span came to in rupees; profit and revenue are without tax, `lines` counts what stood on the bills."""

    takings: Takings
    lines: int
    revenue: Decimal
    cost: Decimal

    @property
    def profit(self) -> Decimal:
        """Revenue less cost."""
        return self.revenue - self.cost

    @property
    def margin(self) -> Decimal | None:
        """Profit of revenue in percent with one decimal; None without revenue."""
        return percent_of(self.profit, self.revenue)

    @property
    def basket(self) -> Decimal:
        """How many lines a bill has on average, with one decimal."""
        bills = self.takings.bills_count
        return Decimal(divide_half_up(self.lines * 10, bills)) / 10 if bills else NOTHING


@dataclass(frozen=True, slots=True)
class Weekday:
    """What a weekday (0 is Monday) comes to on average over the days of the span, in rupees."""

    weekday: int
    average: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A span in buckets of `by`; `earlier` are those of the span before, each day set against the day at its place."""

    span: Span
    by: str
    now: Sums
    then: Sums
    buckets: Sequence[Bucket]
    earlier: Sequence[Bucket]
    hours: Sequence[Bucket]
    earlier_hours: Sequence[Bucket]
    weekdays: Sequence[Weekday]
    mix: Sequence[tuple[str, Decimal]]
    baskets: Sequence[int]

    @property
    def is_empty(self) -> bool:
        """True when nothing was sold and nothing came back."""
        return not self.now.takings.bills_count and not self.now.takings.returns_amount


def overview(actor: Actor, wanted: Span, by: str = "") -> Overview:
    """The sales of a span. Raises Forbidden for all but the owner."""
    actor.require("see_reports")
    sensible = choices(wanted)
    by = by if by in sensible else sensible[0]
    make_ready(Span(wanted.before().first, wanted.last))
    days, before = trend(actor, wanted, "day"), trend(actor, wanted.before(), "day")
    hours, then = trend(actor, wanted, "hour"), trend(actor, wanted.before(), "hour")
    shift = timedelta(days=wanted.days)
    return Overview(
        span=wanted,
        by=by,
        now=_sums(actor, wanted, days),
        then=_sums(actor, wanted.before(), before),
        buckets=hours if by == "hour" else gathered(days, by),
        earlier=then if by == "hour" else gathered(before, by, shift),
        hours=hours,
        earlier_hours=then,
        weekdays=_weekdays(days) if wanted.days >= LEAST_DAYS_OF_WEEKDAYS else (),
        mix=[(row["payment_method"], row["net_amount"]) for row in by_method(wanted).named() if row["net_amount"] > 0],
        baskets=_baskets(wanted),
    )


def choices(wanted: Span) -> Sequence[str]:
    """Which buckets make sense for a span, the best one first."""
    if wanted.days == 1:
        return ("hour",)
    if wanted.days <= 45:
        return ("day", "week") if wanted.days > 7 else ("day",)
    return ("week", "day", "month") if wanted.days <= MOST_DAYS_ALONE else ("month", "week")


def gathered(days: Iterable[Bucket], by: str, shift: timedelta = timedelta()) -> list[Bucket]:
    """Buckets of days as weeks or months; with `shift` each day counts that much later."""
    sums: dict[str, Bucket] = {}
    for one in days:
        start = start_of(date.fromisoformat(one.start) + shift, by)
        so_far = sums.get(start)
        sums[start] = _together(start, so_far, one) if so_far else _moved(start, one)
    return list(sums.values())


def _moved(start: str, one: Bucket) -> Bucket:
    amounts = (one.total_amount, one.returns_amount, one.revenue, one.cost, one.profit)
    return Bucket(start, one.bills_count, *amounts)


def _together(start: str, one: Bucket, more: Bucket) -> Bucket:
    return Bucket(
        start,
        one.bills_count + more.bills_count,
        one.total_amount + more.total_amount,
        one.returns_amount + more.returns_amount,
        one.revenue + more.revenue,
        one.cost + more.cost,
        one.profit + more.profit,
    )


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """A part of a whole in percent with one decimal, half up; None of nothing or of less."""
    if whole <= 0:
        return None
    return Decimal(divide_half_up(to_paise(part) * 1000, to_paise(whole))) / 10


def change(now: Decimal | int, then: Decimal | int) -> Decimal | None:
    """By how many percent something grew, with one decimal; None where there was nothing before."""
    return percent_of(Decimal(now) - Decimal(then), Decimal(then))


def _sums(actor: Actor, wanted: Span, days: Iterable[Bucket]) -> Sums:
    listed = list(days)
    lines = sum(row["lines_count"] for row in bill_sums(wanted, "cashier"))
    revenue = sum((one.revenue for one in listed), NOTHING)
    cost = sum((one.cost for one in listed), NOTHING)
    return Sums(takings(actor, wanted), lines, revenue, cost)


def _weekdays(days: Iterable[Bucket]) -> list[Weekday]:
    found: dict[int, list[int]] = {weekday: [0, 0] for weekday in range(7)}
    for one in days:
        of_it = found[date.fromisoformat(one.start).weekday()]
        of_it[0] += to_paise(one.total_amount - one.returns_amount)
        of_it[1] += 1
    return [Weekday(day, from_paise(divide_half_up(paise, count)), count) for day, (paise, count) in found.items()]


def _baskets(wanted: Span) -> list[int]:
    """How many bills lie in each band of amounts."""
    amount = _sales.c.total_amount
    band = case(*((amount < Decimal(most), place) for place, most in enumerate(BANDS)), else_=len(BANDS))
    counted = select(band.label("band"), func.count().label("bills")).where(*within(wanted)).group_by(text("band"))
    found = {row.band: row.bills for row in execute(counted).all()}
    return [found.get(place, 0) for place in range(len(BANDS) + 1)]
