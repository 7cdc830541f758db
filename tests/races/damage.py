"""The checkout with one protection taken away: what the races must notice, or they prove nothing.

Each of these is a mistake that point-of-sale programs have made (RELIABILITY.md 5).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, bindparam, func, insert, literal, select, update

from pos.catalog import drafts, prices, shelf
from pos.catalog.models import Product, StockMovement
from pos.core import db as core_db
from pos.core import idempotency, numbering
from pos.core.actor import Actor
from pos.core.columns import Quantity
from pos.core.db import connection, db, dialect, execute, table
from pos.core.numbering import Number
from pos.core.prepared import Prepared
from pos.customers import credit
from pos.customers.models import Customer
from pos.sales import drawer, drawer_sums, returned, returning, voiding, writing
from pos.sales.models import Sale
from pos.settings import tills

Patch = pytest.MonkeyPatch
Damage = Callable[[Patch], None]
LONGEST_WAIT_TO_MEET_SECONDS = 1.0
_products, _customers, _sales = table(Product), table(Customer), table(Sale)


def shelf_looked_at_before(patch: Patch) -> None:
    """The stock is read before the unit begins, without a lock."""
    rows: dict[UUID, Row[Any]] = {row.id: row for row in execute(shelf._read)}
    db.session.rollback()

    def remembered(ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
        return {one: rows[one] for one in ids if one in rows}

    patch.setattr(shelf, "lock_products", remembered)


def shelf_without_lock_and_guard(patch: Patch) -> None:
    """And taken without asking whether it is still there: the CHECK is the last to stand."""
    shelf_looked_at_before(patch)
    left = {"stock_quantity": _products.c.stock_quantity - shelf._taken, "times_sold": _products.c.times_sold + 1}
    patch.setattr(shelf, "_take", _taking(left))


def shelf_written_back(patch: Patch) -> None:
    """And what is left is worked out by the program and written back, for a shelf that held one."""
    shelf_looked_at_before(patch)
    left = {"stock_quantity": literal(1, Quantity) - shelf._taken, "times_sold": _products.c.times_sold + 1}
    patch.setattr(shelf, "_take", _taking(left))


def shelf_sold_without_looking(patch: Patch) -> None:
    """Nobody asks whether the shelf holds enough, and what is left is never below nothing."""
    patch.setattr(shelf, "short_of", lambda _product, _required: None)
    left = {"stock_quantity": literal(0, Quantity), "times_sold": _products.c.times_sold + 1}
    patch.setattr(shelf, "_take", _taking(left))
    patch.setattr(shelf, "_move", Prepared(insert(table(StockMovement)).prefix_with("OR IGNORE")))


def _taking(left: dict[str, Any]) -> Prepared:
    return Prepared(update(_products).where(_products.c.id == bindparam("product")).values(**left))


def khata_looked_at_before(patch: Patch) -> None:
    """The customer's balance is read before the unit begins; only the guard in the UPDATE is left."""
    rows: dict[UUID, Row[Any]] = {row.id: row for row in execute(select(_customers))}
    db.session.rollback()
    patch.setattr(credit, "lock_customer", rows.__getitem__)


def khata_without_lock_and_guard(patch: Patch) -> None:
    """And the balance grows without asking for the limit again."""
    khata_looked_at_before(patch)
    guarded = credit.charge

    def unguarded(actor: Any, customer: Any, amount: Decimal, *of_the_bill: Any) -> None:
        execute(update(_customers).filter_by(id=customer.id).values(credit_limit=_customers.c.credit_limit + 10**6))
        guarded(actor, customer, amount, *of_the_bill)
        execute(update(_customers).filter_by(id=customer.id).values(credit_limit=_customers.c.credit_limit - 10**6))

    patch.setattr(credit, "charge", unguarded)


def key_always_new(patch: Patch) -> None:
    """Nobody asks whether the key was used."""
    patch.setattr(idempotency, "claim", lambda *_asked: None)


def key_in_a_unit_of_its_own(patch: Patch) -> None:
    """The key is kept even where the bill it stands for is not."""
    _kept_at_once(patch, idempotency, "claim")


def bill_in_a_unit_of_its_own(patch: Patch) -> None:
    """The bill is kept even where the shelf and the khata never hear of it."""
    _kept_at_once(patch, writing, "write_sale")


