"""Records of what comes after a bill and around it: credit notes, and cash put in and taken out (DESIGN.md 6)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pos.core.db import Base
from pos.core.fields import created_column, id_column, person_column, quantity_column, rupee_column


class CreditNote(Base):
    """Goods of one bill taken back, with its own gapless number; append-only."""

    __tablename__ = "credit_notes"
    __table_args__ = (
        CheckConstraint("total_amount_paise = taxable_paise + tax_amount_paise + round_off_paise", name="adds_up"),
        CheckConstraint(
            "total_amount_paise = refund_amount_paise + credit_reversed_paise AND refund_amount_paise >= 0"
            " AND credit_reversed_paise >= 0",
            name="refund",
        ),
        UniqueConstraint("note_year", "note_sequence", name="uq_credit_notes_sequence"),
        Index("idx_credit_notes_sale", "sale_id"),
        Index("idx_credit_notes_date", "created_at"),
    )

    id: Mapped[UUID] = id_column()
    note_number: Mapped[str] = mapped_column(String(16), unique=True)
    note_year: Mapped[int]
    note_sequence: Mapped[int]
    sale_id: Mapped[UUID] = mapped_column(ForeignKey("sales.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    reason: Mapped[str] = mapped_column(Text)
    taxable: Mapped[Decimal] = rupee_column("taxable")
    tax_amount: Mapped[Decimal] = rupee_column("tax_amount")
    round_off: Mapped[Decimal] = rupee_column("round_off")
    total_amount: Mapped[Decimal] = rupee_column("total_amount")
    refund_amount: Mapped[Decimal] = rupee_column("refund_amount")
    credit_reversed: Mapped[Decimal] = rupee_column("credit_reversed")
    points_taken_back: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()


class CreditNoteItem(Base):
    """Part of one line of a bill that came back; spoiled goods do not go back on the shelf; append-only."""

    __tablename__ = "credit_note_items"
    __table_args__ = (
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("taxable_paise >= 0 AND tax_paise >= 0", name="not_negative"),
        Index("idx_credit_note_items_note", "credit_note_id"),
        Index("idx_credit_note_items_item", "sale_item_id"),
    )

    id: Mapped[UUID] = id_column()
    credit_note_id: Mapped[UUID] = mapped_column(ForeignKey("credit_notes.id"))
    sale_item_id: Mapped[UUID] = mapped_column(ForeignKey("sale_items.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[Decimal] = quantity_column("quantity")
    taxable: Mapped[Decimal] = rupee_column("taxable")
    tax: Mapped[Decimal] = rupee_column("tax")
    fit_for_sale: Mapped[bool] = mapped_column(default=True)


class CashMovement(Base):
    """Cash put into the drawer or taken out of it with a reason; append-only."""

    __tablename__ = "cash_movements"
    __table_args__ = (
        CheckConstraint("direction IN ('IN', 'OUT')", name="direction"),
        CheckConstraint("amount_paise > 0", name="amount"),
        Index("idx_cash_movements_session", "cash_session_id"),
    )

    id: Mapped[UUID] = id_column()
    cash_session_id: Mapped[UUID] = mapped_column(ForeignKey("cash_sessions.id"))
    direction: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = rupee_column("amount")
    reason: Mapped[str] = mapped_column(String(255))
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
