"""What one bill is, as it was made: everything that a page, a paper or a program shows of it.

All amounts are Decimal rupees, quantities Decimal units, rates Decimal percents, times UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Protocol
from uuid import UUID

from pos.core.fields import ZERO
from pos.sales.priced import RateTotal
from pos.settings.store import Store

_TWO = Decimal(2)


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: `gross - discount_amount` is its total, `bill_discount` its share of what the bill takes off.

    `sold_by_amount` says that money was asked for ("20 rupees' worth"), and that `quantity` is what it bought.
    """

    id: UUID
    product_id: UUID
    product_name: str
    unit: str
    hsn_code: str | None
    quantity: Decimal
    unit_price: Decimal
    mrp: Decimal | None
    sold_by_amount: bool
    gross: Decimal
    discount: Decimal
    discount_amount: Decimal
    line_total: Decimal
    bill_discount: Decimal
    tax_rate: Decimal
    taxable: Decimal
    tax: Decimal


class TaxedLine(Protocol):
    """A line of a bill or a credit note, as far as tax goes."""

    @property
    def hsn_code(self) -> str | None:
        """The line's HSN code."""

    @property
    def tax_rate(self) -> Decimal:
        """Its rate in percent."""

    @property
    def taxable(self) -> Decimal:
        """Its value without tax."""

    @property
    def tax(self) -> Decimal:
        """Its tax."""


@dataclass(frozen=True, slots=True)
class BillPayment:
    """One tender (`kind` TENDER) or refund (REFUND): `amount` counts, `tendered` is what was handed over."""

    kind: str
    method: str
    amount: Decimal
    tendered: Decimal
    reference: str | None


@dataclass(frozen=True, slots=True)
class BillCustomer:
    """Who bought: name and phone as on the bill, address as it is now.

    `balance_after` is what the customer owed right after this bill (None for somebody who never had credit),
    `balance_now` what is owed today.
    """

    id: UUID | None
    name: str | None
    phone: str | None
    address: str | None = None
    balance_after: Decimal | None = None
    balance_now: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class HsnTotal:
    """One row of the HSN summary (GST rule 46(g)); `cgst` and `sgst` are equal halves of `tax`."""

    hsn_code: str | None
    rate: Decimal
    taxable: Decimal
    tax: Decimal
    cgst: Decimal
    sgst: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that adds up: subtotal - discount_amount + tax_amount + round_off = total = paid + credit.

    `store` is the shop as it is now; GST mode and inclusive prices are the bill's own. `bill_discount` includes
    redeemed points; with `prices_include_tax` the subtotal is without the tax, `goods` with it.
    """

    id: UUID
    number: str
    made_at: datetime
    business_day: date
    store: Store
    cashier: str | None
    customer: BillCustomer | None
    lines: Sequence[BillLine]
    payments: Sequence[BillPayment]
    subtotal: Decimal
    discount_amount: Decimal
    bill_discount: Decimal
    tax_amount: Decimal
    round_off: Decimal
    total: Decimal
    tendered: Decimal
    change_due: Decimal
    paid: Decimal
    credit: Decimal
    saving: Decimal
    method: str
    status: str
    gst_mode: str
    prices_include_tax: bool
    points_redeemed: int = 0
    points_earned: int = 0
    notes: str | None = None
    voided_at: datetime | None = None
    voided_by: str | None = None
    void_reason: str | None = None

    @property
    def voided(self) -> bool:
        """True when the bill was cancelled; it keeps its number and is still shown."""
        return self.voided_at is not None

    @property
    def goods(self) -> Decimal:
        """What all lines come to at their prices, before any discount: the sum of the amounts as printed."""
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def line_discount(self) -> Decimal:
        """What is taken off on single lines."""
        return sum((line.discount_amount for line in self.lines), ZERO)

    @property
    def due(self) -> Decimal:
        """What of this bill's credit is still owed today; nothing once the bill is void."""
        if self.voided or self.customer is None:
            return ZERO
        return min(self.credit, self.customer.balance_now)

    @property
    def rates(self) -> list[RateTotal]:
        """The tax summary: a row per rate, in ascending order; CGST and SGST in GST mode regular alone."""
        return rates_of(self.lines, self.gst_mode)

    @property
    def hsn(self) -> list[HsnTotal]:
        """The HSN summary: a row per code and rate; empty unless GST mode is regular and some line has a code."""
        if self.gst_mode != "regular" or not any(line.hsn_code for line in self.lines):
            return []
        return [
            HsnTotal(code or None, rate, taxable, tax, *_halves(tax, self.gst_mode))
            for (code, rate), taxable, tax in _totals(self.lines, by_code=True)
        ]


def rates_of(lines: Iterable[TaxedLine], gst_mode: str) -> list[RateTotal]:
    """A row per rate of these lines, in ascending order; CGST and SGST in GST mode regular alone."""
    totals = _totals(lines, by_code=False)
    return [RateTotal(rate, taxable, tax, *_halves(tax, gst_mode)) for (_code, rate), taxable, tax in totals]


def _halves(tax: Decimal, gst_mode: str) -> tuple[Decimal, Decimal]:
    # In regular mode the tax of every line is even (docs/pricing.md), so halves are whole paise.
    half = tax / _TWO if gst_mode == "regular" else ZERO
    return half, half


def _totals(lines: Iterable[TaxedLine], by_code: bool) -> Iterator[tuple[tuple[str, Decimal], Decimal, Decimal]]:
    """Taxable value and tax of the lines that share HSN code (or any code) and rate, in ascending order."""

    def key(line: TaxedLine) -> tuple[str, Decimal]:
        return (line.hsn_code or "" if by_code else "", line.tax_rate)

    for shared, group in groupby(sorted(lines, key=key), key=key):
        rows = list(group)
        yield (
            shared,
            sum((row.taxable for row in rows), ZERO),
            sum((row.tax for row in rows), ZERO),
        )
