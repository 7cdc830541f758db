"""Changing the lines of a cart: one tap, one verb."""

from __future__ import annotations

import re
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from pos.catalog import search
from pos.core.errors import PosError
from pos.core.web import actor, needs
from pos.till import lines
from pos.till.screen_views import Shown, changed, refused, sheet
from pos.till.views import blueprint

# No quantity is so long: where a scanner types into the field for one, it is the next product's code.
SHORTEST_SCAN = 8
LEAST_UNLIKELY = 1000
CODE_WITH_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


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
    """True for what a scanner typed into a field for a quantity: too long for one, or unlikely and a known code."""
    text = search.plain_code(typed or "")
    if text.isdigit():
        return len(text) >= SHORTEST_SCAN or (int(text) >= LEAST_UNLIKELY and search.scanned(text) is not None)
    return CODE_WITH_LETTERS.fullmatch(text) is not None and search.scanned(text) is not None


def _scan_instead(cart_id: UUID, code: str, asked: UUID | None = None) -> ResponseReturnValue:
    """Add what was scanned; the question for the weight of `asked` stays open."""
    result = lines.add_scanned(actor(), cart_id, code)
    if result.product is not None and result.line_id is None:
        loose = result.product.id
        return changed(cart_id, Shown(weigh=loose, waits=True, sheet=sheet("weigh", cart_id, product=loose)))
    shown = Shown(touched=result.line_id, weigh=asked)
    shown.unknown = None if result.product else search.plain_code(code)
    # The browser leaves the question open for a long code alone: it cannot know the short ones.
    shown.keeps_sheet = len(search.plain_code(code)) >= SHORTEST_SCAN
    if asked is not None and not shown.keeps_sheet:
        shown.sheet = sheet("weigh", cart_id, product=asked)
    return changed(cart_id, shown)


@blueprint.post("/<uuid:cart_id>/lines/<uuid:line_id>")
@needs("sell")
def change(cart_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Step a line up or down, or make it so much, so many rupees' worth, or so much cheaper."""
    try:
        if _is_scan(request.form.get("quantity")):
            return _scan_instead(cart_id, request.form["quantity"])
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
