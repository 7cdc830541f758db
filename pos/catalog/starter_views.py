"""The page of the starter list: common goods, of which a new shop takes over what it sells."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from pos.catalog.starter.goods import by_code, sections
from pos.catalog.starter.taking import NAMES, Taken, Wish, take_over, there_already
from pos.core.errors import Invalid
from pos.core.language import ngettext
from pos.core.web import actor, needs, see_other
from pos.settings import store
from pos.settings.first_steps import COOKIE

blueprint = Blueprint("starter", __name__, url_prefix="/products/starter")
# Enough to sell from the first bill on; the true stock is counted when there is time for it.
USUAL_STOCK = "20"


@blueprint.get("")
@needs("edit_products")
def goods() -> str:
    """The whole list, by category, with boxes for prices; what the shop has is marked."""
    return _page()


@blueprint.post("")
@needs("edit_products")
def take() -> ResponseReturnValue:
    """Take over what is ticked and has a price; whatever is wrong, everything typed stays."""
    try:
        taken = take_over(actor(), _wishes(), _names(), request.form.get("usual_stock", ""))
    except Invalid as error:
        return _page(error), error.status
    flash(_told(taken), "good")
    return see_other("first_steps.home" if COOKIE in cookie else "catalog.products")


def _wishes() -> list[Wish]:
    given = request.form
    parts, ticked = set(given.getlist("part")), set(given.getlist("take"))
    return [
        Wish(code, given.get(f"price-{code}", ""), given.get(f"stock-{code}", ""))
        for code, (section, _good) in by_code().items()
        if section.number in parts and code in ticked
    ]


def _names() -> str:
    wanted = request.form.get("names", "hi" if _spoken() == "hi" else "en")
    return wanted if wanted in NAMES else "en"


def _spoken() -> str:
    return str(get_locale())


def _told(taken: Taken) -> str:
    new = ngettext("%(num)s product was taken over.", "%(num)s products were taken over.", taken.new)
    if not taken.there:
        return new
    there = ngettext("%(num)s was in the shop already.", "%(num)s were in the shop already.", taken.there)
    return f"{new} {there}"


def _page(error: Invalid | None = None) -> str:
    listed, given = sections(), request.form
    parts = given.getlist("part") if error else [listed[0].number]
    shown: dict[str, Any] = {
        "sections": listed,
        "there": there_already(),
        "parts": parts,
        "language": _spoken(),
        "names": _names(),
    }
    shown |= {"ticked": set(given.getlist("take")) if error else set(by_code()), "given": given}
    shown |= {"usual_stock": given.get("usual_stock", USUAL_STOCK), "with_rates": store.current().gst_mode == "regular"}
    return render_template("catalog/starter.html", **shown, **_problems(error))


def _problems(error: Invalid | None) -> dict[str, Any]:
    """What is wrong, by good and field; what concerns no single good stands above the list."""
    problems = error.problems if error else ()
    known = {(one.subject, one.field): one.message for one in problems if one.subject in by_code()}
    rest = [one.message for one in problems if one.subject not in by_code()]
    return {"problems": known, "refusals": rest or ([error.message] if error and not known else [])}
