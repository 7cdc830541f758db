"""ASVS 5.0 chapter 1: what people typed is text wherever it comes out, and only ever a value where it goes in."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text

from pos.catalog import search
from pos.core.db import execute
from pos.sales.models import Sale
from tests.api import Program
from tests.sales.selling import sold
from tests.sales.test_press import SECRET, Listener, traps
from tests.shop import Shop

SCRIPT = "</script><script>alert(1)</script>"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0")


@pytest.fixture
def engine_name() -> str:
    """What comes out does not depend on the engine."""
    return "sqlite"


def pages_with(shop: Shop, typed: str) -> dict[str, str]:
    """The pages that show a shop, its goods, its customers and a bill, all named so."""
    shop.settings(store_name=typed[:255], receipt_footer=typed, receipt_header=typed)
    tea, chitra = shop.product(typed, brand=typed, category=typed), shop.customer(typed)
    sale = sold(shop, (tea, "1"), customer_id=chitra, notes=typed)
    asha = shop.client("asha")
    paths = ["/products", f"/products/{tea}", "/customers", f"/customers/{chitra}", f"/sales/{sale}", "/sales"]
    paths += ["/settings", "/audit-log", "/analytics", "/sign-in", f"/sales/{sale}/print"]
    shown = {path: asha.get(path, follow_redirects=True).text for path in paths}
    shown["/till"] = asha.get("/till", follow_redirects=True).text
    return {**shown, "/api": Program(shop, "asha").get(f"/sales/{sale}/receipt", format="html").text}


def test_asvs_1_2_1_what_people_typed_is_text_on_every_page(shop: Shop) -> None:
    shown = pages_with(shop, "<script>alert(1)</script>")
    assert [path for path, page in shown.items() if "<script>alert" in page] == []
    assert sum("&lt;script&gt;alert(1)" in page for page in shown.values()) >= 8


def test_asvs_1_2_3_no_text_ends_a_script_and_no_page_holds_one(shop: Shop) -> None:
    for path, page in pages_with(shop, SCRIPT).items():
        for attributes, inside in re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert (path, "src=" in attributes, inside.strip()) == (path, True, "")


def test_asvs_1_2_4_a_search_is_a_value_and_a_sort_a_known_word(shop: Shop) -> None:
    tea, asha = shop.product("Tea"), Program(shop, "asha")
    for evil in ("' OR '1'='1", "x'; DROP TABLE products; --", "1) UNION SELECT password_hash FROM users --"):
        for path in ("/products", "/customers", "/sales"):
            assert asha.get(path, search=evil).json["data"]["pagination"]["total"] == 0
            assert asha.get(path, sortBy=evil).status_code == 400
        assert shop.client("asha").get("/products", query_string={"q": evil, "sort": evil}).status_code < 500
        assert search.found(evil) == []
    assert execute(text("SELECT COUNT(*) FROM products")).scalar() == 1
    assert asha.get(f"/products/{tea}").status_code == 200


@pytest.mark.parametrize("formula", FORMULAS)
def test_asvs_1_2_10_no_spreadsheet_runs_what_people_typed(shop: Shop, formula: str) -> None:
    shop.product(formula)
    shop.customer(formula)
    asha = shop.client("asha")
    for kind in ("products", "customers"):
        rows = list(csv.DictReader(io.StringIO(asha.get(f"/{kind}/export.csv").data.decode("utf-8-sig"))))
        assert rows[0]["name"] == f"'{formula}"
        sheet = load_workbook(io.BytesIO(asha.get(f"/{kind}/export.xlsx").data)).active
        assert sheet is not None
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Hears every request that reaches it."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    listener = Listener(secret.as_uri())
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield listener
    listener.shutdown()
    listener.server_close()


def test_asvs_1_3_6_a_pdf_fetches_nothing(shop: Shop, listener: Listener, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    for trap in traps(listener, secret)[:4]:
        shop.settings(receipt_header=trap, receipt_footer=trap)
        sale = sold(shop, (shop.product(trap), "1"))
        drawn = Program(shop, "asha").get(f"/sales/{sale}/receipt").data
        assert drawn.startswith(b"%PDF")
        assert SECRET not in "".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages)
    assert listener.heard == []


def test_asvs_1_3_7_what_looks_like_a_template_stays_as_it_is(shop: Shop) -> None:
    shown = pages_with(shop, "{{7*7}}{% raw %}${7*7}")
    assert [path for path, page in shown.items() if "49{%" in page or "$49" in page] == []
    assert sum("{{7*7}}" in page for page in shown.values()) >= 8


def test_asvs_1_4_2_the_largest_price_times_the_largest_quantity_is_refused(shop: Shop) -> None:
    dear = shop.product("Gold", "99999999.99", "999999999.999")
    asha = Program(shop, "asha")
    for quantity in (2, 999_999, Decimal("9" * 30)):
        body = {"items": [{"productId": str(dear), "quantity": str(quantity)}], "paymentMethod": "CASH"}
        told = asha.post("/sales", {**body, "amountPaid": 1})
        assert told.status_code in (400, 409)
        assert told.json["success"] is False
    assert shop.rows(Sale) == []
