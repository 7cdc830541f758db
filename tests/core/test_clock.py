"""One clock: UTC inside, the store's own day outside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pos.core import clock

KOLKATA = "Asia/Kolkata"


def test_the_clock_tells_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 20, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_day_begins_at_midnight_of_the_store(moment: datetime, day: date) -> None:
    assert clock.business_day(moment, KOLKATA) == day
    with clock.frozen(moment):
        assert clock.today(KOLKATA) == day


def test_bounds_hold_each_moment_of_their_days_and_no_other() -> None:
    start, end = clock.day_bounds(date(2026, 3, 31), date(2026, 4, 1), KOLKATA)
    assert start == datetime(2026, 3, 30, 18, 30, tzinfo=UTC)
    assert end == datetime(2026, 4, 1, 18, 30, tzinfo=UTC)
    summer = clock.day_bounds(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert (summer[1] - summer[0]).total_seconds() == 23 * 3600


@pytest.mark.parametrize("zone", [KOLKATA, "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_calendars_ends_are_days_too(zone: str) -> None:
    for day in (date.min, date.max):
        start, end = clock.day_bounds(day, day, zone)
        assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
    start, end = clock.day_bounds(date.min, date.max, zone)
    assert start < end


def test_a_frozen_clock_goes_on_afterwards_also_after_an_error() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with clock.frozen(moment):
        assert clock.now() == moment == clock.now()
        with clock.frozen(moment.replace(year=2027)):
            assert clock.now().year == 2027
        assert clock.now() == moment

    def fail() -> None:
        with clock.frozen(moment):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert clock.now() != moment
