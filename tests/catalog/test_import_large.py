"""A catalogue as large as an online grocer's comes in whole, while the till goes on selling."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from sqlalchemy import func, select

from pos.catalog import stock
from pos.catalog.importing import imports
from pos.catalog.importing.work import Worker
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.core.db import execute, table
from pos.reports import books
from tests.catalog.product_files import Desk, as_csv, many
from tests.shop import Shop

ROWS = 27_561
LONGEST_SECONDS = 300
# An import that let nobody in before its end would let the till in once.
FEWEST_TURNS = 10


def turns_meanwhile(desk: Desk, import_id: UUID, product_id: UUID) -> int:
    """Move one product's stock again and again until the import is over; how often the till had its turn."""
    turns, until = 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        stock.adjust(desk.shop.ben, product_id, "-1", "sold")
        if desk.shop.row(ProductImport, import_id).status != "running":
            return turns
        turns += 1
        time.sleep(0.01)
    raise AssertionError("the import did not end")


@pytest.mark.slow
def test_a_large_catalogue_comes_in_while_the_till_goes_on(shop: Shop) -> None:
    desk = Desk(shop)
    product_id = shop.product("Sold meanwhile", stock="100000")
    import_id = desk.bring_in(as_csv(*many(ROWS)), stock="10")
    worker = Worker(desk.uploads, shop.app.app_context)
    worker.take(shop.asha, import_id)
    assert turns_meanwhile(desk, import_id, product_id) >= FEWEST_TURNS
    row = imports.find(shop.asha, import_id)
    assert row.status == "done", row.outcome
    for model in (Product, StockMovement):
        assert execute(select(func.count()).select_from(table(model))).scalar_one() >= ROWS + 1
    assert list(books.differences()) == []
