"""Changing a product: what was named, by who may, and not over somebody else's change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pos.catalog import products, stock
from pos.catalog.models import Product, StockMovement
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, Refused
from tests.shop import Shop


def test_the_named_values_change_and_the_others_stay(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", brand="Wagh Bakri", cost_price=Decimal(9))
    products.change_product(shop.ben, tea, {"name": "Chai", "price": "13"})
    row = shop.row(Product, tea)
    assert (row.name, row.price, row.brand, row.cost_price) == ("Chai", 13, "Wagh Bakri", 9)
    assert row.search_key == "chai wagh bakri"


def test_a_change_tells_the_audit_log_what_it_was(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    products.change_product(shop.ben, tea, {"price": "13", "name": "Tea"})
    (entry,) = shop.rows(AuditEntry, action="product.changed")
    assert entry.change == '{"price": ["12.50", "13.00"]}'


def test_changing_nothing_writes_nothing(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    before = shop.row(Product, tea)
    products.change_product(shop.ben, tea, {"price": "12.50", "name": "Tea", "brand": ""})
    assert shop.row(Product, tea) == before
    assert shop.rows(AuditEntry, action="product.changed") == []


def test_a_change_over_somebody_elses_is_refused(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    seen = shop.row(Product, tea).updated_at
    products.change_product(shop.asha, tea, {"price": "13"}, seen)
    with pytest.raises(Refused, match="Somebody else changed Tea") as refusal:
        products.change_product(shop.ben, tea, {"price": "11"}, seen)
    assert refusal.value.code == "CHANGED_MEANWHILE"
    assert shop.row(Product, tea).price == 13
    products.change_product(shop.ben, tea, {"price": "11"}, shop.row(Product, tea).updated_at)


def test_stock_that_moves_meanwhile_is_no_such_change(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    seen = shop.row(Product, tea).updated_at
    stock.restock(shop.devi, tea, "5")
    products.change_product(shop.ben, tea, {"price": "11"}, seen)


def test_stock_is_not_changed_by_editing(shop: Shop) -> None:
    tea = shop.product("Tea", stock="10")
    products.change_product(shop.ben, tea, {"stock_quantity": "10", "name": "Chai"})
    with pytest.raises(Refused) as refusal:
        products.change_product(shop.ben, tea, {"stock_quantity": "9"})
    assert (refusal.value.code, refusal.value.field) == ("STOCK_MOVES_ALONE", "stock_quantity")
    assert len(shop.rows(StockMovement, product_id=tea)) == 1


def test_another_products_barcode_is_refused_and_its_own_is_not(shop: Shop) -> None:
    shop.product("Salt", barcode="M3")
    tea = shop.product("Tea", barcode="T1")
    with pytest.raises(Refused, match="Barcode M3 already belongs to Salt"):
        products.change_product(shop.ben, tea, {"barcode": "M3"})
    products.change_product(shop.ben, tea, {"barcode": "T1", "price": "13"})


def test_a_barcode_taken_at_the_same_moment_is_refused_by_name(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.product("Salt", barcode="M3")
    looks = []
    look = products._refuse_taken

    def looks_away_at_first(*args: object) -> None:
        looks.append(args)
        if len(looks) > 1:
            look(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(products, "_refuse_taken", looks_away_at_first)
    with pytest.raises(Refused, match="Barcode M3 already belongs to Salt"):
        products.add_product(shop.ben, {"name": "Tea", "price": "1", "barcode": "M3"})


def test_a_cashier_neither_sets_nor_clears_the_cost(shop: Shop) -> None:
    tea = shop.product("Tea", cost_price=Decimal(9))
    with pytest.raises(Forbidden):
        products.change_product(shop.ben, tea, {"cost_price": "8"})
    products.change_product(shop.ben, tea, {"cost_price": "", "name": "Chai"})
    assert shop.row(Product, tea).cost_price == 9
    products.change_product(shop.asha, tea, {"cost_price": ""})
    assert shop.row(Product, tea).cost_price is None


def test_the_price_stays_within_the_mrp(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", mrp=Decimal(14))
    with pytest.raises(Invalid, match=r"may not be above the MRP of ₹14\.00"):
        products.change_product(shop.ben, tea, {"price": "14.01"})


def test_a_product_that_is_not_there_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound):
        products.change_product(shop.ben, uuid4(), {"price": "1"})


def test_the_page_shows_what_is_and_saves_what_was_typed(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50", unit="kg", tax_rate=Decimal("12.50"))
    ben = shop.client("ben")
    page = ben.get(f"/products/{tea}/edit").text
    assert 'value="Tea"' in page
    assert 'value="12.50"' in page
    assert 'value="12.5"' in page
    assert '<option selected value="kg">' in page
    assert 'name="stock_quantity"' not in page
    answer = ben.post(f"/products/{tea}/edit", data={"name": "Chai", "price": "13", "tax_rate": "", "unit": "kg"})
    assert (answer.status_code, answer.location) == (303, f"/products/{tea}")
    row = shop.row(Product, tea)
    assert (row.name, row.price, row.tax_rate) == ("Chai", 13, None)


def test_the_page_warns_of_a_change_meanwhile_and_then_lets_through(shop: Shop) -> None:
    tea = shop.product("Tea", "12.50")
    seen = shop.row(Product, tea).updated_at
    products.change_product(shop.asha, tea, {"price": "13"})
    typed = {"name": "Tea", "price": "11", "unit": "pcs", "seen_at": seen.isoformat()}
    answer = shop.client("ben").post(f"/products/{tea}/edit", data=typed)
    assert answer.status_code == 409
    assert "Somebody else changed Tea while you edited it" in answer.text
    assert 'value="11"' in answer.text
    now = shop.row(Product, tea).updated_at
    assert now - seen > timedelta(0)
    assert f'value="{now.isoformat()}"' in answer.text


def test_the_page_of_a_product_that_is_not_there_is_a_404(shop: Shop) -> None:
    ben = shop.client("ben")
    assert ben.get(f"/products/{uuid4()}/edit").status_code == 404
    assert ben.post(f"/products/{uuid4()}/edit", data={"name": "x"}).status_code == 404
    assert ben.get(f"/products/{uuid4()}").status_code == 404
