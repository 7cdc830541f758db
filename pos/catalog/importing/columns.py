"""Which column of a file holds what: told from its name, as shops, wholesalers and their programs write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pos.catalog.importing.names import NAMES
from pos.catalog.importing.row import Row
from pos.core.language import lazy_gettext as _l

# Field -> what it is called in a page; the order in which they are offered.
FIELDS: dict[str, str] = {
    "name": _l("Name"),
    "price": _l("Selling price"),
    "mrp": _l("MRP"),
    "barcode": _l("Barcode"),
    "code": _l("Short code (PLU)"),
    "stock_quantity": _l("Stock"),
    "unit": _l("Unit"),
    "pack_size": _l("Pack size"),
    "category": _l("Category"),
    "brand": _l("Brand"),
    "description": _l("Description"),
    "hsn_code": _l("HSN code"),
    "tax_rate": _l("Tax rate (GST %)"),
    "expiry_date": _l("Expiry date"),
    "min_stock_level": _l("Minimum stock"),
    "cost_price": _l("Cost price"),
    "status": _l("Status"),
}
HEADER_WITHIN_ROWS = 20

# What stands beside a name and changes nothing: "Price (Rs.)", "MRP in ₹", "GST %".
_BESIDE = re.compile(r"\b(?:rs|inr|rupees|in rs|in inr|in rupees|in)\b")
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Marks belong to the letters before them: Devanagari writes vowels so.
_SEPARATORS = re.compile(r"[^\w\u0900-\u097f]+|_+")
_LOOKS_LIKE_A_PRICE = re.compile(r"\s*(?:₹|Rs\.?)?\s*\d[\d,]*(?:\.\d+)?\s*", re.IGNORECASE)


def plain(name: str) -> str:
    """A column's name as the table has it: `p code` for `p_code`, `cost price` for `costPrice`, `mrp` for `MRP (₹)`."""
    spaced = _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name))
    words = _SEPARATORS.sub(" ", spaced).casefold()
    return " ".join(_BESIDE.sub(" ", words).split())


def _ranks(field: str, names: str) -> dict[str, int]:
    # A field's own name is what our export writes.
    return {plain(name): rank for rank, name in enumerate([field, *names.split(",")])}


_RANKS = {field: _ranks(field, names) for field, names in NAMES.items()}


def matched(header: Sequence[str]) -> tuple[str | None, ...]:
    """For each column of the header the field it holds, or None; no field twice, the more trusted name first."""
    plain_names = [plain(name) for name in header]
    fields: list[str | None] = [None] * len(header)
    for field, ranks in _RANKS.items():
        places = [place for place, name in enumerate(plain_names) if name in ranks and fields[place] is None]
        if places:
            fields[min(places, key=lambda place: ranks[plain_names[place]])] = field
    return tuple(fields)


def known_names(cells: Sequence[str]) -> int:
    """How many fields a row of names would fill."""
    return sum(field is not None for field in matched(cells))


def header_of(first_rows: Sequence[Row]) -> int:
    """The number of the row that holds the columns' names, 0 when the file begins with products at once."""
    if not first_rows:
        return 0
    known = [known_names(row.cells) for row in first_rows[:HEADER_WITHIN_ROWS]]
    best = max(range(len(known)), key=known.__getitem__)
    if known[best] >= 2:
        return first_rows[best].number
    first = first_rows[0]
    return 0 if any(_LOOKS_LIKE_A_PRICE.fullmatch(cell) for cell in first.cells) else first.number
