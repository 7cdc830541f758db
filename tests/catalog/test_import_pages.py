"""The pages of an import, as a browser without JavaScript and as htmx walk through them."""

from __future__ import annotations

import io
import re
import time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from pos.catalog import import_views
from pos.catalog.importing import imports
from pos.catalog.models import Product, ProductImport
from tests.catalog.product_files import Desk, as_csv
from tests.shop import Shop

LIST = as_csv(
    ["p_code", "barcode", "item_name", "rate", "mrp", "colour"],
    ["1", "M3", "Akha Moong", "41", "43", "green"],
    ["2", "", "", "50", "60", "red"],
    ["3", "", "Akha <b>Moong</b>", "70", "60", "blue"],
    ["4", "", "akha moong", "42", "", "white"],
)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def upload(client: FlaskClient, content: bytes = LIST, name: str = "list.csv") -> str:
    """Bring a file in; the address of its page."""
    answer = client.post("/products/import", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def page(client: FlaskClient, address: str, seconds: float = 20) -> str:
    """The page once nobody works on the file any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = client.get(address).text
        if 'id="progress"' not in text:
            return text
        time.sleep(0.05)
    raise AssertionError("the work did not end")


def chosen(text: str) -> dict[str, Any]:
    """What the page's form would send: every select's chosen option, every field's value."""
    selects = re.findall(r'<select[^>]* name="([a-z_]+)"[^>]*>(.*?)</select>', text, re.S)
    data: dict[str, Any] = {"columns": []}
    for name, options in selects:
        first = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option[^>]*value="([^"]*)"[^>]*selected', options)
        value = next((part for part in (first.groups() if first else ()) if part is not None), "")
        if name == "columns":
            data["columns"].append(value)
        else:
            data[name] = value
    for name, value in re.findall(r'<input[^>]*type="hidden" name="([a-z_]+)" value="([^"]*)"', text):
        data.setdefault(name, value)
    stock = re.search(r'<input[^>]*name="stock"[^>]*value="([^"]*)"', text)
    return data | ({"stock": stock[1]} if stock else {})


def counts(text: str) -> list[str]:
    return re.findall(r'<span class="stat-value[^"]*">([^<]*)</span>', text)


def test_a_file_goes_from_upload_to_list_by_plain_forms(desk: Desk) -> None:
    client = desk.shop.client("devi")
    assert 'enctype="multipart/form-data"' in client.get("/products/import").text
    address = upload(client)
    text = page(client, address)
    assert counts(text) == ["2", "0", "0", "2"]
    for sentence in ("Enter the name of the product.", "above the MRP of ₹60.00", "1 column is left out", "₹41.00"):
        assert sentence in text
    answer = client.post(f"{address}/take", data=chosen(text))
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    text = page(client, address)
    assert "2 products were taken over." in text
    assert counts(text) == ["2", "0", "0", "2"]
    assert "/products" in text
    assert {row.name for row in desk.shop.rows(Product)} == {"Akha Moong", "akha moong"}
    assert "Taken over" in client.get("/products/import").text


def test_names_in_a_file_are_data_on_the_page(desk: Desk) -> None:
    client = desk.shop.client("asha")
    text = page(client, upload(client, name="<img src=x>.csv"))
    assert "Akha &lt;b&gt;Moong&lt;/b&gt;" in text
    assert "<b>Moong" not in text
    assert "<img src=x>" not in text


