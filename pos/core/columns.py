"""Column types: exact money, quantities, percents and UTC times on both engines (DESIGN.md 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from pos.core.money import from_basis_points, from_milli, from_paise, to_basis_points, to_milli, to_paise


class Rupees(TypeDecorator[Decimal]):
    """Decimal rupees in Python, a whole number of paise in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_paise(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_paise(int(value))


class Quantity(TypeDecorator[Decimal]):
    """Decimal quantity in Python, whole thousandths in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_milli(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_milli(int(value))


class Percent(TypeDecorator[Decimal]):
    """Decimal percent in Python (5.00), whole basis points in the database (500)."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_basis_points(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else from_basis_points(int(value))


class UtcTime(TypeDecorator[datetime]):
    """A timezone-aware moment in UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _given(write: Callable[[int], Decimal]) -> Callable[[int | None], Decimal | None]:
    return lambda counted: None if counted is None else write(counted)


# What the three that count do with a value, for who needs no detour by way of SQLAlchemy.
COUNTED: dict[type, Callable[[Decimal], int]] = {Rupees: to_paise, Quantity: to_milli, Percent: to_basis_points}
READ: dict[type, Callable[[int | None], Decimal | None]] = {
    Rupees: _given(from_paise),
    Quantity: _given(from_milli),
    Percent: _given(from_basis_points),
}
