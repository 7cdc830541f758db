"""Columns of figures on a roll, as lines of text: a table takes as long to draw as all the rest of a bill.

Everything is counted in halves of a digit. The digits of the bundled font are all as wide as a figure space; its
commas and points, and the hard space, are half as wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FIGURE_SPACE, HARD_SPACE = "\u2007", "\u00a0"
# What goes beside each other on each roll at the size of such a table (receipt.css).
LINE = {"80mm": 96, "58mm": 75}
NARROW = ",."


@dataclass(frozen=True, slots=True)
class Ruled:
    """Column heads with their widths (receipt.css: `w4` to `w40`), and the rows under them as lines of one text."""

    heads: list[tuple[str, int]]
    rows: str


def ruled(heads: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]], size: str) -> Ruled:
    """Rows of figures under heads (each with the room that its word needs), spread over the roll's width.

    The first column begins at the left, all others end at the right.
    """
    columns = zip(heads, zip(*rows, strict=True), strict=True)
    widths = [max(least, *map(_width, column)) for (_head, least), column in columns]
    gap, rest = divmod(max(LINE[size] - sum(widths), 2 * (len(widths) - 1)), len(widths) - 1)
    first, *others = widths
    placed = [first + rest, *(width + gap for width in others)]
    lines = (_line(row, placed) for row in rows)
    return Ruled([(head, width) for (head, _least), width in zip(heads, placed, strict=True)], "\n".join(lines))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    (first, *others), (room, *rooms) = row, widths
    ended = (_blank(width - _width(text)) + text for text, width in zip(others, rooms, strict=True))
    return first + _blank(room - _width(first)) + "".join(ended)


def _width(text: str) -> int:
    return sum(1 if sign in NARROW else 2 for sign in text)


def _blank(halves: int) -> str:
    return FIGURE_SPACE * (halves // 2) + HARD_SPACE * (halves % 2)
