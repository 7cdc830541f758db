"""Reports as files: PDF, spreadsheet and CSV, from the API and from their pages (PLAN.md 3.8)."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from pos.core import clock
from pos.core.errors import Invalid
from pos.core.money import format_rupees
from pos.reports import bills_report, paper, sheets
from pos.reports.all_reports import report
from pos.reports.table import MOST_ROWS, Column, Table, made, rupees
from pos.settings import store
from pos.settings.store import Store
from tests.api import Program
from tests.reports.trade import DAY, FIRST, LAST, NOON, trade
from tests.shop import Shop

EVIL = ["=1+1", "+1", "-1+2", "@SUM(A1)", "=cmd|' /C calc'!A0"]
STORE = Store("Asha Kirana", address="14, Laxmi Road\nPune", gstin="27AAPFU0939F1ZV")
SPAN = {"startDate": FIRST.isoformat(), "endDate": LAST.isoformat()}


@pytest.fixture
def asha(shop: Shop) -> Program:
    trade(shop)
    with clock.frozen(NOON + 2 * DAY):
        return Program(shop, "asha")


def ask(program: Program, path: str, **query: Any) -> Any:
    with clock.frozen(NOON + 2 * DAY):
        return program.get(f"/reports/{path}", **SPAN, **query)


def long_table(rows: int) -> Table:
    sums = [Decimal("1234.50")] * 7
    bills = [(FIRST, f"BILL-2026-{n:06}", "BILL", "चित्रा राव", "Ben", "CASH", "PAID", *sums) for n in range(rows)]
    return made("sales-by-bill", "Sales by bill", bills_report.COLUMNS, bills, (FIRST, LAST))


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_the_spreadsheet_holds_numbers_days_a_fixed_head_a_filter_and_sums(asha: Program) -> None:
    answer = ask(asha, "sales", format="xlsx")
    assert answer.mimetype == paper.TYPES["xlsx"]
    assert 'filename="sales-by-day-2026-11-19-2026-11-21.xlsx"' in answer.headers["Content-Disposition"]
    sheet = sheet_of(answer.data)
    rows = ask(asha, "sales").json["data"]["report"]
    assert (sheet["A1"].value, sheet["A4"].value, sheet["G4"].value) == ("Asha Kirana: Sales by day", "Day", "Billed")
    assert sheet["A5"].value == datetime(2026, 11, 19)
    assert Decimal(str(sheet["G5"].value)) == rows["rows"][0]["totalAmount"]
    assert sheet["G5"].number_format == "#,##0.00"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B5", "A4:K7")
    assert (sheet["A8"].value, Decimal(str(sheet["G8"].value))) == ("Total", rows["totals"]["totalAmount"])


def test_the_csv_reads_back_as_what_the_screen_shows(asha: Program) -> None:
    answer = ask(asha, "tax", format="csv", view="documents")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["Paper", "From", "To", "Given out", "Cancelled", "Net"]
    assert rows[1] == ["Bill", "BILL-2026-000001", "BILL-2026-000005", "5", "1", "4"]
    assert rows[-1] == ["Total", "", "", "7", "1", "6"]


@pytest.mark.parametrize("evil", EVIL)
def test_a_text_that_looks_like_a_formula_stays_text(evil: str) -> None:
    columns = (Column("product", "Product"), rupees("amount", "Amount"))
    table = made("x", evil, columns, [(evil, Decimal("-5.00"))])
    sheet = sheet_of(sheets.as_xlsx(table, STORE))
    assert (sheet["A5"].value, sheet["A5"].data_type) == (evil, "s")
    assert (sheet["B5"].value, sheet["B5"].data_type) == (-5, "n")
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    written = list(csv.reader(io.StringIO(sheets.as_csv(table, STORE).removeprefix("\ufeff"))))
    assert written[1] == [f"'{evil}", "-5.00"]


def test_moments_are_told_by_the_shops_clock(asha: Program) -> None:
    sheet = sheet_of(ask(asha, "inventory", view="movements", format="xlsx").data)
    assert sheet["A5"].value == datetime(2026, 11, 19, 12)
    (first, *_rest) = ask(asha, "inventory", view="movements").json["data"]["report"]["rows"]
    assert first["movedAt"] == "2026-11-19T06:30:00.000000Z"


def test_the_pdf_names_the_store_the_days_and_every_sum(asha: Program) -> None:
    answer = ask(asha, "sales", format="pdf", by="cashier")
    assert answer.mimetype == "application/pdf"
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    for told in ("Asha Kirana", "Sales by cashier", "From 19-11-2026 to 21-11-2026", "Ben Thomas", "Total", "1 / 1"):
        assert told in text, told


def test_long_papers_repeat_their_heads_and_number_their_pages(shop: Shop) -> None:
    with shop.app.test_request_context():
        pages = PdfReader(io.BytesIO(paper.pdf(long_table(160), STORE))).pages
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert "Taxable" in text
        assert f"{number} / {len(pages)}" in text
        assert float(page.mediabox.width) > float(page.mediabox.height), "fourteen columns lie across"
    text = "".join(page.extract_text() for page in pages)
    assert all(f"BILL-2026-{n:06}" in text for n in (0, 9, 10, 159))


def test_a_long_paper_holds_every_row_in_both_scripts_and_cuts_what_is_too_wide(shop: Shop) -> None:
    columns = (Column("product", "Product"), Column("unit", "Unit"), rupees("total_amount", "Billed"))
    wide = "A name that has no end " * 12
    names = ["अमूल दूध ताज़ा", "Tea & Co <b> ₹10 pack", wide, "चाय (loose) 250 g"]
    rows = [(f"{n} {names[n % 4]}", "pcs", Decimal(n) / 4) for n in range(2000)]
    table = made("sales-by-product", "Sales by product", columns, rows, (date(2026, 9, 1), date(2026, 9, 30)))
    with shop.app.test_request_context():
        pages = PdfReader(io.BytesIO(paper.pdf(table, STORE))).pages
    text = "".join(page.extract_text() for page in pages)
    assert all(f"{n} Tea & Co <b> ₹10 pack" in text for n in range(1, 2000, 4))
    assert all(f"{n} " in text for n in (0, 1996))
    assert "द" in text
    assert f"2 {wide[:60]}" in text
    assert wide.strip() not in text
    assert "…" in text
    assert format_rupees(sum(row[2] for row in rows), "") in pages[-1].extract_text()
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()
    assert float(pages[0].mediabox.width) < float(pages[0].mediabox.height), "three columns stand upright"


def test_what_is_too_long_for_paper_or_for_anything_is_refused(shop: Shop) -> None:
    with shop.app.test_request_context():
        with pytest.raises(Invalid, match="too long for paper"):
            paper.pdf(long_table(paper.MOST_ROWS + 1), STORE)
        with pytest.raises(Invalid, match="Ask for fewer days"):
            long_table(MOST_ROWS + 1)


def test_programs_get_rows_by_name_with_their_columns_and_sums(asha: Program) -> None:
    found = ask(asha, "sales", by="method").json["data"]["report"]
    assert [column["name"] for column in found["columns"]][:2] == ["paymentMethod", "paymentsCount"]
    assert {row["paymentMethod"] for row in found["rows"]} == {"CASH", "UPI", "CREDIT"}
    assert sum(row["netAmount"] for row in found["rows"]) == found["totals"]["netAmount"]
    assert (found["name"], found["startDate"], found["endDate"]) == ("sales-by-method", *SPAN.values())


def test_every_report_comes_in_every_format(asha: Program) -> None:
    for name in ("sales", "inventory", "credit", "tax"):
        for wanted in ("json", "xlsx", "csv"):
            assert ask(asha, name, format=wanted).status_code == 200, (name, wanted)


def test_questions_that_make_no_sense_are_refused(shop: Shop) -> None:
    program = Program(shop, "asha")
    for query in ({"by": "moon"}, {"format": "docx"}, {"startDate": "yesterday"}, {"view": "day"}):
        answer = program.get("/reports/sales", **query)
        assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_ERROR"), query
    too_long = {"startDate": (date.today() - timedelta(days=2000)).isoformat()}
    assert program.get("/reports/tax", **too_long).status_code == 400


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_reports_are_the_owners_alone(shop: Shop, who: str) -> None:
    program = Program(shop, who)
    for name in ("sales", "inventory", "credit", "tax"):
        assert program.get(f"/reports/{name}").status_code == 403


def test_programs_prove_the_books_too(asha: Program) -> None:
    with clock.frozen(NOON + 2 * DAY):
        proof = asha.get("/reports/proof").json["data"]
    assert proof["proven"] is True
    assert len(proof["promises"]) > 15
    assert all(one["differences"] == [] for one in proof["promises"])


@pytest.mark.parametrize(("name", "by", "view"), [("sales", "by", "bill"), ("inventory", "view", "movements")])
def test_a_list_of_what_happened_is_sent_day_after_day_however_long(
    asha: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, by: str, view: str
) -> None:
    whole = sheets.as_csv(report(shop.asha, name, view, FIRST, LAST), store.current())
    asked = {by: view, "format": "csv"}
    assert ask(asha, name, **asked).data.decode() == whole
    page = shop.client("asha").get(f"/reports/{name}?view={view}&first={FIRST}&last={LAST}&format=csv")
    assert page.data.decode() == whole
    assert f'-{FIRST}-{LAST}.csv"' in page.headers["Content-Disposition"]
    # Too long for a table, and no day of it is.
    most = max(len(report(shop.asha, name, view, day, day).rows) for day in (FIRST, FIRST + DAY, LAST))
    for module in (sys.modules[made.__module__], bills_report):
        monkeypatch.setattr(module, "MOST_ROWS", most)
    assert ask(asha, name, **{by: view}).status_code == 400
    assert ask(asha, name, **asked).data.decode() == whole


def test_what_is_sent_day_after_day_is_the_owners_too(asha: Program, shop: Shop) -> None:
    ben, address = shop.client("ben"), "/reports/sales?view=bill&format=csv"
    assert ben.get(address).status_code == 403
    assert shop.client("asha").get(f"{address}&first=2026-11-20&last=2026-11-19").status_code == 400
