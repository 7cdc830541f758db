"""The page on which goods are taken back: which lines, in which state, and what is given back for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.errors import Invalid, KeyReused, NotFound, PosError, Problem
from pos.core.form_parts import new_key
from pos.core.language import gettext as _
from pos.core.money import format_rupees
from pos.core.web import actor, attach, is_htmx, needs, options, see_other
from pos.sales import bills as finding
from pos.sales import returning
from pos.sales.bill import Bill
from pos.sales.credit_notes import note
from pos.sales.forms import ReturnForm, ReturnRow, asked_lines, return_rows, ways_back
from pos.sales.reckoning import Reckoned
from pos.sales.trail import trail
from pos.sales.views import blueprint
from pos.sales.words import method_name


@dataclass(slots=True)
class Filled:
    """The form as it was filled in."""

    bill: Bill
    rows: list[ReturnRow]
    form: ReturnForm

    def lines(self) -> list[returning.ReturnLine]:
        """What comes back. Raises Invalid where something else than a quantity was typed."""
        lines = asked_lines(self.rows)
        problems = [Problem(row.problem, Invalid.code, "items") for row in self.rows if row.problem]
        if problems:
            raise Invalid("; ".join(p.message for p in problems), problems=problems)
        return lines

    def attach(self, error: PosError) -> None:
        """Show a refusal at the lines and fields that it speaks of."""
        told = {str(row.line.id): row for row in self.rows}
        rest = []
        for problem in error.problems or (Problem(error.message, error.code, error.field),):
            row = told.get(problem.subject or "")
            if row is not None:
                row.problem = problem.message
            elif not any(one.problem == problem.message for one in self.rows):
                rest.append(problem)
        if rest:
            attach(self.form, type(error)(error.message, problems=rest))


@blueprint.get("/<uuid:sale_id>/return")
@needs("take_returns")
def return_goods(sale_id: UUID) -> str:
    """Choose what comes back; `?all=1` begins with everything that is left."""
    return _page(_filled(sale_id, everything="all" in request.args))


@blueprint.post("/<uuid:sale_id>/return/preview")
@needs("take_returns")
def preview_return(sale_id: UUID) -> str:
    """What the return comes to as it is filled in so far; nothing is changed."""
    filled = _filled(sale_id)
    if is_htmx():
        return render_template("sales/_return_preview.html", **_worked(filled))
    return _page(filled)


@blueprint.post("/<uuid:sale_id>/return")
@needs("take_returns")
def take_back(sale_id: UUID) -> ResponseReturnValue:
    """Take the goods back; ends at the credit note."""
    filled = _filled(sale_id)
    form = filled.form
    to, why, key = form.refund_to.data or "", form.reason.data, form.form_key.data or None
    try:
        done = returning.return_items(actor(), sale_id, filled.lines(), refund_to=to, reason=why, key=key)
    except NotFound:
        raise
    except PosError as error:
        filled.attach(error)
        if isinstance(error, KeyReused):
            form.form_key.data = new_key()
        return _page(filled), error.status
    if not done.replayed:
        _tell(done.credit_note_id)
    return see_other("sales.credit_note", note_id=done.credit_note_id)


def _tell(note_id: UUID) -> None:
    made = note(note_id)
    if made.refund:
        given = f"{method_name(made.method or 'CASH')} {format_rupees(made.refund)}"
        flash(_("The goods are taken back. Give back: %(what)s.", what=given), "good")
    else:
        flash(_("The goods are taken back; %(amount)s came off the khata.", amount=format_rupees(made.total)), "good")


def _filled(sale_id: UUID, everything: bool = False) -> Filled:
    shown, form = finding.bill(sale_id), ReturnForm()
    form.refund_to.choices = options({way: method_name(way) for way in ways_back(shown)})
    form.refund_to.data = form.refund_to.data or ways_back(shown)[0]
    return Filled(shown, return_rows(shown, trail(sale_id).returned, request.form, everything), form)


def _page(filled: Filled) -> str:
    return render_template("sales/return.html", bill=filled.bill, rows=filled.rows, form=filled.form, **_worked(filled))


def _worked(filled: Filled) -> dict[str, Any]:
    """What it comes to; or, once something is chosen that cannot be, why not."""
    worked: Reckoned | None = None
    problem = None
    try:
        lines = filled.lines()
        if lines:
            worked = returning.preview(actor(), filled.bill.id, lines, filled.form.refund_to.data or "")
    except PosError as error:
        problem = error.message
    return {"worked": worked, "problem": problem}
