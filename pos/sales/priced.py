"""What pricing is asked for and what it answers: lines, discounts and bills without a database.

All amounts are Decimal rupees, quantities Decimal units, rates Decimal percents.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line as the cart or the API asks for it.

    `discount` is rupees per unit, from 0 to `unit_price`. `amount` is for "20 rupees' worth":
    the line's gross is then exactly that, and `quantity` what it buys (`quantity_for_amount`).
    `mrp` is the printed price per unit with all taxes, for the saving against it.
    """

    unit_price: Decimal
    quantity: Decimal
    tax_rate: Decimal
    discount: Decimal = Decimal(0)
    amount: Decimal | None = None
    mrp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BillDiscount:
    """A discount on the whole bill: rupees, or a percent of the line totals, or neither.

    Raises `ValueError` for both at once and for less than nothing.
    """

    amount: Decimal | None = None
    percent: Decimal | None = None

    def __post_init__(self) -> None:
        if self.amount is not None and self.percent is not None:
            raise ValueError("a bill's discount is an amount or a percent, not both")
        if (self.amount or 0) < 0 or (self.percent or 0) < 0:
            raise ValueError("a discount is never negative")


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line with all its amounts: `line_total - bill_discount` is what the goods cost.

    `tax_rate` is the rate charged (0 in composition mode), `bill_discount` the line's share of
    the bill's discount and redeemed points, `saving` what is paid less than MRP.
    """

    unit_price: Decimal
    quantity: Decimal
    tax_rate: Decimal
    discount: Decimal
    amount: Decimal | None
    mrp: Decimal | None
    gross: Decimal
    discount_amount: Decimal
    line_total: Decimal
    bill_discount: Decimal
    taxable: Decimal
    tax: Decimal
    cgst: Decimal
    sgst: Decimal
    saving: Decimal


@dataclass(frozen=True, slots=True)
class RateTotal:
    """One row of the bill's tax summary; `cgst` and `sgst` are 0 unless GST mode is regular."""

    rate: Decimal
    taxable: Decimal
    tax: Decimal
    cgst: Decimal
    sgst: Decimal


@dataclass(frozen=True, slots=True)
class PricedBill:
    """A bill that adds up: `subtotal - discount_amount + tax_amount + round_off == total`.

    `gross` is the sum of shelf prices, `bill_discount` includes `redeemed`, `discount_amount` is
    `line_discount + bill_discount`; `rates` are in ascending order, `lines` as asked.
    """

    lines: tuple[PricedLine, ...]
    rates: tuple[RateTotal, ...]
    gross: Decimal
    subtotal: Decimal
    line_discount: Decimal
    bill_discount: Decimal
    redeemed: Decimal
    discount_amount: Decimal
    tax_amount: Decimal
    round_off: Decimal
    total: Decimal
    saving: Decimal
