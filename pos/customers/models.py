"""Customers and their credit (udhaar) ledger (PLAN.md 2.4, 2.7)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pos.core.columns import UtcTime
from pos.core.db import Base
from pos.core.fields import created_column, id_column, person_column, rupee_column, updated_column

STATUSES = ("active", "inactive", "blocked")
ENTRIES = ("CREDIT_TAKEN", "PAYMENT_MADE", "CREDIT_REVERSED", "OPENING_BALANCE", "CORRECTION")

_OWES = text("credit_balance_paise > 0")
_HAS_PHONE = text("phone_key IS NOT NULL")
# Shops that count no drawer pay nothing for this index.
_IN_SESSION = text("cash_session_id IS NOT NULL")


class Customer(Base):
    """A family that buys here. `credit_balance` is what it owes: always the sum of its ledger."""

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("credit_balance_paise >= 0", name="credit_balance"),
        CheckConstraint("credit_limit_paise >= 0", name="credit_limit"),
        CheckConstraint("loyalty_points >= 0", name="loyalty_points"),
        CheckConstraint("status IN ('active', 'inactive', 'blocked')", name="status"),
        Index("idx_customers_phone", "phone"),
        Index("idx_customers_name", "name"),
        Index("idx_customers_credit", "credit_balance", sqlite_where=_OWES, postgresql_where=_OWES),
        Index("uq_customers_phone_key", "phone_key", unique=True, sqlite_where=_HAS_PHONE, postgresql_where=_HAS_PHONE),
    )

    id: Mapped[UUID] = id_column()
    name: Mapped[str] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(15))
    # The last ten digits, however the number was typed: what makes two customers the same.
    phone_key: Mapped[str | None] = mapped_column(String(15))
    email: Mapped[str | None] = mapped_column(String(255))
    address: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(5))
    credit_balance: Mapped[Decimal] = rupee_column("credit_balance", default=Decimal(0))
    credit_limit: Mapped[Decimal] = rupee_column("credit_limit", default=Decimal(5000))
    loyalty_points: Mapped[int] = mapped_column(default=0)
    total_purchases: Mapped[int] = mapped_column(default=0)
    total_spent: Mapped[Decimal] = rupee_column("total_spent", default=Decimal(0))
    last_purchase_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(String(50), default="active")
    search_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()


class CreditTransaction(Base):
    """One entry of a customer's ledger; append-only. Its type says whether it adds to the balance."""

    __tablename__ = "credit_transactions"
    __table_args__ = (
        CheckConstraint("amount_paise > 0", name="amount"),
        CheckConstraint("balance_after_paise >= 0", name="balance_after"),
        CheckConstraint(
            "transaction_type IN ('CREDIT_TAKEN', 'PAYMENT_MADE', 'CREDIT_REVERSED', 'OPENING_BALANCE', 'CORRECTION')",
            name="transaction_type",
        ),
        CheckConstraint(
            "balance_after_paise - balance_before_paise = CASE"
            " WHEN transaction_type IN ('CREDIT_TAKEN', 'OPENING_BALANCE') THEN amount_paise"
            " WHEN transaction_type IN ('PAYMENT_MADE', 'CREDIT_REVERSED') THEN -amount_paise"
            " WHEN balance_after_paise > balance_before_paise THEN amount_paise ELSE -amount_paise END",
            name="adds_up",
        ),
        Index("idx_credit_txn_customer", "customer_id", "created_at"),
        Index("idx_credit_txn_type", "transaction_type"),
        Index("idx_credit_txn_sale", "sale_id"),
        Index("idx_credit_txn_cash_session", "cash_session_id", sqlite_where=_IN_SESSION, postgresql_where=_IN_SESSION),
    )

    id: Mapped[UUID] = id_column()
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    sale_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales.id"))
    transaction_type: Mapped[str] = mapped_column(String(50))
    amount: Mapped[Decimal] = rupee_column("amount")
    balance_before: Mapped[Decimal] = rupee_column("balance_before")
    balance_after: Mapped[Decimal] = rupee_column("balance_after")
    payment_method: Mapped[str | None] = mapped_column(String(50))
    reference: Mapped[str | None] = mapped_column(String(100))
    receipt_number: Mapped[str | None] = mapped_column(String(16), unique=True)
    cash_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("cash_sessions.id"))
    notes: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()


class Promise(Base):
    """Until which day a customer promised to pay how much: the newest promise alone; the audit log has them all.

    Whether it is kept is never written here: the ledger says so (`promised`).
    """

    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("amount_paise > 0", name="amount"),
        Index("idx_promises_due_date", "due_date"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    amount: Mapped[Decimal] = rupee_column("amount")
    due_date: Mapped[date] = mapped_column(Date)
    notes: Mapped[str | None] = mapped_column(String(255))
    created_by: Mapped[UUID | None] = person_column()
    created_at: Mapped[datetime] = created_column()
