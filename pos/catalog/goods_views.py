"""Pages on which goods are scanned one after the other: receiving them, counting them, printing labels for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pos.catalog import drafts, posting, search
from pos.catalog.bars import give_numbers
from pos.catalog.drafts import Draft
from pos.catalog.label_sheets import PAPERS, drawn_once, labels, pages
from pos.catalog.stock_take import difference
from pos.core.errors import Invalid, PosError
from pos.core.language import gettext as _
from pos.core.language import ngettext
from pos.core.printing.press import the_press, the_stack_press
from pos.core.web import actor, is_htmx, needs, see_other
from pos.settings import store

blueprint = Blueprint("goods", __name__, url_prefix="/goods")

MOST_FOUND = 12
# Two A4 sheets, drawn in less than a second: a receipt can wait for that.
MOST_AT_THE_TILLS_PRESS = 130
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FIELD = re.compile(rf"(quantity|cost_price|mrp|expiry_date)-({_ID})")


@blueprint.get("/<any(receive, count, labels):kind>")
@needs("move_stock")
def home(kind: str) -> ResponseReturnValue:
    """To the list that this person has begun, or to a new one."""
    return see_other("goods.draft", draft_id=drafts.open_draft(actor(), kind))


@blueprint.get("/<uuid:draft_id>")
@needs("move_stock")
def draft(draft_id: UUID) -> ResponseReturnValue:
    """The list as it stands; what came of it once it is posted."""
    shown = drafts.find(draft_id)
    if shown.result_id is not None:
        return see_other("goods.done", reference_id=shown.result_id)
    return _page(shown)


@blueprint.post("/<uuid:draft_id>/scan")
@needs("move_stock")
def scan(draft_id: UUID) -> str:
    """Put what was scanned on the list; words show what they find; an empty box keeps what was typed."""
    _keep(draft_id)
    query = request.form.get("q", "").strip()
    product = search.scanned(query) if query else None
    if product is not None:
        drafts.add(actor(), draft_id, product.id)
        return _page(drafts.find(draft_id))
    found = search.found(query, most=MOST_FOUND)
    likely = None if found else search.meant(query, most=MOST_FOUND)
    return _page(drafts.find(draft_id), query=query, found=likely[1] if likely else found)


@blueprint.post("/<uuid:draft_id>/add")
@needs("move_stock")
def add(draft_id: UUID) -> str:
    """Put a product on the list that was found by its words."""
    _keep(draft_id)
    drafts.add(actor(), draft_id, _product_named("add"))
    return _page(drafts.find(draft_id))


@blueprint.post("/<uuid:draft_id>/remove")
@needs("move_stock")
def remove(draft_id: UUID) -> str:
    """Take a product off the list."""
    _keep(draft_id)
    drafts.remove(actor(), draft_id, _product_named("remove"))
    return _page(drafts.find(draft_id))


@blueprint.post("/<uuid:draft_id>/lines")
@needs("move_stock")
def lines(draft_id: UUID) -> ResponseReturnValue:
    """Keep what was typed so far, and show it worked out."""
    _keep(draft_id)
    return _page(drafts.find(draft_id))


@blueprint.post("/<uuid:draft_id>/discard")
@needs("move_stock")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Give the list up, and begin anew."""
    kind = drafts.find(draft_id).kind
    drafts.discard(actor(), draft_id)
    flash(_("The list is discarded. Nothing was moved."))
    return see_other("goods.home", kind=kind)


@blueprint.post("/<uuid:draft_id>/post")
@needs("move_stock")
def post(draft_id: UUID) -> ResponseReturnValue:
    """Put the goods on the shelf, or set the stock right; ends at what was moved."""
    if drafts.find(draft_id).result_id is None:
        _keep(draft_id)
    try:
        result = posting.post(actor(), draft_id)
    except Invalid as error:
        return _page(drafts.find(draft_id), error=error), error.status
    return see_other("goods.done", reference_id=result)


@blueprint.get("/done/<uuid:reference_id>")
@needs("move_stock")
def done(reference_id: UUID) -> str:
    """What was received or counted."""
    return render_template("goods/done.html", moved=posting.moved(reference_id), reference_id=reference_id)


