"""The pages of customers: the list, who owes, one customer, adding, changing, blocking, sending away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pos.core import clock
from pos.core.errors import KeyReused, NotFound, PosError
from pos.core.form_parts import new_key, typed_moment
from pos.core.language import gettext as _
from pos.core.paging import Page, asked_limit, asked_page
from pos.core.web import actor, attach, go_to, is_htmx, local_address, needs, page_or_fragment, see_other
from pos.customers import entries, list_forms, listing, newcomers, promised, reminders
from pos.customers import people as rules
from pos.customers.ages import ages, ages_of_all
from pos.customers.forms import ONLY_NEW, ONLY_OLD, CustomerForm, as_typed
from pos.customers.words import entry_name, method_name, promise_name, status_name
from pos.settings import store

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

ENTRIES_ON_A_PAGE = 20


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """What pages of the khata show in words."""
    return {
        "entry_name": entry_name,
        "khata_method": method_name,
        "customer_status": status_name,
        "promise_name": promise_name,
    }


@blueprint.get("")
@needs("edit_customers")
def people() -> str:
    """The list of customers; as a fragment, its rows alone."""
    wanted = list_forms.asked(request.args)
    page = listing.customers(
        wanted.words,
        wanted.chosen,
        wanted.sort.removeprefix("-"),
        wanted.falling,
        asked_page(request.args.get("page")),
        asked_limit(request.args.get("limit")),
        nearest=True,
    )
    values = {"found": page, "wanted": wanted, "asked": list_forms.kept(request.args)}
    if is_htmx():
        return render_template("customers/_people.html", **values)
    figures = {
        "sums": listing.outstanding(),
        "counts": listing.counts(),
        "sorts": list_forms.SORT_LABELS,
        "filters": list_forms.FILTER_LABELS,
    }
    return render_template("customers/people.html", **values, **figures)


@blueprint.get("/khata")
@needs("take_credit_payment")
def khata() -> str:
    """Who owes how much, since when, and what moved last; as a fragment, the rows alone."""
    terms, wanted = store.current(), list_forms.asked_of_debtors(request.args)
    page = listing.debtors(
        wanted.words, wanted.sort, asked_page(request.args.get("page")), asked_limit(request.args.get("limit"))
    )
    values = {"found": page, "wanted": wanted, "asked": list_forms.kept(request.args), **_about_debtors(page, terms)}
    standing = {"sums": listing.outstanding(), "ages": ages_of_all(terms), "sorts": list_forms.DEBTORS_LABELS}
    return page_or_fragment("customers/khata.html", "customers/_debtors.html", **values, **standing)


def _about_debtors(page: Page, terms: store.Store) -> dict[str, Any]:
    today, zone = terms.today(), terms.timezone
    days = {row.id: (today - clock.business_day(row.oldest or clock.now(), zone)).days for row in page.rows}
    promises = promised.promises_of([row.id for row in page.rows], today)
    drafts = {row.id: reminders.reminder(row, terms, promises.get(row.id)) for row in page.rows}
    return {"ages_in_days": days, "promises": promises, "drafts": drafts, "today": today}


@blueprint.get("/<uuid:customer_id>")
@needs("edit_customers")
def person(customer_id: UUID) -> str:
    """One customer: what is owed, how old that is, and the ledger; as a fragment, the ledger alone."""
    terms, customer = store.current(), rules.find(customer_id)
    page = entries.entries(customer_id, page=asked_page(request.args.get("page")), limit=ENTRIES_ON_A_PAGE)
    promise = promised.promise_of(customer_id, terms.today())
    return page_or_fragment(
        "customers/person.html",
        "customers/_ledger.html",
        customer=customer,
        ages=ages([customer_id], terms)[customer_id],
        found=page,
        draft=reminders.reminder(customer, terms, promise),
        promise=promise,
        today=terms.today(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs("edit_customers")
def new() -> ResponseReturnValue:
    """Add a customer, with what is owed already."""
    form = CustomerForm(data={name: request.args[name] for name in ("name", "phone") if request.args.get(name)})
    form.leave_out(ONLY_OLD)
    if request.method == "GET":
        return _customer_form(form)
    try:
        customer_id = newcomers.add_with_balance(
            actor(), form.values(), form.opening_balance.data, form.form_key.data or None
        )
    except PosError as error:
        return _refused(form, error)
    flash(_("%(name)s was added.", name=form.name.data), "good")
    return _onwards(customer_id)


@blueprint.route("/<uuid:customer_id>/edit", methods=["GET", "POST"])
@needs("edit_customers")
def edit(customer_id: UUID) -> ResponseReturnValue:
    """Change a customer; what is owed moves by its own verbs."""
    customer = rules.find(customer_id)
    form = CustomerForm(data=as_typed(customer._asdict()) | {"seen_at": customer.updated_at.isoformat()})
    form.leave_out(ONLY_NEW)
    if request.method == "GET":
        return _customer_form(form, customer)
    try:
        rules.change_customer(actor(), customer_id, form.values(), typed_moment(form.seen_at.data))
    except PosError as error:
        # Whoever saves again has been told, and may then write over it.
        form.seen_at.data = rules.find(customer_id).updated_at.isoformat()
        return _refused(form, error, customer)
    flash(_("%(name)s was saved.", name=form.name.data), "good")
    return _onwards(customer_id)


@blueprint.route("/<uuid:customer_id>/<any(block, deactivate):how>", methods=["GET", "POST"])
@needs("edit_customers")
def set_aside(customer_id: UUID, how: str) -> ResponseReturnValue:
    """Ask once more, then give somebody no more credit, or take them off the lists."""
    customer = rules.find(customer_id)
    if request.method == "GET":
        return render_template("customers/set_aside.html", customer=customer, how=how)
    rules.set_status(actor(), customer_id, "blocked" if how == "block" else "inactive")
    if how == "block":
        flash(_("%(name)s gets no more credit.", name=customer.name), "good")
    else:
        flash(_("%(name)s is no longer among the customers.", name=customer.name), "good")
    return see_other("customers.person", customer_id=customer_id)


@blueprint.post("/<uuid:customer_id>/bring-back")
@needs("edit_customers")
def bring_back(customer_id: UUID) -> ResponseReturnValue:
    """Make somebody an ordinary customer again."""
    rules.set_status(actor(), customer_id, "active")
    flash(_("%(name)s is a customer with credit again.", name=rules.find(customer_id).name), "good")
    return see_other("customers.person", customer_id=customer_id)


def _customer_form(form: CustomerForm, customer: Any = None, known: UUID | None = None) -> str:
    onwards = local_address(request.args.get("next"))
    return render_template("customers/edit.html", form=form, customer=customer, known=known, onwards=onwards)


def _refused(form: CustomerForm, error: PosError, customer: Any = None) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    attach(form, error)
    if isinstance(error, KeyReused):
        form.form_key.data = new_key()
    return _customer_form(form, customer, error.facts.get("customer_id")), error.status


def _onwards(customer_id: UUID) -> ResponseReturnValue:
    onwards = local_address(request.args.get("next"))
    return go_to(onwards or url_for("customers.person", customer_id=customer_id))


# Last: these modules put their own pages on the blueprint.
from pos.customers import export_views, payment_views, promise_views, statement_views  # noqa: E402, F401
