"""The figures of goods, customers, stock and staff: rankings with bars, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pos.core.actor import Actor
from pos.core.db import look_at_one_moment
from pos.core.language import gettext as _
from pos.core.language import pgettext
from pos.core.money import format_quantity
from pos.customers.ages import ages_of_all
from pos.reports import goods_report, inventory_report, sales_report, slow_report, stock_sums, summing
from pos.reports.charts import whole_rupees
from pos.reports.figures import (
    Cell,
    Figure,
    Tile,
    bar_cells,
    count_cell,
    heads,
    parts_of,
    percent_cell,
    rupee_cell,
    tile,
)
from pos.reports.overview import change, percent_of
from pos.reports.spans import Span
from pos.reports.table import Table
from pos.reports.tops import ranking, top_customers
from pos.settings import store

MOST_SHOWN, ALL = 20, 1_000_000
NOTHING = Decimal(0)
Page = tuple[list[Tile], list[Figure]]


def goods(actor: Actor, wanted: Span, by: str) -> Page:
    """The best sellers by revenue, quantity or profit against the span before, and the categories."""
    now = ranking(actor, wanted, by, MOST_SHOWN)
    then = ranking(actor, wanted.before(), by, those=[one.product_id for one in now.products])
    before = {one.product_id: getattr(one, by) for one in then.products}
    widths = bar_cells([getattr(one, by) for one in now.products])
    rows = []
    for one, width in zip(now.products, widths, strict=True):
        sold = Cell(f"{format_quantity(one.quantity)} {one.unit}", is_number=True)
        margin = percent_cell(percent_of(one.profit, one.revenue))
        grown = percent_cell(change(getattr(one, by), before.get(one.product_id, NOTHING)))
        rows.append([Cell(one.name, bar=width), sold, rupee_cell(one.revenue), rupee_cell(one.profit), margin, grown])
    titles = heads(_("Product"), _("Sold"), _("Revenue"), _("Profit"), _("Margin"), pgettext("movement", "Change"))
    named = {"revenue": _("Best sellers by revenue"), "quantity": _("Best sellers by quantity")}
    title = named.get(by) or _("Best sellers by profit")
    note = _("Without tax, less what came back. Change is against the same days before.")
    best = Figure(title, titles, rows, note, is_broad=True, empty=_("Nothing was sold."))
    tiles = [
        tile(_("Revenue"), now.revenue, then.revenue, whole_rupees),
        tile(_("Profit"), now.profit, then.profit, whole_rupees),
        tile(_("Products sold"), Decimal(now.count), Decimal(then.count), format_quantity),
    ]
    return (tiles if now.count or then.count else []), [best, _categories(wanted)]


def _sum(listed: Sequence[Any], name: str) -> Decimal:
    return sum((getattr(one, name) for one in listed), NOTHING)


def _categories(wanted: Span) -> Figure:
    listed = goods_report.by_category(wanted).named()
    widths = bar_cells([row["taxable"] for row in listed])
    rows = []
    for row, width in zip(listed, widths, strict=True):
        margin = percent_cell(percent_of(row["profit_amount"], row["taxable"]))
        name = row["category"] or _("No category")
        rows.append([Cell(name, bar=width), rupee_cell(row["taxable"]), rupee_cell(row["profit_amount"]), margin])
    titles = heads(_("Category"), _("Revenue"), _("Profit"), _("Margin"))
    return Figure(_("By category"), titles, rows, is_broad=True, empty=_("Nothing was sold."))


def customers(actor: Actor, wanted: Span, by: str) -> Page:
    """Who bought most by spending, bills or profit against the span before, and how old the debts are."""
    now = top_customers(actor, wanted, ALL, by, MOST_SHOWN)
    then = top_customers(actor, wanted.before(), ALL, by, 0)
    before = {one.customer_id: getattr(one, by) for one in then}
    widths = bar_cells([Decimal(getattr(one, by)) for one in now[:MOST_SHOWN]])
    rows = []
    for one, width in zip(now, widths, strict=False):
        amounts = (count_cell(one.bills_count), rupee_cell(one.total_spent), rupee_cell(one.profit or NOTHING))
        grown = percent_cell(change(getattr(one, by), before.get(one.customer_id, NOTHING)))
        rows.append([Cell(one.name, bar=width), *amounts, grown])
    titles = heads(_("Customer"), _("Bills"), _("Spent"), _("Profit"), pgettext("movement", "Change"))
    named = {"total_spent": _("Who spent most"), "bills_count": _("Who came most often")}
    title = named.get(by) or _("Who brought most profit")
    note = _("Less what came back. Change is against the same days before.")
    best = Figure(title, titles, rows, note, is_broad=True, empty=_("No bill names a customer in these days."))
    tiles = [
        tile(_("Customers who bought"), Decimal(len(now)), Decimal(len(then)), format_quantity),
        tile(_("Spent by them"), _sum(now, "total_spent"), _sum(then, "total_spent"), whole_rupees),
    ]
    return tiles, [best, _debts()]


def _debts() -> Figure:
    owed = ages_of_all(store.current())
    amounts = [
        (_("0 to 30 days"), owed.to_30),
        (_("31 to 60 days"), owed.to_60),
        (_("61 to 90 days"), owed.to_90),
        (_("Over 90 days"), owed.over_90),
    ]
    rows = _shared(amounts) if owed.total else []
    titles = heads(_("Age of the debt"), _("Owed"), _("Share"))
    parts = parts_of(amounts) if owed.total else []
    title, note = _("What is owed now"), _("The khata as it stands now, the oldest debt paid first.")
    foot = [Cell(_("Total")), rupee_cell(owed.total), Cell("")]
    return Figure(title, titles, rows, note, parts=parts, is_broad=True, foot=foot, empty=_("Nobody owes anything."))


def _shared(amounts: Sequence[tuple[str, Decimal]]) -> list[list[Cell]]:
    whole = sum((amount for _name, amount in amounts), NOTHING)
    return [
        [Cell(name, swatch=place), rupee_cell(amount), percent_cell(percent_of(amount, whole))]
        for place, (name, amount) in enumerate(amounts)
    ]


def stock(wanted: Span) -> Page:
    """What the shelf is worth, and what lies on it without being sold or hardly so."""
    summing.make_ready(wanted)
    stock_sums.make_ready(wanted.last + summing.DAY, summing.PAGE_SECONDS)
    look_at_one_moment()
    worth = inventory_report.valuation(wanted)
    dead, slow = slow_report.dead(wanted), slow_report.slow(wanted)
    sums, lies = worth.named_totals(), dead.named_totals()["cost_value"]
    gain = percent_of(sums["sale_value"] - sums["cost_value"], sums["cost_value"])
    tiles = [
        Tile(_("Worth at cost"), whole_rupees(sums["cost_value"])),
        Tile(_("Worth at price"), whole_rupees(sums["sale_value"]), _("%(rate)s %% above cost", rate=gain or 0)),
        Tile(_("Not sold in these days"), whole_rupees(lies), _("%(count)s products, at cost", count=len(dead.rows))),
        Tile(
            _("Sells slowly"),
            whole_rupees(slow.named_totals()["cost_value"]),
            _("%(count)s products, at cost", count=len(slow.rows)),
        ),
    ]
    shelves = _lying(dead, _("Last sold"), "days_unsold"), _lying(slow, _("Lasts days"), "cover_days")
    return tiles, [_worth(worth, inventory_report.worth_by_category(wanted)), *shelves]


def _worth(worth: Table, shelves: Sequence[tuple[str | None, int, Decimal, Decimal]]) -> Figure:
    widths = bar_cells([cost for _name, _count, cost, _price in shelves])
    rows = [
        [Cell(name or _("No category"), bar=width), count_cell(count), rupee_cell(cost), rupee_cell(price)]
        for (name, count, cost, price), width in zip(shelves, widths, strict=True)
    ]
    totals = worth.named_totals()
    foot = [
        Cell(_("Total")),
        count_cell(len(worth.rows)),
        *(rupee_cell(totals[one]) for one in ("cost_value", "sale_value")),
    ]
    titles = heads(_("Category"), _("Products"), _("Worth at cost"), _("Worth at price"))
    note = worth.note or ""
    return Figure(_("Worth of the stock"), titles, rows, note, is_broad=True, foot=foot, empty=_("The shelf is empty."))


def _lying(listed: Table, last: str, days: str) -> Figure:
    shown = listed.named(MOST_SHOWN)
    widths = bar_cells([row["cost_value"] for row in shown])
    rows = [
        [
            Cell(row["product"], bar=width),
            Cell(f"{format_quantity(row['stock_quantity'])} {row['unit']}", is_number=True),
            Cell(_days(row, days), is_number=True),
            rupee_cell(row["cost_value"]),
        ]
        for row, width in zip(shown, widths, strict=True)
    ]
    titles = heads(_("Product"), _("In stock"), last, _("Worth at cost"))
    return Figure(listed.title, titles, rows, listed.note or "", is_broad=True, empty=_("Nothing of that kind."))


def _days(row: Mapping[str, Any], name: str) -> str:
    if row[name] is None:
        return _("never")
    return _("%(days)s days ago", days=row[name]) if name == "days_unsold" else str(row[name])


def staff(wanted: Span) -> Page:
    """Who billed how much, how large the bills are, what was given away, taken back and voided."""
    listed = sales_report.by_cashier(wanted)
    widths = bar_cells([row["net_amount"] for row in listed.named()])
    rows = []
    for row, width in zip(listed.named(), widths, strict=True):
        average = row["total_amount"] / row["bills_count"] if row["bills_count"] else None
        name = Cell(row["cashier"], bar=width)
        amounts = [rupee_cell(row[one]) for one in ("discount_amount", "returns_amount", "voided_amount")]
        rows.append(
            [name, count_cell(row["bills_count"]), rupee_cell(row["net_amount"]), rupee_cell(average), *amounts]
        )
    titles = heads(
        _("Sold by"), _("Bills"), _("Net sales"), _("A bill on average"), _("Discount"), _("Taken back"), _("Voided")
    )
    empty = _("No bills in this period.")
    return [], [Figure(_("Who sold how much"), titles, rows, is_broad=True, empty=empty)]
