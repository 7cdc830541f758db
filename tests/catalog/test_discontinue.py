"""Discontinuing a product, and bringing it back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pos.catalog import products
from pos.catalog.models import Product, StockMovement
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import NotFound, NotSignedIn
from tests.shop import Shop


def test_a_discontinued_product_keeps_its_stock_and_history(shop: Shop) -> None:
    tea = shop.product(stock="7")
    products.discontinue(shop.devi, tea)
    row = shop.row(Product, tea)
    assert (row.status, row.stock_quantity) == ("discontinued", 7)
    assert len(shop.rows(StockMovement, product_id=tea)) == 1


def test_it_comes_back_as_it_was(shop: Shop) -> None:
    tea = shop.product(barcode="M3")
    products.discontinue(shop.devi, tea)
    products.bring_back(shop.ben, tea)
    assert (shop.row(Product, tea).status, shop.row(Product, tea).barcode) == ("active", "M3")
    entries = [row.action for row in shop.rows(AuditEntry, subject_id=str(tea))]
    assert entries == ["product.discontinued", "product.brought_back"]


def test_doing_it_again_writes_nothing(shop: Shop) -> None:
    tea = shop.product()
    products.discontinue(shop.devi, tea)
    before = shop.row(Product, tea)
    products.discontinue(shop.devi, tea)
    assert shop.row(Product, tea) == before
    assert len(shop.rows(AuditEntry, action="product.discontinued")) == 1


def test_what_is_not_there_cannot_be_discontinued(shop: Shop) -> None:
    with pytest.raises(NotFound):
        products.discontinue(shop.devi, uuid4())
    with pytest.raises(NotSignedIn):
        products.discontinue(NOBODY, shop.product())


def test_the_page_asks_first(shop: Shop) -> None:
    tea = shop.product("Tea 250 g")
    page = shop.client("devi").get(f"/products/{tea}/discontinue")
    assert "Tea 250 g" in page.text
    assert shop.row(Product, tea).status == "active"


def test_the_pages_take_it_off_and_bring_it_back(shop: Shop) -> None:
    tea, devi = shop.product("Tea 250 g"), shop.client("devi")
    answer = devi.post(f"/products/{tea}/discontinue", follow_redirects=True)
    assert answer.request.path == f"/products/{tea}"
    assert "Tea 250 g is discontinued" in answer.text
    answer = devi.post(f"/products/{tea}/bring-back", follow_redirects=True)
    assert "Tea 250 g is on sale again." in answer.text
    assert shop.row(Product, tea).status == "active"
