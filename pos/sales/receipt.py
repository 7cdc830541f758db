"""A bill on paper: as HTML to look at and print from the browser, and as a PDF (DESIGN.md 1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from pos.core import upi
from pos.core.actor import Actor
from pos.core.errors import Invalid
from pos.core.fields import ZERO
from pos.core.language import gettext as _
from pos.core.language import ngettext
from pos.core.money import format_rupees
from pos.core.printing.press import the_press
from pos.core.shown import percent
from pos.sales.bill import Bill
from pos.sales.heading import heading
from pos.sales.prints import is_duplicate, prints_of, record_print
from pos.sales.ruled import FIGURE_SPACE, HARD_SPACE, Ruled, ruled
from pos.sales.sample import sample
from pos.sales.words import payment_rows, tax_rows
from pos.settings.models import PAPER_SIZES
from pos.settings.store import Store

ROLLS = ("80mm", "58mm")


def size_or_refuse(asked: str | None, usual: str) -> str:
    """The paper size asked for, or the store's usual one. Raises Invalid for a size there is no paper of."""
    size = (asked or usual).lower()
    if size not in PAPER_SIZES:
        raise Invalid(_("Choose one of: %(choices)s.", choices=", ".join(PAPER_SIZES)), field="size")
    return size


def file_name(bill: Bill, size: str) -> str:
    """What a saved PDF is called: the bill's number, and the size where it is not a roll."""
    return f"{bill.number}.pdf" if size in ROLLS else f"{bill.number}-{size.upper()}.pdf"


def html(bill: Bill, size: str, duplicate: bool) -> str:
    """The receipt alone, an `<article>` without a page around it, in the store's language whoever looks at it."""
    template = "sales/receipt_roll.html" if size in ROLLS else "sales/receipt_sheet.html"
    with force_locale(bill.store.language):
        return render_template(template, **_shown(bill, size, duplicate))


def pdf(bill: Bill, size: str, duplicate: bool) -> bytes:
    """The receipt as a PDF: a roll is cut to its length, sheets are as many as it takes. It fetches nothing.

    Raises NoPdf where this computer cannot make one.
    """
    receipt = Markup(html(bill, size, duplicate))  # noqa: S704
    return the_press.pdf(size, render_template("sales/receipt_pdf.html", bill=bill, receipt=receipt))


def printed(actor: Actor, bill: Bill, size: str, print_id: UUID | None = None) -> bytes:
    """The receipt as a PDF in somebody's hand: the original once, a duplicate ever after; it is written down.

    With the id of a print that stands written down, it is that paper again. Raises Forbidden, NoPdf.
    """
    prints = prints_of(bill.id)
    drawn = pdf(bill, size, is_duplicate(prints, print_id))
    if all(one.id != print_id for one in prints):
        record_print(actor, bill.id, size)
    return drawn


def document(bill: Bill, size: str, duplicate: bool) -> str:
    """The receipt as an HTML page of its own, without the app around it, for other programs."""
    receipt = Markup(html(bill, size, duplicate))  # noqa: S704
    return render_template("sales/receipt_document.html", bill=bill, receipt=receipt)


class Samples:
    """Draws a bill that was never made, in the store's own size and language."""

    def html(self, store: Store, cashier: str) -> Markup:
        """The sample as an `<article>`, without a page around it."""
        return Markup(html(_sample(store, cashier), store.receipt_size, duplicate=False))  # noqa: S704

    def pdf(self, store: Store, cashier: str) -> bytes:
        """The sample as a PDF. Raises NoPdf where this computer cannot make one."""
        return pdf(_sample(store, cashier), store.receipt_size, duplicate=False)


def _sample(store: Store, cashier: str) -> Bill:
    with force_locale(store.language):
        return sample(store, cashier)


def _shown(bill: Bill, size: str, duplicate: bool) -> dict[str, Any]:
    balance = bill.customer.balance_after if bill.customer and not bill.voided else None
    return {
        "bill": bill,
        "size": size,
        "duplicate": duplicate,
        "heading": heading(bill),
        "money": lambda amount: format_rupees(amount, bill.store.currency_symbol),
        "amount": lambda amount: format_rupees(amount, ""),
        "column": Column(max(bill.goods, bill.total, bill.tendered, balance or ZERO)),
        "subtotal": _subtotal(bill),
        "taxes": tax_rows(bill),
        "taxable": sum((line.taxable for line in bill.lines), ZERO),
        "payments": payment_rows(bill),
        "hsn": _hsn(bill, size) if size in ROLLS else None,
        "shows_hsn": bill.gst_mode == "regular" and any(line.hsn_code for line in bill.lines),
        "shows_mrp": any(line.mrp is not None for line in bill.lines),
        "balance": balance,
        "qr": _qr(bill),
    }


def _hsn(bill: Bill, size: str) -> Ruled | None:
    """The sums by HSN code and rate, for a roll; None where there are none."""
    if not bill.hsn:
        return None
    heads = (("HSN", 8), ("%", 4), (_("Taxable"), 16), ("CGST", 10), ("SGST", 10))
    rows = [
        [row.hsn_code or "–", percent(row.rate), *(format_rupees(one, "") for one in (row.taxable, row.cgst, row.sgst))]
        for row in bill.hsn
    ]
    return ruled(heads, rows, size)


class Column:
    """Writes amounts so that they end under each other in a right-aligned line, whatever stands before them.

    The digits of the bundled font are all as wide as a figure space, its commas as wide as a hard space.
    """

    def __init__(self, widest: Decimal) -> None:
        text = format_rupees(widest, "")
        self._digits, self._commas = sum(map(str.isdigit, text)), text.count(",")

    def __call__(self, amount: Decimal) -> str:
        text = format_rupees(amount, "")
        digits, commas = sum(map(str.isdigit, text)), text.count(",")
        return FIGURE_SPACE * (self._digits - digits) + HARD_SPACE * (self._commas - commas) + text


def _subtotal(bill: Bill) -> str:
    if bill.prices_include_tax and bill.tax_amount:
        return ngettext("%(num)s item, tax included", "%(num)s items, tax included", len(bill.lines))
    return ngettext("Subtotal, %(num)s item", "Subtotal, %(num)s items", len(bill.lines))


def _qr(bill: Bill) -> str | None:
    """The code that asks for what is still owed of this bill; None when nothing is, or the shop has no UPI id."""
    if bill.due <= 0 or not bill.store.upi_id:
        return None
    payee = bill.store.upi_name or bill.store.store_name
    return upi.qr_png(upi.payment_link(bill.store.upi_id, payee, bill.due, bill.number, bill.number))
