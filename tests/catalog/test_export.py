"""Taking the catalogue out as CSV and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from pos.catalog import export
from pos.catalog.checks import FIELDS, checked
from pos.core import spreadsheets
from pos.core.actor import NOBODY
from pos.core.errors import NotSignedIn
from tests.shop import Shop

EVIL = ["=1+1", "+1", "-1+2", "@SUM(A1)", "=cmd|' /C calc'!A0"]


def csv_rows(shop: Shop, who: str) -> list[dict[str, str]]:
    answer = shop.client(who).get("/products/export.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment; filename=products-" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def sheet_rows(shop: Shop, who: str) -> list[dict[str, Any]]:
    answer = shop.client(who).get("/products/export.xlsx")
    assert answer.status_code == 200
    sheet: Any = load_workbook(io.BytesIO(answer.data)).active
    names, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    return [dict(zip(names, row, strict=True)) for row in rows]


def full(shop: Shop) -> None:
    more = {"brand": "Tata", "category": "Spices", "pack_size": "1 kg", "barcode": "0089040439", "code": "S1"}
    more |= {"description": 'salt, "iodised"\nsecond line', "hsn_code": "2501", "unit": "kg"}
    values = {"mrp": Decimal(30), "cost_price": Decimal("20.05"), "tax_rate": Decimal("12.5")}
    shop.product("Tata Salt नमक", "28.50", "5.250", **more, **values, expiry_date=date(2027, 3, 31))


def test_every_column_comes_out_as_an_import_takes_it(shop: Shop) -> None:
    full(shop)
    (row,) = csv_rows(shop, "asha")
    assert tuple(row) == FIELDS
    assert (row["price"], row["mrp"], row["cost_price"], row["tax_rate"]) == ("28.50", "30.00", "20.05", "12.50")
    assert (row["stock_quantity"], row["min_stock_level"]) == ("5.25", "10")
    assert (row["barcode"], row["expiry_date"], row["name"]) == ("0089040439", "2027-03-31", "Tata Salt नमक")
    assert row["description"] == 'salt, "iodised"\nsecond line'
    assert checked(row)["cost_price"] == Decimal("20.05")


def test_the_spreadsheet_holds_numbers_as_numbers_and_codes_as_text(shop: Shop) -> None:
    full(shop)
    (row,) = sheet_rows(shop, "asha")
    assert tuple(row) == FIELDS
    assert (row["price"], row["stock_quantity"], row["barcode"]) == (28.5, 5.25, "0089040439")
    assert row["expiry_date"].date() == date(2027, 3, 31)


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_only_the_owners_export_has_the_costs(shop: Shop, who: str) -> None:
    full(shop)
    assert "cost_price" not in csv_rows(shop, who)[0]
    assert "cost_price" not in sheet_rows(shop, who)[0]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_spreadsheet_would_run_comes_out_as_text(shop: Shop, text: str) -> None:
    shop.product(text, brand=text)
    (row,) = csv_rows(shop, "asha")
    assert row["name"] == row["brand"] == f"'{text}"
    (cells,) = sheet_rows(shop, "asha")
    assert cells["name"] == text


def test_tabs_and_returns_at_the_beginning_are_taken_for_formulas_too() -> None:
    assert spreadsheets.harmless("\t=1") == "'\t=1"
    assert spreadsheets.harmless("\r=1") == "'\r=1"
    assert spreadsheets.harmless("Tea = good") == "Tea = good"
    assert spreadsheets.harmless("") == ""


def test_a_long_catalogue_comes_in_pieces_and_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (export, spreadsheets):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    for number in range(9):
        shop.product(f"Tea {number}", status="discontinued" if number == 3 else "active")
    assert [row["name"] for row in csv_rows(shop, "devi")] == [f"Tea {number}" for number in range(9)]
    assert len(list(export.as_csv(shop.devi))) == 3
    assert len(sheet_rows(shop, "devi")) == 9


def test_an_empty_shelf_is_a_file_with_its_headings(shop: Shop) -> None:
    assert shop.client("asha").get("/products/export.csv").data.decode("utf-8-sig") == ",".join(FIELDS) + "\r\n"
    assert sheet_rows(shop, "asha") == []


def test_nobody_takes_it_out_without_signing_in(shop: Shop) -> None:
    with pytest.raises(NotSignedIn):
        export.as_csv(NOBODY)
    with pytest.raises(NotSignedIn):
        export.as_xlsx(NOBODY)
