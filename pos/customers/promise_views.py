"""The pages of promises to pay: the list of them, and one customer's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pos.core.errors import NotFound, PosError
from pos.core.language import gettext as _
from pos.core.money import format_plain
from pos.core.paging import asked_limit, asked_page
from pos.core.web import actor, attach, go_to, local_address, needs, page_or_fragment, see_other
from pos.customers import list_forms, people, promised, reminders
from pos.customers import promises as rules
from pos.customers.forms import PromiseForm
from pos.customers.views import blueprint
from pos.settings import store


@blueprint.get("/promises")
@needs("take_credit_payment")
def promises() -> str:
    """Promises that are late, due today and coming; as a fragment, the rows alone."""
    terms, wanted = store.current(), list_forms.asked_of_promises(request.args)
    today = terms.today()
    sums = promised.sums(today)
    total = None if wanted.words else promised.counted(sums, wanted.chosen)
    which = (asked_page(request.args.get("page")), asked_limit(request.args.get("limit")))
    page = promised.promises(today, wanted.words, wanted.chosen, *which, total)
    drafts = {row.id: reminders.reminder(row, terms, row) for row in page.rows}
    values = {"found": page, "wanted": wanted, "asked": list_forms.kept(request.args), "drafts": drafts}
    return page_or_fragment("customers/promises.html", "customers/_promises.html", today=today, sums=sums, **values)


@blueprint.route("/<uuid:customer_id>/promise", methods=["GET", "POST"])
@needs("take_credit_payment")
def promise(customer_id: UUID) -> ResponseReturnValue:
    """Write down until when a customer promised to pay, or another day than before."""
    terms, customer = store.current(), people.find(customer_id)
    earlier = promised.promise_of(customer_id, terms.today())
    asked = {name: request.args[name] for name in ("due_date", "amount") if request.args.get(name)}
    form = PromiseForm(data={**_as_typed(customer, earlier), **asked})

    def page() -> str:
        shown = {"earlier": earlier, "days": _days(terms.today()), "onwards": local_address(request.args.get("next"))}
        return render_template("customers/promise.html", customer=customer, form=form, **shown)

    if request.method == "GET":
        return page()
    try:
        given = {name: form[name].data for name in ("due_date", "amount", "notes")}
        rules.promise_payment(actor(), customer_id, **given)
    except NotFound:
        raise
    except PosError as error:
        attach(form, error)
        return page(), error.status
    flash(_("The promise of %(name)s is written down.", name=customer.name), "good")
    return go_to(local_address(request.args.get("next")) or url_for("customers.person", customer_id=customer_id))


@blueprint.post("/<uuid:customer_id>/promise/remove")
@needs("take_credit_payment")
def remove_promise(customer_id: UUID) -> ResponseReturnValue:
    """Take a customer's promise away."""
    if rules.remove_promise(actor(), customer_id):
        flash(_("The promise of %(name)s is removed.", name=people.find(customer_id).name), "good")
    return see_other("customers.person", customer_id=customer_id)


def _as_typed(customer: Any, earlier: Any) -> dict[str, Any]:
    """What the form begins with: what is open of the promise, else all that is owed."""
    if earlier is None or earlier.state == "kept":
        return {"amount": format_plain(customer.credit_balance)}
    about = {"due_date": earlier.due_date.isoformat(), "notes": earlier.promise_notes}
    return {**about, "amount": format_plain(earlier.missing)}


def _days(today: date) -> list[tuple[str, date]]:
    """Days that people promise: the next ones, and the first of the month, when wages come."""
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    days = [
        (_("Today"), today),
        (_("Tomorrow"), today + timedelta(days=1)),
        (_("In a week"), today + timedelta(days=7)),
        (_("On the first"), next_month),
    ]
    # One day, one button: by the end of a month the first is tomorrow or in a week.
    return [one for place, one in enumerate(days) if one[1] not in [day for _name, day in days[:place]]]
