"""The index behind the search: every three letters of a product's key lead to it, on both engines (migration 0004).

SQLite keeps them in FTS5, PostgreSQL in a GIN index over an array; neither needs an extension. Words of one or two
letters have no entry of their own: where they stand alone, the goods are read in the order in which they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, column, select, table, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from pos.catalog.models import Product
from pos.core.db import at_most, dialect, execute
from pos.core.db import table as table_of
from pos.core.text import like

# Before the key stand two spaces: it alone begins with them.
KEY_BEGINS, WORD_BEGINS = "  ", " "
LETTERS = 3
MOST_GRAMS = 40
LAST_LETTER = "\U0010ffff"

_products = table_of(Product)
_entries = table(
    "product_search", column("row"), column("product_id", Uuid()), column("key", Text()), column("grams", ARRAY(Text()))
)
_grams = table("product_search_grams", column("rowid"), column("product_search_grams"))


def near(texts: Sequence[str], most: int) -> list[UUID] | None:
    """The ids of all products whose key holds every text; None for more than `most`, and where it cannot help.

    The texts are as `core.text.search_key` writes them; KEY_BEGINS or WORD_BEGINS before one asks for that.
    """
    ids = holding(texts)
    return None if ids is None else _few(ids, most)


def beginning(text: str, most: int) -> list[UUID] | None:
    """The ids of all products whose key begins with the text; None when they are more than `most`."""
    key = in_order_of_letters(_products.c.search_key)
    return _few(select(_products.c.id).where(key >= text, key < text + LAST_LETTER), most)


def _few(ids: Select[Any], most: int) -> list[UUID] | None:
    found = list(execute(ids.limit(at_most(most + 1))).scalars())
    return found if len(found) <= most else None


def holding(texts: Sequence[str]) -> Select[Any] | None:
    """The statement behind `near`; None where there is none."""
    grams = list(dict.fromkeys(gram for text in texts for gram in _grams_of(text)))[:MOST_GRAMS]
    if not grams:
        return None
    held = select(_entries.c.product_id).where(*(_entries.c.key.like(like(text), escape="\\") for text in texts))
    if dialect() == "postgresql":
        return held.where(_entries.c.grams.contains(type_coerce(grams, ARRAY(Text()))))
    asked = " ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
    return held.where(_entries.c.row == _grams.c.rowid, _grams.c.product_search_grams.op("MATCH")(asked))


def _grams_of(text: str) -> Iterator[str]:
    return (text[place : place + LETTERS] for place in range(len(text) - LETTERS + 1))


def in_order_of_letters(column: ColumnElement[str]) -> ColumnElement[str]:
    """The column sorted and compared as its indexes have it: letter by letter on both engines."""
    return column.collate("C") if dialect() == "postgresql" else column
