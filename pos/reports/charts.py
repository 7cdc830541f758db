"""Charts as plain geometry: how high each column stands and where its axis has lines; templates draw them as SVG.

Heights are whole pixels, places across are percents with two decimals, so that a chart is as wide as its page and its
letters stay as large as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.language import gettext as _
from pos.core.money import divide_half_up, format_quantity, format_rupees, round_half_up, to_paise

TOP, TALL, FOOT = 12, 168, 26
HEIGHT = TOP + TALL + FOOT
MOST_LINES = 5
# Columns fill 68 % of their place, and at most 9 % of the chart: a few do not become walls.
WIDEST, FILLED = 90_000, 68
MOST_LABELS, MOST_LABELS_NARROW = 12, 4
LAKH, CRORE = 100_000, 10_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """One column: what stands below it, how much it is, the part `inner` of it, the same a span `before`."""

    label: str
    value: Decimal
    sentence: str
    inner: Decimal | None = None
    before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the axis: its pixel from the top, and what it says."""

    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """From which pixel on and how high; `below` is True for what is less than nothing."""

    y: int
    height: int
    below: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is drawn; `label_on` is "" on every screen, "wide" where there is room, None on none."""

    left: str
    middle: str
    slot_left: str
    slot_width: str
    bar: Box
    inner: Box | None
    before_y: int | None
    label: str
    label_on: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns side by side."""

    lines: Sequence[Line]
    columns: Sequence[Column]
    width: str
    zero: int
    height: int = HEIGHT


def columns(points: Sequence[Point], money: bool = True) -> Columns:
    """The chart of these points on one axis of rupees, or of counts; amounts below zero hang from its line."""
    low, high = _ends(points)
    step, below, above = _steps(low, high)
    scale = _Scale(step, below, above)
    lines = [
        Line(scale.y(step * times), short(step * times) if money else format_quantity(step * times))
        for times in range(-below, above + 1)
    ]
    slot = divide_half_up(1_000_000, max(1, len(points)))
    wide = min(WIDEST, slot * FILLED // 100)
    drawn = [_column(one, place, len(points), wide, scale) for place, one in enumerate(points)]
    return Columns(lines, drawn, _percent(wide), scale.y(Decimal(0)))


def short(amount: Decimal | int) -> str:
    """Rupees as they fit on an axis: ₹500, ₹20,000, ₹1.5 L, ₹2 Cr."""
    if amount < 0:
        return f"-{short(-amount)}"
    if amount >= CRORE:
        return _("₹%(amount)s Cr", amount=_tenths(amount, CRORE))
    if amount >= LAKH:
        return _("₹%(amount)s L", amount=_tenths(amount, LAKH))
    return whole_rupees(amount)


def whole_rupees(amount: Decimal | int) -> str:
    """Rupees without paise, half up: ₹1,23,457."""
    return format_rupees(round_half_up(Decimal(amount), Decimal(1))).removesuffix(".00")


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A part of a whole as a percent with two decimals for a drawing; nothing of nothing, and nothing below zero."""
    if whole <= 0 or part <= 0:
        return "0%"
    return _percent(min(1_000_000, divide_half_up(to_paise(Decimal(part)) * 1_000_000, to_paise(Decimal(whole)))))


def _tenths(amount: Decimal | int, of: int) -> str:
    hundredths = divide_half_up(to_paise(Decimal(amount)), of)
    return format_quantity(Decimal(hundredths) / 100)


class _Scale:
    """Amounts as pixels."""

    def __init__(self, step: Decimal, below: int, above: int) -> None:
        self._paise = to_paise(step) * (below + above)
        self._zero = TOP + divide_half_up(TALL * above, below + above)

    def y(self, amount: Decimal) -> int:
        return self._zero - divide_half_up(to_paise(amount) * TALL, self._paise)

    def box(self, amount: Decimal) -> Box:
        """At least one pixel of anything."""
        height = abs(self.y(amount) - self._zero)
        height = max(1, height) if amount else 0
        return Box(self._zero if amount < 0 else self._zero - height, height, amount < 0)


def _column(one: Point, place: int, count: int, wide: int, scale: _Scale) -> Column:
    left, right = (divide_half_up(1_000_000 * edge, count) for edge in (place, place + 1))
    middle = (left + right) // 2
    return Column(
        left=_percent(middle - wide // 2),
        middle=_percent(middle),
        slot_left=_percent(left),
        slot_width=_percent(right - left),
        bar=scale.box(one.value),
        inner=scale.box(one.inner) if one.inner is not None else None,
        before_y=scale.y(one.before) if one.before is not None else None,
        label=one.label,
        label_on=_label_on(place, count),
        sentence=one.sentence,
    )


def _label_on(place: int, count: int) -> str | None:
    each = -(-count // MOST_LABELS)
    if place % each:
        return None
    narrow = each * -(-count // (each * MOST_LABELS_NARROW))
    return "" if place % narrow == 0 else "wide"


def _ends(points: Sequence[Point]) -> tuple[Decimal, Decimal]:
    amounts = [amount for one in points for amount in (one.value, one.inner, one.before) if amount is not None]
    return min([Decimal(0), *amounts]), max([Decimal(0), *amounts])


def _steps(low: Decimal, high: Decimal) -> tuple[Decimal, int, int]:
    """The smallest step of 1, 2 or 5 and noughts that needs few lines; and how many lie below and above zero."""
    size = Decimal(1)
    while True:
        for times in (1, 2, 5):
            step = size * times
            below, above = _needed(-low, step), _needed(high, step)
            if below + above <= MOST_LINES:
                return step, below, max(above, 0 if below else 1)
        size *= 10


def _needed(amount: Decimal, step: Decimal) -> int:
    whole, rest = divmod(amount, step)
    return int(whole) + (1 if rest else 0)


def _percent(millionths: int) -> str:
    """Hundredths of hundredths of a percent as SVG reads them."""
    return f"{millionths // 10_000}.{millionths // 100 % 100:02d}%"
