"""What the cells of a row say about a product, in the words that `checks` understands."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date

from pos.catalog import units
from pos.core.errors import Problem
from pos.core.language import gettext as _
from pos.core.text import tidy

Places = Sequence[tuple[str, int]]

NOTHING = frozenset({"-", "--", "—", "n/a", "na", "nil", "null", "none", "#n/a"})
FREE_OF_TAX = frozenset({"nil", "exempt", "exempted", "nil rated", "tax free", "gst free"})
# Sold by the piece, whatever the piece is.
PIECES = frozenset(
    (
        *(
            "bag",
            "bar",
            "bdl",
            "bottle",
            "bottles",
            "box",
            "boxes",
            "btl",
            "bundle",
            "can",
            "carton",
            "case",
            "cup",
            "jar",
        ),
        *("cup", "jar", "nag", "pair", "pouch", "roll", "sachet", "set", "strip", "tin", "tray", "tube", "tubes"),
    )
)
FORMULA_SIGNS = "=+-@"

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
_ZERO = re.compile(r"0+(?:\.0+)?")
_TAX = re.compile(r"(?:[ics]?gst)?\s*@?\s*(\d+(?:\.\d+)?)\s*%?", re.IGNORECASE)
_AMOUNT_AND_UNIT = re.compile(r"(-?[\d,]*\.?\d+)\s*([A-Za-z]+)\.?")
_LOOSE = re.compile(r"\(\s*loose\s*\)", re.IGNORECASE)
_PER_UNIT = re.compile(r"1(?:\.0+)?\s*(kgs?|kilo|l|lt|ltr|litre|liter)\.?", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2}|[A-Za-z]{3,9})[\s\-/.]+(\d{4}|\d{2})")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[\s\-/.]+(\d{1,2}|[A-Za-z]{3,9})[\s\-/.,]+(\d{4}|\d{2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d.*")
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905


def given(cells: Sequence[str], places: Places) -> tuple[dict[str, str], list[Problem]]:
    """What the row gives, field by field, without those it leaves empty, and the codes that a spreadsheet spoiled."""
    told: dict[str, str] = {}
    for name, place in places:
        text = _text(cells[place], name) if place < len(cells) else None
        if text is not None:
            told[name] = text
    _read_stock(told)
    _read_unit(told)
    problems = [
        _shortened(name, told[name]) for name in ("barcode", "code") if _SHORTENED.fullmatch(told.get(name, ""))
    ]
    return told, problems


def _text(cell: str, name: str) -> str | None:
    text = cell if name == "description" else tidy(cell)
    if not text:
        return None
    if text[0] == "'" and text[1:2] in FORMULA_SIGNS:
        # Our own export, and others', put the sign before what a spreadsheet would run as a formula.
        text = text[1:]
    reader = _READERS.get(name)
    if reader:
        return reader(text)
    return None if text.casefold() in NOTHING and name != "name" else text


def _money(text: str) -> str | None:
    return None if text.casefold() in NOTHING else text.removesuffix("/-").rstrip()


def _mrp(text: str) -> str | None:
    # Nothing has an MRP of zero: other programs write it for "none".
    return None if _ZERO.fullmatch(text) else _money(text)


def _tax(text: str) -> str | None:
    if text.casefold() in FREE_OF_TAX:
        return "0"
    if text.casefold() in NOTHING:
        return None
    rate = _TAX.fullmatch(text)
    return rate[1] if rate else text


def _expiry(text: str) -> str | None:
    """The day as ISO 8601 where it is plain; a month alone means its last day, as on a packet."""
    if text.casefold() in NOTHING:
        return None
    moment = _MOMENT.fullmatch(text)
    if moment:
        return moment[1]
    full, month_only = _DAY_MONTH_YEAR.fullmatch(text), _MONTH_YEAR.fullmatch(text)
    try:
        if full:
            return date(_year(full[3]), _month(full[2]), int(full[1])).isoformat()
        if month_only:
            year, month = _year(month_only[2]), _month(month_only[1])
            return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
    except (ValueError, KeyError):
        return text
    return text


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS[text[:3].casefold()]


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


_READERS = {
    "price": _money,
    "mrp": _mrp,
    "cost_price": _money,
    "tax_rate": _tax,
    "expiry_date": _expiry,
}


def _read_stock(told: dict[str, str]) -> None:
    """`12 Nos` is a stock of 12, counted in pieces unless the row names its unit."""
    parted = _AMOUNT_AND_UNIT.fullmatch(told.get("stock_quantity", ""))
    if parted is None:
        return
    unit = _unit(parted[2])
    if unit in units.NAMES:
        told["stock_quantity"] = parted[1]
        told.setdefault("unit", unit)


def _read_unit(told: dict[str, str]) -> None:
    if "unit" in told:
        told["unit"] = _unit(told["unit"])
        return
    per_unit = _PER_UNIT.fullmatch(told.get("pack_size", ""))
    if per_unit and _LOOSE.search(told.get("name", "")):
        told["unit"] = "kg" if per_unit[1].casefold().startswith("k") else "ltr"
        del told["pack_size"]


def _unit(text: str) -> str:
    word = text.casefold().rstrip(".")
    return "pcs" if word in PIECES else word


def _shortened(name: str, text: str) -> Problem:
    sentence = _(
        "A spreadsheet has shortened this number to %(text)s. Show the column as whole numbers there, and save again.",
        text=text,
    )
    return Problem(sentence, "VALIDATION_ERROR", name)
