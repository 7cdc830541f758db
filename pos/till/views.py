"""The cashier's screen: finding, scanning, and the sheets that open over it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from pos.catalog import search as catalog_search
from pos.core.errors import PosError
from pos.core.web import actor, is_htmx, needs, see_other
from pos.till import cart as carts
from pos.till import lines
from pos.till.screen_views import Shown, changed, finds, open_sheet, page, refused, session_id, sheet
from pos.till.sheets import SHEETS
from pos.till.typed import is_loose

__all__ = ["blueprint", "session_id"]

blueprint = Blueprint("till", __name__, url_prefix="/till")


@blueprint.get("")
@needs("sell")
def home() -> ResponseReturnValue:
    """Go on with the cart of this browser."""
    return see_other("till.cart", cart_id=carts.open_cart(actor(), session_id()))


@blueprint.post("/new")
@needs("sell")
def new() -> ResponseReturnValue:
    """Begin the next bill; the present one waits."""
    return see_other("till.cart", cart_id=carts.new_cart(actor(), session_id()))


@blueprint.get("/<uuid:cart_id>")
@needs("sell")
def cart(cart_id: UUID) -> ResponseReturnValue:
    """The screen; htmx gets the cart alone, as it is now."""
    shown = _pointed_at(cart_id)
    return changed(cart_id, shown) if is_htmx() else page(cart_id, shown)


def _pointed_at(cart_id: UUID) -> Shown:
    """What the address points at; what is wrong in it, or gone, is left out."""
    arguments = request.args
    shown = Shown(touched=_id("touched"), removed=_id("removed"), edited=_id("line"), keeps_sheet=True)
    shown.unknown = arguments.get("unknown")
    shown.query, shown.category = arguments.get("q", "").strip() or None, arguments.get("category") or None
    name = arguments.get("sheet", "")
    if name in SHEETS:
        try:
            shown.sheet = sheet(name, cart_id, product=_id("product"), q=arguments.get("find"))
        except PosError:
            shown.sheet = None
    return shown


def _id(name: str) -> UUID | None:
    return request.args.get(name, type=UUID)


@blueprint.get("/<uuid:cart_id>/search")
@needs("sell")
def search(cart_id: UUID) -> ResponseReturnValue:
    """Products for the words typed so far, or the best sellers of a category."""
    shown = Shown(query=request.args.get("q", "").strip() or None, category=request.args.get("category") or None)
    if not is_htmx():
        return page(cart_id, shown)
    values = {"shown": shown, "categories": catalog_search.categories()}
    return render_template("till/found.html", **values, **finds(cart_id, shown))


@blueprint.get("/<uuid:cart_id>/sheet/<name>")
@needs("sell")
def sheet_of(cart_id: UUID, name: str) -> ResponseReturnValue:
    """One sheet, over the screen where there is no htmx."""
    if name not in SHEETS:
        abort(404)
    opened = sheet(name, cart_id, product=_id("product"), q=request.args.get("find"))
    shown = Shown(sheet=opened)
    return open_sheet(cart_id, shown) if is_htmx() else page(cart_id, shown)


@blueprint.post("/<uuid:cart_id>/scan")
@needs("sell")
def scan(cart_id: UUID) -> ResponseReturnValue:
    """A scan, or a word and Enter: a known code or the only product found is added at once."""
    text = request.form.get("q", "").strip()
    try:
        return changed(cart_id, _scanned(cart_id, text) if text else None)
    except PosError as error:
        return refused(cart_id, error, Shown())


def _scanned(cart_id: UUID, text: str) -> Shown:
    result = lines.add_scanned(actor(), cart_id, text)
    if result.product is not None:
        return _added(cart_id, result.product.id, result.line_id)
    hits = catalog_search.found(text, most=2)
    # What was only meant is shown first, and not put on the bill.
    if len(hits) > 1 or (not hits and catalog_search.meant(text, most=1)):
        return Shown(query=text, keeps_sheet=True)
    if not hits:
        return Shown(unknown=catalog_search.plain_code(text), keeps_sheet=True)
    line_id = None if is_loose(hits[0].unit) else lines.add_product(actor(), cart_id, hits[0].id)
    return _added(cart_id, hits[0].id, line_id)


def _added(cart_id: UUID, product_id: UUID, line_id: UUID | None) -> Shown:
    """A line that was added, or the question for a weight."""
    if line_id is not None:
        return Shown(touched=line_id, keeps_sheet=True)
    return Shown(weigh=product_id, waits=True, sheet=sheet("weigh", cart_id, product=product_id))


# Last: these modules put their own pages on the blueprint.
from pos.till import cart_views, line_views, payment_views  # noqa: E402, F401
