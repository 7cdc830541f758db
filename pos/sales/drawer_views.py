"""Pages of the cash drawer: opening, cash in and out, counting and closing, X and Z reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pos.core import clock
from pos.core.cookies import keep_in_browser
from pos.core.errors import Invalid, KeyReused, NotFound, PosError, Refused
from pos.core.form_parts import new_key
from pos.core.language import gettext as _
from pos.core.money import format_rupees, rupees
from pos.core.paging import asked_page
from pos.core.web import actor, attach, is_htmx, needs, see_other
from pos.sales import drawer, drawer_sums
from pos.sales.drawer_forms import CloseForm, MoveForm, OpenForm, piece_name, read_count
from pos.sales.drawer_paper_views import ROLLS, report_html, report_pdf
from pos.sales.drawer_sums import DrawerReport
from pos.sales.words import method_name
from pos.settings import store, tills

blueprint = Blueprint("drawer", __name__, url_prefix="/drawer")

KEPT_SECONDS = 400 * 24 * 3600


@blueprint.app_context_processor
def standing() -> dict[str, Any]:
    """`drawer_says()` for the till: what should be done about its drawer, or None."""
    return {"drawer_says": lambda: drawer.advice(actor())}


@blueprint.get("")
@needs("sell")
def home() -> str:
    """The drawer of this till as it stands, or the form that opens it, and the sessions before."""
    return _home(OpenForm(till=actor().till or tills.DEFAULT_TILL))


def _home(form: OpenForm) -> str:
    terms, mine, open_ones = store.current(), tills.session_of(actor()), tills.open_sessions()
    if not terms.cash_sessions_enabled and not open_ones:
        raise NotFound(_("This shop counts no drawer. The owner turns that on in the settings."))
    start, end = clock.day_bounds(terms.today(), terms.today(), terms.timezone)
    return render_template(
        "sales/drawer.html",
        form=form,
        mine=drawer_sums.drawer_report(mine.id) if mine else None,
        others=[row for row in open_ones if mine is None or row.id != mine.id],
        left_open=[told for row in open_ones if (told := drawer.left_open(row, terms))],
        outside=drawer_sums.cash_outside(start, end),
        found=drawer_sums.sessions(asked_page(request.args.get("page"))),
    )


@blueprint.post("/open")
@needs("sell")
def open_drawer() -> ResponseReturnValue:
    """Open the drawer of a till, which this device is from then on."""
    form = OpenForm()
    try:
        drawer.open_session(actor(), form.opening_float.data, form.till.data, form.form_key.data or None)
    except PosError as error:
        return _refused(form, error, lambda: _home(form))
    return _at_till(form.till.data)


@blueprint.post("/till")
@needs("sell")
def stand_at() -> ResponseReturnValue:
    """Say at which till this device stands."""
    return _at_till(request.form.get("till"))


def _at_till(name: str | None) -> ResponseReturnValue:
    answer = make_response(see_other("drawer.home"))
    till = tills.till_name(name) or tills.DEFAULT_TILL
    keep_in_browser(answer, tills.COOKIE, till, KEPT_SECONDS)
    return answer


@blueprint.get("/<uuid:session_id>/<any(in, out):way>")
@needs("sell")
def move(session_id: UUID, way: str) -> ResponseReturnValue:
    """Ask how much cash is put in or taken out, and what for."""
    return _open_only(session_id, lambda shown: _move_page(shown, way, MoveForm()))


@blueprint.post("/<uuid:session_id>/<any(in, out):way>")
@needs("sell")
def move_cash(session_id: UUID, way: str) -> ResponseReturnValue:
    """Put cash in, or take it out."""
    form = MoveForm()
    verb = drawer.cash_in if way == "in" else drawer.cash_out
    try:
        verb(actor(), session_id, form.amount.data, form.reason.data, form.form_key.data or None)
    except PosError as error:
        return _refused(form, error, lambda: _move_page(drawer_sums.drawer_report(session_id), way, form))
    amount = format_rupees(rupees(form.amount.data or ""))
    said = _("%(amount)s put in.", amount=amount) if way == "in" else _("%(amount)s taken out.", amount=amount)
    flash(said, "good")
    return see_other("drawer.home")


def _move_page(shown: DrawerReport, way: str, form: MoveForm) -> str:
    return render_template("sales/drawer_move.html", report=shown, way=way, form=form)


@blueprint.get("/<uuid:session_id>/close")
@needs("sell")
def count(session_id: UUID) -> ResponseReturnValue:
    """Count the drawer by notes and coins, or as one sum."""
    return _open_only(session_id, lambda shown: _count_page(shown, CloseForm()))


@blueprint.post("/<uuid:session_id>/close/count")
@needs("sell")
def reckon(session_id: UUID) -> ResponseReturnValue:
    """What is counted so far against what should be there; nothing is closed."""
    if is_htmx():
        return render_template("sales/_drawer_count.html", **_counted(drawer_sums.drawer_report(session_id)))
    return _count_page(drawer_sums.drawer_report(session_id), CloseForm())


@blueprint.post("/<uuid:session_id>/close")
@needs("sell")
def close(session_id: UUID) -> ResponseReturnValue:
    """Close the drawer; ends at the Z report."""
    form, counted = CloseForm(), read_count(request.form)
    try:
        counted.refuse()
        seen = rupees(request.form["seen"]) if request.form.get("seen") else None
        drawer.close_session(
            actor(),
            session_id,
            counted=counted.total,
            denominations=counted.pieces if any(counted.pieces.values()) else None,
            note=form.note.data,
            seen_expected=seen,
            key=form.form_key.data or None,
        )
    except (PosError, ValueError) as error:
        refusal = error if isinstance(error, PosError) else Invalid(str(error))
        return _refused(form, refusal, lambda: _count_page(drawer_sums.drawer_report(session_id), form))
    flash(_("The drawer is closed."), "good")
    return see_other("drawer.report", session_id=session_id)


def _count_page(shown: DrawerReport, form: CloseForm) -> str:
    return render_template("sales/drawer_close.html", form=form, **_counted(shown))


def _counted(shown: DrawerReport) -> dict[str, Any]:
    counted = read_count(request.form)
    kinds = [(worth, piece_name(worth)) for worth in drawer.DENOMINATIONS]
    return {"report": shown, "counted": counted, "kinds": kinds}


@blueprint.get("/<uuid:session_id>")
@needs("see_sales")
def report(session_id: UUID) -> ResponseReturnValue:
    """The X report of an open drawer, the Z report of a closed one; `format=pdf` is the paper, `size` 80mm or 58mm."""
    shown, terms = drawer_sums.drawer_report(session_id), store.current()
    size = request.args.get("size") or (terms.receipt_size if terms.receipt_size in ROLLS else ROLLS[0])
    if size not in ROLLS:
        raise Invalid(_("Choose one of: %(choices)s.", choices=", ".join(ROLLS)), field="size")
    if request.args.get("format") == "pdf":
        name = f"{'Z' if shown.is_final else 'X'}-{shown.number}.pdf"
        named = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(report_pdf(shown, terms, size), mimetype="application/pdf", headers=named)
    paper = report_html(shown, terms, size)
    return render_template("sales/drawer_report.html", report=shown, size=size, rolls=ROLLS, paper=paper)


def _open_only(session_id: UUID, page: Callable[[DrawerReport], str]) -> ResponseReturnValue:
    """The page, as long as the drawer is open; its Z report once it is closed."""
    shown = drawer_sums.drawer_report(session_id)
    if shown.is_final:
        return see_other("drawer.report", session_id=session_id)
    return page(shown)


def _refused(form: FlaskForm, error: PosError, page: Callable[[], str]) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    if isinstance(error, KeyReused | Refused):
        form.form_key.data = new_key()
    attach(form, error)
    return page(), error.status


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What pages of the drawer show in words."""
    return {"method_name": method_name}
