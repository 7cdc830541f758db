"""Codes of the reports in the reader's language."""

from __future__ import annotations

from pos.core.language import gettext as _


def kind_name(kind: str) -> str:
    """What kind of paper it is: a bill or a credit note."""
    return {"BILL": _("Bill"), "CREDIT_NOTE": _("Credit note")}[kind]


def section_name(section: str) -> str:
    """A table of GSTR-1 by its number on the form and what is in it."""
    names = {
        "7": _("7 To consumers, by rate"),
        "8": _("8 Nil rated and exempt"),
        "9B": _("Credit notes"),
        "12": _("12 By HSN"),
        "13": _("13 Documents issued"),
    }
    return names[section]


def movement_name(kind: str) -> str:
    """Why stock moved."""
    names = {"SALE": _("Sold"), "RETURN": _("Came back"), "ADJUSTMENT": _("Adjusted"), "RESTOCK": _("Restocked")}
    return names[kind]


def direction_name(direction: str) -> str:
    """Which way cash went at the drawer."""
    return {"IN": _("Put in"), "OUT": _("Taken out")}[direction]
