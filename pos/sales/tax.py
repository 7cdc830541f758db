"""GST on a bill: worked out once per rate, then shared out to the lines (DESIGN.md, section 4).

All amounts here are whole paise, rates are basis points (5 % is 500).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pos.core.money import divide_half_up, spread

GST_MODES = ("none", "regular", "composition")
_WHOLE = 10_000  # 100 % in basis points


@dataclass(frozen=True, slots=True)
class Terms:
    """How the store prices its bills; `ValueError` for a GST mode that is not in `GST_MODES`."""

    gst_mode: str = "none"
    prices_include_tax: bool = False
    round_to_rupee: bool = False

    def __post_init__(self) -> None:
        if self.gst_mode not in GST_MODES:
            raise ValueError(f"{self.gst_mode!r} is not one of {GST_MODES}")


def tax_on(net: int, rate: int, terms: Terms) -> int:
    """The tax of one rate on `net` paise, rounded once; in regular mode two equal halves of it.

    `net` is what the lines of that rate come to after every discount: without the tax, or with
    the tax inside it where prices include tax.
    """
    if terms.gst_mode == "composition":
        return 0
    base = _WHOLE + rate if terms.prices_include_tax else _WHOLE
    if terms.gst_mode == "regular":
        return 2 * divide_half_up(net * rate, 2 * base)
    return divide_half_up(net * rate, base)


def share_tax(nets: Sequence[int], rate: int, terms: Terms) -> list[int]:
    """The tax of one rate, as each of its lines carries it, in the order of `nets`.

    Largest remainder over `nets`; in regular mode each half is shared, so that every line's tax
    is even and its CGST equals its SGST. Where prices include tax, no line carries more tax than
    it costs; what none has room for (a paisa cannot hold two halves) is left out of the tax.
    """
    tax = tax_on(sum(nets), rate, terms)
    if terms.gst_mode != "regular":
        return spread(tax, nets)
    halves = spread(tax // 2, nets)
    if terms.prices_include_tax and any(2 * half > net for half, net in zip(halves, nets, strict=True)):
        room = [net // 2 for net in nets]
        halves = spread(min(tax // 2, sum(room)), room)
    return [2 * half for half in halves]
