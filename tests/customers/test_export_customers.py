"""The customers as a file: everybody, exact, harmless in a spreadsheet, and brought in again as it is."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from pos.core.errors import Forbidden
from pos.customers import export, people
from tests.customers.owing import debtor
from tests.shop import Shop


def csv_rows(shop: Shop) -> list[dict[str, str]]:
    text = shop.client("ben").get("/customers/export.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheet_rows(shop: Shop) -> list[dict[str, Any]]:
    book = load_workbook(io.BytesIO(shop.client("ben").get("/customers/export.xlsx").data))
    names, *rows = book.active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def test_everybody_is_in_both_files(shop: Shop) -> None:
    people.set_status(shop.ben, debtor(shop, "1200.50", "सीता", phone="+919876543210"), "inactive")
    shop.customer("Free", None)
    for rows in (csv_rows(shop), sheet_rows(shop)):
        assert [row["name"] for row in rows] == ["सीता", "Free"]
        assert Decimal(str(rows[0]["credit_balance"])) == Decimal("1200.50")
        assert rows[0]["status"] == "inactive"
        assert tuple(rows[0]) == export.COLUMNS
    assert csv_rows(shop)[0]["phone"] == "'+919876543210"


def test_nothing_in_them_is_run(shop: Shop) -> None:
    shop.customer("=cmd|' /C calc'!A0", None, address="@SUM(A1)")
    (row,) = csv_rows(shop)
    assert (row["name"][0], row["address"][0]) == ("'", "'")
    assert sheet_rows(shop)[0]["name"] == "=cmd|' /C calc'!A0"


def test_staff_take_nothing_out(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        export.as_csv(shop.devi)
    assert shop.client("devi").get("/customers/export.xlsx").status_code == 403
