"""A cart as the cashier sees it: its lines, its customer and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.sales.priced import BillDiscount, PricedBill


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line as the cashier sees it. `was` is the price it was added at, when that has changed since.

    `short` is how much the shelf lacks, 0 when there is enough; `total` is rupees after the line's own discount.
    """

    id: UUID
    product_id: UUID
    position: int
    name: str
    pack_size: str | None
    unit: str
    is_loose: bool
    quantity: Decimal
    amount: Decimal | None
    price: Decimal
    was: Decimal | None
    mrp: Decimal | None
    discount: Decimal
    total: Decimal
    saving: Decimal
    stock: Decimal
    short: Decimal
    is_sold: bool


@dataclass(frozen=True, slots=True)
class QuotedCustomer:
    """The customer of the cart. `after` is the balance if all of this bill went on credit; `room` what still may."""

    id: UUID
    name: str
    phone: str | None
    balance: Decimal
    limit: Decimal
    after: Decimal
    room: Decimal
    points: int
    status: str

    @property
    def is_over(self) -> bool:
        """True when this bill could not all go on credit."""
        return self.after > self.limit


@dataclass(frozen=True, slots=True)
class Quote:
    """A cart and what it comes to. `problems` are sentences about the whole; `pieces` counts what is in the bag."""

    id: UUID
    status: str
    name: str | None
    notes: str | None
    sale_id: UUID | None
    opened_by: str | None
    created_at: datetime
    updated_at: datetime
    lines: tuple[QuotedLine, ...]
    bill: PricedBill
    bill_discount: BillDiscount
    points: int
    customer: QuotedCustomer | None
    problems: tuple[str, ...]

    @property
    def pieces(self) -> int:
        """Pieces of countable goods, and one for each loose one."""
        return sum(1 if line.is_loose else int(line.quantity) for line in self.lines)

    @property
    def last(self) -> QuotedLine | None:
        """The line that was added to last."""
        return self.lines[-1] if self.lines else None

    @property
    def needs_care(self) -> bool:
        """True when something stands in the way of selling it just so."""
        return bool(self.problems) or any(line.short or line.was is not None or not line.is_sold for line in self.lines)
