"""What goes into the database comes out the same on both engines: exact money, quantities, percents, moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import StatementError

from pos.core.columns import Percent, Quantity, Rupees, UtcTime
from pos.core.db import connection, execute, one_unit

_things = Table(
    "things_of_a_test",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("price_paise", Rupees, key="price"),
    Column("stock_milli", Quantity, key="stock"),
    Column("rate_bp", Percent, key="rate"),
    Column("at", UtcTime),
)


@pytest.fixture
def things(app: Flask) -> Iterator[Table]:
    one_unit(lambda: _things.create(connection()))()
    yield _things
    one_unit(lambda: _things.drop(connection()))()


def kept(things: Table, **values: Any) -> Any:
    one_unit(lambda: execute(insert(things), values))()
    return execute(select(things)).one()


def test_decimals_come_back_as_they_were(things: Table) -> None:
    row = kept(things, price=Decimal("999999999.99"), stock=Decimal("0.001"), rate=Decimal("12.50"))
    assert (row.price, row.stock, row.rate) == (Decimal("999999999.99"), Decimal("0.001"), Decimal("12.50"))
    assert [str(value) for value in (row.price, row.stock, row.rate)] == ["999999999.99", "0.001", "12.50"]


def test_the_database_holds_whole_numbers(things: Table) -> None:
    kept(things, price=Decimal("-0.01"), stock=Decimal("1.5"), rate=Decimal(5))
    raw = execute(text("SELECT price_paise, stock_milli, rate_bp FROM things_of_a_test")).one()
    assert tuple(raw) == (-1, 1500, 500)
    assert all(type(value) is int for value in raw)


def test_nothing_stays_nothing(things: Table) -> None:
    row = kept(things, price=None, stock=None, rate=None, at=None)
    assert tuple(row)[1:] == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", Decimal("0.005")),
        ("price", 0.1),
        ("price", True),
        ("price", Decimal("NaN")),
        ("stock", Decimal("0.0005")),
        ("rate", Decimal("0.005")),
        ("price", "12.50"),
    ],
)
def test_what_would_have_to_be_rounded_is_refused(things: Table, name: str, value: Any) -> None:
    with pytest.raises((StatementError, ValueError, TypeError)):
        kept(things, **{name: value})


def test_a_thousand_tenths_are_a_hundred(things: Table) -> None:
    one_unit(lambda: execute(insert(things), [{"price": Decimal("0.10")} for _number in range(1000)]))()
    total = execute(select(func.sum(things.c.price))).scalar_one()
    assert total == Decimal("100.00")


def test_a_moment_comes_back_in_utc_whatever_zone_it_came_from(things: Table) -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    row = kept(things, at=datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=kolkata))
    assert row.at == datetime(2026, 11, 23, 6, 30, 0, 123456, tzinfo=UTC)
    assert row.at.tzinfo is UTC


def test_moments_compare_in_queries(things: Table) -> None:
    moment = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    kept(things, at=moment)
    later = select(func.count()).select_from(things).where(things.c.at > moment - timedelta(seconds=1))
    earlier = select(func.count()).select_from(things).where(things.c.at < moment)
    assert (execute(later).scalar_one(), execute(earlier).scalar_one()) == (1, 0)
