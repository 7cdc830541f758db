"""The figures of the page of sales: each as a chart and a table in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from flask_babel import format_date

from pos.core.language import gettext as _
from pos.core.language import local_date, pgettext
from pos.core.money import format_quantity
from pos.reports.analytics import Bucket
from pos.reports.charts import Point, columns, whole_rupees
from pos.reports.figures import (
    Cell,
    Figure,
    Tile,
    bar_cells,
    count_cell,
    heads,
    parts_of,
    percent_cell,
    percent_text,
    rupee_cell,
    tile,
)
from pos.reports.overview import BANDS, Overview, change, percent_of
from pos.sales.words import method_name

# A week that is known to begin on a Monday.
MONDAY = date(2024, 1, 1)


def tiles(found: Overview) -> list[Tile]:
    """What the span came to, against the one before."""
    now, then = found.now, found.then
    bills = Decimal(now.takings.bills_count), Decimal(then.takings.bills_count)
    return [
        tile(_("Net sales"), now.takings.net_amount, then.takings.net_amount, whole_rupees),
        tile(_("Bills"), *bills, format_quantity),
        tile(_("A bill on average"), now.takings.average_bill, then.takings.average_bill, whole_rupees),
        tile(_("Goods on a bill"), now.basket, then.basket, format_quantity),
        tile(_("Profit"), now.profit, then.profit, whole_rupees),
        Tile(_("Margin"), percent_text(now.margin), _("before: %(before)s", before=percent_text(then.margin))),
    ]


def figures(found: Overview) -> list[Figure]:
    """The charts of the page."""
    drawn = [_sales(found), _profit(found)]
    drawn += [_hours(found)] if found.by != "hour" else []
    drawn += [_weekdays(found)] if found.weekdays else []
    return [*drawn, _mix(found), _baskets(found)]


def bucket_name(start: str, by: str, is_short: bool = False) -> str:
    """A bucket as people say it: 12 Nov, Nov 2026, 12:00."""
    if by == "hour":
        return f"{int(start)}" if is_short else _("%(hour)s:00 to %(end)s:00", hour=int(start), end=int(start) + 1)
    day = date.fromisoformat(start)
    if by == "month":
        return str(format_date(day, "MMM yy" if is_short else "MMMM y"))
    if by == "week" and not is_short:
        return _("%(first)s to %(last)s", first=local_date(day), last=local_date(day + timedelta(days=6)))
    return str(format_date(day, "d MMM")) if is_short else str(format_date(day, "EEE d MMM y"))


def _title(by: str) -> str:
    titles = {"day": _("Sales by day"), "week": _("Sales by week"), "month": _("Sales by month")}
    return titles.get(by) or _("Sales by the hour of the day")


def _net(one: Bucket) -> Decimal:
    return one.total_amount - one.returns_amount


def _sales(found: Overview) -> Figure:
    before = found.span.before()
    note = _(
        "Line: the same days before, %(first)s to %(last)s.",
        first=local_date(before.first),
        last=local_date(before.last),
    )
    figure = _against(_title(found.by), found.buckets, found.earlier, found.by)
    return Figure(
        figure.title, figure.heads, figure.rows, note, figure.chart, keys=figure.keys, is_broad=True, foot=_sums(found)
    )


def _sums(found: Overview) -> list[Cell]:
    now, then = found.now.takings, found.then.takings
    grown = change(now.net_amount, then.net_amount)
    amounts = (rupee_cell(now.net_amount), rupee_cell(then.net_amount), percent_cell(grown))
    return [Cell(_("Total")), count_cell(now.bills_count), *amounts]


def _hours(found: Overview) -> Figure:
    """Hours outside of which nothing was sold in either span are left out."""
    sold = [place for place in range(24) if _net(found.hours[place]) or _net(found.earlier_hours[place])]
    shown = slice(min(sold, default=7), max(sold, default=20) + 1)
    return _against(_title("hour"), found.hours[shown], found.earlier_hours[shown], "hour")


def _against(title: str, now: Sequence[Bucket], then: Sequence[Bucket], by: str) -> Figure:
    """Net sales of each bucket with a line for the same before."""
    earlier = {one.start: _net(one) for one in then}
    points, rows = [], []
    for one in now:
        net, was, name = _net(one), earlier.get(one.start, Decimal(0)), bucket_name(one.start, by)
        sentence = _(
            "%(name)s: %(amount)s in %(bills)s bills, before %(before)s",
            name=name, amount=whole_rupees(net), bills=one.bills_count, before=whole_rupees(was),
        )  # fmt: skip
        points.append(Point(bucket_name(one.start, by, True), net, sentence, before=was))
        amounts = (rupee_cell(net), rupee_cell(was), percent_cell(change(net, was)))
        rows.append([Cell(name), count_cell(one.bills_count), *amounts])
    titles = heads(_("When"), _("Bills"), _("Net sales"), _("Before"), pgettext("movement", "Change"))
    keys = [("bar", _("Net sales")), ("before", _("Before"))]
    return Figure(title, titles, rows, chart=columns(points), keys=keys)


def _profit(found: Overview) -> Figure:
    points, rows = [], []
    for one in found.buckets:
        name, margin = bucket_name(one.start, found.by), percent_of(one.profit, one.revenue)
        told = {"name": name, "revenue": whole_rupees(one.revenue), "profit": whole_rupees(one.profit)}
        sentence = _("%(name)s: %(profit)s profit of %(revenue)s", **told)
        points.append(Point(bucket_name(one.start, found.by, True), one.revenue, sentence, inner=one.profit))
        rows.append(
            [Cell(name), rupee_cell(one.revenue), rupee_cell(one.cost), rupee_cell(one.profit), percent_cell(margin)]
        )
    sums = found.now
    foot = [rupee_cell(sums.revenue), rupee_cell(sums.cost), rupee_cell(sums.profit), percent_cell(sums.margin)]
    titles = heads(_("When"), _("Revenue"), _("Cost"), _("Profit"), _("Margin"))
    note = _("Without tax. Goods without a cost price count with none.")
    keys = [("soft", _("Revenue")), ("inner", _("Profit"))]
    return Figure(
        _("Revenue and profit"), titles, rows, note, columns(points), keys=keys, foot=[Cell(_("Total")), *foot]
    )


def _weekdays(found: Overview) -> Figure:
    points, rows = [], []
    for one in found.weekdays:
        day = MONDAY + timedelta(days=one.weekday)
        name = str(format_date(day, "EEEE"))
        points.append(Point(str(format_date(day, "EEE")), one.average, f"{name}: {whole_rupees(one.average)}"))
        rows.append([Cell(name), count_cell(one.days), rupee_cell(one.average)])
    titles = heads(_("Weekday"), _("Days"), _("Net sales of a day"))
    return Figure(_("A weekday on average"), titles, rows, chart=columns(points))


def _mix(found: Overview) -> Figure:
    amounts = [(method_name(method), amount) for method, amount in found.mix]
    whole = sum((amount for _name, amount in amounts), Decimal(0))
    rows = [
        [Cell(name, swatch=place), rupee_cell(amount), percent_cell(percent_of(amount, whole))]
        for place, (name, amount) in enumerate(amounts)
    ]
    titles = heads(_("Paid by"), _("Net sales"), _("Share"))
    return Figure(_("How it was paid"), titles, rows, parts=parts_of(amounts), empty=_("Nothing was sold."))


def _baskets(found: Overview) -> Figure:
    names = [_("below %(most)s", most=whole_rupees(BANDS[0]))]
    names += [
        _("%(least)s to %(most)s", least=whole_rupees(low), most=whole_rupees(high)) for low, high in pairwise(BANDS)
    ]
    names += [_("%(least)s and more", least=whole_rupees(BANDS[-1]))]
    whole = sum(found.baskets)
    widths = bar_cells([Decimal(count) for count in found.baskets])
    rows = [
        [Cell(name, bar=width), count_cell(count), percent_cell(percent_of(Decimal(count), Decimal(whole)))]
        for name, count, width in zip(names, found.baskets, widths, strict=True)
    ]
    titles = heads(_("A bill of"), _("Bills"), _("Share"))
    return Figure(_("How large the bills are"), titles, rows)
