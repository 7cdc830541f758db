"""Adding a product: once, with its opening stock as a movement, under a barcode of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.catalog import products
from pos.catalog.models import Product, StockMovement
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, KeyReused, NotSignedIn, Refused
from tests.shop import Shop

TEA = {"name": "Tea 250 g", "price": "12.50"}


def test_a_product_is_found_as_it_was_given(shop: Shop) -> None:
    given = {**TEA, "brand": "Wagh Bakri", "mrp": "14", "barcode": "8901063029415", "tax_rate": "5", "unit": "packet"}
    tea = products.find(products.add_product(shop.ben, given))
    assert (tea.name, tea.price, tea.mrp, tea.tax_rate) == ("Tea 250 g", Decimal("12.50"), 14, 5)
    assert tea.search_key == "tea 250 g wagh bakri 8901063029415"
    assert (tea.created_by, tea.status, tea.times_sold) == (shop.ben.id, "active", 0)


def test_the_stores_own_minimum_stock_holds_where_none_is_given(shop: Shop) -> None:
    shop.settings(min_stock_default="7")
    assert products.find(products.add_product(shop.ben, TEA)).min_stock_level == 7
    assert products.find(products.add_product(shop.ben, {**TEA, "min_stock_level": "0"})).min_stock_level == 0


def test_opening_stock_is_a_movement(shop: Shop) -> None:
    tea = products.add_product(shop.devi, {**TEA, "stock_quantity": "40"})
    (movement,) = shop.rows(StockMovement, product_id=tea)
    assert (movement.movement_type, movement.stock_before, movement.stock_after) == ("RESTOCK", 0, 40)
    assert (movement.quantity_change, movement.created_by, movement.notes) == (40, shop.devi.id, "Opening stock")


def test_without_opening_stock_nothing_moves(shop: Shop) -> None:
    products.add_product(shop.devi, TEA)
    assert shop.rows(StockMovement) == []


def test_a_barcode_belongs_to_one_product_and_the_refusal_names_it(shop: Shop) -> None:
    first = shop.product("Tata Salt 1kg", barcode="8904043901015", code="S1")
    with pytest.raises(Refused) as refusal:
        products.add_product(shop.ben, {**TEA, "barcode": "8904043901015", "code": "S1"})
    by_field = {problem.field: problem for problem in refusal.value.problems}
    assert set(by_field) == {"barcode", "code"}
    assert by_field["barcode"].message == "Barcode 8904043901015 already belongs to Tata Salt 1kg."
    assert (by_field["barcode"].code, by_field["barcode"].subject) == ("DUPLICATE_BARCODE", str(first))
    assert len(shop.rows(Product)) == 1


def test_a_barcode_of_a_discontinued_product_leads_back_to_it(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", barcode="M3", status="discontinued")
    with pytest.raises(Refused, match="Tata Salt 1kg, which is discontinued"):
        products.add_product(shop.ben, {**TEA, "barcode": "M3"})


def test_any_number_of_products_have_no_barcode(shop: Shop) -> None:
    products.add_product(shop.ben, {**TEA, "barcode": ""})
    products.add_product(shop.ben, {**TEA, "barcode": " "})
    assert [row.barcode for row in shop.rows(Product)] == [None, None]


def test_only_the_owner_gives_a_cost_price(shop: Shop) -> None:
    tea = products.find(products.add_product(shop.asha, {**TEA, "cost_price": "9"}))
    assert tea.cost_price == 9
    with pytest.raises(Forbidden) as refusal:
        products.add_product(shop.ben, {**TEA, "cost_price": "9"})
    assert refusal.value.field == "cost_price"
    assert products.find(products.add_product(shop.ben, {**TEA, "cost_price": ""})).cost_price is None


def test_nobody_adds_a_product_without_signing_in(shop: Shop) -> None:
    with pytest.raises(NotSignedIn):
        products.add_product(NOBODY, TEA)


def test_the_same_key_adds_once(shop: Shop) -> None:
    first = products.add_product(shop.ben, {**TEA, "stock_quantity": "5"}, "key-1")
    assert products.add_product(shop.ben, {**TEA, "stock_quantity": "5"}, "key-1") == first
    assert len(shop.rows(Product)) == len(shop.rows(StockMovement)) == 1
    with pytest.raises(KeyReused):
        products.add_product(shop.ben, {**TEA, "stock_quantity": "6"}, "key-1")


def test_a_refused_product_does_not_burn_its_key(shop: Shop) -> None:
    with pytest.raises(Invalid):
        products.add_product(shop.ben, {"name": "Tea", "price": ""}, "key-1")
    products.add_product(shop.ben, TEA, "key-1")


def test_it_is_written_into_the_audit_log(shop: Shop) -> None:
    tea = products.add_product(shop.ben, TEA)
    (entry,) = shop.rows(AuditEntry, action="product.added")
    assert (entry.subject_id, entry.actor_name) == (str(tea), "Ben Thomas")


def test_the_page_adds_and_shows_the_product(shop: Shop) -> None:
    answer = shop.client("devi").post("/products/new", data={**TEA, "unit": "pcs", "stock_quantity": "3"})
    (tea,) = shop.rows(Product)
    assert (answer.status_code, answer.location) == (303, f"/products/{tea.id}")
    assert tea.stock_quantity == 3


def test_a_scanned_barcode_stands_in_the_form(shop: Shop) -> None:
    page = shop.client("ben").get("/products/new?barcode=8901063029415").text
    assert 'value="8901063029415"' in page
    assert '<option selected value="pcs">' in page


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(shop: Shop) -> None:
    shop.product("Tata Salt 1kg", barcode="M3")
    typed = {"name": "Chutney & Co", "price": "12,34,5", "mrp": "9", "barcode": "M3", "hsn_code": "12", "unit": "kg"}
    answer = shop.client("ben").post("/products/new", data=typed)
    assert answer.status_code == 400
    assert "“12,34,5” is not an amount in rupees" in answer.text
    assert "An HSN code has 4, 6 or 8 digits" in answer.text
    assert 'value="12,34,5"' in answer.text
    assert 'value="Chutney &amp; Co"' in answer.text
    assert '<option selected value="kg">' in answer.text
    answer = shop.client("ben").post("/products/new", data={**TEA, "barcode": "M3"})
    assert answer.status_code == 409
    assert "Barcode M3 already belongs to Tata Salt 1kg." in answer.text


@pytest.mark.parametrize(("who", "sees"), [("asha", True), ("ben", False), ("devi", False)])
def test_the_form_asks_only_the_owner_for_the_cost(shop: Shop, who: str, sees: bool) -> None:
    assert ('name="cost_price"' in shop.client(who).get("/products/new").text) is sees


def test_save_and_add_another_keeps_what_the_next_one_shares(shop: Shop) -> None:
    typed: dict[str, Any] = {**TEA, "category": "Tea & Coffee", "unit": "packet", "then": "another"}
    answer = shop.client("ben").post("/products/new", data=typed, follow_redirects=True)
    assert answer.request.path == "/products/new"
    assert "Tea 250 g was added." in answer.text
    assert 'value="Tea &amp; Coffee"' in answer.text
    assert '<option selected value="packet">' in answer.text
    assert 'value="12.50"' not in answer.text


def test_it_goes_back_to_where_it_was_asked_for(shop: Shop) -> None:
    assert shop.client("ben").post("/products/new?next=/till", data=TEA).location == "/till"
    elsewhere = shop.client("ben").post("/products/new?next=https://evil.example/", data=TEA).location
    assert elsewhere.startswith("/products/")


def test_a_double_tap_on_save_adds_once(shop: Shop) -> None:
    ben, typed = shop.client("ben"), {**TEA, "form_key": "one-form"}
    first, second = ben.post("/products/new", data=typed), ben.post("/products/new", data=typed)
    assert first.location == second.location
    assert len(shop.rows(Product)) == 1
