"""Products: added, changed, discontinued and brought back. Their stock moves in `stock` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from pos.catalog import lowering
from pos.catalog.checks import checked
from pos.catalog.models import Product, StockMovement
from pos.core import audit, clock, idempotency
from pos.core.actor import Actor
from pos.core.db import connection, execute, one_unit, table
from pos.core.errors import Forbidden, NotFound, Problem, Refused, refuse_all
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.text import search_key
from pos.settings import store

SCOPE = "product"
_products = table(Product)
_movements = table(StockMovement)
# Labelled, so that a row's own names are the product's and not the database's (`price`, not `price_paise`).
_whole = select(*(column.label(column.key) for column in _products.c))


def find(product_id: UUID) -> Row[Any]:
    """One product with all its columns; show its cost price only to who may see it. Raises NotFound."""
    row: Row[Any] | None = execute(_whole.where(_products.c.id == product_id)).first()
    if row is None:
        raise NotFound(_("There is no such product."))
    return row


def search_text(values: Mapping[str, Any]) -> str:
    """What a product is found by: its name, brand, category, code and barcode, as `search_key` writes them."""
    return search_key(*(values.get(name) for name in ("name", "brand", "category", "code", "barcode")))


@one_unit
def add_product(actor: Actor, values: Mapping[str, Any], key: str | None = None) -> UUID:
    """Put a new product into the catalogue, its opening stock as a movement; the same `key` again adds nothing.

    `values` under PLAN.md's names, as `checks` takes them; an empty minimum stock is the store's. Raises Forbidden for
    who may not edit products or gives a cost price without the right, Invalid with every problem, Refused for a barcode
    or code that another product has, KeyReused.
    """
    actor.require("edit_products")
    product_id = uuid7()
    if key:
        earlier = idempotency.claim(SCOPE, key, idempotency.fingerprint(values), product_id)
        if earlier:
            return earlier
    typed = checked(with_costs_guarded(actor, values))
    if typed["min_stock_level"] is None:
        typed["min_stock_level"] = store.current().min_stock_default
    now = clock.now()
    row = {"id": product_id, **typed, "search_key": search_text(typed), "times_sold": 0, "created_by": actor.id}
    with _codes_kept_apart(typed):
        execute(insert(_products), row | {"created_at": now, "updated_at": now})
    _open_stock(actor, product_id, typed["stock_quantity"], now)
    given = {name: str(value) for name, value in typed.items() if value is not None}
    audit.record(actor, "product.added", "product", product_id, given)
    return product_id


@one_unit
def change_product(actor: Actor, product_id: UUID, values: Mapping[str, Any], seen_at: datetime | None = None) -> None:
    """Change the named values of a product; those not named stay, and its stock moves in `stock` alone.

    `seen_at` is the `updated_at` that the editor saw: Refused when somebody else has changed the product since. Raises
    also NotFound, Forbidden for a lower price where discounts are capped, and what `add_product` raises.
    """
    actor.require("edit_products")
    before = _locked(product_id)
    if seen_at is not None and seen_at != before.updated_at:
        sentence = _("Somebody else changed %(name)s while you edited it. Compare, then save again.", name=before.name)
        raise Refused(sentence, code="CHANGED_MEANWHILE")
    typed = checked(with_costs_guarded(actor, values), before._asdict())
    if typed.get("min_stock_level", before.min_stock_level) is None:
        typed["min_stock_level"] = store.current().min_stock_default
    changes = {name: value for name, value in typed.items() if value != before._mapping[name]}
    _keep_stock_out(changes, before)
    lowering.check_price(actor, before.name, before.price, changes.get("price", before.price))
    if changes:
        _write(actor, "product.changed", before, changes)


@one_unit
def discontinue(actor: Actor, product_id: UUID) -> None:
    """Take a product off the till for good; its stock, its bills and its history stay. Raises Forbidden, NotFound."""
    _set_status(actor, product_id, "discontinued", "product.discontinued")


@one_unit
def bring_back(actor: Actor, product_id: UUID) -> None:
    """Sell a product again that was discontinued or set aside. Raises Forbidden, NotFound."""
    _set_status(actor, product_id, "active", "product.brought_back")


def _set_status(actor: Actor, product_id: UUID, status: str, action: str) -> None:
    actor.require("edit_products")
    before = _locked(product_id)
    if before.status != status:
        _write(actor, action, before, {"status": status})


def _locked(product_id: UUID) -> Row[Any]:
    row: Row[Any] | None = execute(_whole.where(_products.c.id == product_id).with_for_update()).first()
    if row is None:
        raise NotFound(_("There is no such product."))
    return row


def _write(actor: Actor, action: str, before: Row[Any], changes: Mapping[str, Any]) -> None:
    found_by = search_text({**before._asdict(), **changes})
    written = update(_products).where(_products.c.id == before.id).values(**changes, search_key=found_by)
    with _codes_kept_apart(changes, but=before.id):
        execute(written.values(updated_at=clock.now()))
    change = {name: [logged(before._mapping[name]), logged(value)] for name, value in changes.items()}
    audit.record(actor, action, "product", before.id, change)


def logged(value: Any) -> str | None:
    """A value as the audit log writes it."""
    return None if value is None else str(value)


def with_costs_guarded(actor: Actor, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, without an empty cost price from who does not see it: it is the owner's alone (DESIGN.md 7).

    Raises Forbidden when such a person sets one.
    """
    if "cost_price" not in values or actor.may("see_costs"):
        return values
    if values["cost_price"] not in (None, ""):
        raise Forbidden(_("Only the owner of the shop sees and sets cost prices."), field="cost_price")
    return {name: value for name, value in values.items() if name != "cost_price"}


