"""The floor: the statements of a checkout as raw SQL through the bare driver, with nothing worked out or checked.

It sends one for each that a checkout without a drawer and a customer sends, to the same tables in the same order (a
test compares them); prices, hashes and sentences are those of one real bill.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from pos.bench.measures import Work
from pos.core.audit import CHAIN_LOCK
from pos.core.db import connection, dialect
from pos.core.engine import POSTGRESQL_OPTIONS, sqlite_module
from pos.core.ids import uuid7
from pos.core.queue import writers

SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The rows that one real checkout wrote, as the driver gives them: other bills are made after it."""

    sale: Row
    items: list[Row]
    payments: list[Row]
    movements: list[Row]
    entry: Row


def pattern_of(sale_id: UUID) -> Pattern:
    """The rows of this bill."""
    this = str(sale_id) if dialect() == "postgresql" else sale_id.hex

    def rows(table: str, column: str, value: str) -> list[Row]:
        statement = text(f"SELECT * FROM {table} WHERE {column} = :this")  # noqa: S608
        return [dict(row) for row in connection().execute(statement, {"this": value}).mappings()]

    return Pattern(
        rows("sales", "id", this)[0],
        rows("sale_items", "sale_id", this),
        rows("payments", "sale_id", this),
        rows("stock_movements", "reference_id", this),
        rows("audit_log", "subject_id", str(sale_id))[0],
    )


class Driver:
    """The bare driver of an engine behind the three things that a checkout asks of it."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._connection = sqlite_module().connect(url.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in SQLITE_PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
        else:
            self._connection = psycopg.connect(url.replace("+psycopg", ""), options=POSTGRESQL_OPTIONS)

    def id(self) -> Any:
        """A new id as this driver takes it."""
        return uuid7().hex if self.is_sqlite else uuid7()

    def ask(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement; `?` stands for a value."""
        return self._connection.execute(self._dialect(statement), values)

    def put(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, all with the columns of the first."""
        signs = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({signs})"  # noqa: S608
        self.many(statement, [tuple(row.values()) for row in rows])

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row of values."""
        self._connection.cursor().executemany(self._dialect(statement), rows)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """One transaction; on SQLite in the shop's own queue, as its verbs stand in it."""
        with writers.turn("sqlite") if self.is_sqlite else nullcontext():
            if self.is_sqlite:
                self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.commit()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _dialect(self, statement: str) -> str:
        return statement if self.is_sqlite else statement.replace("?", "%s")


@contextmanager
def cashier(url: str, pattern: Pattern, goods: Sequence[Any], place: int) -> Iterator[Work]:
    """Somebody who writes bills after the pattern, with other goods each time."""
    driver, chance = Driver(url), Random(place)  # noqa: S311
    ids = [one.id.hex if driver.is_sqlite else one.id for one in goods]
    so_many = len(pattern.items)
    try:
        yield lambda: _write(driver, pattern, sorted(chance.sample(ids, so_many)))
    finally:
        driver.close()


def _write(driver: Driver, pattern: Pattern, goods: Sequence[Any]) -> None:
    sale = driver.id()
    now, year = pattern.sale["created_at"], pattern.sale["bill_year"]
    lock = "" if driver.is_sqlite else " FOR NO KEY UPDATE"
    with driver.unit():
        taken = "INSERT INTO idempotency_keys VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key"
        driver.ask(taken, ("floor", str(sale), "0" * 64, sale, now)).fetchone()
        driver.ask("SELECT * FROM store_settings").fetchone()
        signs = ", ".join("?" * len(goods))
        driver.ask(f"SELECT * FROM products WHERE id IN ({signs}) ORDER BY id{lock}", goods).fetchall()  # noqa: S608
        number = driver.ask(
            "INSERT INTO bill_counters VALUES ('BILL', ?, 1, ?) ON CONFLICT (series, year)"
            " DO UPDATE SET last_number = bill_counters.last_number + 1, last_at = excluded.last_at"
            " RETURNING last_number, last_at",
            (year, now),
        ).fetchone()[0]
        named = {"id": sale, "bill_number": f"BILL-{year}-{number:06d}", "bill_sequence": number, "cart_id": None}
        driver.put("sales", [{**pattern.sale, **named}])
        _put_goods(driver, pattern, goods, sale)
        if not driver.is_sqlite:
            driver.ask("SELECT pg_advisory_xact_lock(?)", (CHAIN_LOCK,))
        last, link = driver.ask("SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1").fetchone()
        driver.put("audit_log", [{**pattern.entry, "number": last + 1, "previous_hash": link}])


def _put_goods(driver: Driver, pattern: Pattern, goods: Sequence[Any], sale: Any) -> None:
    items = zip(pattern.items, goods, strict=True)
    driver.put("sale_items", [{**one, "id": driver.id(), "sale_id": sale, "product_id": good} for one, good in items])
    driver.put("payments", [{**one, "id": driver.id(), "sale_id": sale} for one in pattern.payments])
    take = "UPDATE products SET stock_quantity_milli = stock_quantity_milli - ?, times_sold = times_sold + 1"
    driver.many(f"{take} WHERE id = ? AND stock_quantity_milli >= ?", [(1000, good, 1000) for good in goods])
    moves = zip(pattern.movements, goods, strict=True)
    moved = [{**one, "id": driver.id(), "product_id": good, "reference_id": sale} for one, good in moves]
    driver.put("stock_movements", moved)
