"""The shop's one clock: UTC inside, the store's own day outside (DESIGN.md 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date(1, 1, 2), date(9999, 12, 30)


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """This moment, timezone-aware, in UTC."""
    return _source()


def business_day(moment: datetime, timezone: str) -> date:
    """The store's calendar day in which the moment lies."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def today(timezone: str) -> date:
    """The store's calendar day now."""
    return business_day(now(), timezone)


def day_bounds(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    """The UTC moments from which the first day begins up to (not with) the day after the last."""
    zone = ZoneInfo(timezone)
    # No moment lies beyond the calendar's ends, whatever somebody asks for.
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    return start, datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment, for tests."""
    global _source
    before, _source = _source, lambda: moment
    try:
        yield
    finally:
        _source = before
