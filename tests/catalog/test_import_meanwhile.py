"""While a file is taken over: the shop changes, the server dies, people click again, the file is thrown away."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from pos.catalog import products, stock
from pos.catalog.importing import imports, preview, taking, work
from pos.catalog.importing.work import Worker
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.core import audit
from pos.core.audit import AuditEntry
from pos.core.errors import Refused
from pos.core.importing import aside
from pos.reports import books
from tests.catalog.product_files import Desk, as_csv, as_xlsx
from tests.catalog.test_import_products import GOODS, HEADER, stock_of
from tests.shop import Shop


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def finished(desk: Desk, import_id: Any, seconds: float = 20) -> Any:
    """The import's row once nobody works on it any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        hold = desk.folder(import_id).hold()
        if hold:
            hold.let_go()
            return desk.shop.row(ProductImport, import_id)
        time.sleep(0.02)
    raise AssertionError("the work did not end")


def test_a_failure_in_the_middle_leaves_nothing_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_any: Any, **_more: Any) -> None:
        raise OSError("the disk is gone")

    import_id = desk.bring_in(GOODS, stock="5")
    monkeypatch.setattr(audit, "record", fails)
    worker = Worker(desk.uploads, desk.shop.app.app_context)
    worker.take(desk.shop.asha, import_id)
    row = finished(desk, import_id)
    assert row.status == "failed"
    assert "went wrong on our side" in json.loads(row.outcome)["reason"]
    assert (desk.shop.rows(Product), desk.shop.rows(StockMovement)) == ([], [])
    monkeypatch.undo()
    worker.take(desk.shop.asha, import_id, wait=20)
    assert finished(desk, import_id).status == "done"
    assert len(desk.shop.rows(Product)) == 3


def test_a_product_added_in_the_very_moment_makes_the_file_be_judged_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same barcode comes in at the till between the dry run and the writing."""
    real = taking.made_ready
    calls: list[int] = []

    def late(*given: Any) -> Any:
        if not calls:
            desk.shop.product("Salt of another", barcode="8904043901015")
        calls.append(1)
        return real(*given)

    monkeypatch.setattr(taking, "made_ready", late)
    outcome = desk.take(GOODS)
    assert (outcome["new"], outcome["left"], len(calls)) == (2, 1, 2)


def test_what_is_sold_or_edited_meanwhile_is_looked_at_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between working out what differs and writing it, the till sells one and somebody corrects the brand."""
    shop, real = desk.shop, taking.made_ready
    salt, tea = shop.product("Salt", "20", "7"), shop.product("Tea", "10", "5")

    def late(*given: Any) -> Any:
        ready = real(*given)
        stock.adjust(shop.ben, salt, "-2", "sold")
        products.change_product(shop.ben, tea, {"brand": "Wagh Bakri", "price": "11"})
        return ready

    monkeypatch.setattr(taking, "made_ready", late)
    content = as_csv(["name", "price", "stock"], ["Salt", "21", "7"], ["Tea", "11", "5"])
    desk.take(content, shop_name="update", stock_of_known="count")
    assert [shop.row(Product, salt).price, stock_of(shop, name="Salt")] == [21, 7]
    assert shop.rows(StockMovement, product_id=salt)[-1].quantity_change == 2
    assert [shop.row(Product, tea).brand, shop.row(Product, tea).price] == ["Wagh Bakri", 11]
    assert list(books.differences()) == []


def test_changes_that_never_end_are_a_refusal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def always(*_given: Any) -> None:
        raise IntegrityError("insert", {}, Exception("unique"))

    monkeypatch.setattr(taking, "take", always)
    with pytest.raises(Refused, match="changed again and again"):
        desk.take(GOODS)