def test_the_columns_can_be_chosen_anew(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    data = chosen(page(client, address))
    assert data["columns"] == ["code", "barcode", "name", "price", "mrp", ""]
    data |= {"columns": ["", "", "brand", "price", "", "name"], "stock": "7", "file_name": "skip"}
    assert client.post(f"{address}/choices", data=data).status_code == 303
    text = page(client, address)
    assert chosen(text)["columns"] == data["columns"]
    assert counts(text) == ["4", "0", "0", "0"]
    client.post(f"{address}/take", data=chosen(text))
    page(client, address)
    assert {(row.name, row.stock_quantity) for row in desk.shop.rows(Product)} == {
        ("green", 7),
        ("red", 7),
        ("blue", 7),
        ("white", 7),
    }


def test_who_changed_a_choice_sees_what_comes_of_it_before_it_is_taken(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    data = chosen(page(client, address)) | {"file_name": "skip"}
    client.post(f"{address}/take", data=data)
    text = page(client, address)
    assert "You changed something" in text
    assert counts(text) == ["1", "0", "1", "2"]
    assert desk.shop.rows(Product) == []
    client.post(f"{address}/take", data=chosen(text))
    page(client, address)
    assert len(desk.shop.rows(Product)) == 1


def test_wrong_choices_stay_on_the_page_with_their_sentence(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    data = chosen(page(client, address)) | {"columns": ["name"] * 6, "stock": "many"}
    for ending in ("choices", "take"):
        answer = client.post(f"{address}/{ending}", data=data)
        assert answer.status_code == 400
        assert "is chosen for two columns" in answer.text
        assert "“many” is not a quantity" in answer.text
        assert chosen(answer.text)["columns"] == ["name"] * 6


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty."), (b"%PDF-1.4", "This is a PDF."), (b"x" * 10_500_000, "larger than 10 MB")],
)
def test_a_file_of_no_use_is_refused_on_the_same_page(desk: Desk, content: bytes, sentence: str) -> None:
    answer = desk.shop.client("asha").post("/products/import", data={"file": (io.BytesIO(content), "x.csv")})
    assert (answer.status_code, sentence in answer.text) == (400, True)


def test_no_file_at_all_is_refused_on_the_same_page(desk: Desk) -> None:
    answer = desk.shop.client("asha").post("/products/import", data={})
    assert (answer.status_code, "Choose a file first." in answer.text) == (400, True)


def test_a_long_look_shows_its_progress_and_leads_on_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_views, "LOOK_WAIT_SECONDS", 0)
    client = desk.shop.client("asha")
    address = upload(client, as_csv(["name", "price"], *([f"Salt {number}", "20"] for number in range(3000))))
    text = client.get(address).text
    if 'id="progress"' in text:
        assert f'hx-get="{address}/progress"' in text
        assert 'hx-trigger="every 500ms"' in text
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in text
    assert counts(page(client, address))[0] == "3,000"
    answer = client.get(f"{address}/progress", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, address)


def test_a_running_import_tells_how_far_it_is(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    page(client, address)
    import_id = UUID(address.rsplit("/", 1)[-1])
    hold = desk.folder(import_id).hold()
    assert hold
    imports.begin(desk.shop.asha, import_id)
    desk.folder(import_id).note("progress", {"percent": 42})
    answer = client.get(f"{address}/progress", headers=HTMX)
    assert (answer.status_code, "42 %" in answer.text, "<html" in answer.text) == (200, True, False)
    assert "The till goes on meanwhile" in client.get(address).text
    assert client.get(f"{address}/progress").status_code == 303
    hold.let_go()
    text = client.get(address).text
    assert "stopped in the middle" in text
    assert "Take over 2 products" in text
    client.post(f"{address}/take", data=chosen(text))
    assert "2 products were taken over." in page(client, address)


def test_two_posts_take_it_once(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    data = chosen(page(client, address))
    for _each in range(2):
        assert client.post(f"{address}/take", data=data).status_code == 303
    page(client, address)
    assert len(desk.shop.rows(Product)) == 2


def test_a_file_can_be_thrown_away(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    page(client, address)
    answer = client.post(f"{address}/discard")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/import")
    assert client.get(address).headers["Location"] == "/products/import"
    assert [row.status for row in desk.shop.rows(ProductImport)] == ["discarded"]
    assert list(desk.uploads.iterdir()) == []


def test_many_bad_rows_are_paged_and_downloaded(desk: Desk) -> None:
    client = desk.shop.client("asha")
    address = upload(client, as_csv(["name", "price"], *([f"Salt {number}", "x"] for number in range(45))))
    text = page(client, address)
    assert "See all 45" in text
    assert "nothing to take over" in text
    last = client.get(f"{address}/rows/bad?page=3").text
    assert "line 46" in last
    assert "line 41" not in last
    assert "Page 3 of 3" in last
    answer = client.get(f"{address}/rows/bad.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 46
    assert "There are none." in client.get(f"{address}/rows/left").text


def test_staff_are_not_offered_the_cost_price(desk: Desk) -> None:
    for who, offered in (("devi", False), ("asha", True)):
        client = desk.shop.client(who)
        assert ('value="cost_price"' in page(client, upload(client))) is offered


def test_others_imports_are_not_found(desk: Desk) -> None:
    address = upload(desk.shop.client("asha"))
    client = desk.shop.client("ben")
    for path in ("", "/rows/bad", "/rows/bad.csv", "/progress"):
        assert client.get(address + path).status_code == 404
    for path in ("/take", "/choices", "/discard"):
        assert client.post(address + path, data={}).status_code == 404


def test_the_preview_asks_little_of_the_database(desk: Desk, count_queries: Any) -> None:
    client = desk.shop.client("asha")
    address = upload(client)
    page(client, address)
    with count_queries() as seen:
        client.get(address)
    assert len(seen) <= 6
