"""How the till answers: the whole page for a plain form, the changed parts for htmx."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zlib import crc32

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_login import current_user
from sqlalchemy import Row

from pos.catalog import search
from pos.catalog.models import LOOSE_UNITS
from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.money import format_quantity
from pos.core.web import actor, go_to, is_htmx, see_other
from pos.sales import caps
from pos.settings import store
from pos.settings.store import Store
from pos.till import display, lines, quoting
from pos.till.drawn_views import drawer_of
from pos.till.quoted import Quote, QuotedLine
from pos.till.sheets import SHEETS, Sheet, how_much

MOST_TILES = 30
HUES = 8


@dataclass(slots=True)
class Shown:
    """What an answer points at besides the cart: the line that was touched, what was found, the sheet that opens.

    `weigh` is a product that is asked for its weight; it `waits` when it was scanned, so that it is not forgotten over
    the next scan. `keeps_sheet` leaves the sheet that is open as it is. `meant` are the words that found something
    where those that were typed did not.
    """

    touched: UUID | None = None
    removed: UUID | None = None
    refused: UUID | None = None
    edited: UUID | None = None
    problem: str | None = None
    query: str | None = None
    meant: str | None = None
    category: str | None = None
    unknown: str | None = None
    weigh: UUID | None = None
    waits: bool = False
    weighed: UUID | None = None
    keeps_sheet: bool = False
    sheet: Sheet | None = None
    said: str = ""


def this_store() -> Store:
    """The store's terms, looked up once in a request."""
    if "store" not in g:
        g.store = store.current()
    current: Store = g.store
    return current


def session_id() -> UUID | None:
    """The sign-in session of this browser."""
    return getattr(current_user, "session_id", None)


def page(cart_id: UUID, shown: Shown, status: int = 200) -> ResponseReturnValue:
    """The whole screen. A cart that is sold leads to its bill, a discarded one to the next cart."""
    quote, others = quoting.with_others(cart_id, session_id(), this_store())
    if quote.status == "sold":
        return see_other("till.done", cart_id=cart_id)
    if quote.status == "discarded":
        return see_other("till.home")
    display.look_at(session_id(), cart_id, quote.updated_at)
    values = {"categories": search.categories(), **_around(quote, others, shown), **finds(cart_id, shown)}
    return render_template("till/till.html", **values), status


def changed(cart_id: UUID, shown: Shown | None = None) -> ResponseReturnValue:
    """After a change: the cart and what else changed for htmx, the way back to the screen for a plain form."""
    shown = shown or Shown()
    if not is_htmx():
        return go_to(_address(cart_id, shown))
    # Words that found several products go back into the box.
    headers = {"HX-Trigger": json.dumps({"till:several": {"value": shown.query}})} if shown.query else {}
    return _parts(cart_id, shown), headers


def _parts(cart_id: UUID, shown: Shown) -> str:
    quote, others = quoting.with_others(cart_id, session_id(), this_store())
    shown.said = shown.said or _said(quote, shown)
    found = finds(cart_id, shown) if shown.query else {}
    return render_template("till/changed.html", **_around(quote, others, shown), **found)


def refused(cart_id: UUID, error: PosError, shown: Shown) -> ResponseReturnValue:
    """A refusal beside what caused it: in its sheet, at its line, or as a sentence over the cart. Nothing was changed.

    What cannot be shown there (the cart is over, nobody may sell) goes the common way.
    """
    is_here = error.status in (400, 409) or error.code == caps.CODE
    if not is_here or error.code in ("CART_SOLD", "CART_DISCARDED"):
        raise error
    shown.problem = error.message
    if not is_htmx():
        return page(cart_id, shown, error.status)
    if shown.sheet is not None:
        return open_sheet(cart_id, shown), error.status, {"HX-Retarget": "#sheet", "HX-Reswap": "innerHTML"}
    return _parts(cart_id, shown), error.status


def open_sheet(cart_id: UUID, shown: Shown) -> str:
    """The sheet alone, for htmx."""
    assert shown.sheet is not None
    quote = quoting.quoted(cart_id, this_store())
    return render_template(f"till/_{shown.sheet.name}_sheet.html", quote=quote, shown=shown)


def sheet(name: str, cart_id: UUID, /, **given: Any) -> Sheet:
    """The sheet of this name with what it shows. Raises NotFound for a product or line that is not there."""
    return Sheet(name, SHEETS[name](cart_id, this_store(), given))


def finds(cart_id: UUID, shown: Shown) -> dict[str, Any]:
    """What the finding side shows: products for the words typed, else what sells best."""
    shared = {"cart_id": cart_id, "in_cart": quoting.in_cart(cart_id), "loose_units": LOOSE_UNITS, "hue_of": hue_of}
    if not shown.query:
        return {"hits": search.best_sellers(shown.category, MOST_TILES), **shared}
    hits = search.found(shown.query, shown.category)
    if not hits and shown.category:
        shown.category = None
        hits = search.found(shown.query)
    if not hits and (likely := search.meant(shown.query)):
        shown.meant, hits = likely
    return {"hits": hits, **shared}


def hue_of(category: str | None) -> int:
    """The colour of a category, 0 to 7: the eight largest differ, and all stay the same from screen to screen."""
    known = sorted(search.categories(HUES))
    return known.index(category) if category in known else crc32((category or "").encode()) % HUES


def _around(quote: Quote, others: list[Quote], shown: Shown) -> dict[str, Any]:
    """What the cart's fragments show besides the cart."""
    edited = next((line for line in quote.lines if line.id == shown.edited), None)
    removed = quoting.removed(shown.removed, quote.id) if shown.removed else None
    values = {
        "quote": quote,
        "others": others,
        "shown": shown,
        "steps": lines.STEPS,
        "removed_name": removed.name if removed else None,
        "counts": _counts(quote, shown, removed),
        "over_cap": caps.above_cap(actor(), this_store(), quote.bill),
        "edit": {"line": edited, **how_much(edited)} if edited else None,
        "time_of": lambda moment: format_time(moment, "h:mm a"),
    }
    return {**values, "drawn_line": drawer_of(quote, shown, values)}


def _counts(quote: Quote, shown: Shown, removed: Row[Any] | None) -> list[tuple[UUID, Decimal, str, bool]]:
    """What the tiles' corners say now of the product that was touched or taken off."""
    counts = [
        (line.product_id, line.quantity, line.unit, line.is_loose) for line in quote.lines if line.id == shown.touched
    ]
    return counts + ([(removed.product_id, Decimal(0), "", False)] if removed else [])


def _address(cart_id: UUID, shown: Shown) -> str:
    """Where a plain form goes on: the screen, with what it points at in its address."""
    pointed: dict[str, Any] = {"touched": shown.touched, "removed": shown.removed, "q": shown.query}
    pointed |= {
        "line": shown.edited,
        "unknown": shown.unknown,
        "sheet": "weigh" if shown.weigh else None,
        "product": shown.weigh,
    }
    return url_for("till.cart", cart_id=cart_id, **pointed)


def _said(quote: Quote, shown: Shown) -> str:
    """One sentence for who does not see the screen: what was touched, and how much of it is on the bill."""
    if shown.unknown:
        return _("No product has the code %(code)s.", code=shown.unknown)
    line = next((one for one in quote.lines if one.id == shown.touched), None)
    return "" if line is None else said_of(line)


def said_of(line: QuotedLine) -> str:
    """`Tata Salt 1kg × 2`."""
    quantity = format_quantity(line.quantity)
    amount = f"{quantity} {line.unit}" if line.is_loose else quantity
    return f"{line.name} × {amount}"
