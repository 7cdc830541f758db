"""Which column of a file holds what: told from its name, as people and their programs write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from pos.core.importing.row import Row

HEADER_WITHIN_ROWS = 20

# What stands beside a name and changes nothing: "Price (Rs.)", "MRP in ₹", "GST %".
_BESIDE = re.compile(r"\b(?:rs|inr|rupees|in rs|in inr|in rupees|in)\b")
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Marks belong to the letters before them: Devanagari writes vowels so.
_SEPARATORS = re.compile(r"[^\w\u0900-\u097f]+|_+")
_LOOKS_LIKE_A_NUMBER = re.compile(r"\s*(?:₹|Rs\.?)?\s*\d[\d,]*(?:\.\d+)?\s*", re.IGNORECASE)


def plain(name: str) -> str:
    """A column's name as the table has it: `p code` for `p_code`, `cost price` for `costPrice`, `mrp` for `MRP (₹)`."""
    spaced = _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name))
    words = _SEPARATORS.sub(" ", spaced).casefold()
    return " ".join(_BESIDE.sub(" ", words).split())


class Headers:
    """The names that columns have, by field: `{"price": "selling price, rate, ..."}`, in order of trust."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._ranks = {field: _ranks(field, written) for field, written in names.items()}

    def matched(self, header: Sequence[str]) -> tuple[str | None, ...]:
        """For each column of the header the field it holds, or None; no field twice, the more trusted name first."""
        plain_names = [plain(name) for name in header]
        fields: list[str | None] = [None] * len(header)
        for field, ranks in self._ranks.items():
            places = [place for place, name in enumerate(plain_names) if name in ranks and fields[place] is None]
            if places:
                fields[min(places, key=lambda place: ranks[plain_names[place]])] = field
        return tuple(fields)

    def known_names(self, cells: Sequence[str]) -> int:
        """How many fields a row of names would fill."""
        return sum(field is not None for field in self.matched(cells))

    def header_of(self, first_rows: Sequence[Row]) -> int:
        """The number of the row that holds the columns' names, 0 when the file begins with its list at once."""
        if not first_rows:
            return 0
        known = [self.known_names(row.cells) for row in first_rows[:HEADER_WITHIN_ROWS]]
        best = max(range(len(known)), key=known.__getitem__)
        if known[best] >= 2:
            return first_rows[best].number
        first = first_rows[0]
        return 0 if any(_LOOKS_LIKE_A_NUMBER.fullmatch(cell) for cell in first.cells) else first.number

    def columns_under(self, header: int, first_rows: Sequence[Row]) -> tuple[str | None, ...]:
        """The columns matched by the names in that row, and as many as the widest of the first rows has."""
        width = max((len(row.cells) for row in first_rows), default=0)
        names: list[str] = next((row.cells for row in first_rows if row.number == header), [])
        fields = self.matched(names)
        return fields + (None,) * (width - len(fields))


def _ranks(field: str, names: str) -> dict[str, int]:
    # A field's own name is what our export writes.
    return {plain(name): rank for rank, name in enumerate([field, *names.split(",")])}
