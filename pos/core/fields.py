"""Columns that the trade's tables share, so that each is declared in one way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pos.core import clock
from pos.core.columns import Percent, Quantity, Rupees, UtcTime
from pos.core.ids import uuid7


def rupee_column(name: str, **options: Any) -> Mapped[Any]:
    """Money: `name` in Python holds Decimal rupees, `name_paise` in the database holds an integer."""
    return mapped_column(f"{name}_paise", Rupees, key=name, **options)


def quantity_column(name: str, **options: Any) -> Mapped[Any]:
    """A quantity: `name` in Python holds a Decimal, `name_milli` in the database holds thousandths."""
    return mapped_column(f"{name}_milli", Quantity, key=name, **options)


def percent_column(name: str, **options: Any) -> Mapped[Any]:
    """A percent: `name` in Python holds a Decimal (5.00), `name_bp` in the database holds basis points."""
    return mapped_column(f"{name}_bp", Percent, key=name, **options)


def id_column() -> Mapped[UUID]:
    """A primary key that the application makes (UUID version 7)."""
    return mapped_column(primary_key=True, default=uuid7)


def created_column(**options: Any) -> Mapped[datetime]:
    """The UTC moment in which the row was made."""
    return mapped_column(UtcTime, default=clock.now, **options)


def updated_column() -> Mapped[datetime]:
    """The UTC moment of the last edit by a person; the verb sets it (a sale moves stock, but edits no product)."""
    return mapped_column(UtcTime, default=clock.now)


def person_column(**options: Any) -> Mapped[Any]:
    """Who did it: a user, or None for the command line."""
    return mapped_column(ForeignKey("users.id"), **options)


ZERO, ONE = Decimal(0), Decimal(1)
