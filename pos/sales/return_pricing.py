"""What goods are worth when they come back: parts that add up to exactly the bill (DESIGN.md 6).

Worked out by cumulative difference: what all returns up to and with this one are worth, less what the earlier ones
were. So any sequence of returns adds up to the bill, to the paisa. Amounts are whole paise, quantities thousandths.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.core.money import divide_half_up


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line of a bill: what was sold, what has come back so far, what it cost without and with tax."""

    sold: int
    returned: int
    taxable: int
    tax: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What a part of a line is worth: taxable value and tax."""

    taxable: int
    tax: int


def worth(line: SoldLine, coming_back: int, halves: bool) -> Worth:
    """The worth of this much more of the line coming back; `halves` keeps CGST and SGST equal.

    Raises ValueError when more would come back than was sold, or nothing.
    """
    after = line.returned + coming_back
    if coming_back <= 0 or after > line.sold:
        raise ValueError(f"{coming_back} of {line.sold - line.returned} cannot come back")
    unit = 2 if halves else 1
    tax = unit * (_part(line.tax // unit, after, line.sold) - _part(line.tax // unit, line.returned, line.sold))
    return Worth(_part(line.taxable, after, line.sold) - _part(line.taxable, line.returned, line.sold), tax)


def round_off_of(round_off: int, before: int, after: int, goods: int) -> int:
    """The part of a bill's round-off that comes back with the goods between two cumulative worths of them.

    Spread like this no return is worth less than nothing: the bill's total, and so each part of it, is not negative.
    """
    if goods == 0:
        return 0
    return _part(round_off, after, goods) - _part(round_off, before, goods)


def points_of(points: int, before: int, after: int, total: int) -> int:
    """The whole points that belong to the part of a bill between two cumulative worths of it."""
    if total == 0:
        return points if after >= total > before else 0
    return points * after // total - points * before // total


def _part(whole: int, part: int, of: int) -> int:
    return divide_half_up(whole * part, of)
