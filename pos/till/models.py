"""Carts: what is being billed but is not yet a bill (DESIGN.md 5); and what the customer is shown of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
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

_IN_CART = text("removed_at IS NULL")


class Cart(Base):
    """A row from its first scan: it survives a reload, a flat battery, a lost session. Its id is the checkout's key."""

    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'held', 'sold', 'discarded')", name="status"),
        CheckConstraint("bill_discount_paise >= 0", name="bill_discount"),
        CheckConstraint("bill_discount_percent_bp BETWEEN 0 AND 10000", name="bill_discount_percent"),
        CheckConstraint("points_to_redeem >= 0", name="points_to_redeem"),
        Index("ix_carts_status", "status", "updated_at"),
        Index("ix_carts_owner", "created_by", "status"),
    )

    id: Mapped[UUID] = id_column()
    status: Mapped[str] = mapped_column(String(10), default="open")
    name: Mapped[str | None] = mapped_column(String(60))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    bill_discount: Mapped[Decimal] = rupee_column("bill_discount", default=Decimal(0))
    bill_discount_percent: Mapped[Decimal] = percent_column("bill_discount_percent", default=Decimal(0))
    points_to_redeem: Mapped[int] = mapped_column(default=0)
    notes: Mapped[str | None] = mapped_column(String(500))
    sale_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()


class CartLine(Base):
    """One product in a cart; `unit_price` is what the cashier saw, and a removed line stays for the undo."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("discount_paise >= 0", name="discount"),
        CheckConstraint("amount_paise IS NULL OR amount_paise > 0", name="amount"),
        Index(
            "uq_cart_lines_product",
            "cart_id",
            "product_id",
            unique=True,
            sqlite_where=_IN_CART,
            postgresql_where=_IN_CART,
        ),
        Index("ix_cart_lines_cart", "cart_id", "position"),
    )

    id: Mapped[UUID] = id_column()
    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    quantity: Mapped[Decimal] = quantity_column("quantity")
    # Set for "20 rupees' worth": the line costs exactly this, and quantity is what it buys.
    amount: Mapped[Decimal | None] = rupee_column("amount", nullable=True)
    unit_price: Mapped[Decimal] = rupee_column("unit_price")
    discount: Mapped[Decimal] = rupee_column("discount", default=Decimal(0))
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = created_column()


class CustomerDisplay(Base):
    """The customer's displays of one sign-in session: they all show the same. Without a row, the session has none.

    `cart_id` is the bill that the cashier looked at last, at `looked_at`. While its payment sheet was open then, `due`
    and `change` say where the payment stood, and `asked` what the QR code asked for.
    Whoever takes the place by PIN takes the displays over.
    """

    __tablename__ = "customer_displays"
    __table_args__ = (CheckConstraint("due_paise >= 0 AND change_paise >= 0 AND asked_paise >= 0", name="amounts"),)

    id: Mapped[UUID] = id_column()
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"), unique=True)
    # What somebody types at another device to show these bills there.
    code: Mapped[str | None] = mapped_column(String(8))
    code_until: Mapped[datetime | None] = mapped_column(UtcTime)
    cart_id: Mapped[UUID | None] = mapped_column(ForeignKey("carts.id"))
    asked: Mapped[Decimal | None] = rupee_column("asked", nullable=True)
    due: Mapped[Decimal | None] = rupee_column("due", nullable=True)
    change: Mapped[Decimal | None] = rupee_column("change", nullable=True)
    looked_at: Mapped[datetime] = created_column()
    created_at: Mapped[datetime] = created_column()
