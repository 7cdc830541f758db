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
LONGEST_SECONDS = 60
LONGEST_WAIT_SECONDS = 3


def slowest_write(desk: Desk, import_id: UUID, product_id: UUID) -> float:
    """Move one product's stock again and again until the import is over; how long the slowest took."""
    slowest, until = 0.0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        started = time.perf_counter()
        stock.adjust(desk.shop.ben, product_id, "-1", "sold")
        slowest = max(slowest, time.perf_counter() - started)
        if desk.shop.row(ProductImport, import_id).status != "running":
            return slowest
        time.sleep(0.01)
    raise AssertionError("the import did not end")


@pytest.mark.slow
def test_a_large_catalogue_comes_in_while_the_till_goes_on(shop: Shop) -> None:
    desk = Desk(shop)
    product_id = shop.product("Sold meanwhile", stock="100000")
    import_id = desk.bring_in(as_csv(*many(ROWS)), stock="10")
    worker = Worker(desk.uploads, shop.app.app_context)
    worker.take(shop.asha, import_id)
    assert slowest_write(desk, import_id, product_id) < LONGEST_WAIT_SECONDS
    row = imports.find(shop.asha, import_id)
    assert row.status == "done", row.outcome
    for model in (Product, StockMovement):
        assert execute(select(func.count()).select_from(table(model))).scalar_one() >= ROWS + 1
    assert list(books.differences()) == []
