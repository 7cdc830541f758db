"""The charts of today: sales by the hour against a week ago, and how it was paid."""

from __future__ import annotations

from pos.core.language import gettext as _
from pos.reports.charts import Columns, Point, columns, whole_rupees
from pos.reports.figures import Part, parts_of
from pos.reports.today import Today
from pos.sales.words import method_name


def hours(seen: Today) -> Columns:
    """Each hour with a line for the same hour a week ago."""
    return columns(
        [
            Point(
                str(one.hour),
                one.amount,
                _(
                    "%(hour)s:00 to %(end)s:00: %(amount)s, a week ago %(before)s",
                    hour=one.hour,
                    end=one.hour + 1,
                    amount=whole_rupees(one.amount),
                    before=whole_rupees(one.week_ago),
                ),
                before=one.week_ago or None,
            )
            for one in seen.hours
        ]
    )


def mix(seen: Today) -> list[Part]:
    """Each way of paying as a part of the whole."""
    return parts_of([(method_name(method), amount) for method, amount in seen.mix])
