"""Whatever a shop has as a list of products is read, and what is none is refused with what to do."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from pos.catalog.importing.columns import HEADERS
from pos.core.errors import Busy
from pos.core.importing import reading, workbook
from pos.core.importing.row import Row, Unreadable
from pos.core.importing.turns import READERS, in_turn
from tests.catalog.product_files import as_csv, as_xlsx, kept

LIST = (["item_name", "rate", "mrp"], ["Chana Dal, “loose”", "86", "86"], ["चना दाल", "90", "95"])
LATIN = (["item_name", "rate", "mrp"], ["Café – Nescafé", "86", "86"])


def rows_of(tmp_path: Path, content: bytes) -> list[Row]:
    return list(reading.opened(kept(tmp_path, content), HEADERS.known_names).rows())


def cells_of(tmp_path: Path, content: bytes) -> list[list[str]]:
    return [row.cells for row in rows_of(tmp_path, content)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_and_delimiter_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert cells_of(tmp_path, as_csv(*LIST, encoding=encoding, delimiter=delimiter)) == [list(row) for row in LIST]


def test_what_is_no_utf_8_is_read_as_windows_writes(tmp_path: Path) -> None:
    assert cells_of(tmp_path, as_csv(*LATIN, encoding="cp1252")) == [list(row) for row in LATIN]


def test_big_endian_utf_16_with_its_mark_is_read(tmp_path: Path) -> None:
    content = b"\xfe\xff" + as_csv(*LIST, encoding="utf-16-be")
    assert cells_of(tmp_path, content) == [list(row) for row in LIST]


def test_a_delimiter_is_known_by_the_names_it_parts(tmp_path: Path) -> None:
    """The cells hold more commas than semicolons."""
    content = b"name;price;mrp\nSalt, iodised, 1 kg, white, Tata;20;22\n"
    assert cells_of(tmp_path, content)[1] == ["Salt, iodised, 1 kg, white, Tata", "20", "22"]


def test_a_first_line_that_tells_the_delimiter_is_obeyed_and_counted(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, b"sep=;\r\nname;price\r\nSalt, fine;20\r\n")
    assert [(row.line, row.cells) for row in rows] == [(2, ["name", "price"]), (3, ["Salt, fine", "20"])]


def test_lines_and_rows_are_counted_as_an_editor_and_a_spreadsheet_do(tmp_path: Path) -> None:
    content = b'name,price\r\n"Butter \r\nCreamy\r\nSpread",20\r\n\r\nSalt,30\r\n'
    assert [(row.line, row.number) for row in rows_of(tmp_path, content)] == [(1, 1), (2, 2), (6, 4)]


def test_a_quotation_mark_left_open_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="Line 3 cannot be read"):
        rows_of(tmp_path, b'name,price\nSalt,20\n"Sugar,30\nTea,40\n')


def test_a_spoiled_quotation_mark_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="Line 2 cannot be read"):
        rows_of(tmp_path, b'name,price\n"Salt" fine,20\n')


def test_a_quotation_mark_inside_a_cell_is_only_a_sign(tmp_path: Path) -> None:
    assert cells_of(tmp_path, b'name,price\nNail 5",20\n')[1] == ['Nail 5"', "20"]


def test_a_workbook_is_known_by_its_content_and_read_from_its_first_filled_sheet(tmp_path: Path) -> None:
    content = as_xlsx(*LIST, empty_first=True)
    table = reading.opened(kept(tmp_path, content), HEADERS.known_names)
    assert [row.cells for row in table.rows()] == [list(row) for row in LIST]
    assert table.described() == "Excel, sheet “Stock”; the other sheets are left out"


def test_numbers_and_dates_of_a_workbook_read_as_they_look(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Prices", 0)
    sheet.append([29.7, 0.1 + 0.2, 8901063029415, 120.0, date(2027, 3, 31), datetime(2027, 3, 31), True, None, "x"])
    sheet.append([0.05, 0.125, 1e15])
    sheet["A2"].number_format, sheet["B2"].number_format = "0%", "0.0%"
    out = io.BytesIO()
    book.save(out)
    first, second = cells_of(tmp_path, out.getvalue())
    assert first == ["29.7", "0.3", "8901063029415", "120", "2027-03-31", "2027-03-31", "True", "", "x"]
    assert second[:3] == ["5%", "12.5%", "1000000000000000"]


def test_a_formula_gives_the_value_that_was_last_worked_out(tmp_path: Path) -> None:
    """openpyxl writes none, so that its cell is empty; what matters is that no formula comes in as text."""
    assert cells_of(tmp_path, as_xlsx(["name", "price"], ["Salt", "=10+10"]))[1] == ["Salt", ""]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "old Excel file"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x81\x8d\x8f\x90", "neither a CSV nor an Excel file"),
        (b"PK\x03\x04 broken", "neither|damaged|packed"),
    ],
)
def test_other_files_are_refused_with_what_to_do(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        rows_of(tmp_path, content)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def test_a_packed_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no Excel workbook"):
        rows_of(tmp_path, packed(a_xml=b"<a/>"))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_book", lambda _path: pytest.fail("it was opened"))
    content = packed(xl__workbook_xml=b"<workbook/>", xl__sheet_xml=b"0" * (workbook.LARGEST_UNPACKED_BYTES + 1))
    assert len(content) < 200_000
    with pytest.raises(Unreadable, match="unpacks to far too much"):
        rows_of(tmp_path, content)


def test_a_workbook_of_nested_entities_is_refused(tmp_path: Path) -> None:
    good = as_xlsx(["name", "price"], ["Salt", "20"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + content.partition(b"?>")[2]
            new.writestr(name, content)
    with pytest.raises(Unreadable, match="damaged"):
        rows_of(tmp_path, out.getvalue())


def test_too_many_rows_and_columns_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(Unreadable, match="more than 3 rows"):
        rows_of(tmp_path, as_csv(*([["a", "b"]] * 4)))
    with pytest.raises(Unreadable, match="Line 1 has more than 200 columns"):
        rows_of(tmp_path, as_csv(["x"] * 201))


def sheet_of(rows: bytes) -> bytes:
    """A workbook whose sheet says `rows` and nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(["name", "price"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.partition(b"<sheetData>")[0] + b"<sheetData>" + rows + b"</sheetData></worksheet>"
            new.writestr(name, content)
    return out.getvalue()


def test_a_row_far_below_the_last_line_that_excel_knows_is_not_waited_for(tmp_path: Path) -> None:
    told = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>Salt</t></is></c></row>'
    content = sheet_of(told % (1, 1) + told % (99_999_999_999, 99_999_999_999))
    assert cells_of(tmp_path, content) == [["Salt"]]


def test_a_row_of_a_million_cells_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="more than 200 columns"):
        rows_of(tmp_path, b"name,price" + b"," * 5_000_000 + b"x")


def test_only_two_files_are_read_at_a_time() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    @in_turn(patience=0)
    def read(deep: int = 0) -> str:
        inside.release()
        go_on.wait(10)
        return read(deep - 1) if deep else "read"

    readers = [threading.Thread(target=read, args=(1,)) for _number in range(READERS)]
    for reader in readers:
        reader.start()
        inside.acquire(timeout=10)
    with pytest.raises(Busy):
        read()
    go_on.set()
    for reader in readers:
        reader.join(10)
    assert read(1) == "read"
