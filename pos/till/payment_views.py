"""The payment sheet: how a cart is paid, and the moment after."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pos.core.errors import PosError, Problem
from pos.core.language import gettext as _
from pos.core.money import rupees
from pos.core.web import actor, is_htmx, needs, refusal_headers, see_other
from pos.sales import bills, caps
from pos.till import cart as carts
from pos.till import tenders, terms
from pos.till.payment import paid_otherwise, pay_cart
from pos.till.payment_forms import PaymentForm
from pos.till.payment_sheet_views import PaymentSheet
from pos.till.views import blueprint, session_id

# What a refusal of these kinds is about is no longer on this sheet.
SHOWN_ELSEWHERE = {401, 403, 404}


@blueprint.get("/<uuid:cart_id>/pay")
@needs("sell")
def payment(cart_id: UUID) -> ResponseReturnValue:
    """The sheet; a cart that is sold leads to its bill, one that cannot be sold to the till."""
    sheet = PaymentSheet.of(cart_id, PaymentForm(request.args))
    return _elsewhere(sheet) or sheet.render()


def _elsewhere(sheet: PaymentSheet) -> ResponseReturnValue | None:
    """Where to go when there is nothing to pay here."""
    if sheet.quote.status == "sold":
        return see_other("till.done", cart_id=sheet.quote.id)
    if sheet.quote.status == "discarded" or not sheet.quote.lines:
        return see_other("till.cart", cart_id=sheet.quote.id)
    return None


@blueprint.post("/<uuid:cart_id>/pay/sum")
@needs("sell")
def reckon(cart_id: UUID) -> ResponseReturnValue:
    """What it comes to with what is typed; one tap fills in an amount, adds a note or opens a dialog. Saves nothing."""
    sheet = PaymentSheet.of(cart_id, PaymentForm(request.form))
    asked = request.form
    if "fill" in asked:
        sheet.fill(tenders.filled(sheet.given, sheet.quote.bill.total, asked["fill"]))
    elif "hand" in asked:
        sheet.fill(tenders.in_hand(sheet.given, asked["hand"]))
    elif "arrived" in asked:
        sheet.fill(sheet.given)
    elif asked.get("show") in ("upi", "customer"):
        sheet.over = asked["show"]
    return _elsewhere(sheet) or sheet.render()


@blueprint.post("/<uuid:cart_id>/pay")
@needs("sell")
def pay(cart_id: UUID) -> ResponseReturnValue:
    """Make the bill. A cart that is sold already shows the bill it became."""
    sheet = PaymentSheet.of(cart_id, PaymentForm(request.form))
    is_sold = sheet.quote.status == "sold"
    if sheet.given.is_nothing and not sheet.misread and sheet.quote.bill.total > 0 and not is_sold:
        return _exact_cash(sheet)
    try:
        if not is_sold:
            tenders.check(sheet.misread, sheet.given, sheet.stands)
        sale_id = pay_cart(actor(), cart_id, sheet.given.tenders, _shown_total(sheet.form))
    except PosError as error:
        return _refused(sheet, error)
    if paid_otherwise(sale_id, sheet.given.tenders):
        # In the address and not in a cookie, which another tab may overwrite: this must be read.
        return see_other("till.done", cart_id=cart_id, otherwise=1)
    return see_other("till.done", cart_id=cart_id)


def _exact_cash(sheet: PaymentSheet) -> ResponseReturnValue:
    """Enter and nothing typed: one Enter may be a slip, two are exact cash."""
    sheet.fill(tenders.filled(sheet.given, sheet.quote.bill.total, "cash"))
    sheet.said = _("Exact cash? Press once more to complete the bill.")
    return sheet.render()


def _shown_total(form: PaymentForm) -> Decimal | None:
    try:
        return rupees(form.shown_total.data or "")
    except ValueError:
        return None


def _refused(sheet: PaymentSheet, error: PosError) -> ResponseReturnValue:
    """The refusal beside the form, each problem with what helps; what was typed stays."""
    if (error.status in SHOWN_ELSEWHERE and error.code != caps.CODE) or error.code == "CART_DISCARDED":
        raise error
    # Read again: somebody may have changed what the sheet shows.
    again = PaymentSheet.of(sheet.quote.id, sheet.form)
    problems = error.problems or (Problem(error.message, error.code, error.field),)
    return again.render(list(problems)), error.status, refusal_headers(error)


@blueprint.get("/<uuid:cart_id>/pay/customer")
@needs("sell")
def payers(cart_id: UUID) -> ResponseReturnValue:
    """Customers for the digits or letters typed so far."""
    sheet = PaymentSheet.of(cart_id, PaymentForm(request.args))
    sheet.over, sheet.query = "customer", request.args.get("find", "")
    if is_htmx():
        return render_template("till/_customers.html", **sheet.customers())
    return _elsewhere(sheet) or sheet.render()


@blueprint.post("/<uuid:cart_id>/pay/customer")
@needs("sell")
def payer(cart_id: UUID) -> ResponseReturnValue:
    """Put a customer on the cart, somebody known or somebody new; the sheet stays as it was typed."""
    asked = request.form
    form = PaymentForm(request.args)
    try:
        if "name" in asked:
            terms.add_customer(actor(), cart_id, asked["name"], asked.get("phone"))
        else:
            terms.set_customer(actor(), cart_id, asked.get("customer", type=UUID))
    except PosError as error:
        if error.status in SHOWN_ELSEWHERE or error.code.startswith("CART_"):
            raise
        sheet = PaymentSheet.of(cart_id, form)
        sheet.over, sheet.refused, sheet.newcomer = "customer", error.message, asked.to_dict()
        return sheet.render(), error.status
    if is_htmx():
        return PaymentSheet.of(cart_id, form).render()
    return see_other("till.payment", cart_id=cart_id, **form.amounts)


@blueprint.get("/<uuid:cart_id>/done")
@needs("sell")
def done(cart_id: UUID) -> ResponseReturnValue:
    """The bill that the cart became: its number and the change. A cart that is not sold leads back to the payment."""
    sale_id = carts.find(cart_id).sale_id
    if sale_id is None:
        return see_other("till.payment", cart_id=cart_id)
    return render_template("till/done.html", bill=bills.bill(sale_id), paid_otherwise="otherwise" in request.args)


@blueprint.post("/next")
@needs("sell")
def next_bill() -> ResponseReturnValue:
    """A fresh cart, at once; with the first thing scanned in it."""
    cart_id = carts.new_cart(actor(), session_id())
    if not request.form.get("q", "").strip():
        return see_other("till.cart", cart_id=cart_id)
    # 307 sends the same form on: scanning has one door.
    return redirect(url_for("till.scan", cart_id=cart_id), code=307)
