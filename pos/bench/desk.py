"""The owner's desk, asked one page after the other: today, reports of a month and of three years, a sheet of bills."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, timedelta

from pos.bench.measures import Figure, percentile
from pos.bench.place import Place
from pos.bench.visitor import Visitor
from pos.core.db import db
from pos.reports import summing
from pos.reports.spans import Span
from pos.settings import store

MOST_TIMES = 10
LONGEST_SUMMING_SECONDS = 1800.0
THREE_YEARS_DAYS = 3 * 365
REPORTS = ("sales?view=day", "sales?view=product", "sales?view=cashier", "inventory?view=valuation", "tax?view=hsn")


def desk(place: Place, owner: Visitor, how_many: int) -> list[Figure]:
    """Dashboard, nightly sums, the slowest report of a month and of three years, a month's bills as a spreadsheet."""
    today, times = store.current().today(), min(how_many, MOST_TIMES)
    figures = [_figure("dashboard", owner, "/dashboard", times)]
    spans = (("a month", today - timedelta(days=29)), ("three years", today - timedelta(days=THREE_YEARS_DAYS)))
    figures.append(_added_up([Span(first, today) for _name, first in spans]))
    for name, first in spans:
        asked = [_figure(report, owner, _report(report, first, today), min(times, 3)) for report in REPORTS]
        slowest = max(asked, key=lambda one: one.value)
        view = slowest.name.replace("?view=", " by ")
        figures.append(Figure(f"slowest report of {name} ({view}): p50 at the server", slowest.value, "ms"))
    sheet = _figure("sheet", owner, _report("sales?view=bill", today - timedelta(days=29), today) + "&format=xlsx", 1)
    return [*figures, Figure("a month's bills as a spreadsheet: at the server", sheet.value, "ms")]


def _added_up(spans: Sequence[Span]) -> Figure:
    """Sum the days and months that are over, as each night does: a report that has to do it says so and waits."""
    began = time.perf_counter()
    for span in spans:
        summing.sum_up(span, LONGEST_SUMMING_SECONDS)
    db.session.remove()
    return Figure("adding up the days of three years, once", (time.perf_counter() - began) * 1000, "ms")


def _report(name: str, first: date, last: date) -> str:
    return f"/reports/{name}&first={first}&last={last}"


def _figure(name: str, owner: Visitor, path: str, times: int) -> Figure:
    worked = [owner.get(path).worked for _time in range(times)]
    return Figure(f"{name}: p50 at the server" if "?" not in name else name, percentile(worked, 50), "ms")
