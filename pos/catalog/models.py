"""Products and the movements of their stock (PLAN.md 2.3, 2.8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

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

UNITS = ("pcs", "kg", "gm", "ltr", "ml", "dozen", "packet")
LOOSE_UNITS = ("kg", "gm", "ltr", "ml")
STATUSES = ("active", "inactive", "discontinued")
MOVEMENTS = ("SALE", "RETURN", "ADJUSTMENT", "RESTOCK")

_HAS_SOME, _BEST_FIRST = text("(stock_quantity_milli > 0)"), text("times_sold DESC")
_LOW = text("stock_quantity_milli < min_stock_level_milli")


class Product(Base):
    """Something on the shelf. `price` is what one unit costs the customer; it may never exceed `mrp`."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price_paise >= 0", name="price"),
        CheckConstraint("cost_price_paise >= 0", name="cost_price"),
        CheckConstraint("mrp_paise IS NULL OR price_paise <= mrp_paise", name="price_within_mrp"),
        CheckConstraint("stock_quantity_milli >= 0", name="stock_quantity"),
        CheckConstraint("min_stock_level_milli >= 0", name="min_stock_level"),
        CheckConstraint("tax_rate_bp BETWEEN 0 AND 10000", name="tax_rate"),
        CheckConstraint("unit IN ('pcs', 'kg', 'gm', 'ltr', 'ml', 'dozen', 'packet')", name="unit"),
        CheckConstraint("status IN ('active', 'inactive', 'discontinued')", name="status"),
        Index("idx_products_barcode", "barcode", unique=True),
        Index("idx_products_category", "category"),
        Index("idx_products_status", "status"),
        Index("idx_products_name", "name"),
        Index(
            "idx_products_expiry",
            "status",
            "expiry_date",
            "stock_quantity",
            sqlite_where=text("expiry_date IS NOT NULL"),
            postgresql_where=text("expiry_date IS NOT NULL"),
        ),
        # In the order of the alerts: what has run out first, then what sells best.
        Index("idx_products_low_stock", "status", _HAS_SOME, _BEST_FIRST, sqlite_where=_LOW, postgresql_where=_LOW),
    )

    id: Mapped[UUID] = id_column()
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(String(100))
    category: Mapped[str | None] = mapped_column(String(100))
    pack_size: Mapped[str | None] = mapped_column(String(50))
    price: Mapped[Decimal] = rupee_column("price")
    mrp: Mapped[Decimal | None] = rupee_column("mrp", nullable=True)
    cost_price: Mapped[Decimal | None] = rupee_column("cost_price", nullable=True)
    stock_quantity: Mapped[Decimal] = quantity_column("stock_quantity", default=Decimal(0))
    min_stock_level: Mapped[Decimal] = quantity_column("min_stock_level", default=Decimal(10))
    unit: Mapped[str] = mapped_column(String(50), default="pcs")
    barcode: Mapped[str | None] = mapped_column(String(100))
    code: Mapped[str | None] = mapped_column(String(50), unique=True)
    hsn_code: Mapped[str | None] = mapped_column(String(8))
    tax_rate: Mapped[Decimal | None] = percent_column("tax_rate", nullable=True)
    expiry_date: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(50), default="active")
    search_key: Mapped[str] = mapped_column(Text)
    times_sold: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()


class StockMovement(Base):
    """One change of one product's stock; append-only. `stock_after` is what the shelf should hold then."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("movement_type IN ('SALE', 'RETURN', 'ADJUSTMENT', 'RESTOCK')", name="movement_type"),
        CheckConstraint("stock_before_milli + quantity_change_milli = stock_after_milli", name="adds_up"),
        CheckConstraint("stock_after_milli >= 0", name="stock_after"),
        Index("idx_stock_movements_product", "product_id", "created_at"),
        Index("idx_stock_movements_reference", "reference_id"),
        Index("idx_stock_movements_created_at", "created_at"),
    )

    id: Mapped[UUID] = id_column()
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    movement_type: Mapped[str] = mapped_column(String(50))
    quantity_change: Mapped[Decimal] = quantity_column("quantity_change")
    stock_before: Mapped[Decimal] = quantity_column("stock_before")
    stock_after: Mapped[Decimal] = quantity_column("stock_after")
    reference_id: Mapped[UUID | None]
    notes: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()


class ProductImport(Base):
    """A file of products on its way in: read, looked at, and then taken over as a whole or not at all."""

    __tablename__ = "product_imports"
    __table_args__ = (
        CheckConstraint("status IN ('preview', 'running', 'done', 'failed', 'discarded')", name="status"),
    )

    id: Mapped[UUID] = id_column()
    file_name: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(20), default="preview")
    choices: Mapped[str] = mapped_column(Text, default="{}")
    outcome: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()


class StockDraft(Base):
    """Goods that somebody is scanning: to receive, to count, or to print labels for. Nothing moves until it is posted.

    `lines` is JSON: what was typed for each product, by its id, the newest first.
    """

    __tablename__ = "stock_drafts"
    __table_args__ = (
        CheckConstraint("kind IN ('receive', 'count', 'labels')", name="kind"),
        CheckConstraint("status IN ('open', 'posted', 'discarded')", name="status"),
    )

    id: Mapped[UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="open")
    lines: Mapped[str] = mapped_column(Text, default="{}")
    notes: Mapped[str | None] = mapped_column(String(255))
    result_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
