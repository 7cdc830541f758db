"""A bill in words: its states, taxes and payments as a reader's language calls them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from pos.core.language import gettext as _
from pos.core.language import pgettext
from pos.core.money import format_quantity
from pos.sales.bill import Bill, BillPayment
from pos.sales.priced import RateTotal


def method_name(method: str) -> str:
    """A way of paying, or what several come to together, in the reader's language."""
    names = {
        "CASH": _("Cash"),
        "UPI": _("UPI"),
        "CARD": _("Card"),
        "BANK_TRANSFER": _("Bank transfer"),
        "KHATA": _("Khata"),
        "CREDIT": _("Khata"),
        "PARTIAL": _("Part on khata"),
        "MIXED": _("Split"),
    }
    return names[method]


def status_name(status: str) -> str:
    """Whether a bill is paid, in the reader's language."""
    names = {"PAID": _("Paid"), "PARTIAL": _("Part paid"), "CREDIT": _("On khata"), "VOIDED": _("Void")}
    return names[status]


class Taxed(Protocol):
    """A bill or a credit note, as far as tax goes."""

    @property
    def gst_mode(self) -> str:
        """The GST mode it was made in."""

    @property
    def rates(self) -> list[RateTotal]:
        """Its tax by rate."""


def tax_rows(bill: Taxed) -> list[tuple[str, Decimal]]:
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
    """What was handed over, the change, and what was given back since, which counts below zero; in words and rupees."""
    paid = [(_called(one), one.tendered) for one in bill.payments if one.kind == "TENDER"]
    change = [(pgettext("money", "Change"), bill.change_due)] if bill.change_due else []
    refunds = [(_("Refund: %(how)s", how=_called(one)), -one.amount) for one in bill.payments if one.kind == "REFUND"]
    return paid + change + refunds


def deed(action: str, change: Mapping[str, Any]) -> str:
    """What somebody did to a bill, from its entry in the audit log, in the reader's language."""
    if action == "sale.completed":
        return _("Made the bill")
    if action == "sale.printed":
        return _("Printed it on %(size)s", size=change.get("size", ""))
    if action == "sale.notes_changed":
        return _("Changed its notes")
    if action == "sale.voided":
        return _("Voided it: %(reason)s", reason=change.get("reason", ""))
    if action == "sale.returned":
        return _(
            "Took goods back, %(number)s: %(reason)s", number=change.get("number", ""), reason=change.get("reason", "")
        )
    return action


def _called(payment: BillPayment) -> str:
    return method_name(payment.method) + (f" {payment.reference}" if payment.reference else "")
