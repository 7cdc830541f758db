"""The one row that says what store this is (PLAN.md 2.2, DESIGN.md 4), and the sessions of its tills' drawers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint, text
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

GST_MODES = ("none", "regular", "composition")
PAPER_SIZES = ("80mm", "58mm", "a4", "a5")
_OPEN = text("closed_at IS NULL")


class StoreSettings(Base):
    """The store's name, address, tax terms, receipt texts and rules: exactly one row."""

    __tablename__ = "store_settings"
    __table_args__ = (
        UniqueConstraint("the_only", name="uq_store_settings_the_only"),
        CheckConstraint("the_only = 1", name="only_one_store"),
        CheckConstraint("tax_rate_bp BETWEEN 0 AND 10000", name="tax_rate"),
        CheckConstraint("min_stock_default_milli >= 0", name="min_stock_default"),
        CheckConstraint("gst_mode IN ('none', 'regular', 'composition')", name="gst_mode"),
        CheckConstraint("gst_mode = 'none' OR gstin IS NOT NULL", name="gstin_when_registered"),
        CheckConstraint("bill_year_start_month BETWEEN 1 AND 12", name="bill_year_start_month"),
        CheckConstraint("credit_limit_default_paise >= 0", name="credit_limit_default"),
        CheckConstraint("cashier_discount_cap_bp BETWEEN 0 AND 10000", name="cashier_discount_cap"),
        CheckConstraint("receipt_size IN ('80mm', '58mm', 'a4', 'a5')", name="receipt_size"),
    )

    id: Mapped[UUID] = id_column()
    the_only: Mapped[int] = mapped_column(default=1)
    store_name: Mapped[str] = mapped_column(String(255))
    contact_number: Mapped[str | None] = mapped_column(String(15))
    address: Mapped[str | None] = mapped_column(Text)
    currency_symbol: Mapped[str] = mapped_column(String(10), default="₹")
    tax_rate: Mapped[Decimal] = percent_column("tax_rate", default=Decimal("5.00"))
    min_stock_default: Mapped[Decimal] = quantity_column("min_stock_default", default=Decimal(10))
    receipt_header: Mapped[str | None] = mapped_column(Text)
    receipt_footer: Mapped[str | None] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(60), default="Asia/Kolkata")
    language: Mapped[str] = mapped_column(String(5), default="en")
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    gst_mode: Mapped[str] = mapped_column(String(20), default="none")
    gstin: Mapped[str | None] = mapped_column(String(15))
    round_to_rupee: Mapped[bool] = mapped_column(default=False)
    upi_id: Mapped[str | None] = mapped_column(String(255))
    upi_name: Mapped[str | None] = mapped_column(String(99))
    bill_year_start_month: Mapped[int] = mapped_column(default=1)
    receipt_size: Mapped[str] = mapped_column(String(5), default="80mm")
    expiry_alert_days: Mapped[int] = mapped_column(default=30)
    loyalty_enabled: Mapped[bool] = mapped_column(default=False)
    loyalty_rupees_per_point: Mapped[Decimal] = rupee_column("loyalty_rupees_per_point", default=Decimal(100))
    loyalty_point_worth: Mapped[Decimal] = rupee_column("loyalty_point_worth", default=Decimal(1))
    cash_sessions_enabled: Mapped[bool] = mapped_column(default=False)
    credit_limit_default: Mapped[Decimal] = rupee_column("credit_limit_default", default=Decimal(5000))
    cashier_discount_cap: Mapped[Decimal | None] = percent_column("cashier_discount_cap", nullable=True)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
    set_up_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CashSession(Base):
    """One till's drawer from its opening float to its count at the close."""

    __tablename__ = "cash_sessions"
    __table_args__ = (
        CheckConstraint("opening_float_paise >= 0", name="opening_float"),
        CheckConstraint("counted_paise IS NULL OR counted_paise >= 0", name="counted"),
        CheckConstraint("(closed_at IS NULL) = (counted_paise IS NULL)", name="closed_when_counted"),
        Index("uq_cash_sessions_open_till", "till", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[UUID] = id_column()
    till: Mapped[str] = mapped_column(String(40))
    opening_float: Mapped[Decimal] = rupee_column("opening_float")
    opened_by: Mapped[UUID | None] = person_column()
    opened_at: Mapped[datetime] = created_column()
    closed_by: Mapped[UUID | None] = person_column()
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expected: Mapped[Decimal | None] = rupee_column("expected", nullable=True)
    counted: Mapped[Decimal | None] = rupee_column("counted", nullable=True)
    denominations: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