@blueprint.post("/done/<uuid:reference_id>/labels")
@needs("move_stock")
def labels_for(reference_id: UUID) -> ResponseReturnValue:
    """A list of labels for what was received: one for each piece, one for loose goods."""
    wanted = {
        row.product_id: {"quantity": str(int(row.quantity_change)) if row.quantity_change % 1 == 0 else "1"}
        for row in posting.moved(reference_id)
        if row.quantity_change > 0
    }
    return see_other("goods.draft", draft_id=drafts.start(actor(), "labels", wanted))


@blueprint.post("/<uuid:draft_id>/numbers")
@needs("edit_products")
def numbers(draft_id: UUID) -> ResponseReturnValue:
    """Give every product of the list that has no barcode a number of the shop's own."""
    _keep(draft_id)
    given = give_numbers(actor(), [line.product.id for line in drafts.find(draft_id).lines])
    flash(ngettext("%(num)s product has a barcode now.", "%(num)s products have barcodes now.", len(given)), "good")
    return see_other("goods.draft", draft_id=draft_id)


@blueprint.post("/<uuid:draft_id>/labels")
@needs("move_stock")
def print_labels(draft_id: UUID) -> ResponseReturnValue:
    """The labels as a PDF, for `paper`, leaving out the first `skipped` of a sheet that was begun."""
    _keep(draft_id)
    shown = drafts.find(draft_id)
    paper = PAPERS.get(request.form.get("paper", ""), PAPERS["a4-65"])
    try:
        wanted = labels(shown)
    except PosError as error:
        return _page(shown, error=error), error.status
    skipped = max(0, request.form.get("skipped", 0, type=int))
    sheets, times = drawn_once(pages(wanted, paper, skipped))
    html = render_template("goods/labels_pdf.html", pages=sheets, paper=paper, store=store.current())
    press = the_press if len(wanted) <= MOST_AT_THE_TILLS_PRESS else the_stack_press
    drawn = press.pdf("a4", html, times)
    named = {"Content-Disposition": 'inline; filename="labels.pdf"'}
    return Response(drawn, mimetype="application/pdf", headers=named)


def _keep(draft_id: UUID) -> None:
    """Write down what was typed since the page was made: nothing else, for another scan may be ahead of it."""
    drafts.write(actor(), draft_id, _changes(request.form), request.form.get("notes"))


def _changes(given: MultiDict[str, str]) -> dict[UUID, dict[str, str]]:
    changes: dict[UUID, dict[str, str]] = defaultdict(dict)
    for name, text in given.items():
        field = _FIELD.fullmatch(name)
        if field and text.strip() != given.get(f"was-{name}", ""):
            changes[UUID(field[2])][field[1]] = text.strip()
    return changes


def _product_named(field: str) -> UUID:
    product_id = request.form.get(field, type=UUID)
    if product_id is None:
        raise Invalid(_("There is no such product."))
    return product_id


def _page(shown: Draft, error: PosError | None = None, **said: Any) -> str:
    problems = {(one.subject, one.field): one.message for one in error.problems} if error else {}
    rest = [one.message for one in error.problems if not _is_shown(one.subject, shown)] if error else []
    values = {"draft": shown, "problems": problems, "refusals": rest, "papers": PAPERS, "store": store.current()}
    values |= {"differences": _differences(shown), "query": said.get("query", ""), "found": said.get("found", ())}
    return render_template("goods/_goods_lines.html" if is_htmx() else "goods/draft.html", **values)


def _is_shown(subject: str | None, shown: Draft) -> bool:
    return any(str(line.product.id) == subject for line in shown.lines)


def _differences(shown: Draft) -> Mapping[UUID, Any]:
    """Of each product that was counted, how much too much or too little was kept."""
    if shown.kind != "count":
        return {}
    return {
        line.product.id: difference(line.typed.get("quantity", ""), line.typed.get("seen"), line.product.stock_quantity)
        for line in shown.lines
    }
