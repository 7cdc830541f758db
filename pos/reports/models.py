"""Sums of days and months that are over, so that a report of years need not read every line again.

Nothing here says what the lines do not: all of it may be thrown away and is then summed again. A sum holds as long as
its `summed_spans` row stands: what changes the sales of its days takes that row away in its own transaction, by a
trigger.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from pos.core.columns import UtcTime
from pos.core.db import Base
from pos.core.fields import percent_column, quantity_column, rupee_column

# On SQLite the key is the table itself: the sums of one span lie together.
BY_KEY = {"sqlite_with_rowid": False}


def _key(kind: object) -> Mapped[int]:
    return mapped_column(kind, primary_key=True, autoincrement=False)  # type: ignore[arg-type]


class SummedSpan(Base):
    """A day (20261123) or a month (202611) that is summed; `begins` and `ends` are the UTC moments that it meant.

    It stands from before the lines are read; the sums hold once it `is_done`, if it still stands then. `token` names
    whose work it is.
    """

    __tablename__ = "summed_spans"
    # A sale of today looks here for sums of today: by the last day it finds at once that there are none.
    __table_args__ = (
        CheckConstraint("first <= last AND begins < ends", name="order"),
        Index("idx_summed_spans_last", "last", "first"),
        Index("idx_summed_spans_ends", "ends", "begins"),
    )

    span: Mapped[int] = _key(Integer)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    begins: Mapped[datetime] = mapped_column(UtcTime)
    ends: Mapped[datetime] = mapped_column(UtcTime)
    token: Mapped[UUID]
    is_done: Mapped[bool]


class BillSum(Base):
    """The bills of one hour of a day by one cashier (the nil id: the command line), and what that person took back."""

    __tablename__ = "bill_sums"
    __table_args__ = BY_KEY

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    hour: Mapped[int] = _key(SmallInteger)
    cashier: Mapped[UUID] = mapped_column(primary_key=True)
    bills_count: Mapped[int]
    subtotal: Mapped[Decimal] = rupee_column("subtotal")
    discount_amount: Mapped[Decimal] = rupee_column("discount_amount")
    tax_amount: Mapped[Decimal] = rupee_column("tax_amount")
    round_off: Mapped[Decimal] = rupee_column("round_off")
    total_amount: Mapped[Decimal] = rupee_column("total_amount")
    amount_paid: Mapped[Decimal] = rupee_column("amount_paid")
    credit_amount: Mapped[Decimal] = rupee_column("credit_amount")
    voided_count: Mapped[int]
    voided_amount: Mapped[Decimal] = rupee_column("voided_amount")
    lines_count: Mapped[int]
    taxable: Mapped[Decimal] = rupee_column("taxable")
    # Paise times thousandths of a unit: whole until it is divided, once, at the end.
    cost: Mapped[int] = mapped_column(BigInteger)
    notes_count: Mapped[int]
    returns_amount: Mapped[Decimal] = rupee_column("returns_amount")
    back_taxable: Mapped[Decimal] = rupee_column("back_taxable")
    back_cost: Mapped[int] = mapped_column(BigInteger)


class MethodSum(Base):
    """What came in and was given back on one day in one way; CREDIT is what went on the khata and came off it."""

    __tablename__ = "method_sums"
    __table_args__ = BY_KEY

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    method: Mapped[str] = mapped_column(String(50), primary_key=True)
    payments_count: Mapped[int]
    received: Mapped[Decimal] = rupee_column("received")
    refunded: Mapped[Decimal] = rupee_column("refunded")


class ProductSum(Base):
    """What was sold of one product in a span, and what came back in it."""

    __tablename__ = "product_sums"
    __table_args__ = BY_KEY

    span: Mapped[int] = _key(Integer)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal] = quantity_column("quantity")
    taxable: Mapped[Decimal] = rupee_column("taxable")
    tax: Mapped[Decimal] = rupee_column("tax")
    cost: Mapped[int] = mapped_column(BigInteger)
    back_quantity: Mapped[Decimal] = quantity_column("back_quantity")
    back_taxable: Mapped[Decimal] = rupee_column("back_taxable")
    back_tax: Mapped[Decimal] = rupee_column("back_tax")
    back_cost: Mapped[int] = mapped_column(BigInteger)


class TaxSum(Base):
    """What was sold in a span under one HSN code ("" is none), unit, rate and kind of bill, and what came back."""

    __tablename__ = "tax_sums"
    __table_args__ = BY_KEY

    span: Mapped[int] = _key(Integer)
    hsn_code: Mapped[str] = mapped_column(String(8), primary_key=True)
    unit: Mapped[str] = mapped_column(String(50), primary_key=True)
    tax_rate: Mapped[Decimal] = percent_column("tax_rate", primary_key=True)
    gst_mode: Mapped[str] = mapped_column(String(20), primary_key=True)
    quantity: Mapped[Decimal] = quantity_column("quantity")
    taxable: Mapped[Decimal] = rupee_column("taxable")
    tax: Mapped[Decimal] = rupee_column("tax")
    back_quantity: Mapped[Decimal] = quantity_column("back_quantity")
    back_taxable: Mapped[Decimal] = rupee_column("back_taxable")
    back_tax: Mapped[Decimal] = rupee_column("back_tax")


class StockSpan(Base):
    """A month (202611) whose stock is summed; `begins` and `ends` are the UTC moments that it meant.

    What a month began with changes with every movement before its end: such a movement takes the row away in its own
    transaction, by a trigger. The sums hold once it `is_done`; `token` names whose work it is.
    """

    __tablename__ = "stock_spans"
    __table_args__ = (CheckConstraint("begins < ends", name="order"), Index("idx_stock_spans_ends", "ends"))

    span: Mapped[int] = _key(Integer)
    begins: Mapped[datetime] = mapped_column(UtcTime)
    ends: Mapped[datetime] = mapped_column(UtcTime)
    token: Mapped[UUID]
    is_done: Mapped[bool]


class StockSum(Base):
    """What stood of one product when a month began, and what moved in it; no row where nothing stood and moved."""

    __tablename__ = "stock_sums"
    __table_args__ = BY_KEY

    span: Mapped[int] = _key(Integer)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    opening: Mapped[Decimal] = quantity_column("opening")
    restocked: Mapped[Decimal] = quantity_column("restocked")
    sold: Mapped[Decimal] = quantity_column("sold")
    returned: Mapped[Decimal] = quantity_column("returned")
    adjusted: Mapped[Decimal] = quantity_column("adjusted")


SUMS = tuple(model.__tablename__ for model in (SummedSpan, BillSum, MethodSum, ProductSum, TaxSum, StockSpan, StockSum))
