"""The stock of one product, moved by hand: restocked, counted, adjusted, taken back; each change a movement.

Bills move theirs in `shelf`. Every verb locks the product's row, so that two people at one shelf come one after the
other, and no stock ever falls below zero (DESIGN.md 5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.accounts.models import User
from pos.catalog import shelf, units
from pos.catalog.models import MOVEMENTS, Product, StockMovement
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Busy, Invalid, NotFound, refuse_all
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.money import LARGEST_QUANTITY, format_quantity
from pos.core.money import quantity as read_quantity
from pos.core.paging import Page, paged
from pos.core.text import tidy
from pos.settings import store

SCOPE = "stock"
LONGEST_NOTE = 500
_products = table(Product)
_movements = table(StockMovement)
_users = table(User)

Given = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a verb did: the movement, the stock before and after; `replayed` when the same key had done it already."""

    movement_id: UUID
    before: Decimal
    after: Decimal
    replayed: bool = False


def restock(actor: Actor, product_id: UUID, quantity: Given, notes: str | None = None, key: str | None = None) -> Moved:
    """Put goods that came in on the shelf. `quantity` is above zero; raises what `move` raises."""
    return move(actor, product_id, "RESTOCK", _above_zero(quantity), notes, key)


def take_back(
    actor: Actor, product_id: UUID, quantity: Given, notes: str | None = None, key: str | None = None
) -> Moved:
    """Put goods on the shelf that a customer brought back without a bill; raises what `move` raises."""
    return move(actor, product_id, "RETURN", _above_zero(quantity), notes, key)


def adjust(actor: Actor, product_id: UUID, change: Given, reason: str | None, key: str | None = None) -> Moved:
    """Correct the stock by so much, up or down, for a reason (broken, spoiled, found); raises what `move` raises."""
    if not tidy(reason):
        raise Invalid(_("Say why the stock changes, like “2 packets torn”."), field="notes")
    return move(actor, product_id, "ADJUSTMENT", _read(change, "quantity"), reason, key)


def count(actor: Actor, product_id: UUID, counted: Given, notes: str | None = None, key: str | None = None) -> Moved:
    """Set the stock to what was counted; a count that fits is written down too. Raises what `move` raises."""
    amount = _read(counted, "quantity")
    if amount < 0:
        raise Invalid(_("A quantity cannot be below zero."), field="quantity")
    asked = {"count": str(amount)}
    return _moved(actor, product_id, "ADJUSTMENT", asked, notes or _("Counted"), key, lambda held: amount - held)


def move(
    actor: Actor, product_id: UUID, movement_type: str, change: Given, notes: str | None = None, key: str | None = None
) -> Moved:
    """Change the stock of a product by so much, with its movement and its entry in the audit log.

    The same `key` again changes nothing and tells what it did before. Raises Forbidden, NotFound, KeyReused, Invalid
    for a change of nothing or a broken quantity of a countable unit, Refused when the stock would fall below zero.
    """
    if movement_type not in MOVEMENTS or movement_type == "SALE":
        raise Invalid(_("Choose one of: %(choices)s.", choices="RESTOCK, ADJUSTMENT, RETURN"), field="movement_type")
    amount = _read(change, "quantity")
    if amount == 0:
        raise Invalid(_("Enter a quantity other than zero."), field="quantity")
    return _moved(actor, product_id, movement_type, {"change": str(amount)}, notes, key, lambda _held: amount)


def history(
    product_id: UUID, page: int = 1, limit: int = 20, *, first: date | None = None, last: date | None = None
) -> Page:
    """The movements of a product, newest first, each with the name of who made it (None: the command line).

    From the first to the last of the store's days, where they are named.
    """
    rows = select(_movements, _users.c.full_name.label("made_by"))
    rows = rows.outerjoin(_users, _users.c.id == _movements.c.created_by)
    rows = rows.where(_movements.c.product_id == product_id)
    if first or last:
        begins, ends = clock.day_bounds(first or date.min, last or date.max, store.current().timezone)
        rows = rows.where(_movements.c.created_at >= begins, _movements.c.created_at < ends)
    return paged(rows.order_by(_movements.c.created_at.desc(), _movements.c.id.desc()), page, limit, nearest=True)


