"""Pages of bills that were made: the list, one bill, its receipt as a page and as a PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pos.core.paging import asked_limit, asked_page
from pos.core.printing.press import the_press
from pos.core.web import actor, is_htmx, needs, see_other
from pos.sales import bills as finding
from pos.sales import list_forms, listing
from pos.sales import receipt as paper
from pos.sales.bill import Bill
from pos.sales.models import STATUSES, SUMMED_METHODS
from pos.sales.prints import is_duplicate, prints_of, record_print
from pos.sales.sending import bill_draft
from pos.sales.trail import trail
from pos.sales.words import deed, method_name, payment_rows, status_name, tax_rows
from pos.settings import store
from pos.settings.models import PAPER_SIZES

blueprint = Blueprint("sales", __name__, url_prefix="/sales")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What every page of bills shows in words."""
    return {"method_name": method_name, "status_name": status_name, "deed": deed}


@blueprint.get("")
@needs("see_sales")
def bills() -> str:
    """All bills, newest first, or those that are asked for, and what they come to; as a fragment, these alone."""
    asked = list_forms.asked(request.args, store.current().today())
    page, limit = asked_page(request.args.get("page")), asked_limit(request.args.get("limit"))
    found = listing.found(actor(), asked.wanted, page, limit)
    values = {"found": found.page, "sums": found.sums, "asked": asked, "kept": list_forms.kept(request.args)}
    if is_htmx():
        return render_template("sales/_bills.html", **values)
    choices: dict[str, Any] = {"statuses": {one: status_name(one) for one in STATUSES}, "days": list_forms.DAYS_LABELS}
    choices |= {"methods": {one: method_name(one) for one in SUMMED_METHODS}}
    choices |= {"cashiers": {str(one.id): one.full_name for one in listing.cashiers()}}
    return render_template("sales/bills.html", **values, **choices)


@blueprint.get("/<uuid:sale_id>")
@needs("see_sales")
def bill(sale_id: UUID) -> str:
    """One bill with everything it shows, and its printing."""
    shown = finding.bill(sale_id)
    left = trail(sale_id)
    rows = {"taxes": tax_rows(shown), "payments": payment_rows(shown), "draft": bill_draft(shown), "trail": left}
    comes_back = any(line.quantity > left.returned.get(line.id, 0) for line in shown.lines)
    values = {"prints": prints_of(sale_id), "sizes": PAPER_SIZES, "comes_back": comes_back}
    return render_template("sales/bill.html", bill=shown, **rows, **values)


@blueprint.get("/<uuid:sale_id>/receipt")
@needs("see_sales")
def receipt(sale_id: UUID) -> ResponseReturnValue:
    """The bill on paper: `format` html (to look at) or pdf, `size` 80mm, 58mm, a4, a5; `print` says which print it is.

    A PDF that is no print yet becomes one: whoever has it in hand can print it.
    """
    shown = finding.bill(sale_id)
    size = paper.size_or_refuse(request.args.get("size"), shown.store.receipt_size)
    print_id = request.args.get("print", type=UUID)
    if request.args.get("format") != "pdf":
        return _page(shown, size, print_id)
    if request.method == "HEAD":
        return Response(mimetype="application/pdf")
    drawn = paper.printed(actor(), shown, size, print_id)
    named = {"Content-Disposition": f'inline; filename="{paper.file_name(shown, size)}"'}
    return Response(drawn, mimetype="application/pdf", headers=named)


def _page(shown: Bill, size: str, print_id: UUID | None) -> str:
    prints = prints_of(shown.id)
    drawn = Markup(paper.html(shown, size, is_duplicate(prints, print_id)))  # noqa: S704
    values = {"bill": shown, "size": size, "sizes": PAPER_SIZES, "receipt": drawn}
    return render_template("sales/receipt.html", **values, print_now=any(one.id == print_id for one in prints))


@blueprint.post("/<uuid:sale_id>/receipt")
@needs("see_sales")
def print_receipt(sale_id: UUID) -> ResponseReturnValue:
    """Print the bill: writes down that it is printed, then shows the paper to print, original or duplicate."""
    shown = finding.bill(sale_id)
    size = paper.size_or_refuse(request.form.get("size"), shown.store.receipt_size)
    wanted = "pdf" if request.form.get("format") == "pdf" else "html"
    if wanted == "pdf":
        # Nothing is written down when there will be no paper.
        the_press.make_ready()
    print_id = record_print(actor(), sale_id, size)
    return see_other("sales.receipt", sale_id=sale_id, format=wanted, size=size, print=print_id)


# The other pages of bills join the blueprint.
from pos.sales import note_views, return_views, void_views  # noqa: E402, F401
