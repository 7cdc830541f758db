"""Codes of the reports in the reader's language."""

from __future__ import annotations

from pos.core.language import gettext as _


def kind_name(kind: str) -> str:
    """What kind of paper it is: a bill or a credit note."""
    return {"BILL": _("Bill"), "CREDIT_NOTE": _("Credit note")}[kind]


def movement_name(kind: str) -> str:
    """Why stock moved."""
    names = {"SALE": _("Sold"), "RETURN": _("Came back"), "ADJUSTMENT": _("Adjusted"), "RESTOCK": _("Restocked")}
    return names[kind]


def direction_name(direction: str) -> str:
    """Which way cash went at the drawer."""
    return {"IN": _("Put in"), "OUT": _("Taken out")}[direction]
