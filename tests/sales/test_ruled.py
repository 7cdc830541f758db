"""Columns of figures as lines of text: each line as wide as every other, and no wider than the roll."""

from __future__ import annotations

import pytest

from pos.sales.ruled import FIGURE_SPACE, HARD_SPACE, LINE, NARROW, ruled

HEADS = (("HSN", 8), ("%", 4), ("Taxable", 16), ("CGST", 10), ("SGST", 10))
ROWS = [["0405", "5", "1,261.25", "6.53", "6.53"], ["–", "2.5", "41.80", "0.00", "0.00"]]
LARGE = [["12345678", "18", "12,34,567.00", "1,11,111.03", "1,11,111.03"]]


def halves(line: str) -> int:
    return sum(1 if sign in NARROW + HARD_SPACE else 2 for sign in line)


@pytest.mark.parametrize("size", LINE)
@pytest.mark.parametrize("rows", [ROWS, LARGE[:1] * 3, [*ROWS, *LARGE]])
def test_every_line_is_as_wide_as_the_heads_together(size: str, rows: list[list[str]]) -> None:
    made = ruled(HEADS, rows, size)
    lines = made.rows.split("\n")
    assert {halves(line) for line in lines} == {sum(width for _head, width in made.heads)}
    assert [line.replace(FIGURE_SPACE, " ").replace(HARD_SPACE, " ").split() for line in lines] == rows


def test_a_line_fills_the_roll() -> None:
    for size, width in LINE.items():
        assert halves(ruled(HEADS, ROWS, size).rows.split("\n")[0]) == width


def test_each_head_has_room_for_its_word_and_a_width_that_the_style_sheet_knows() -> None:
    for rows in (ROWS, LARGE):
        for size in LINE:
            for (_word, room), (_head, width) in zip(HEADS, ruled(HEADS, rows, size).heads, strict=True):
                assert room <= width <= 40
