"""The khata handed over: statements of a period as a page and on A4, and reminders that were sent."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.core.web import actor, is_htmx, needs, see_other
from pos.customers import people, reminders
from pos.customers import receipt as paper
from pos.customers import statement as rules
from pos.customers.views import blueprint
from pos.settings import store

MONTHS_SHOWN = 3


@blueprint.get("/<uuid:customer_id>/statement")
@needs("take_credit_payment")
def statement(customer_id: UUID) -> ResponseReturnValue:
    """The entries from `first` to `last`, else of the last three months; `format=pdf` is the paper."""
    customer, terms = people.find(customer_id), store.current()
    usual = _periods(terms.today(), customer.created_at.date())
    problem = None
    try:
        first, last = _asked_day("first", usual[0][1]), _asked_day("last", usual[0][2])
        found = rules.statement(customer_id, first, last, terms)
    except Invalid as error:
        if request.args.get("format") == "pdf":
            raise
        problem = error.message
        found = rules.statement(customer_id, usual[0][1], usual[0][2], terms)
    if request.args.get("format") == "pdf":
        name = paper.statement_file(customer, found)
        named = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(paper.statement_pdf(customer, found, terms), mimetype="application/pdf", headers=named)
    page = render_template(
        "customers/statement.html", customer=customer, statement=found, periods=usual, problem=problem
    )
    return page, 400 if problem else 200


@blueprint.post("/<uuid:customer_id>/reminded")
@needs("take_credit_payment")
def reminded(customer_id: UUID) -> ResponseReturnValue:
    """Remember that a reminder was opened just now; as a fragment, when that was."""
    reminders.note_reminder(actor(), customer_id, request.form.get("by", ""))
    if is_htmx():
        return render_template("customers/_reminded.html", customer=people.find(customer_id))
    return see_other("customers.person", customer_id=customer_id)


def _asked_day(name: str, usual: date) -> date:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError as error:
        raise Invalid(_("Enter a day, like 2026-11-23."), field=name) from error


def _periods(today: date, since: date) -> list[tuple[str, date, date]]:
    """Periods that people ask for: what it is called, its first day and its last; the first is the usual one."""
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    begin = this_month
    for _month in range(MONTHS_SHOWN - 1):
        begin = (begin - timedelta(days=1)).replace(day=1)
    return [
        (_("Three months"), begin, today),
        (_("This month"), this_month, today),
        (_("Last month"), last_month, this_month - timedelta(days=1)),
        (_("All"), min(since, today), today),
    ]
