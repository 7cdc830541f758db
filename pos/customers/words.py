"""The khata in words: entries, ways to pay and states of customers as a reader's language calls them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from pos.core.language import gettext as _
from pos.core.language import ngettext


def entry_name(kind: str) -> str:
    """What an entry of the ledger was."""
    names = {
        "CREDIT_TAKEN": _("Bought on khata"),
        "PAYMENT_MADE": _("Paid"),
        "CREDIT_REVERSED": _("Bill taken back"),
        "OPENING_BALANCE": _("Opening balance"),
        "CORRECTION": _("Corrected"),
    }
    return names[kind]


def method_name(method: str) -> str:
    """A way to pay on the khata."""
    names = {"CASH": _("Cash"), "UPI": _("UPI"), "CARD": _("Card"), "BANK_TRANSFER": _("Bank transfer")}
    return names[method]


def status_name(status: str) -> str:
    """Whether somebody is a customer, and may take credit."""
    names = {"active": _("Active"), "blocked": _("No credit"), "inactive": _("Gone")}
    return names[status]


def promise_name(promise: Row[Any], today: date) -> str:
    """How a promise to pay stands on this day of the store."""
    days = (today - promise.due_date).days
    if promise.state == "kept":
        return _("Kept")
    if days > 0:
        return ngettext("%(num)s day late", "%(num)s days late", days)
    return ngettext("in %(num)s day", "in %(num)s days", -days) if days else _("Due today")
