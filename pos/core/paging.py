"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from pos.core.db import at_most, execute

LEAST_LIMIT = 20
LARGEST_LIMIT = 100
LARGEST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, how many rows there are in all, and where this page stands among `pages`."""

    rows: Sequence[Row[Any]]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one, which is empty."""
        return max(1, -(-self.total // self.limit))

    @property
    def first(self) -> int:
        """The place of this page's first row in the whole list, counted from 1; 0 when the page is empty."""
        return (self.page - 1) * self.limit + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of this page's last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def paged(statement: Select[Any], page: int, limit: int, *, nearest: bool = False, total: int | None = None) -> Page:
    """Read one page of an ordered select: two queries, one that counts, where `total` is not known, and one that reads.

    Pages count from 1. A page past the last is empty, or, with `nearest`, the last one is read in its place.
    """
    if total is None:
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        total = int(execute(counted).scalar_one())
    if nearest:
        page = min(page, max(1, -(-total // limit)))
    rows = execute(statement.limit(at_most(limit)).offset((page - 1) * limit)).all() if total else []
    return Page(rows, total, page, limit)


def asked_page(text: str | None) -> int:
    """The page number that an address asks for; the first when it asks for nonsense."""
    return min(_whole(text) or 1, LARGEST_PAGE)


def asked_limit(text: str | None) -> int:
    """How many rows an address asks for, from 20 to 100."""
    return min(max(_whole(text) or LEAST_LIMIT, LEAST_LIMIT), LARGEST_LIMIT)


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
