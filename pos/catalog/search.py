"""Finding what is sold: by a scan, by any words as they are typed, or among what sells best."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Pool, Row, case, func, or_, select

from pos.catalog.models import Product
from pos.core.db import db, execute, table
from pos.core.text import LONGEST_QUERY, like, search_key, search_words

MOST_FOUND = 30
MOST_CATEGORIES = 12
LONGEST_CODE = 100

COUNTED_FOR_SECONDS = 30.0
_counted: WeakKeyDictionary[Pool, tuple[float, list[str]]] = WeakKeyDictionary()

_products = table(Product)
_SHOWN = (
    "id",
    "name",
    "brand",
    "category",
    "pack_size",
    "price",
    "mrp",
    "tax_rate",
    "stock_quantity",
    "unit",
    "barcode",
    "code",
    "status",
)
_sold = select(*(_products.c[name] for name in _SHOWN)).where(_products.c.status == "active")

# ISO/IEC 15424 symbology identifiers (`]E0`, `]C1`), which some scanners are set to send before the code.
_IDENTIFIER = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.)")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\ufeff]")
_UPC_DIGITS, _EAN_DIGITS = 12, 13


def scanned(code: str) -> Row[Any] | None:
    """The active product with this barcode, else with this short code; None when nothing carries it.

    Takes what scanners add (spaces, control signs, a symbology identifier) and what they leave out or put before a
    12-digit UPC (the leading zero of its 13-digit form). Letters match in either case.
    """
    codes = _spellings(plain_code(code))
    if not codes:
        return None
    matches = _sold.where(or_(_products.c.barcode.in_(codes), _products.c.code.in_(codes)))
    rows = execute(matches.limit(2 * len(codes))).all()
    by_barcode = [row for one in codes for row in rows if row.barcode == one]
    by_code = [row for one in codes for row in rows if row.code == one]
    return next(iter(by_barcode + by_code), None)


def plain_code(code: str) -> str:
    """A code as it is printed: without what scanners and keyboards put around it, in ASCII digits."""
    tidied = _UNSEEN.sub("", code).strip()
    tidied = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in tidied)
    return _IDENTIFIER.sub("", tidied)[:LONGEST_CODE]


def _spellings(code: str) -> list[str]:
    """The code as given first, then the other ways in which the same code may stand in the catalogue."""
    spellings = [code, code.upper(), code.lower()]
    if code.isdigit() and len(code) == _UPC_DIGITS:
        spellings.append(f"0{code}")
    if code.isdigit() and len(code) == _EAN_DIGITS and code.startswith("0"):
        spellings.append(code[1:])
    return [one for one in dict.fromkeys(spellings) if one]


def found(query: str, category: str | None = None, most: int = MOST_FOUND) -> Sequence[Row[Any]]:
    """Active products that hold every word of the query, in any order, in name, brand, category, code or barcode.

    An exact code comes first, then names that begin with the query, then those with a word that does, and among equals
    what sells best. A query without words finds nothing.
    """
    query = query[:LONGEST_QUERY]
    words = search_words(query)
    if not words:
        return []
    statement = _in_category(_sold, category)
    for word in words:
        statement = statement.where(_products.c.search_key.like(like(word), escape="\\"))
    order = (_closeness(query), _products.c.times_sold.desc(), _products.c.name, _products.c.id)
    return execute(statement.order_by(*order).limit(most)).all()


def _closeness(query: str) -> ColumnElement[int]:
    codes = _spellings(plain_code(query))
    beginning = like(search_key(query))[1:]
    return case(
        (or_(_products.c.barcode.in_(codes), _products.c.code.in_(codes)), 0),
        (_products.c.search_key.like(beginning, escape="\\"), 1),
        (_products.c.search_key.like(f"% {beginning}", escape="\\"), 2),
        else_=3,
    )


def best_sellers(category: str | None = None, most: int = MOST_FOUND) -> Sequence[Row[Any]]:
    """Active products, of one category or all, what is on most bills first."""
    statement = _in_category(_sold, category)
    return execute(statement.order_by(_products.c.times_sold.desc(), _products.c.id).limit(most)).all()


def categories(most: int = MOST_CATEGORIES) -> list[str]:
    """The names of the categories with the most sales, and among equals with the most products.

    They are counted anew after half a minute: every answer to a search shows them.
    """
    now = time.monotonic()
    until, names = _counted.get(db.engine.pool, (now, []))
    if now >= until:
        names = _categories()
        _counted[db.engine.pool] = (now + COUNTED_FOR_SECONDS, names)
    return names[:most]


def _categories() -> list[str]:
    name = _products.c.category
    statement = select(name).where(_products.c.status == "active", name.is_not(None)).group_by(name)
    weight = (func.sum(_products.c.times_sold).desc(), func.count().desc(), name)
    return list(execute(statement.order_by(*weight).limit(MOST_CATEGORIES)).scalars())


def _in_category(statement: Any, category: str | None) -> Any:
    return statement.where(_products.c.category == category) if category else statement
