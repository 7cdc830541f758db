"""The products endpoints, from PLAN.md alone (section 3.2)."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from pos.catalog.models import Product
from pos.core import clock
from tests.api import Program
from tests.shop import Shop


@pytest.fixture
def devi(shop: Shop) -> Program:
    return Program(shop, "devi")


SALT = {"name": "Tata Salt 1kg", "category": "Grocery", "price": 22.00, "stockQuantity": 45, "minStockLevel": 20}
SALT |= {"unit": "pcs", "barcode": "8901234567890"}


def test_a_product_is_added_and_told_as_the_plan_shows(devi: Program) -> None:
    made = devi.post("/products", SALT)
    assert made.status_code == 201, made.text
    product = made.json["data"]["product"]
    assert {name: product[name] for name in SALT} == SALT
    assert (product["status"], "costPrice" in product) == ("active", False)


def test_owners_see_and_set_costs_and_nobody_else(shop: Shop, devi: Program) -> None:
    asha = Program(shop, "asha")
    product = asha.post("/products", SALT | {"costPrice": 18}).json["data"]["product"]
    assert float(product["costPrice"]) == 18
    assert "costPrice" not in devi.get(f"/products/{product['id']}").json["data"]["product"]
    assert devi.put(f"/products/{product['id']}", {"costPrice": 1}).status_code == 403


def test_the_list_is_searched_filtered_sorted_and_paged(shop: Shop, devi: Program) -> None:
    shop.product("Tata Salt", "22", "5", category="Grocery")
    shop.product("Rock Salt", "30", "50", category="Grocery")
    shop.product("Soap", "12", "50", category="Bath")
    names = lambda **query: [p["name"] for p in devi.get("/products", **query).json["data"]["products"]]  # noqa: E731
    assert names(search="salt") == ["Rock Salt", "Tata Salt"]
    assert names(category="Bath") == ["Soap"]
    assert names(lowStock="true") == ["Tata Salt"]
    assert names(sortBy="price", sortOrder="desc") == ["Rock Salt", "Tata Salt", "Soap"]
    assert devi.get("/products", page=2, limit=2).json["data"]["pagination"]["totalPages"] == 2
    assert devi.get("/products", limit=101).status_code == 400
    assert devi.get("/products", sortBy="cost_price; drop").status_code == 400


def test_low_expiring_and_scanned_products_are_found(shop: Shop, devi: Program) -> None:
    today = clock.today("Asia/Kolkata")
    milk = shop.product("Milk", stock="3", expiry_date=today, barcode="8901")
    for path in ("/products/low-stock", "/products/expiring"):
        assert [p["id"] for p in devi.get(path).json["data"]["products"]] == [str(milk)]
    assert devi.get("/products/barcode/8901").json["data"]["product"]["id"] == str(milk)
    assert devi.get("/products/barcode/1").json["code"] == "PRODUCT_NOT_FOUND"


def test_two_editors_do_not_overwrite_one_another(shop: Shop, devi: Program) -> None:
    tea = shop.product()
    seen = devi.get(f"/products/{tea}").json["data"]["product"]["updatedAt"]
    changed = devi.put(f"/products/{tea}", {"price": 13, "updatedAt": seen})
    assert float(changed.json["data"]["product"]["price"]) == 13
    stale = devi.put(f"/products/{tea}", {"price": 14, "updatedAt": seen})
    assert (stale.status_code, stale.json["code"]) == (409, "CHANGED_MEANWHILE")


def test_deleting_discontinues(shop: Shop, devi: Program) -> None:
    tea = shop.product()
    assert devi.delete(f"/products/{tea}").json["data"]["product"]["status"] == "discontinued"
    assert shop.row(Product, tea).name == "Tea 250 g"


def test_stock_is_changed_or_counted_with_a_movement(shop: Shop, devi: Program) -> None:
    tea = shop.product(stock="10")
    path = f"/products/{tea}/stock"
    added = devi.patch(path, {"quantityChange": 50, "notes": "van"}).json["data"]
    assert (added["product"]["stockQuantity"], added["movement"]["movementType"]) == (60, "RESTOCK")
    assert devi.patch(path, {"stockQuantity": 58}).json["data"]["product"]["stockQuantity"] == 58
    assert devi.patch(path, {"quantity": 57}).json["data"]["movement"]["quantityChange"] == -1
    less = devi.patch(path, {"quantityChange": -2, "movementType": "ADJUSTMENT", "notes": "torn"})
    assert less.json["data"]["product"]["stockQuantity"] == 55
    assert devi.get(f"/products/{tea}/movements").json["data"]["pagination"]["total"] == 5
    assert devi.patch(path, {"quantityChange": -100, "notes": "x"}).json["code"] == "INSUFFICIENT_STOCK"
    assert devi.patch(path, {}).status_code == 400


def test_the_same_key_moves_stock_once(shop: Shop, devi: Program) -> None:
    tea = shop.product(stock="10")
    for _n in range(2):
        done = devi.patch(f"/products/{tea}/stock", {"quantityChange": 5}, Idempotency_Key="k")
    assert (shop.row(Product, tea).stock_quantity, done.headers["Idempotent-Replayed"]) == (Decimal(15), "true")


def test_bad_products_are_refused_with_every_field(devi: Program) -> None:
    refused = devi.post("/products", {"price": 30, "mrp": 20, "unit": "pcs"})
    assert {detail["field"] for detail in refused.json["details"]} == {"name", "price"}
    devi.post("/products", SALT)
    twice = devi.post("/products", SALT | {"name": "Other"})
    assert (twice.status_code, twice.json["code"]) == (409, "DUPLICATE_BARCODE")
    assert devi.get(f"/products/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b'{"\\ud800": 1}',
        b'{"name": "Tea", "price": "\\ud800"}',
        b'{"name": "Tea \\uDC00", "price": 1}',
        b'{"name": "Tea", "price": 1, "updatedAt": "0001-01-01T00:00:00+14:00"}',
    ],
)
def test_what_can_be_neither_stored_nor_told_is_a_400(shop: Shop, devi: Program, body: bytes) -> None:
    tea, headers = shop.product(), {**devi.headers, "Content-Type": "application/json"}
    assert devi.client.post("/api/v1/products", data=body, headers=headers).status_code == 400
    assert devi.client.put(f"/api/v1/products/{tea}", data=body, headers=headers).status_code == 400


def test_signs_beyond_the_first_plane_are_signs(devi: Program) -> None:
    body, headers = b'{"name": "Tea \\ud83d\\ude00", "price": 1}', {**devi.headers, "Content-Type": "application/json"}
    answer = devi.client.post("/api/v1/products", data=body, headers=headers)
    assert answer.get_json()["data"]["product"]["name"] == "Tea \U0001f600"