def _keep_stock_out(changes: Mapping[str, Any], before: Row[Any]) -> None:
    # A form that was open for a while would otherwise put back what was sold meanwhile.
    if "stock_quantity" in changes:
        sentence = _("The stock of %(name)s changes by restocking, counting or adjusting it.", name=before.name)
        raise Refused(sentence, code="STOCK_MOVES_ALONE", field="stock_quantity")


@contextmanager
def _codes_kept_apart(typed: Mapping[str, Any], but: UUID | None = None) -> Iterator[None]:
    """Write inside, and refuse a barcode or code that another product has, even one added at the same moment."""
    _refuse_taken(typed, but)
    try:
        with connection().begin_nested():
            yield
    except IntegrityError:
        _refuse_taken(typed, but)
        raise


def _refuse_taken(typed: Mapping[str, Any], but: UUID | None) -> None:
    wanted = {name: typed[name] for name in ("barcode", "code") if typed.get(name)}
    if not wanted:
        return
    columns = [_products.c[name] for name in ("id", "name", "status", "barcode", "code")]
    same = or_(*(_products.c[name] == value for name, value in wanted.items()))
    others = execute(select(*columns).where(same, _products.c.id != but if but else same)).all()
    refuse_all(
        [
            _taken(name, value, other)
            for name, value in wanted.items()
            for other in others
            if other._mapping[name] == value
        ]
    )


def _taken(name: str, value: str, other: Row[Any]) -> Problem:
    told = {"value": value, "name": other.name}
    if other.status == "discontinued":
        sentence = _("%(value)s belongs to %(name)s, which is discontinued. Bring that one back instead.", **told)
    elif name == "barcode":
        sentence = _("Barcode %(value)s already belongs to %(name)s.", **told)
    else:
        sentence = _("Code %(value)s already belongs to %(name)s.", **told)
    return Problem(sentence, f"DUPLICATE_{name.upper()}", name, str(other.id))


def _open_stock(actor: Actor, product_id: UUID, amount: Decimal, now: datetime) -> None:
    if not amount:
        return
    actor.require("move_stock")
    movement = {"id": uuid7(), "product_id": product_id, "movement_type": "RESTOCK", "quantity_change": amount}
    movement |= {"stock_before": Decimal(0), "stock_after": amount, "notes": _("Opening stock")}
    execute(insert(_movements), movement | {"created_by": actor.id, "created_at": now})
