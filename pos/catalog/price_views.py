"""The prices of many goods in one table: looked for, typed, tried, saved together and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pos.catalog import drafts, list_forms, listing, price_forms, price_steps, search
from pos.catalog.forms import STATUS_LABELS
from pos.catalog.price_forms import Typed
from pos.catalog.prices import FIELDS, Repricing, change_prices
from pos.core.errors import Invalid, PosError, Problem
from pos.core.language import gettext as _
from pos.core.language import ngettext
from pos.core.paging import Page, asked_page
from pos.core.web import actor, is_htmx, needs, see_other
from pos.settings import store

blueprint = Blueprint("prices", __name__, url_prefix="/products/prices")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the table shall show beside a page of the list: what was typed, found, saved and refused.

    Goods of `typed`, `scanned` and `apart` are shown wherever they stand in the list; `done` is what an undo puts back.
    """

    page: int
    typed: Typed = field(default_factory=dict)
    scanned: Sequence[UUID] = ()
    apart: Sequence[UUID] = ()
    done: Sequence[Repricing] = ()
    told: str | None = None
    problems: Sequence[Problem] = ()
    is_judged: bool = False
    is_refused: bool = False


@blueprint.get("")
@needs("edit_products")
def table() -> str:
    """The goods that somebody looks for, with their prices in boxes."""
    return _page(Sheet(asked_page(request.args.get("page"))))


@blueprint.post("/look")
@needs("edit_products")
def look() -> ResponseReturnValue:
    """Other goods in the table; what was typed and is not saved stays in it."""
    page, scanned = asked_page(request.form.get("page")), _scanned()
    sheet = Sheet(page, price_forms.changed(request.form), scanned=scanned, done=_done(), is_judged=True)
    answer = make_response(_page(sheet))
    if is_htmx():
        asked: dict[str, Any] = {**list_forms.kept(_asked(scanned)), **({"page": page} if page > 1 else {})}
        # Where the browser finds the same goods again.
        answer.headers["HX-Replace-Url"] = url_for("prices.table", **asked)
    return answer


@blueprint.post("/step")
@needs("edit_products")
def step() -> ResponseReturnValue:
    """All goods in the table with prices moved by so much, to be looked at: nothing is saved."""
    typed, shown = price_forms.changed(request.form), price_forms.shown(request.form)
    try:
        wanted = price_steps.read(request.form)
    except Invalid as error:
        return _page(
            Sheet(_here(), typed, done=_done(), problems=[Problem(error.message)], is_judged=True)
        ), error.status
    rows = price_forms.filled(listing.these(shown), typed, (), _fields())
    return _page(Sheet(_here(), price_forms.stepped(rows, wanted), apart=shown, done=_done(), is_judged=True))


@blueprint.post("")
@needs("edit_products")
def save() -> ResponseReturnValue:
    """Save what was changed, all or nothing; errors stand at their cells."""
    typed = price_forms.changed(request.form)
    try:
        done = price_forms.undoing(change_prices(actor(), price_forms.repricings(typed)))
    except PosError as error:
        return _refused(typed, error, _done())
    told = ngettext("%(num)s product has new prices.", "%(num)s products have new prices.", len(done))
    told = told if done else _("Nothing was changed: these are the prices already.")
    return _page(Sheet(_here(), apart=_ids(done), done=done, told=told))


@blueprint.post("/undo")
@needs("edit_products")
def undo() -> ResponseReturnValue:
    """Put back what was saved last; what somebody changed since stands in the table instead, to be decided."""
    typed, back = price_forms.changed(request.form), _done()
    try:
        change_prices(actor(), back)
    except PosError as error:
        return _refused({**typed, **price_forms.as_cells(back)}, error)
    return _page(Sheet(_here(), typed, apart=_ids(back), told=_("The old prices are back."), is_judged=True))


@blueprint.post("/labels")
@needs("move_stock")
def labels() -> ResponseReturnValue:
    """A list of labels, one for each product whose prices were saved last."""
    wanted = {one: {"quantity": "1"} for one in _ids(_done())}
    return see_other("goods.draft", draft_id=drafts.start(actor(), "labels", wanted))


def _ids(wanted: Sequence[Repricing]) -> list[UUID]:
    return [one.product_id for one in wanted]


def _fields() -> Sequence[str]:
    return [name for name in FIELDS if name != "cost_price" or actor().may("see_costs")]


def _here() -> int:
    """The page of the list that the table shows now."""
    return asked_page(request.form.get("shown_page"))


def _scanned() -> list[UUID]:
    """The product that was scanned, or whose code was typed and sent off."""
    found = search.scanned(request.form.get("q", "")) if "find" in request.form else None
    return [found.id] if found else []


def _asked(scanned: Sequence[UUID] = ()) -> Mapping[str, str]:
    """What narrows the list; what was scanned is in the table already, and keeps the other goods there."""
    asked = request.form if request.method == "POST" else request.args
    return {**asked.to_dict(), **({"q": ""} if scanned else {})}


def _done() -> Sequence[Repricing]:
    """What was saved last, which the page's undo still puts back."""
    return price_forms.asked_back(request.form)


def _refused(typed: Typed, error: PosError, done: Sequence[Repricing] = ()) -> ResponseReturnValue:
    problems = error.problems or (Problem(error.message, error.code, error.field),)
    return _page(Sheet(_here(), typed, done=done, problems=problems, is_refused=True)), error.status


def _page(sheet: Sheet) -> str:
    terms, asked = store.current(), _asked(sheet.scanned)
    wanted = list_forms.wanted(asked, terms)
    page = listing.products(wanted, sheet.page, price_forms.asked_rows(asked.get("limit")), nearest=True)
    products = _in_order(sheet, page)
    problems = price_forms.wrong(products, sheet.typed) if sheet.is_judged else []
    problems += sheet.problems
    rows = price_forms.filled(products, sheet.typed, problems, _fields())
    values = {"page": page, "rows": rows, "wanted": wanted, "asked": list_forms.kept(asked), "sheet": sheet}
    values |= {"fields": _fields(), "refusals": price_forms.beside(problems, rows), "statuses": STATUS_LABELS}
    values["is_fragment"] = is_htmx()
    if is_htmx():
        return render_template("catalog/_prices.html", **values)
    choices = {"categories": listing.categories(), "sorts": list_forms.SORT_LABELS.items()}
    return render_template("catalog/prices.html", **values, **choices, sorted_by=list_forms.sorted_by(asked))


def _in_order(sheet: Sheet, page: Page) -> list[Any]:
    """The goods of the page where they are; before them what was scanned, and what is held though it is not there."""
    here = {row.id for row in page.rows} - set(sheet.scanned)
    before = [one for one in dict.fromkeys([*sheet.scanned, *sheet.typed, *sheet.apart]) if one not in here]
    return [*listing.these(before), *(row for row in page.rows if row.id in here)]
