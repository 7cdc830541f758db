"""When people buy what: the hours of a day, wages, festivals, hot months and cold ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pos.demo.goods import Good

OPENS, CLOSES = 7, 22
# Bills in each hour from seven to ten: before work, a quiet noon, and the rush after it.
HOURS = (8, 12, 10, 6, 5, 4, 3, 2, 2, 3, 6, 10, 13, 12, 7)
# The days on which these fell; the week before is the busy one.
FESTIVALS = {
    "Diwali": ("2023-11-12", "2024-10-31", "2025-10-20", "2026-11-08", "2027-10-29"),
    "Holi": ("2024-03-25", "2025-03-14", "2026-03-04", "2027-03-22"),
    "Raksha Bandhan": ("2023-08-30", "2024-08-19", "2025-08-09", "2026-08-28", "2027-08-17"),
    "Eid": ("2024-04-11", "2025-03-31", "2026-03-21", "2027-03-10"),
    "Ganesh Chaturthi": ("2023-09-19", "2024-09-07", "2025-08-27", "2026-09-14", "2027-09-04"),
}
FESTIVE = {"Chocolates & Sweets": 4, "Dry Fruits": 5, "Oil & Ghee": 2, "Staples": 2}
SUMMER = {"Cold Drinks": 4, "Ice Cream": 5, "Dairy": 2}
WINTER = {"Tea & Coffee": 2, "Dry Fruits": 2}
_days = {date.fromisoformat(day) for days in FESTIVALS.values() for day in days}
_festive = {day - timedelta(days=before) for day in _days for before in range(8)}


def bills_of(days: Sequence[date], bills: int) -> list[int]:
    """How many of the bills fall on each day: more at the weekend, after pay day and before a festival."""
    busy = [_busy(day) for day in days]
    ends, so_far, whole = [], 0, sum(busy)
    for one in busy:
        so_far += one
        ends.append(bills * so_far // whole)
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _busy(day: date) -> int:
    share = 100 + (30 if day.weekday() >= 5 else 0) + (25 if day.day <= 7 else 0)
    return share * (2 if day in _festive else 1)


def moments(day: date, bills: int, until: datetime, zone: ZoneInfo, chance: Random) -> list[datetime]:
    """The moments of a day's bills in their order, none after `until`."""
    opens = datetime.combine(day, time(OPENS), zone)
    hours = chance.choices(range(len(HOURS)), HOURS, k=bills)
    found = sorted(opens + timedelta(hours=hour, microseconds=chance.randrange(3_600_000_000)) for hour in hours)
    if found and found[-1] > until:
        share = (until - opens) / (timedelta(hours=CLOSES - OPENS))
        found = [opens + (moment - opens) * share for moment in found]
    return found


def season(day: date) -> tuple[int, bool]:
    """What the wishes of a day depend on: its month, and whether a festival is near."""
    return day.month, day in _festive


def wanted(goods: Sequence[Good], month: int, festive: bool) -> list[int]:
    """How much each good is wanted in a season, each added to those before it."""
    more = {**(SUMMER if 4 <= month <= 6 else {}), **(WINTER if month in (11, 12, 1) else {})}
    more |= FESTIVE if festive else {}
    found, so_far = [], 0
    for good in goods:
        so_far += good.weight * more.get(good.category, 1)
        found.append(so_far)
    return found
