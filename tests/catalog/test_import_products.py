"""A file taken over: everything with its movements, its entry in the audit log and its outcome, or nothing at all."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog import export, products
from pos.catalog.importing import imports
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused
from pos.reports import books
from tests.catalog.product_files import Desk, as_csv
from tests.shop import Shop

HEADER = ["p_code", "barcode", "item_name", "pack_size", "product_offer_price", "product_mrp"]
GOODS = as_csv(
    HEADER,
    ["4968", "4968", "Chana Dal (loose)", "1 KG", "86", "86"],
    ["2296", "M3", "Akha Moong", "250 GM", "41", "43"],
    ["2424", "8904043901015", "Tata Salt 1kg", "1 KG", "29.7", "30"],
)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def stock_of(shop: Shop, **equal: Any) -> Decimal:
    stock: Decimal = shop.rows(Product, **equal)[0].stock_quantity
    return stock


def test_new_products_come_in_with_their_opening_stock(desk: Desk) -> None:
    shop = desk.shop
    outcome = desk.take(GOODS, stock="12.5", unit="kg")
    assert [outcome[name] for name in ("new", "updates", "left", "bad")] == [3, 0, 0, 0]
    dal = shop.rows(Product, barcode="4968")[0]
    assert (dal.name, dal.price, dal.mrp, dal.unit, dal.pack_size) == ("Chana Dal (loose)", 86, 86, "kg", None)
    assert (dal.status, dal.min_stock_level, dal.created_by, dal.times_sold) == ("active", 10, shop.asha.id, 0)
    assert dal.search_key == products.search_text(dal._mapping)
    moved = shop.rows(StockMovement, product_id=dal.id)
    assert [(one.movement_type, one.quantity_change, one.stock_after, one.notes) for one in moved] == [
        ("RESTOCK", Decimal("12.5"), Decimal("12.5"), "Opening stock")
    ]


def test_goods_without_stock_have_no_movement(desk: Desk) -> None:
    desk.take(GOODS)
    assert desk.shop.rows(StockMovement) == []


def test_one_entry_tells_what_came_in_and_the_books_are_right(desk: Desk) -> None:
    shop = desk.shop
    outcome = desk.take(GOODS, stock="3")
    entries = shop.rows(AuditEntry, action="products.imported")
    assert [json.loads(one.change) for one in entries] == [{"file": "goods.csv", **outcome}]
    assert shop.rows(ProductImport)[0].status == "done"
    assert json.loads(shop.rows(ProductImport)[0].outcome) == outcome
    assert list(books.differences()) == []


def test_odd_signs_in_cells_reach_the_database_as_they_are(desk: Desk) -> None:
    """PostgreSQL takes rows as COPY writes them, where backslashes, tabs and ends of lines mean something."""
    name = "Back\\slash \\N \\. “quotes” चना दाल 100% it's"
    desk.take(as_csv(["name", "price", "description"], [name, "5", "first line\nsecond\\line\tend"]))
    row = desk.shop.rows(Product)[0]
    assert (row.name, row.description) == (name, "first line\nsecond\\line end")


def test_an_import_of_the_same_file_changes_nothing_unless_told(desk: Desk) -> None:
    desk.take(GOODS)
    with pytest.raises(Refused, match="nothing to take over"):
        desk.take(GOODS)
    assert len(desk.shop.rows(Product)) == 3


def test_known_barcodes_update_what_the_file_tells_and_nothing_else(desk: Desk) -> None:
    shop = desk.shop
    product_id = shop.product("Salt", "20", "7", barcode="8904043901015", brand="Tata", mrp=Decimal(40))
    outcome = desk.take(GOODS, shop_barcode="update", stock="99")
    assert (outcome["new"], outcome["updates"]) == (2, 1)
    salt = shop.row(Product, product_id)
    assert (salt.name, salt.price, salt.mrp, salt.code) == ("Tata Salt 1kg", Decimal("29.70"), 30, "2424")
    assert (salt.brand, salt.stock_quantity, salt.unit) == ("Tata", 7, "pcs")
    assert salt.search_key == products.search_text(salt._mapping)
    assert len(shop.rows(StockMovement, product_id=product_id)) == 1


def test_known_products_are_counted_where_the_user_says_so(desk: Desk) -> None:
    shop = desk.shop
    product_id = shop.product("Salt", "20", "7")
    content = as_csv(["name", "price", "stock"], ["Salt", "20", "4"], ["Tea", "10", "2"])
    desk.take(content, shop_name="update", stock_of_known="count")
    assert [stock_of(shop, name="Salt"), stock_of(shop, name="Tea")] == [4, 2]
    last = shop.rows(StockMovement, product_id=product_id)[-1]
    assert (last.movement_type, last.quantity_change, last.notes) == ("ADJUSTMENT", -3, "Counted: goods.csv")
    assert list(books.differences()) == []


@pytest.mark.parametrize(("decision", "counts"), [("skip", (1, 0, 1)), ("update", (1, 1, 0)), ("keep", (2, 0, 0))])
def test_the_user_decides_about_names_that_the_shop_has(desk: Desk, decision: str, counts: tuple[int, ...]) -> None:
    desk.shop.product("Salt", "20", "7")
    outcome = desk.take(as_csv(["name", "price"], ["SALT", "22"], ["Tea", "10"]), shop_name=decision)
    assert (outcome["new"], outcome["updates"], outcome["left"]) == counts


def test_another_product_of_one_name_may_come_in_when_it_is_really_another(desk: Desk) -> None:
    desk.shop.product("Salt", "20", "7", brand="Tata")
    content = as_csv(["name", "price", "brand"], ["Salt", "20", "Tata"], ["Salt", "20", "Aashirvaad"])
    outcome = desk.take(content, shop_name="keep_different")
    assert (outcome["new"], outcome["left"]) == (1, 1)


def test_a_row_whose_codes_belong_to_two_products_is_bad(desk: Desk) -> None:
    desk.shop.product("Salt", barcode="111")
    desk.shop.product("Tea", code="T")
    content = as_csv(["barcode", "code", "name", "price"], ["111", "T", "Salt", "20"], ["", "", "Milk", "30"])
    outcome = desk.take(content, shop_barcode="update", shop_code="update")
    assert (outcome["new"], outcome["bad"]) == (1, 1)


def test_it_is_bad_to_update_one_of_several_products_of_a_name(desk: Desk) -> None:
    desk.shop.product("Salt", brand="Tata")
    desk.shop.product("Salt", brand="Aashirvaad")
    outcome = desk.take(as_csv(["name", "price"], ["Salt", "20"], ["Milk", "30"]), shop_name="update")
    assert (outcome["new"], outcome["bad"]) == (1, 1)


def test_an_update_that_would_lift_the_price_above_the_shops_mrp_is_bad(desk: Desk) -> None:
    desk.shop.product("Salt", "20", mrp=Decimal(22))
    outcome = desk.take(as_csv(["name", "price"], ["Salt", "25"], ["Milk", "30"]), shop_name="update")
    assert (outcome["new"], outcome["updates"], outcome["bad"]) == (1, 0, 1)


def test_two_rows_update_one_product_once(desk: Desk) -> None:
    desk.shop.product("Salt", "20")
    outcome = desk.take(as_csv(["name", "price"], ["Salt", "25"], ["salt", "26"]), shop_name="update")
    assert (outcome["updates"], outcome["left"]) == (1, 1)
    assert desk.shop.rows(Product)[0].price == 25


def test_discontinued_goods_give_their_name_free_but_keep_their_barcode(desk: Desk) -> None:
    desk.shop.product("Salt", "20", status="discontinued", barcode="111")
    content = as_csv(["name", "price", "barcode"], ["Salt", "25", ""], ["Salt", "26", "111"])
    outcome = desk.take(content)
    assert (outcome["new"], outcome["left"]) == (1, 1)


def test_our_own_export_comes_in_again_as_it_is(desk: Desk) -> None:
    shop = desk.shop
    shop.product("=Formula Tea", "12.50", "40", barcode="M3", code="7", brand="-Dash", mrp=Decimal(15), hsn_code="0902")
    shop.product("Dal (loose)", "86", "12.345", unit="kg", tax_rate=Decimal(5), cost_price=Decimal("70.10"))
    before = [tuple(row) for row in shop.rows(Product)]
    for content in ("".join(export.as_csv(shop.asha)).encode(), export.as_xlsx(shop.asha).read()):
        outcome = desk.take(content, shop_barcode="update", shop_name="update", stock_of_known="count")
        assert (outcome["updates"], outcome["new"], outcome["bad"]) == (2, 0, 0)
        assert [tuple(row) for row in shop.rows(Product)] == before


def test_cost_prices_come_in_by_the_owner_alone(desk: Desk) -> None:
    content = as_csv(["name", "price", "cost price"], ["Salt", "20", "15"])
    desk.take(content, desk.shop.devi)
    assert desk.shop.rows(Product)[0].cost_price is None
    import_id = desk.bring_in(content, desk.shop.devi)
    imports.decide(desk.shop.devi, desk.uploads, import_id, {"columns": ["name", "price", "cost_price"]})
    assert "cost_price" not in desk.shop.row(ProductImport, import_id).choices
    desk.take(content, shop_name="update")
    assert desk.shop.rows(Product)[0].cost_price == 15


def test_prices_come_down_by_the_owner_alone_where_discounts_are_capped(desk: Desk) -> None:
    shop, content = desk.shop, as_csv(["name", "price"], ["Salt", "18"], ["Tea", "10"])
    shop.product("Salt", "20")
    shop.settings(cashier_discount_cap="5")
    with pytest.raises(Forbidden, match="lowers the price of Salt"):
        desk.take(content, shop.devi, shop_name="update")
    assert [row.name for row in shop.rows(Product)] == ["Salt"]
    desk.take(as_csv(["name", "price"], ["Salt", "21"]), shop.devi, shop_name="update")
    desk.take(content, shop_name="update")
    assert shop.rows(Product, name="Salt")[0].price == 18


def test_only_the_owner_sees_the_files_of_others(desk: Desk) -> None:
    import_id = desk.bring_in(GOODS, desk.shop.asha)
    with pytest.raises(NotFound):
        imports.find(desk.shop.devi, import_id)
    assert imports.recent(desk.shop.devi) == []
    theirs = desk.bring_in(GOODS, desk.shop.devi)
    assert imports.find(desk.shop.asha, theirs).person == "Devi Kale"


def test_nobody_brings_in_files_without_the_right(desk: Desk) -> None:
    with pytest.raises(NotSignedIn):
        desk.bring_in(GOODS, NOBODY)
    assert not desk.uploads.exists()
    with pytest.raises((Forbidden, NotSignedIn)):
        imports.begin(NOBODY, desk.bring_in(GOODS))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"\r\n\r\n", "no rows"), (b"%PDF-1.7", "PDF"), (b"x" * 10_485_761, "10 MB")],
)
def test_a_file_of_no_use_leaves_nothing_behind(desk: Desk, content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        desk.bring_in(content)
    assert desk.shop.rows(ProductImport) == []
    assert list(desk.uploads.iterdir()) == []


def test_without_a_column_for_the_price_nothing_can_be_taken(desk: Desk) -> None:
    with pytest.raises(Refused, match="Choose which column holds the selling prices"):
        desk.take(as_csv(["name", "colour"], ["Salt", "white"]))


def test_another_row_of_names_matches_the_columns_anew(desk: Desk) -> None:
    import_id = desk.bring_in(as_csv(["Salt", "20"], ["Sugar", "45"], ["name", "price"], ["Tea", "10"]), header="1")
    imports.decide(desk.shop.asha, desk.uploads, import_id, {"header": "3", "columns": ["", ""]})
    assert '"columns": ["name", "price"]' in desk.shop.row(ProductImport, import_id).choices
