"""Long lists, a page at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pos.catalog.models import Product
from pos.core.db import table
from pos.core.paging import Page, asked_limit, asked_page, paged
from tests.shop import Shop

_products = table(Product)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_the_last_page_may_be_short(total: int, pages: int) -> None:
    assert Page([], total, 1, 20).pages == pages


@pytest.mark.parametrize(
    ("text", "page"), [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("1.5", 1), ("9" * 12, 1), ("९", 1)]
)
def test_a_page_that_is_nonsense_is_the_first(text: str | None, page: int) -> None:
    assert asked_page(text) == page
    assert asked_page("999999999") == 1_000_000


@pytest.mark.parametrize(("text", "limit"), [(None, 20), ("1", 20), ("50", 50), ("100", 100), ("101", 100), ("x", 20)])
def test_a_page_has_20_to_100_rows(text: str | None, limit: int) -> None:
    assert asked_limit(text) == limit


def test_pages_follow_one_another_without_gap(shop: Shop) -> None:
    for number in range(5):
        shop.product(f"Tea {number}")
    statement = select(_products.c.name).order_by(_products.c.name)
    pages = [paged(statement, number, 2) for number in (1, 2, 3, 4)]
    assert [[row.name for row in page.rows] for page in pages] == [
        ["Tea 0", "Tea 1"],
        ["Tea 2", "Tea 3"],
        ["Tea 4"],
        [],
    ]
    assert [(page.first, page.last) for page in pages] == [(1, 2), (3, 4), (5, 5), (0, 0)]
    assert paged(statement, 9, 2, nearest=True).page == 3
