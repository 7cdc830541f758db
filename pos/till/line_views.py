"""Changing the lines of a cart: one tap, one verb."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from pos.catalog import search
from pos.core.errors import PosError
from pos.core.web import actor, needs
from pos.till import lines
from pos.till.screen_views import Shown, changed, refused, sheet
from pos.till.views import blueprint

# A weight is never so long: where a scanner types into the question for a weight, it is the next product's code.
SHORTEST_SCAN = 8


@blueprint.post("/<uuid:cart_id>/lines")
@needs("sell")
def add(cart_id: UUID) -> ResponseReturnValue:
    """Add a product that was tapped, or so much of it."""
    product_id = request.form.get("product", type=UUID)
    quantity, amount = request.form.get("quantity"), request.form.get("amount")
    if product_id is None:
        return changed(cart_id)
    given = {"product": product_id, "quantity": quantity, "amount": amount}
    try:
        if _is_scan(quantity or amount):
            return _scan_instead(cart_id, quantity or amount or "", product_id)
        touched = lines.add_product(actor(), cart_id, product_id, quantity, amount)
        return changed(cart_id, Shown(touched=touched, weighed=product_id))
    except PosError as error:
        asked = Shown(sheet=sheet("weigh", cart_id, **given)) if _is_about_how_much(error) else Shown()
        if error.code == "WEIGHT_NEEDED" and quantity is None and amount is None:
            asked.weigh = product_id
            return changed(cart_id, asked)
        return refused(cart_id, error, asked)


def _is_about_how_much(error: PosError) -> bool:
    return error.field in ("quantity", "amount")


def _is_scan(typed: str | None) -> bool:
    text = search.plain_code(typed or "")
    return text.isdigit() and len(text) >= SHORTEST_SCAN


def _scan_instead(cart_id: UUID, code: str, asked: UUID) -> ResponseReturnValue:
    """Add what was scanned, and ask again for the weight that is still missing."""
    result = lines.add_scanned(actor(), cart_id, code)
    if result.product is None:
        return changed(cart_id, Shown(unknown=search.plain_code(code), sheet=sheet("weigh", cart_id, product=asked)))
    if result.line_id is None:
        loose = result.product.id
        return changed(cart_id, Shown(weigh=loose, waits=True, sheet=sheet("weigh", cart_id, product=loose)))
    again = Shown(touched=result.line_id, weigh=asked, sheet=sheet("weigh", cart_id, product=asked))
    return changed(cart_id, again)


@blueprint.post("/<uuid:cart_id>/lines/<uuid:line_id>")
@needs("sell")
def change(cart_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Step a line up or down, or make it so much, so many rupees' worth, or so much cheaper."""
    try:
        return changed(cart_id, _changed(cart_id, line_id))
    except PosError as error:
        if error.code == "LINE_NOT_FOUND":
            return changed(cart_id)
        return refused(cart_id, error, Shown(refused=line_id, edited=line_id if "edit" in request.form else None))


def _changed(cart_id: UUID, line_id: UUID) -> Shown:
    form = request.form
    if "step" in form:
        gone = lines.step(actor(), cart_id, line_id, -1 if form["step"].startswith("-") else 1)
        return Shown(removed=line_id) if gone else Shown(touched=line_id)
    lines.edit(actor(), cart_id, line_id, form.get("quantity"), form.get("amount"), form.get("discount"))
    return Shown(touched=line_id)


@blueprint.post("/<uuid:cart_id>/lines/<uuid:line_id>/remove")
@needs("sell")
def remove(cart_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Take a line off; the answer offers to undo it."""
    lines.remove(actor(), cart_id, line_id)
    return changed(cart_id, Shown(removed=line_id))


@blueprint.post("/<uuid:cart_id>/lines/<uuid:line_id>/undo")
@needs("sell")
def undo(cart_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Bring a line back."""
    return changed(cart_id, Shown(touched=lines.undo(actor(), cart_id, line_id)))


@blueprint.post("/<uuid:cart_id>/prices")
@needs("sell")
def accept_prices(cart_id: UUID) -> ResponseReturnValue:
    """Today's prices are seen and taken."""
    lines.accept_prices(actor(), cart_id)
    return changed(cart_id)
