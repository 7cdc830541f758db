"""A bill in words: its states, taxes and payments as a reader's language calls them."""

from __future__ import annotations

from decimal import Decimal

from pos.core.language import gettext as _
from pos.core.money import format_quantity
from pos.sales.bill import Bill


def method_name(method: str) -> str:
    """A way of paying, or what several come to together, in the reader's language."""
    names = {
        "CASH": _("Cash"),
        "UPI": _("UPI"),
        "CARD": _("Card"),
        "BANK_TRANSFER": _("Bank transfer"),
        "CREDIT": _("Khata"),
        "PARTIAL": _("Part on khata"),
        "MIXED": _("Split"),
    }
    return names[method]


def status_name(status: str) -> str:
    """Whether a bill is paid, in the reader's language."""
    names = {"PAID": _("Paid"), "PARTIAL": _("Part paid"), "CREDIT": _("On khata"), "VOIDED": _("Void")}
    return names[status]


def tax_rows(bill: Bill) -> list[tuple[str, Decimal]]:
    """A row per tax: CGST and SGST of each rate for a registered shop, one row per rate else; rupees."""
    rows: list[tuple[str, Decimal]] = []
    for rate in bill.rates:
        if bill.gst_mode == "regular" and rate.rate:
            half = format_quantity(rate.rate / 2)
            rows += [(f"CGST {half}%", rate.cgst), (f"SGST {half}%", rate.sgst)]
        elif rate.tax:
            rows.append((_("Tax %(rate)s%%", rate=format_quantity(rate.rate)), rate.tax))
    return rows


def payment_rows(bill: Bill) -> list[tuple[str, Decimal]]:
    """How the bill was paid, in words, and what was handed over; refunds count below zero; rupees."""
    rows = []
    for paid in bill.payments:
        label = method_name(paid.method) + (f" {paid.reference}" if paid.reference else "")
        if paid.kind == "REFUND":
            rows.append((_("Refund: %(how)s", how=label), -paid.amount))
        else:
            rows.append((label, paid.tendered))
    return rows
