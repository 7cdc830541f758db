"""The customer's display: where the cashier opens it, and what another device or a second window shows.

What lets a display in is a cookie of its own, signed, for its own path alone: it is good for nothing else. The code
that brings it travels behind the `#` of an address, which browsers keep to themselves, and in a form.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from itsdangerous import BadSignature, URLSafeSerializer

from pos.accounts.sessions import LASTS
from pos.core import upi
from pos.core.cookies import keep_in_browser, kept_in_browser
from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.language import speaking
from pos.core.web import actor, ask_not_who, attach, go_to, needs, public, see_other
from pos.sales import bills
from pos.settings import logo
from pos.till import display, displayed, quoting
from pos.till.display_forms import JoinForm
from pos.till.displayed import Showing
from pos.till.payment_sheet_views import qr
from pos.till.screen_views import said_of, session_id, this_store

COOKIE = "display"
# Lines of a long bill that are sent; the screen then shows as many of them as it holds.
MOST_LINES = 30

blueprint = Blueprint("display", __name__)


@blueprint.get("/till/display")
@needs("sell")
def home() -> str:
    """Where the cashier opens the display: here in a window of its own, or at another device."""
    code = display.code_of(_session())
    values: dict[str, Any] = {"code": code, "is_open": display.is_open(_session())}
    if code is not None:
        address = _address_for_others()
        values |= {"address": address, "until": format_time(code.until, "h:mm a")}
        values["qr"] = upi.qr_svg(f"{address}#{code.text}", _("QR code of the display")) if address else None
    return render_template("till/display_home.html", **values)


def _session() -> UUID:
    found = session_id()
    assert found is not None, "a page that somebody signed in for"
    return found


def _address_for_others() -> str | None:
    """The display's address for other devices; None where this machine is in no network.

    The cashier's own address does, unless it means "this very machine".
    """
    asked = urlsplit(url_for("display.screen", _external=True))
    if not _is_this_machine(asked.hostname or ""):
        return asked.geturl()
    shop_wide: list[str] = current_app.extensions["pos"]["shop_wide"](asked.port or 80)
    return shop_wide[0].rstrip("/") + asked.path if shop_wide else None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@blueprint.post("/till/display/code")
@needs("sell")
def offer_code() -> ResponseReturnValue:
    """Make a code for another device."""
    display.offer_code(actor(), _session())
    return see_other("display.home")


@blueprint.post("/till/display/here")
@needs("sell")
def open_here() -> ResponseReturnValue:
    """Show the display in this browser; the form opens a window for it."""
    return _let_in(display.open_display(actor(), _session()))


@blueprint.post("/till/display/close")
@needs("sell")
def close() -> ResponseReturnValue:
    """Let all displays of this cashier go dark."""
    display.close_displays(actor(), _session())
    flash(_("The displays are closed. What they show is gone within a second or two."), "good")
    return see_other("display.home")


@blueprint.get("/display")
@public
def screen() -> ResponseReturnValue:
    """The display itself; in a browser that is none yet, or none any more, the question for the code."""
    ask_not_who()
    shown = _showing()
    with speaking(this_store().language):
        if shown is None:
            return _unkept(_join_page(JoinForm()))
        return _unkept(render_template("till/display.html", **_content(shown)))


def _join_page(form: JoinForm) -> str:
    was_one = kept_in_browser(COOKIE) is not None
    return render_template("till/display_join.html", form=form, was_one=was_one)


@blueprint.get("/display/now")
@public
def now() -> ResponseReturnValue:
    """The display as it is now; nothing (204) when that is what this browser has `seen`."""
    ask_not_who()
    shown = _showing()
    if shown is None:
        return go_to(url_for("display.screen"))
    if request.args.get("seen") == shown.version:
        return _unkept("", 204)
    with speaking(this_store().language):
        return _unkept(render_template("till/_display.html", **_content(shown)))


@blueprint.post("/display")
@public
def join() -> ResponseReturnValue:
    """Make this browser a display, for who knows the code."""
    ask_not_who()
    form = JoinForm()
    with speaking(this_store().language):
        try:
            return _let_in(display.joined(form.code.data or ""))
        except PosError as error:
            attach(form, error)
            return _unkept(_join_page(form), error.status)


def _let_in(display_id: UUID) -> ResponseReturnValue:
    answer = make_response(see_other("display.screen"))
    seconds = int(LASTS.total_seconds())
    keep_in_browser(answer, COOKIE, _seal().dumps(display_id.hex), seconds, path=url_for("display.screen"))
    return answer


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="customer's display")


def _showing() -> Showing | None:
    """What the display in this browser shows; None where it is no display."""
    token = kept_in_browser(COOKIE)
    try:
        return displayed.showing(UUID(_seal().loads(token))) if token else None
    except (BadSignature, TypeError, ValueError, AttributeError):
        return None


def _unkept(body: str, status: int = 200) -> Response:
    """An answer of which no browser keeps a copy: the next customer may press Back."""
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _content(shown: Showing) -> dict[str, Any]:
    """All that the display may show of a bill: no customer, no cost, no khata."""
    values: dict[str, Any] = {"showing": shown, "kind": shown.kind, "said": ""}
    if shown.sale_id is not None:
        return {**values, "bill": bills.bill(shown.sale_id)}
    if shown.cart_id is None:
        return {**values, "logo": logo.as_uri()}
    quote = quoting.quoted(shown.cart_id, this_store())
    payment = shown.payment
    values |= {"quote": quote, "bill": quote.bill, "payment": payment, "earlier": len(quote.lines[:-MOST_LINES])}
    values |= {"lines": quote.lines[-MOST_LINES:], "said": said_of(quote.last) if quote.last else ""}
    return {**values, "qr": qr(quote.id, this_store(), payment.asked) if payment else None}
