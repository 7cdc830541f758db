"""The owner's pages: reports on the screen and as files, the proof of the books; today at a glance, for everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.web import actor, is_htmx, needs, page_or_fragment
from pos.reports import books, paper, periods, promises
from pos.reports import glance_views as glances
from pos.reports.all_reports import IN_PIECES, OF_NOW, TITLES, VIEW_TITLES, VIEWS, pieces, report
from pos.reports.first_steps_views import steps_on_today
from pos.reports.spans import span
from pos.reports.summing import StillSumming
from pos.reports.table import MOST_SHOWN, NUMBERS
from pos.reports.today import today
from pos.sales.words import method_name
from pos.settings import store
from pos.settings.first_steps import note_report

blueprint = Blueprint("reports", __name__)


@blueprint.get("/dashboard")
@needs("see_dashboard")
def dashboard() -> str:
    """Today at a glance, what each role may see of it; asked for again every minute by the page itself."""
    seen = today(actor())
    values = {"today": seen, "alerts": seen.figures.alerts, "method_name": method_name}
    values |= {"hours": glances.hours(seen), "mix": glances.mix(seen), "backup": None}
    if actor().may("change_settings"):
        values["backup"] = current_app.extensions["pos"]["newest_backup"]()
        # The day alone is asked for again every minute; the steps stand beside it.
        values |= {} if is_htmx() else steps_on_today()
    return page_or_fragment("reports/dashboard.html", "reports/_today.html", **values)


@blueprint.get("/reports")
@needs("see_reports")
def index() -> str:
    """All reports there are."""
    return render_template("reports/index.html", views=VIEWS, titles=TITLES, view_titles=VIEW_TITLES)


@blueprint.get("/reports/<any(sales, inventory, credit, tax, cash):name>")
@needs("see_reports")
def table(name: str) -> ResponseReturnValue:
    """One report: `view`, days `first` to `last`; with `format` pdf, xlsx or csv as a file."""
    asked = request.args
    view = asked.get("view") or next(iter(VIEWS[name]))
    first, last = periods.typed_day(asked.get("first")), periods.typed_day(asked.get("last"))
    if asked.get("format") == "csv" and (name, view) in IN_PIECES:
        return paper.streamed(pieces(actor(), name, view, first, last), span(first, last), store.current())
    made = report(actor(), name, view, first, last)
    if asked.get("format") in paper.TYPES:
        return paper.file(made, store.current(), asked["format"])
    note_report(actor())
    return render_template("reports/table.html", table=made, name=name, view=view, **_choices(name, span(first, last)))


@blueprint.errorhandler(StillSumming)
def still_summing(error: StillSumming) -> ResponseReturnValue:
    """How far the sums are; the page asks for the report again by itself until it is there."""
    page = render_template("reports/summing.html", left=error.left, whole=max(error.whole, error.left))
    return page, error.status, {"Retry-After": "1"}


def _choices(name: str, chosen: Any) -> dict[str, Any]:
    spans = periods.periods(store.current().today())
    return {
        "span": chosen,
        "periods": [(periods.TITLES[key], one, one == chosen) for key, one in spans.items()],
        "views": VIEWS[name],
        "titles": TITLES,
        "view_titles": VIEW_TITLES,
        "of_now": OF_NOW,
        "numbers": NUMBERS,
        "cell": paper.shown,
        "most_shown": MOST_SHOWN,
    }


@blueprint.get("/proof")
@needs("see_reports")
def proof() -> str:
    """The proof of the books; with `run` it is made now."""
    made = (
        [(promises.in_words(name), found) for name, found in books.proof(books.MOST_SUMS)]
        if "run" in request.args
        else None
    )
    backup = current_app.extensions["pos"]["newest_backup"]() if made is not None else None
    return page_or_fragment("reports/proof.html", "reports/_proof.html", proof=made, backup=backup)
