"""Credit notes: their page, and their paper as HTML and as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pos.core.language import speaking
from pos.core.money import format_rupees
from pos.core.printing.press import the_press
from pos.core.web import needs
from pos.sales.credit_notes import Note, note
from pos.sales.receipt import ROLLS, Column, size_or_refuse
from pos.sales.views import blueprint
from pos.sales.words import method_name, tax_rows
from pos.settings.models import PAPER_SIZES


@blueprint.get("/credit-notes/<uuid:note_id>")
@needs("see_sales")
def credit_note(note_id: UUID) -> ResponseReturnValue:
    """A credit note to look at and to print; `format=pdf` is the paper, `size` 80mm, 58mm, a4 or a5."""
    shown = note(note_id)
    size = size_or_refuse(request.args.get("size"), shown.bill.store.receipt_size)
    if request.args.get("format") == "pdf":
        named = {"Content-Disposition": f'inline; filename="{shown.number}.pdf"'}
        return Response(note_pdf(shown, size), mimetype="application/pdf", headers=named)
    drawn = note_html(shown, size)
    return render_template("sales/credit_note.html", note=shown, size=size, sizes=PAPER_SIZES, paper=drawn)


def note_html(shown: Note, size: str) -> Markup:
    """The credit note alone, an `<article>`, in the store's language whoever looks at it."""
    template = "sales/note_roll.html" if size in ROLLS else "sales/note_sheet.html"
    store = shown.bill.store
    values: dict[str, Any] = {
        "note": shown,
        "store": store,
        "size": size,
        "column": Column(shown.total),
        "money": lambda amount: format_rupees(amount, store.currency_symbol),
        "amount": lambda amount: format_rupees(amount, ""),
    }
    with speaking(store.language):
        values |= {"taxes": tax_rows(shown), "method": method_name(shown.method) if shown.method else None}
        return Markup(render_template(template, **values))  # noqa: S704


def note_pdf(shown: Note, size: str) -> bytes:
    """The credit note as a PDF. Raises NoPdf where this computer cannot make one."""
    values = {"title": shown.number, "language": shown.bill.store.language, "paper": note_html(shown, size)}
    return the_press.pdf(size, render_template("sales/paper_pdf.html", **values))
