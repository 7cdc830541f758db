"""A crowd at the counter: many tills at one moment, what came of each, and what the books then hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import event, text

from pos.catalog.models import Product
from pos.core.db import db, dialect, execute, one_unit
from pos.core.errors import PosError
from pos.customers.models import Customer
from pos.reports import books
from pos.sales import checkout
from pos.sales.checkout import Checkout, CheckoutLine, Completed, Tender
from tests.shop import Shop

LONGEST_RACE_SECONDS = 180
CASH = (Tender("CASH", Decimal(10_000)),)


@dataclass(frozen=True)
class Outcome:
    """What one till was told: a bill, or why not."""

    bill: Completed | None = None
    error: Exception | None = None

    @property
    def word(self) -> str:
        """`bill`, `again` for a replayed one, a refusal's code, or the name of what should never surface."""
        if self.bill is not None:
            return "again" if self.bill.replayed else "bill"
        return self.error.code if isinstance(self.error, PosError) else type(self.error).__name__


def at_once(shop: Shop, works: Sequence[Callable[[], Any]]) -> list[list[Outcome]]:
    """Let each till do its work in a thread of its own, all let go at one moment; gives the outcomes of each.

    A till's work gives what one checkout made, or calls `try_to` for several.
    """
    db.session.remove()
    gate = threading.Barrier(len(works))
    outcomes: list[list[Outcome]] = [[] for _work in works]

    def till(place: int) -> None:
        with shop.app.app_context():
            gate.wait(LONGEST_RACE_SECONDS)
            made = works[place]()
            outcomes[place].extend(made if isinstance(made, list) else [made])

    threads = [threading.Thread(target=till, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_RACE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "a till waits for ever"
    return outcomes


def try_to(shop: Shop, wanted: Checkout, key: str | None = None) -> Outcome:
    """One checkout by Ben, and what came of it."""
    try:
        return Outcome(bill=checkout.complete_sale(shop.ben, wanted, key))
    except Exception as error:
        return Outcome(error=error)


def basket(*products: UUID, tenders: tuple[Tender, ...] = CASH, **values: Any) -> Checkout:
    """One of each, in this order, paid in cash."""
    return Checkout(tuple(CheckoutLine(product, Decimal(1)) for product in products), tenders, **values)


def words(outcomes: Iterable[Iterable[Outcome]]) -> Counter[str]:
    """How often each word was heard at the tills."""
    return Counter(outcome.word for of_one_till in outcomes for outcome in of_one_till)


def stock(shop: Shop, product: UUID) -> Decimal:
    """What the shelf holds."""
    return Decimal(shop.row(Product, product).stock_quantity)


def owed(shop: Shop, customer: UUID) -> Decimal:
    """What the customer owes, in rupees."""
    return Decimal(shop.row(Customer, customer).credit_balance)


def count(statement: str) -> int:
    """One number out of the database, past every model."""
    db.session.rollback()
    return int(execute(text(statement)).scalar() or 0)


def bills() -> int:
    """How many bills there are."""
    return count("SELECT COUNT(*) FROM sales")


def numbers_in_order() -> list[str]:
    """What is wrong with the bills' numbers: they must run from 1 without a gap."""
    db.session.rollback()
    found = [row[0] for row in execute(text("SELECT bill_sequence FROM sales ORDER BY bill_sequence")).all()]
    return [] if found == list(range(1, len(found) + 1)) else [f"the numbers are {found}"]


def books_in_order() -> list[str]:
    """What the proof of the books finds."""
    db.session.rollback()
    return list(books.differences())


@contextmanager
def locks_met() -> Iterator[list[str]]:
    """Gathers what the database says while units meet: deadlocks, time-outs, a locked file. Retries hide them."""
    met: list[str] = []

    def note(context: Any) -> None:
        error = context.original_exception
        met.append(getattr(error, "sqlstate", None) or str(error))

    event.listen(db.engine, "handle_error", note)
    try:
        yield met
    finally:
        event.remove(db.engine, "handle_error", note)


@contextmanager
def without(trigger: str, table: str) -> Iterator[None]:
    """The shop without one of its triggers: for a race that must see what it is there for."""
    away, back = f"DROP TRIGGER {trigger}", None
    if dialect() == "postgresql":
        away, back = (f"ALTER TABLE {table} {what} TRIGGER {trigger}" for what in ("DISABLE", "ENABLE"))
    one_unit(lambda: execute(text(away)))()
    try:
        yield
    finally:
        if back:
            one_unit(lambda: execute(text(back)))()