def movement(movement_id: UUID) -> Row[Any]:
    """One movement with all its columns."""
    return execute(select(_movements).where(_movements.c.id == movement_id)).one()


@one_unit
def _moved(
    actor: Actor,
    product_id: UUID,
    movement_type: str,
    asked: dict[str, str],
    notes: str | None,
    key: str | None,
    change_of: Callable[[Decimal], Decimal],
) -> Moved:
    actor.require("move_stock")
    note, movement_id = _note(notes), uuid7()
    if key:
        request = {"product": product_id, "type": movement_type, "notes": note, **asked}
        earlier = idempotency.claim(SCOPE, key, idempotency.fingerprint(request), movement_id)
        if earlier:
            return _done_before(earlier)
    product = _locked(product_id)
    change = change_of(product.stock_quantity)
    _must_fit(product, change, asked)
    _write(actor, movement_id, product, movement_type, change, note)
    return Moved(movement_id, product.stock_quantity, product.stock_quantity + change)


def _locked(product_id: UUID) -> Row[Any]:
    product = shelf.lock_products([product_id]).get(product_id)
    if product is None:
        raise NotFound(_("There is no such product."))
    return product


def _must_fit(product: Row[Any], change: Decimal, asked: dict[str, str]) -> None:
    given = Decimal(next(iter(asked.values())))
    if not units.fits(product.unit, given):
        raise Invalid(units.sentence(product.unit), field="quantity")
    if product.stock_quantity + change > LARGEST_QUANTITY:
        largest = format_quantity(LARGEST_QUANTITY)
        raise Invalid(_("The stock can be at most %(largest)s.", largest=largest), field="quantity")
    short = shelf.short_of(product, -change) if change < 0 else None
    refuse_all([short] if short else [])


def _write(
    actor: Actor, movement_id: UUID, product: Row[Any], movement_type: str, change: Decimal, note: str | None
) -> None:
    after = _products.c.stock_quantity + change
    guarded = update(_products).where(_products.c.id == product.id, after >= 0)
    if execute(guarded.values(stock_quantity=after)).rowcount != 1:
        # The row is locked and was looked at: only a mistake in the program leads here.
        raise Busy(_("The stock changed at the same moment. Nothing was changed; please try again."))
    before, moment = product.stock_quantity, clock.now()
    movement = {"id": movement_id, "product_id": product.id, "movement_type": movement_type, "quantity_change": change}
    movement |= {"stock_before": before, "stock_after": before + change, "notes": note}
    execute(insert(_movements), movement | {"created_by": actor.id, "created_at": moment})
    told = {"movement": movement_type, "change": str(change), "from_to": [str(before), str(before + change)]}
    audit.record(actor, "stock.moved", "product", product.id, told | ({"notes": note} if note else {}))


def _done_before(movement_id: UUID) -> Moved:
    row = execute(select(_movements).where(_movements.c.id == movement_id)).one()
    return Moved(movement_id, row.stock_before, row.stock_after, replayed=True)


def _above_zero(given: Given) -> Decimal:
    amount = _read(given, "quantity")
    if amount <= 0:
        raise Invalid(_("Enter a quantity above zero."), field="quantity")
    return amount


def _read(given: Given, field: str) -> Decimal:
    try:
        return read_quantity(given)
    except ValueError as error:
        raise Invalid(str(error), field=field) from error


def _note(notes: str | None) -> str | None:
    note = tidy(notes)
    if note and len(note) > LONGEST_NOTE:
        raise Invalid(_("Please use at most %(longest)s characters.", longest=LONGEST_NOTE), field="notes")
    return note