def test_many_clicks_take_it_once(desk: Desk) -> None:
    import_id = desk.bring_in(GOODS)
    worker = Worker(desk.uploads, desk.shop.app.app_context)
    start = threading.Barrier(6)

    def click() -> None:
        with desk.shop.app.app_context():
            start.wait()
            worker.take(desk.shop.asha, import_id)

    clicks = [threading.Thread(target=click) for _each in range(6)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert finished(desk, import_id).status == "done"
    worker.take(desk.shop.asha, import_id, wait=5)
    assert len(desk.shop.rows(Product)) == 3
    assert len(desk.shop.rows(AuditEntry, action="products.imported")) == 1


def test_a_run_that_died_with_the_server_has_failed_and_can_be_started_again(desk: Desk) -> None:
    asha, import_id = desk.shop.asha, desk.bring_in(GOODS)
    assert imports.begin(asha, import_id)
    row = imports.settled(asha, desk.uploads, imports.find(asha, import_id))
    assert row.status == "failed"
    assert "stopped in the middle" in json.loads(row.outcome)["reason"]
    Worker(desk.uploads, desk.shop.app.app_context).take(asha, import_id, wait=20)
    assert finished(desk, import_id).status == "done"


def test_a_run_that_somebody_works_on_is_left_alone(desk: Desk) -> None:
    asha, import_id = desk.shop.asha, desk.bring_in(GOODS)
    hold = desk.folder(import_id).hold()
    assert hold
    assert imports.begin(asha, import_id)
    assert imports.settled(asha, desk.uploads, imports.find(asha, import_id)).status == "running"
    assert desk.folder(import_id).hold() is None
    hold.let_go()


def test_what_is_over_or_running_cannot_be_changed_or_thrown_away(desk: Desk) -> None:
    asha, import_id = desk.shop.asha, desk.bring_in(GOODS)
    imports.begin(asha, import_id)
    for change in (
        lambda: imports.decide(asha, desk.uploads, import_id, {"stock": "5"}),
        lambda: imports.discard(asha, desk.uploads, import_id),
    ):
        with pytest.raises(Refused, match="running or over"):
            change()
    assert imports.begin(asha, import_id) is False


def test_a_discarded_file_is_gone(desk: Desk) -> None:
    import_id = desk.bring_in(GOODS)
    imports.discard(desk.shop.asha, desk.uploads, import_id)
    assert not desk.folder(import_id).path.exists()
    assert desk.shop.row(ProductImport, import_id).status == "discarded"
    assert imports.recent(desk.shop.asha) == []


def test_old_files_are_cleaned_away_when_the_next_comes_in(desk: Desk) -> None:
    old, older = desk.bring_in(GOODS), desk.bring_in(GOODS)
    long_ago = time.time() - (imports.KEPT_DAYS + 1) * 24 * 3600
    held = desk.folder(older).hold()
    for import_id in (old, older):
        os.utime(desk.folder(import_id).path, (long_ago, long_ago))
    (desk.uploads / "notes").mkdir()
    os.utime(desk.uploads / "notes", (long_ago, long_ago))
    fresh = desk.bring_in(GOODS)
    assert held
    held.let_go()
    assert {path.name for path in desk.uploads.iterdir()} == {str(older), str(fresh), "notes"}
    assert desk.shop.row(ProductImport, old).status == "discarded"


def test_the_dry_run_tells_everything_and_changes_nothing(desk: Desk) -> None:
    content = as_csv(["name", "price", "colour"], ["Salt", "20", "x"], ["", "30", "y"], ["salt", "40", "z"])
    import_id = desk.bring_in(content, file_name="skip")
    worker = Worker(desk.uploads, desk.shop.app.app_context)
    assert worker.look(desk.shop.asha, import_id, wait=20)
    found = desk.folder(import_id).noted(preview.FINDINGS)
    assert found is not None
    assert found["counts"] == {"new": 1, "updates": 0, "left": 1, "bad": 1}
    assert (found["names"], found["examples"]) == (["name", "price", "colour"], ["Salt", "20", "x"])
    assert (found["same"], found["shown"][0]["name"]) == ({"file_name": 1}, "Salt")
    kept = [(one.kind, one.row.line, one.row.cells) for one in aside.kept(desk.folder(import_id).aside)]
    assert kept == [("bad", 3, ["", "30", "y"]), ("left", 4, ["salt", "40", "z"])]
    assert desk.shop.rows(Product) == []


def test_a_broken_file_is_told_on_the_page_and_not_again_and_again(desk: Desk) -> None:
    rows = "".join(f"Salt {number},20\n" for number in range(100))
    import_id = desk.bring_in(f'name,price\n{rows}"Sugar,45\n'.encode())
    worker = Worker(desk.uploads, desk.shop.app.app_context)
    assert worker.look(desk.shop.asha, import_id, wait=20)
    found = desk.folder(import_id).noted(preview.FINDINGS)
    assert found is not None
    assert "Line 102 cannot be read" in found["error"]


def test_bad_rows_are_downloaded_with_their_columns_their_line_and_the_reason(desk: Desk) -> None:
    content = as_csv(["name", "price", "note"], ["", "30", "=cmd()"], ["Salt", "x"])
    import_id = desk.bring_in(content)
    Worker(desk.uploads, desk.shop.app.app_context).look(desk.shop.asha, import_id, wait=20)
    text = "".join(aside.as_csv(desk.folder(import_id).aside, ["name", "price", "note"], "bad"))
    assert text.splitlines()[:2] == [
        "\ufeffname,price,note,Line,Why it is not taken",
        ",30,'=cmd(),2,Name: Enter the name of the product.",
    ]
    again = desk.bring_in(text.replace(",30", "Sugar,30").encode())
    Worker(desk.uploads, desk.shop.app.app_context).look(desk.shop.asha, again, wait=20)
    assert (desk.folder(again).noted(preview.FINDINGS) or {})["counts"]["new"] == 1


def test_a_workbook_comes_in_like_a_text_file(desk: Desk) -> None:
    outcome = desk.take(
        as_xlsx(HEADER, [4968, 4968, "Chana Dal (loose)", "1 KG", 86, 86.5], ["", "M3", "Moong", "", 41.25, 43])
    )
    assert outcome["new"] == 2
    assert {(row.barcode, row.code, row.price) for row in desk.shop.rows(Product)} == {
        ("4968", "4968", Decimal("86.00")),
        ("M3", None, Decimal("41.25")),
    }


def test_a_name_never_says_where_a_file_is_put(desk: Desk) -> None:
    import_id = imports.bring_in(desk.shop.asha, desk.uploads, "..\\..\\/etc/pass\x00wd\u202e.csv", io.BytesIO(GOODS))
    assert desk.shop.row(ProductImport, import_id).file_name == "passwd.csv"
    assert [Path(path).name for path in os.listdir(desk.uploads)] == [str(import_id)]


def test_progress_is_told_from_the_first_row_to_the_last(desk: Desk) -> None:
    heard: list[int] = []
    import_id = desk.bring_in(GOODS, stock="5")
    imports.begin(desk.shop.asha, import_id)
    work.take_now(desk.shop.asha, desk.folder(import_id), import_id, heard.append)
    assert heard == sorted(heard)
    assert heard[0] > 0
    assert heard[-1] == 100
