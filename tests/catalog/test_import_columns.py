"""A column is known by its name, as wholesalers, online grocers and other programs write it."""

from __future__ import annotations

import pytest

from pos.catalog.checks import FIELDS
from pos.catalog.importing.choices import first_choices
from pos.catalog.importing.columns import FIELDS as LABELS
from pos.catalog.importing.columns import HEADERS
from pos.core.importing.row import Row


def rows(*lines: str) -> list[Row]:
    return [Row(number, number, line.split(",")) for number, line in enumerate(lines, 1)]


def test_an_online_grocers_columns_are_known_and_its_row_number_is_no_code() -> None:
    header = ["index", "product", "category", "sub_category", "brand", "sale_price", "market_price", "type", "rating"]
    assert HEADERS.matched(header) == (None, "name", "category", None, "brand", "price", "mrp", None, None)


def test_a_markets_columns_are_known() -> None:
    header = ["p_code", "barcode", "item_name", "pack_size", "product_offer_price", "product_mrp"]
    assert HEADERS.matched(header) == ("code", "barcode", "name", "pack_size", "price", "mrp")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Description", "name"),
        ("ITEM NAME", "name"),
        ("Particulars", "name"),
        ("सामान", "name"),
        ("Rate", "price"),
        ("Price (Rs.)", "price"),
        ("Selling Price in ₹", "price"),
        ("भाव", "price"),
        ("M.R.P.", "mrp"),
        ("maxRetailPrice", "mrp"),
        ("costPrice", "cost_price"),
        ("Purchase Rate", "cost_price"),
        ("EAN", "barcode"),
        ("UPC Code", "barcode"),
        ("SKU", "code"),
        ("PLU No.", "code"),
        ("Opening Stock", "stock_quantity"),
        ("stockQuantity", "stock_quantity"),
        ("Qty", "stock_quantity"),
        ("GST %", "tax_rate"),
        ("HSN/SAC", "hsn_code"),
        ("UOM", "unit"),
        ("Pack Size", "pack_size"),
        ("Item Group", "category"),
        ("Company", "brand"),
        ("Exp. Date", "expiry_date"),
        ("Reorder Level", "min_stock_level"),
        ("id", None),
        ("Sr. No.", None),
        ("rating", None),
    ],
)
def test_a_name_is_known_however_it_is_written(name: str, field: str | None) -> None:
    assert HEADERS.matched([name]) == (field,)


def test_our_own_export_is_known_whole() -> None:
    assert HEADERS.matched(FIELDS) == FIELDS
    assert set(LABELS) == set(FIELDS)


def test_the_more_trusted_name_wins_and_no_field_is_taken_twice() -> None:
    assert HEADERS.matched(["description", "item name", "product"]) == ("description", "name", None)
    assert HEADERS.matched(["rate", "selling price", "mrp", "MRP"]) == (None, "price", "mrp", None)


def test_titles_above_the_names_are_no_products() -> None:
    assert HEADERS.header_of(rows("Sharma Stores", "Stock on 31.03.2027", "Item,Rate,Stock", "Salt,20,5")) == 3


def test_a_file_that_begins_with_products_has_no_names() -> None:
    assert HEADERS.header_of(rows("Salt,20,5", "Sugar,45,9")) == 0
    assert first_choices(rows("Salt,20,5", "Sugar,45,9")).columns == (None, None, None)


def test_names_that_nobody_knows_are_still_names() -> None:
    assert HEADERS.header_of(rows("abc,def", "Salt,20")) == 1
