"""The owner's analytics: how the shop does over time, by goods, customers, stock and staff; on screen and paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from pos.core import clock
from pos.core.language import lazy_gettext as _l
from pos.core.web import actor, needs
from pos.reports import paper, periods, rank_figures_views, sales_figures_views
from pos.reports.charts import HEIGHT
from pos.reports.overview import choices, overview
from pos.reports.spans import Span, span
from pos.reports.summing import StillSumming
from pos.reports.views import still_summing
from pos.settings import store

blueprint = Blueprint("analytics", __name__)
blueprint.register_error_handler(StillSumming, still_summing)
TITLES = {
    "sales": _l("Sales"),
    "goods": _l("Goods"),
    "customers": _l("Customers"),
    "stock": _l("Stock"),
    "staff": _l("Staff"),
}
BUCKETS = {"hour": _l("Hours"), "day": _l("Days"), "week": _l("Weeks"), "month": _l("Months")}
SORTS = {
    "goods": {"revenue": _l("Revenue"), "quantity": _l("Quantity"), "profit": _l("Profit")},
    "customers": {"total_spent": _l("Spent"), "bills_count": _l("Bills"), "profit": _l("Profit")},
}


@blueprint.get("/analytics")
@blueprint.get("/analytics/<any(sales, goods, customers, stock, staff):name>")
@needs("see_reports")
def home(name: str = "sales") -> ResponseReturnValue:
    """One page of the analytics: days `first` to `last`, buckets or ranking `by`; with `format=pdf` on paper."""
    asked = request.args
    chosen = span(periods.typed_day(asked.get("first")), periods.typed_day(asked.get("last")))
    values = _page(name, chosen, asked.get("by", ""))
    if asked.get("format") == "pdf":
        return _pdf(name, values)
    return render_template("reports/analytics.html", **values, **_choices(name, chosen))


def _page(name: str, chosen: Span, by: str) -> dict[str, Any]:
    sorts = SORTS.get(name, {})
    by = by if by in sorts else next(iter(sorts), by)
    if name == "sales":
        found = overview(actor(), chosen, by)
        by = found.by
        empty = found.is_empty
        tiles = [] if empty else sales_figures_views.tiles(found)
        figures = [] if empty else sales_figures_views.figures(found)
    elif name in SORTS:
        ranked = rank_figures_views.goods if name == "goods" else rank_figures_views.customers
        tiles, figures = ranked(actor(), chosen, by)
    else:
        tiles, figures = (rank_figures_views.stock if name == "stock" else rank_figures_views.staff)(chosen)
    told = {"name": name, "by": by, "span": chosen, "before": chosen.before(), "title": TITLES[name]}
    return told | {"tiles": tiles, "figures": figures, "chart_height": HEIGHT}


def _choices(name: str, chosen: Span) -> dict[str, Any]:
    spans = periods.periods(store.current().today())
    cuts = {key: BUCKETS[key] for key in BUCKETS if key in choices(chosen)} if name == "sales" else SORTS.get(name, {})
    return {
        "periods": [(periods.TITLES[key], one, one == chosen) for key, one in spans.items()],
        "pages": TITLES,
        "cuts": cuts,
    }


def _pdf(name: str, values: dict[str, Any]) -> Response:
    terms = store.current()
    page = render_template("reports/analytics_paper.html", **values, store=terms, made_at=clock.now())
    chosen = values["span"]
    file = f"analytics-{name}-{chosen.first:%Y-%m-%d}-{chosen.last:%Y-%m-%d}.pdf"
    named = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(paper.drawn(page), mimetype=paper.TYPES["pdf"], headers=named)
