"""Users, the sessions in which they are signed in, and wrong passwords (PLAN.md 2.1, DESIGN.md 7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pos.core.columns import UtcTime
from pos.core.db import Base
from pos.core.fields import created_column, id_column, updated_column

ROLES = ("owner", "cashier", "staff")
# So many wrong tries in a row shut a PIN.
MOST_WRONG_PINS = 5


class User(Base):
    """A person who works in the shop."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'cashier', 'staff')", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("idx_users_email", "email", unique=True),
        Index("idx_users_role", "role"),
    )

    id: Mapped[UUID] = id_column()
    email: Mapped[str] = mapped_column(String(255))
    password_hash: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(50), default="cashier")
    is_active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None] = mapped_column(String(5))
    created_at: Mapped[datetime] = created_column()
    updated_at: Mapped[datetime] = updated_column()
    last_login_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Two-factor sign-in (accounts/two_factor.py): a secret that is not on yet is only being tried.
    otp_secret: Mapped[str | None] = mapped_column(String(64))
    otp_on_at: Mapped[datetime | None] = mapped_column(UtcTime)
    otp_last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """One code on paper that stands for the phone, once. The code itself is never stored, only its SHA-256."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_user_id", "user_id"),)

    id: Mapped[UUID] = id_column()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = created_column()
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Pin(Base):
    """A person's PIN for changing places at a till: its hash, and the wrong tries since the last right one."""

    __tablename__ = "pins"
    __table_args__ = (CheckConstraint(f"failures BETWEEN 0 AND {MOST_WRONG_PINS}", name="failures"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    failures: Mapped[int] = mapped_column(default=0)


class SignInSession(Base):
    """One signed-in browser or program. The token itself is never stored, only its SHA-256."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("door IN ('pages', 'api')", name="door"),
        Index("ix_sessions_user_id_open", "user_id", "ended_at"),
    )

    id: Mapped[UUID] = id_column()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    door: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(45))
    browser: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = created_column()
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    locked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class WrongPasswords(Base):
    """How often a sign-in failed lately, per account and per address; it outlives a restart."""

    __tablename__ = "wrong_passwords"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime] = mapped_column(UtcTime)