def _kept_at_once(patch: Patch, module: Any, name: str) -> None:
    step = getattr(module, name)

    def kept(*asked: Any) -> Any:
        made = step(*asked)
        driver: Any = connection().connection.dbapi_connection
        driver.commit()
        if dialect() == "sqlite":
            driver.execute("BEGIN IMMEDIATE")
        return made

    patch.setattr(module, name, kept)


def number_from_a_sequence(patch: Patch) -> None:
    """Numbers come from a sequence, which gives back none that was taken."""
    sequence = count(1)
    take = lambda series, year, moment: (Number(series, year, next(sequence)), moment)  # noqa: E731
    patch.setattr(numbering, "_taken", take)


def _in_pairs() -> Callable[[], None]:
    """Whoever comes here waits for a second one, so that two are at the same place for certain; then no longer."""
    pair = threading.Barrier(2)

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):
            pair.wait(LONGEST_WAIT_TO_MEET_SECONDS)

    return meet


def number_by_max(patch: Patch) -> None:
    """The number is the highest one so far and one more."""
    meet = _in_pairs()

    def highest(series: str, year: int, moment: Any) -> tuple[Number, Any]:
        last = execute(select(func.max(_sales.c.bill_sequence)).filter_by(bill_year=year)).scalar() or 0
        meet()
        return Number(series, year, last + 1), moment

    patch.setattr(numbering, "_taken", highest)


def products_locked_as_scanned(patch: Patch) -> None:
    """Products are locked in the order of the basket, one after the other."""
    meet = _in_pairs()

    def one_by_one(ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
        rows: dict[UUID, Row[Any]] = {}
        for one in dict.fromkeys(ids):
            if rows:
                meet()
            [rows[one]] = shelf._lock.rows([one])
        return rows

    patch.setattr(shelf, "lock_products", one_by_one)


def bill_without_its_lock(patch: Patch) -> None:
    """A return looks at its bill without locking it, and two look at the same moment."""
    look, meet = returned.so_far, _in_pairs()

    def together(sale: Row[Any]) -> Any:
        seen = look(sale)
        meet()
        return seen

    patch.setattr(returning, "lock_sale", voiding.find_sale)
    patch.setattr(returning, "so_far", together)


def list_looked_at_before(patch: Patch, draft_id: UUID) -> None:
    """Whether a list of goods is posted already was found out before the unit began."""
    seen = drafts.find(draft_id)
    db.session.rollback()
    patch.setattr(drafts, "hold", lambda _draft_id: seen)


def drawer_looked_at_before(patch: Patch, session_id: UUID) -> None:
    """Which drawer the money goes into was found out before the unit began."""
    patch.setattr(tills, "session_for_money", lambda _actor, _store: session_id)


def drawer_not_held_open(patch: Patch) -> None:
    """Money goes into an open drawer that nobody holds open, while somebody counts it."""
    meet = _in_pairs()
    count_it = drawer_sums.drawer_sums

    def met(actor: Actor, _store: Any) -> UUID | None:
        found = tills.session_of(actor)
        meet()
        return found.id if found else None

    def met_counting(held: Row[Any]) -> Any:
        sums = count_it(held)
        meet()
        return sums

    patch.setattr(tills, "session_for_money", met)
    patch.setattr(drawer, "drawer_sums", met_counting)


def writers_without_a_queue(patch: Patch) -> None:
    """On SQLite: units begin as readers, and everybody writes at once."""
    patch.setattr(core_db, "writers", SimpleNamespace(turn=lambda _engine: nullcontext()))
    lock, meet = shelf.lock_products, _in_pairs()

    def together(ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
        rows = lock(ids)
        meet()
        return rows

    patch.setattr(shelf, "lock_products", together)

    send = db.engine.dialect.do_execute

    def deferred(cursor: Any, statement: str, *rest: Any) -> None:
        send(cursor, statement.replace("BEGIN IMMEDIATE", "BEGIN"), *rest)

    # A patch is taken back after the test; a listener would stay with the engine.
    patch.setattr(db.engine.dialect, "do_execute", deferred)


def nothing_tried_again(patch: Patch) -> None:
    """What the engine asks to be repeated surfaces at the till."""
    patch.setattr(core_db, "_may_try_again", lambda _error: False)


def prices_looked_at_before(patch: Patch) -> None:
    """The prices are read before the unit begins, without a lock."""
    rows: dict[UUID, Row[Any]] = {row.id: row for row in execute(prices._whole)}
    db.session.rollback()

    def remembered(ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
        return {one: rows[one] for one in ids if one in rows}

    patch.setattr(prices, "_held", remembered)
