"""A row of a file, before anybody knows what its cells mean, and a row that is not taken."""

from __future__ import annotations

from typing import NamedTuple

from pos.core.errors import Invalid

BAD, LEFT = "bad", "left"
MOST_COLUMNS = 200


class Row(NamedTuple):
    """`line` as a text editor counts, `number` as a spreadsheet does: a line break in a cell sets them apart."""

    line: int
    number: int
    cells: list[str]


class Unreadable(Invalid):
    """The file cannot be read as rows; the sentence says where and what to do."""

    code = "UNREADABLE_FILE"


class Aside(NamedTuple):
    """A row that is not taken, `bad` or `left` out, and why."""

    row: Row
    kind: str
    reason: str
