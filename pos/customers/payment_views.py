"""What moves the khata by hand: a payment and its receipt, a correction, an opening balance."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pos.core import upi
from pos.core.errors import KeyReused, NotFound, PosError
from pos.core.form_parts import new_key
from pos.core.language import gettext as _
from pos.core.money import format_plain, format_rupees, rupees
from pos.core.web import actor, attach, is_htmx, needs, see_other
from pos.customers import entries, khata, people, promised, reminders
from pos.customers import receipt as paper
from pos.customers.forms import CorrectionForm, OpeningForm, PaymentForm
from pos.customers.views import blueprint
from pos.settings import store


@blueprint.route("/<uuid:customer_id>/pay", methods=["GET", "POST"])
@needs("take_credit_payment")
def pay(customer_id: UUID) -> ResponseReturnValue:
    """Take money for what is owed, any part of it; ends at the receipt."""
    customer, form = people.find(customer_id), PaymentForm()
    if request.method == "GET":
        form.amount.data = request.args.get("amount")
        return _payment_page(customer, form)
    given = {name: form[name].data for name in ("amount", "reference", "notes")}
    try:
        done = khata.take_credit_payment(
            actor(), customer_id, method=form.payment_method.data or "", key=form.form_key.data or None, **given
        )
    except PosError as error:
        return _refused(form, error, lambda: _payment_page(people.find(customer_id), form))
    entry = entries.entry(done.entry_id)
    if not done.replayed:
        flash(_("%(amount)s from %(name)s.", amount=format_rupees(entry.amount), name=customer.name), "good")
    return see_other("customers.receipt", entry_id=done.entry_id)


@blueprint.post("/<uuid:customer_id>/pay/code")
@needs("take_credit_payment")
def code(customer_id: UUID) -> ResponseReturnValue:
    """What will be left, and the UPI code for exactly the amount typed so far; nothing is taken yet."""
    customer, form = people.find(customer_id), PaymentForm()
    if is_htmx():
        return render_template("customers/_code.html", customer=customer, **_asked(customer, form))
    return _payment_page(customer, form)


@blueprint.get("/receipts/<uuid:entry_id>")
@needs("take_credit_payment")
def receipt(entry_id: UUID) -> ResponseReturnValue:
    """The receipt of a payment, to look at, print and send; `format=pdf` is the paper, `size` 80mm or 58mm."""
    entry = entries.entry(entry_id)
    if entry.receipt_number is None:
        raise NotFound(_("There is no receipt for this entry."))
    terms = store.current()
    size = paper.roll_or_refuse(request.args.get("size"), terms.receipt_size)
    if request.args.get("format") == "pdf":
        named = {"Content-Disposition": f'inline; filename="{entry.receipt_number}.pdf"'}
        return Response(paper.receipt_pdf(entry, terms, size), mimetype="application/pdf", headers=named)
    draft = reminders.thanks(people.find(entry.customer_id), entry, terms)
    shown = {"rolls": paper.ROLLS, "paper": paper.receipt_html(entry, terms, size), "draft": draft}
    return render_template("customers/receipt.html", payment=entry, size=size, **shown)


@blueprint.route("/<uuid:customer_id>/correct", methods=["GET", "POST"])
@needs("correct_credit")
def correct(customer_id: UUID) -> ResponseReturnValue:
    """Set right what somebody owes, with a reason."""
    customer = people.find(customer_id)
    form = CorrectionForm(data={"seen_balance": format_plain(customer.credit_balance)})

    def page() -> str:
        return render_template("customers/correct.html", customer=people.find(customer_id), form=form)

    if request.method == "GET":
        return page()
    try:
        khata.correct_balance(
            actor(),
            customer_id,
            new_balance=form.new_balance.data,
            reason=form.reason.data,
            seen_balance=_amount(form.seen_balance.data),
            key=form.form_key.data or None,
        )
    except PosError as error:
        form.seen_balance.data = format_plain(people.find(customer_id).credit_balance)
        return _refused(form, error, page)
    flash(_("The balance of %(name)s is corrected.", name=customer.name), "good")
    return see_other("customers.person", customer_id=customer_id)


@blueprint.route("/<uuid:customer_id>/opening", methods=["GET", "POST"])
@needs("edit_customers")
def opening(customer_id: UUID) -> ResponseReturnValue:
    """Write down what somebody owes from the paper khata."""
    customer, form = people.find(customer_id), OpeningForm()

    def page() -> str:
        return render_template("customers/opening.html", customer=customer, form=form)

    if request.method == "GET":
        return page()
    try:
        khata.open_balance(actor(), customer_id, form.amount.data, form.notes.data, form.form_key.data or None)
    except PosError as error:
        return _refused(form, error, page)
    flash(_("The khata of %(name)s is open.", name=customer.name), "good")
    return see_other("customers.person", customer_id=customer_id)


def _payment_page(customer: Any, form: PaymentForm) -> str:
    today = store.current().today()
    standing = {"promise": promised.promise_of(customer.id, today), "today": today}
    return render_template("customers/pay.html", customer=customer, form=form, **standing, **_asked(customer, form))


def _asked(customer: Any, form: PaymentForm) -> dict[str, Any]:
    """What is left after the amount typed, and its UPI code; none while the amount makes no sense."""
    amount = _amount(form.amount.data)
    if amount is None or not 0 < amount <= customer.credit_balance:
        return {"amount": None, "qr": None}
    link = reminders.upi_link(customer, amount, store.current())
    name = _("UPI code for %(amount)s", amount=format_rupees(amount))
    return {"amount": amount, "qr": upi.qr_svg(link, name) if link else None}


def _amount(text: str | None) -> Decimal | None:
    try:
        return rupees(text or "")
    except ValueError:
        return None


def _refused(form: FlaskForm, error: PosError, page: Callable[[], str]) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    attach(form, error)
    if isinstance(error, KeyReused):
        form.form_key.data = new_key()
    return page(), error.status
