"""What holds for a whole cart: its customer, its discount, its note; holding it and coming back to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.web import actor, is_htmx, needs, see_other
from pos.customers import people
from pos.till import cart as carts
from pos.till import terms
from pos.till.screen_views import Shown, changed, page, refused, session_id, sheet
from pos.till.views import blueprint


def _answer(cart_id: UUID, name: str, verb: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the cart; a refusal shows in the sheet it came from, with what was typed."""
    try:
        verb()
    except PosError as error:
        return refused(cart_id, error, Shown(sheet=sheet(name, cart_id, **request.form.to_dict())))
    return changed(cart_id)


@blueprint.get("/<uuid:cart_id>/customers")
@needs("sell")
def customers(cart_id: UUID) -> ResponseReturnValue:
    """Customers for the digits or letters typed so far."""
    query = request.args.get("find", "")
    if not is_htmx():
        return page(cart_id, Shown(sheet=sheet("customer", cart_id, q=query)))
    values = {"cart_id": cart_id, "query": query, "people": people.look_up(query), "typed": {}}
    return render_template("till/_customers.html", **values)


@blueprint.post("/<uuid:cart_id>/customer")
@needs("sell")
def set_customer(cart_id: UUID) -> ResponseReturnValue:
    """Put a customer on the cart, or with an empty choice take them off."""
    chosen = request.form.get("customer", type=UUID)
    return _answer(cart_id, "customer", lambda: terms.set_customer(actor(), cart_id, chosen))


@blueprint.post("/<uuid:cart_id>/customer/new")
@needs("sell")
def add_customer(cart_id: UUID) -> ResponseReturnValue:
    """Add somebody new in place."""
    name, phone = request.form.get("name", ""), request.form.get("phone")
    return _answer(cart_id, "customer", lambda: terms.add_customer(actor(), cart_id, name, phone))


@blueprint.post("/<uuid:cart_id>/discount")
@needs("sell")
def discount(cart_id: UUID) -> ResponseReturnValue:
    """A discount on the bill, in rupees or percent."""
    text, kind = request.form.get("discount", ""), request.form.get("kind", "amount")
    return _answer(cart_id, "discount", lambda: terms.set_bill_discount(actor(), cart_id, text, kind))


@blueprint.post("/<uuid:cart_id>/points")
@needs("sell")
def points(cart_id: UUID) -> ResponseReturnValue:
    """Loyalty points to redeem on this bill."""
    text = request.form.get("points", "")
    return _answer(cart_id, "discount", lambda: terms.set_points(actor(), cart_id, text))


@blueprint.post("/<uuid:cart_id>/note")
@needs("sell")
def note(cart_id: UUID) -> ResponseReturnValue:
    """A note for the bill."""
    return _answer(cart_id, "discount", lambda: terms.set_note(actor(), cart_id, request.form.get("notes")))


@blueprint.post("/<uuid:cart_id>/name")
@needs("sell")
def name(cart_id: UUID) -> ResponseReturnValue:
    """A name for the cart, to tell it from the others."""
    return _answer(cart_id, "hold", lambda: carts.rename(actor(), cart_id, request.form.get("name")))


@blueprint.post("/<uuid:cart_id>/hold")
@needs("sell")
def hold(cart_id: UUID) -> ResponseReturnValue:
    """Put the cart aside and begin the next one."""
    try:
        carts.hold(actor(), cart_id, request.form.get("name"))
    except PosError as error:
        return refused(cart_id, error, Shown(sheet=sheet("hold", cart_id, **request.form.to_dict())))
    flash(_("The bill is held. It waits for you under the open bills."), "success")
    return see_other("till.cart", cart_id=carts.new_cart(actor(), session_id()))


@blueprint.post("/<uuid:cart_id>/resume")
@needs("sell")
def resume(cart_id: UUID) -> ResponseReturnValue:
    """Go on with a cart in this browser."""
    carts.resume(actor(), cart_id, session_id())
    return see_other("till.cart", cart_id=cart_id)


@blueprint.post("/<uuid:cart_id>/discard")
@needs("sell")
def discard(cart_id: UUID) -> ResponseReturnValue:
    """Throw a cart away and go on with another."""
    carts.discard(actor(), cart_id)
    flash(_("The bill was discarded."), "success")
    return see_other("till.home")
