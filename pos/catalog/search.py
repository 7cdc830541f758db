"""Finding what is sold: by a scan, by any words as they are typed, or among what sells best."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Pool, Row, Select, String, case, func, or_, select, true

from pos.catalog import mistakes, search_index
from pos.catalog.models import Product
from pos.catalog.search_index import in_order_of_letters
from pos.core.db import at_most, db, execute, table
from pos.core.prepared import Among
from pos.core.text import LONGEST_QUERY, like, search_key, search_words

MOST_FOUND = 30
MOST_CATEGORIES = 12
# Reading more than so many by the index costs more than reading the goods in their order until enough are found.
MOST_READ = 200
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
_coded = Among(String(), lambda codes: _sold.where(or_(_products.c.barcode.in_(codes), _products.c.code.in_(codes))))

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
    rows = _coded.rows(codes)
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
    words = search_words(query)
    if not words:
        return []
    # The category's own words stand in the key as well: they keep the goods of others away.
    query, more = query[:LONGEST_QUERY], search_words(category or "")
    fits: list[ColumnElement[bool]] = [_products.c.search_key.like(like(word), escape="\\") for word in words]
    fits += [func.coalesce(_products.c.category, "") == category] if category else []
    near = search_index.near([*words, *more], MOST_READ)
    if near is None:
        return _by_closeness(fits, query, more, most)
    return (
        execute(_among(near, *fits).order_by(_closeness(query), *_best_first()).limit(at_most(most))).all()
        if near
        else []
    )


def meant(query: str, most: int = MOST_FOUND) -> tuple[str, Sequence[Row[Any]]] | None:
    """The words that were meant by a query which finds nothing for its typing mistakes, and what they find."""
    for words in mistakes.meant(search_words(query)):
        likely = " ".join(words)
        rows = found(likely, most=most)
        if rows:
            return likely, rows
    return None


def _by_closeness(fits: list[Any], query: str, more: list[str], most: int) -> list[Row[Any]]:
    """Where a great many fit: those with the very code, then one closeness after the other, until there are enough."""
    coded = _with_code(query)
    rows = {row.id: row for row in execute(_among(coded, *fits).order_by(*_best_first()))} if coded else {}
    for mark, condition in (
        (search_index.KEY_BEGINS, _key_begins(query)),
        (search_index.WORD_BEGINS, _word_begins(query)),
        ("", true()),
    ):
        if len(rows) < most:
            near = _near(mark, search_key(query), more) if mark else None
            ids = _in_order([*fits, condition], most) if near is None else near
            best = execute(_among(ids, *fits, condition).order_by(*_best_first()).limit(at_most(most))) if ids else ()
            rows |= {row.id: row for row in best if row.id not in rows}
    return list(rows.values())[:most]


def _near(mark: str, begins: str, more: list[str]) -> list[UUID] | None:
    if mark == search_index.KEY_BEGINS and not more:
        return search_index.beginning(begins, MOST_READ)
    return search_index.near([mark + begins, *more], MOST_READ)


def _among(ids: Sequence[UUID], *fits: Any) -> Select[Any]:
    """Those of these products that fit and are sold; written so that no planner reads all that are sold instead."""
    is_sold = func.coalesce(_products.c.status, "") == "active"
    return select(*(_products.c[name] for name in _SHOWN)).where(_products.c.id.in_(ids), is_sold, *fits)


def _in_order(fits: Sequence[Any], most: int) -> Sequence[UUID]:
    """The first that fit, read in the order of an index that knows all that is asked of them."""
    ids = (
        select(_products.c.id)
        .where(_products.c.status == "active", *fits)
        .order_by(*_best_first())
        .limit(at_most(most))
    )
    # Its choice must not hang on what ANALYZE once counted.
    return list(execute(ids.with_hint(_products, "INDEXED BY product_search_order", "sqlite")).scalars())


def _with_code(query: str) -> Sequence[UUID]:
    return list(execute(select(_products.c.id).where(_has_code(query))).scalars())


def _closeness(query: str) -> ColumnElement[int]:
    return case((_has_code(query), 0), (_key_begins(query), 1), (_word_begins(query), 2), else_=3)


def _has_code(query: str) -> ColumnElement[bool]:
    codes = _spellings(plain_code(query))
    return or_(_products.c.barcode.in_(codes), _products.c.code.in_(codes))


def _key_begins(query: str) -> ColumnElement[bool]:
    return _products.c.search_key.like(like(search_key(query))[1:], escape="\\")


def _word_begins(query: str) -> ColumnElement[bool]:
    return _products.c.search_key.like(f"% {like(search_key(query))[1:]}", escape="\\")


def _best_first() -> tuple[ColumnElement[Any], ...]:
    """What is on most bills first, then by name: the order of the index `product_search_order`."""
    return _products.c.times_sold.desc(), in_order_of_letters(_products.c.search_key), _products.c.id


def best_sellers(category: str | None = None, most: int = MOST_FOUND) -> Sequence[Row[Any]]:
    """Active products, of one category or all, what is on most bills first."""
    statement = _in_category(_sold, category)
    return execute(statement.order_by(*_best_first()).limit(at_most(most))).all()


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
    return list(execute(statement.order_by(*weight).limit(at_most(MOST_CATEGORIES))).scalars())


def _in_category(statement: Any, category: str | None) -> Any:
    return statement.where(_products.c.category == category) if category else statement
