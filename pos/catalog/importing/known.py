"""What the shop has already: its products by barcode, by code and by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from pos.catalog.models import Product
from pos.core.db import execute, session, table
from pos.core.text import search_key

_products = table(Product)
_KEPT = (
    *("id", "name", "barcode", "code", "price", "mrp", "unit", "brand", "pack_size"),
    *("stock_quantity", "min_stock_level", "status"),
)
# Labelled, so that a row's own names are the product's and not the database's (`price`, not `price_paise`).
_select = select(*(_products.c[name].label(name) for name in _KEPT))


@dataclass(slots=True)
class Known:
    """The shop's products as they stood at one moment. Names are compared as searching compares them."""

    by_barcode: dict[str, Row[Any]] = field(default_factory=dict)
    by_code: dict[str, Row[Any]] = field(default_factory=dict)
    by_name: dict[str, list[Row[Any]]] = field(default_factory=dict)


def products() -> Known:
    """Everything in the catalogue. What is discontinued keeps its barcode and code, but its name is free."""
    known = _filed(execute(_select).all())
    # Checking a long file takes a while: no old snapshot is held open meanwhile.
    session().rollback()
    return known


def _filed(rows: Iterable[Row[Any]]) -> Known:
    known = Known()
    for row in rows:
        if row.barcode:
            known.by_barcode[row.barcode] = row
        if row.code:
            known.by_code[row.code] = row
        if row.status != "discontinued":
            known.by_name.setdefault(search_key(row.name), []).append(row)
    return known
