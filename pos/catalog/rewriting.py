"""Many products changed at once: only what differs is written, and all that differ alike in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update

from pos.catalog.models import Product
from pos.core import clock
from pos.core.db import execute, table

# A sale moves stock, but edits no product.
STOCK = "stock_quantity"
_products = table(Product)


def rewrite(differing: Iterable[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Write what differs of each product, by column; the products must be locked and their values checked before."""
    now, alike = clock.now(), dict[tuple[str, ...], list[dict[str, Any]]]()
    for product_id, differs in differing:
        values = {f"new_{name}": value for name, value in differs.items()}
        alike.setdefault(tuple(differs), []).append({"product": product_id, "now": now, **values})
    for names, rows in alike.items():
        if names:
            execute(_statement(names), rows)


def _statement(names: Sequence[str]) -> Any:
    values = {name: bindparam(f"new_{name}", type_=_products.c[name].type) for name in names}
    if set(names) - {STOCK}:
        values["updated_at"] = bindparam("now", type_=_products.c.updated_at.type)
    return update(_products).where(_products.c.id == bindparam("product")).values(**values)
