"""The units goods are sold by: some are counted, some are weighed or measured (DESIGN.md 3)."""

from __future__ import annotations

from decimal import Decimal

from pos.catalog.models import LOOSE_UNITS, UNITS
from pos.core.language import gettext as _

USUAL = "pcs"
# What people write for a unit, besides its own name.
NAMES: dict[str, str] = {
    **{unit: unit for unit in UNITS},
    **dict.fromkeys(("pc", "piece", "pieces", "no", "nos", "each", "ea", "unit", "units"), "pcs"),
    **dict.fromkeys(("kgs", "kilo", "kilogram"), "kg"),
    **dict.fromkeys(("g", "gms", "gram", "grams", "gr"), "gm"),
    **dict.fromkeys(("l", "lt", "lit", "litre", "liter", "litres", "ltrs"), "ltr"),
    **dict.fromkeys(("mls", "millilitre"), "ml"),
    **dict.fromkeys(("dz", "doz", "dozens"), "dozen"),
    **dict.fromkeys(("pkt", "pack", "packets", "pack.", "pkts"), "packet"),
}


def read(text: str) -> str:
    """The unit that somebody wrote, by its own name or a common other. Raises ValueError, naming those there are."""
    unit = NAMES.get(text.casefold())
    if unit is None:
        known = ", ".join(UNITS)
        raise ValueError(_("“%(unit)s” is not a unit here. Choose one of: %(units)s.", unit=text, units=known))
    return unit


def fits(unit: str, amount: Decimal | None) -> bool:
    """True when the quantity is one that this unit can have: countable units only whole ones (DESIGN.md 3)."""
    return amount is None or unit in LOOSE_UNITS or amount == amount.to_integral_value()


def sentence(unit: str) -> str:
    """What to tell somebody who gave a broken quantity of a countable unit."""
    return _("Goods sold by the “%(unit)s” are counted in whole numbers: write 3, not 3.5.", unit=unit)
