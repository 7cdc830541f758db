"""A file taken over: everything with its movements, its entry in the audit log and its outcome, or nothing at all."""

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

from pos.catalog import export, products, stock
from pos.catalog.importing import imports, preview, taking, work
from pos.catalog.importing.work import Worker
from pos.catalog.models import Product, ProductImport, StockMovement
from pos.core import audit
from pos.core.actor import NOBODY
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused
from pos.core.importing import aside
from pos.reports import books
from tests.catalog.product_files import Desk, as_csv, as_xlsx
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
