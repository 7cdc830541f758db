"""Bills once made: sales, their lines and payments, and the counters that number them (PLAN.md 2.5, 2.6)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pos.core.columns import UtcTime
from pos.core.db import Base
from pos.core.fields import (
    created_column,
    id_column,
    percent_column,
    person_column,
    quantity_column,
    rupee_column,
    updated_column,
)

# Shops that count no drawer pay nothing for this index.
_IN_SESSION = text("cash_session_id IS NOT NULL")
METHODS = ("CASH", "UPI", "CARD", "BANK_TRANSFER")
STATUSES = ("PAID", "PARTIAL", "CREDIT", "VOIDED")
SUMMED_METHODS = ("CASH", "UPI", "CARD", "BANK_TRANSFER", "CREDIT", "PARTIAL", "MIXED")


class Sale(Base):
    """A bill: subtotal - discount + tax + round-off = total = paid + credit. Only notes and a void change it."""

    __tablename__ = "sales"
    __table_args__ = (
        CheckConstraint("amount_paid_paise + credit_amount_paise = total_amount_paise", name="payment_amounts"),
        CheckConstraint(
            "subtotal_paise - discount_amount_paise + tax_amount_paise + round_off_paise = total_amount_paise",
            name="adds_up",
        ),
        CheckConstraint("amount_tendered_paise - change_due_paise = amount_paid_paise", name="change"),
        CheckConstraint("total_amount_paise >= 0 AND amount_paid_paise >= 0", name="not_negative"),
        CheckConstraint("credit_amount_paise >= 0 AND change_due_paise >= 0", name="credit_not_negative"),
        CheckConstraint("credit_amount_paise = 0 OR customer_id IS NOT NULL", name="credit_needs_customer"),
        CheckConstraint("round_off_paise BETWEEN -49 AND 50", name="round_off"),
        CheckConstraint(
            "payment_method IN ('CASH', 'UPI', 'CARD', 'BANK_TRANSFER', 'CREDIT', 'PARTIAL', 'MIXED')",
            name="payment_method",
        ),
        CheckConstraint("payment_status IN ('PAID', 'PARTIAL', 'CREDIT', 'VOIDED')", name="payment_status"),
        CheckConstraint("(payment_status = 'VOIDED') = (voided_at IS NOT NULL)", name="voided"),
        UniqueConstraint("bill_year", "bill_sequence", name="uq_sales_bill_sequence"),
        Index("idx_sales_bill_number", "bill_number", unique=True),
        Index("idx_sales_customer", "customer_id", "created_at"),
        Index("idx_sales_date", "created_at"),
        Index("idx_sales_business_day", "business_day"),
        Index("idx_sales_status", "payment_status"),
        Index("idx_sales_total", "total_amount"),
        Index("idx_sales_created_by", "created_by", "created_at"),
        Index("idx_sales_cash_session", "cash_session_id", sqlite_where=_IN_SESSION, postgresql_where=_IN_SESSION),
    )

    id: Mapped[UUID] = id_column()
    bill_number: Mapped[str] = mapped_column(String(50))
    bill_year: Mapped[int]
    bill_sequence: Mapped[int]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    customer_name: Mapped[str | None] = mapped_column(String(255))
    customer_phone: Mapped[str | None] = mapped_column(String(15))
    subtotal: Mapped[Decimal] = rupee_column("subtotal")
    discount_amount: Mapped[Decimal] = rupee_column("discount_amount", default=Decimal(0))
    bill_discount: Mapped[Decimal] = rupee_column("bill_discount", default=Decimal(0))
    tax_amount: Mapped[Decimal] = rupee_column("tax_amount", default=Decimal(0))
    round_off: Mapped[Decimal] = rupee_column("round_off", default=Decimal(0))
    total_amount: Mapped[Decimal] = rupee_column("total_amount")
    amount_tendered: Mapped[Decimal] = rupee_column("amount_tendered", default=Decimal(0))
    change_due: Mapped[Decimal] = rupee_column("change_due", default=Decimal(0))
    amount_paid: Mapped[Decimal] = rupee_column("amount_paid", default=Decimal(0))
    credit_amount: Mapped[Decimal] = rupee_column("credit_amount", default=Decimal(0))
    saving: Mapped[Decimal] = rupee_column("saving", default=Decimal(0))
    payment_method: Mapped[str] = mapped_column(String(50))
    payment_status: Mapped[str] = mapped_column(String(50))
    gst_mode: Mapped[str] = mapped_column(String(20), default="none")
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    points_redeemed: Mapped[int] = mapped_column(default=0)
    points_earned: Mapped[int] = mapped_column(default=0)
    business_day: Mapped[date] = mapped_column(Date)
    cart_id: Mapped[UUID | None] = mapped_column(unique=True)
    cash_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("cash_sessions.id"))
    notes: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
    voided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    voided_by: Mapped[UUID | None] = person_column()
    void_reason: Mapped[str | None] = mapped_column(Text)


class SaleItem(Base):
    """One line of a bill, with price, tax and cost as they were; append-only."""

    __tablename__ = "sale_items"
    __table_args__ = (
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("gross_paise - discount_amount_paise = line_total_paise", name="line_total"),
        CheckConstraint("discount_paise >= 0 AND bill_discount_paise >= 0", name="discount"),
        CheckConstraint("line_total_paise >= bill_discount_paise", name="bill_discount"),
        UniqueConstraint("sale_id", "position", name="uq_sale_items_position"),
        Index("idx_sale_items_sale", "sale_id"),
        Index("idx_sale_items_product", "product_id", "created_at"),
    )

    id: Mapped[UUID] = id_column()
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("sales.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(String(255))
    unit: Mapped[str] = mapped_column(String(50))
    hsn_code: Mapped[str | None] = mapped_column(String(8))
    quantity: Mapped[Decimal] = quantity_column("quantity")
    unit_price: Mapped[Decimal] = rupee_column("unit_price")
    mrp: Mapped[Decimal | None] = rupee_column("mrp", nullable=True)
    cost_price: Mapped[Decimal | None] = rupee_column("cost_price", nullable=True)
    # True for "20 rupees' worth": gross is the amount asked for, the quantity is what it buys.
    sold_by_amount: Mapped[bool] = mapped_column(default=False)
    gross: Mapped[Decimal] = rupee_column("gross")
    discount: Mapped[Decimal] = rupee_column("discount", default=Decimal(0))
    discount_amount: Mapped[Decimal] = rupee_column("discount_amount", default=Decimal(0))
    line_total: Mapped[Decimal] = rupee_column("line_total")
    bill_discount: Mapped[Decimal] = rupee_column("bill_discount", default=Decimal(0))
    tax_rate: Mapped[Decimal] = percent_column("tax_rate", default=Decimal(0))
    taxable: Mapped[Decimal] = rupee_column("taxable")
    tax: Mapped[Decimal] = rupee_column("tax", default=Decimal(0))
    created_at: Mapped[datetime] = created_column()


class Payment(Base):
    """One tender of a bill, or one refund of it; append-only. `amount` counts, `tendered` is what was handed over."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("kind IN ('TENDER', 'REFUND')", name="kind"),
        CheckConstraint("method IN ('CASH', 'UPI', 'CARD', 'BANK_TRANSFER')", name="method"),
        CheckConstraint("amount_paise > 0 AND tendered_paise >= amount_paise", name="amount"),
        CheckConstraint("method = 'CASH' OR tendered_paise = amount_paise", name="change_is_cash"),
        Index("idx_payments_sale", "sale_id"),
        Index("idx_payments_cash_session", "cash_session_id", "created_at"),
    )

    id: Mapped[UUID] = id_column()
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("sales.id"))
    credit_note_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_notes.id"))
    kind: Mapped[str] = mapped_column(String(10), default="TENDER")
    method: Mapped[str] = mapped_column(String(50))
    amount: Mapped[Decimal] = rupee_column("amount")
    tendered: Mapped[Decimal] = rupee_column("tendered")
    reference: Mapped[str | None] = mapped_column(String(100))
    cash_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("cash_sessions.id"))
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
