"""What the cells of a row say about a customer, in the words that `checks` understands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pos.core.text import tidy

Places = Sequence[tuple[str, int]]
NOTHING = frozenset({"-", "--", "—", "n/a", "na", "nil", "null", "none", "#n/a"})
AMOUNTS = frozenset({"credit_balance", "credit_limit"})
FORMULA_SIGNS = "=+-@"
TOTALS = frozenset({"total", "grand total", "sub total", "subtotal", "कुल", "योग"})
LANGUAGES = {"english": "en", "अंग्रेज़ी": "en", "hindi": "hi", "हिन्दी": "hi", "हिंदी": "hi"}

# Accounting programs write on which side of the book an amount stands: what a customer owes is a debit.
_SIDE = re.compile(r"(.+?)\s*(dr|cr)\.?", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[/,;|]\s*")


def given(cells: Sequence[str], places: Places) -> dict[str, str]:
    """What the row gives, field by field, without those it leaves empty."""
    told = {name: _text(name, cells[place]) for name, place in places if place < len(cells)}
    return {name: text for name, text in told.items() if text is not None}


def is_total(told: dict[str, str]) -> bool:
    """True for the line under a list that adds it up."""
    return "phone" not in told and told.get("name", "").casefold().rstrip(":") in TOTALS


def _text(name: str, cell: str) -> str | None:
    text = cell.strip() if name == "address" else tidy(cell)
    if not text:
        return None
    if text[0] == "'" and text[1:2] in FORMULA_SIGNS:
        # Our own export, and others', put the sign before what a spreadsheet would run as a formula.
        text = text[1:]
    if text.casefold() in NOTHING and name != "name":
        return None
    return _read(name, text)


def _read(name: str, text: str) -> str:
    if name in AMOUNTS:
        return _amount(text)
    if name == "phone":
        # Two numbers in one cell: the first is the one they answer.
        return _SEVERAL.split(text)[0] or text
    if name == "language":
        return LANGUAGES.get(text.casefold(), text.casefold())
    return text.casefold() if name == "status" else text


def _amount(text: str) -> str:
    text = text.removesuffix("/-").rstrip()
    side = _SIDE.fullmatch(text)
    if side is None:
        return text
    return f"-{side[1]}" if side[2].casefold() == "cr" else side[1]
