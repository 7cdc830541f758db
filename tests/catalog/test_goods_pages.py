"""Receiving, counting and labelling with a scanner: a list that nothing is lost from, and that is posted once."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from pos.catalog import drafts, goods_views, posting
from pos.catalog.label_sheets import PAPERS, Label, drawn_once, pages
from pos.catalog.models import Product, StockDraft, StockMovement
from pos.core.actor import Actor
from pos.core.errors import Forbidden, NotFound, Refused
from pos.core.printing.press import the_stack_press
from pos.reports import books
from tests.sales.selling import sold
from tests.shop import Shop

FRAGMENT = {"HX-Request": "true"}
SALT = "8904043901015"
MOST_QUERIES = 12


def missing(page: str, *words: str) -> list[str]:
    return [word for word in words if word not in page]


class Scanner:
    """Somebody with a scanner before one of the three lists."""

    def __init__(self, shop: Shop, kind: str, who: str = "asha") -> None:
        self.client = shop.client(who)
        self.address: str = self.client.get(f"/goods/{kind}").location
        self.draft = UUID(self.address.rsplit("/", 1)[1])

    def page(self) -> str:
        return self.client.get(self.address).text

    def send(self, where: str, **given: Any) -> Any:
        fields = {name.replace("__", "-"): text for name, text in given.items()}
        return self.client.post(f"{self.address}/{where}", data=fields, headers=FRAGMENT)

    def scan(self, code: str, **given: Any) -> str:
        text: str = self.send("scan", q=code, **given).text
        return text

    def typed(self, product: UUID) -> dict[str, str]:
        lines = {line.product.id: dict(line.typed) for line in drafts.find(self.draft).lines}
        return lines[product]


def field(name: str, product: UUID) -> str:
    return f"{name}-{product}"


def test_goods_are_scanned_priced_and_put_on_the_shelf(shop: Shop) -> None:
    salt = shop.product("Salt", "28", "10", barcode=SALT, cost_price=Decimal(20))
    scanner = Scanner(shop, "receive")
    assert "Nothing is scanned yet." in scanner.page()
    shown = scanner.scan(SALT)
    assert shown.strip().startswith('<section id="goods-lines"')
    assert missing(shown, "Salt", "10 in stock", "cost ₹20.00", "Put on the shelf") == []
    scanner.scan(SALT)
    assert scanner.typed(salt)["quantity"] == "2"
    given = {field("quantity", salt): "12", field("was-quantity", salt): "2", field("cost_price", salt): "31"}
    answer = scanner.client.post(f"{scanner.address}/post", data={**given, field("mrp", salt): "32", "notes": "Mehta"})
    assert answer.status_code == 303
    page = scanner.client.get(answer.location).text
    assert missing(page, "Goods received", "+12", "22", "Mehta", "Labels for these") == []
    row = shop.row(Product, salt)
    assert (row.stock_quantity, row.cost_price, row.mrp) == (22, 26, 32)
    assert scanner.client.get(scanner.address).location == answer.location
    assert list(books.differences()) == []


def test_posting_twice_moves_once(shop: Shop) -> None:
    salt = shop.product("Salt", stock="10", barcode=SALT)
    scanner = Scanner(shop, "receive")
    scanner.scan(SALT)
    first, again = (scanner.client.post(f"{scanner.address}/post") for _press in range(2))
    assert first.location == again.location
    assert (shop.row(Product, salt).stock_quantity, len(shop.rows(StockMovement, product_id=salt))) == (11, 2)


def test_what_is_wrong_stands_at_its_field_and_nothing_moves(shop: Shop) -> None:
    salt, tea = shop.product("Salt", "28", "10", barcode=SALT), shop.product("Tea", "10", code="T")
    scanner = Scanner(shop, "receive")
    for code in (SALT, "t"):
        scanner.scan(code)
    given = {field("mrp", salt): "20", field("quantity", tea): "x", field("expiry_date", tea): "soon"}
    refused = scanner.client.post(f"{scanner.address}/post", data=given)
    assert refused.status_code == 400
    for name, product in (("mrp", salt), ("quantity", tea), ("expiry_date", tea)):
        assert f'id="{field(name, product)}-error"' in refused.text
    assert 'value="soon"' in refused.text
    assert shop.rows(StockMovement, product_id=salt, movement_type="RESTOCK")[-1].quantity_change == 10


def test_an_empty_list_is_not_posted(shop: Shop) -> None:
    scanner = Scanner(shop, "receive")
    refused = scanner.client.post(f"{scanner.address}/post")
    assert (refused.status_code, "Scan what comes in." in refused.text) == (400, True)


def test_loose_goods_wait_for_their_weight(shop: Shop) -> None:
    dal = shop.product("Dal", "80", unit="kg", code="D")
    scanner = Scanner(shop, "receive")
    scanner.scan("D")
    scanner.scan("D")
    assert scanner.typed(dal)["quantity"] == ""


def test_what_was_typed_is_kept_and_a_later_scan_is_not_written_over(shop: Shop) -> None:
    salt = shop.product("Salt", barcode=SALT)
    scanner = Scanner(shop, "receive")
    scanner.scan(SALT)
    typed = {field("quantity", salt): "5", field("was-quantity", salt): "1"}
    scanner.send("lines", **typed)
    assert scanner.typed(salt)["quantity"] == "5"
    scanner.scan(SALT)
    # The form on the screen still says 5: nobody changed it since.
    scanner.send("scan", q=SALT, **{field("quantity", salt): "5", field("was-quantity", salt): "5"})
    assert scanner.typed(salt)["quantity"] == "7"


def test_the_last_scanned_comes_first_and_a_line_is_taken_off(shop: Shop) -> None:
    salt, tea = shop.product("Salt", barcode=SALT), shop.product("Tea", code="T")
    scanner = Scanner(shop, "count")
    for code in (SALT, "T", SALT):
        scanner.scan(code)
    assert [line.product.id for line in drafts.find(scanner.draft).lines] == [salt, tea]
    scanner.send("remove", remove=str(salt))
    assert [line.product.id for line in drafts.find(scanner.draft).lines] == [tea]


def test_words_show_what_they_find_and_unknown_codes_lead_to_a_new_product(shop: Shop) -> None:
    salt = shop.product("Tata Salt")
    scanner = Scanner(shop, "receive")
    assert missing(scanner.scan("salt"), "Tata Salt", f'value="{salt}"') == []
    assert missing(scanner.send("add", add=str(salt)).text, "Came in") == []
    unknown = scanner.scan("8901063029415")
    assert missing(unknown, "Nothing has the code or name 8901063029415.", "barcode=8901063029415", "next=") == []
    assert scanner.send("add", add="x").status_code == 400
    assert scanner.send("add", add=str(uuid4())).status_code == 404


def test_a_list_is_there_again_after_a_reload_and_gone_once_discarded(shop: Shop) -> None:
    shop.product("Salt", barcode=SALT)
    scanner = Scanner(shop, "receive")
    scanner.scan(SALT)
    assert Scanner(shop, "receive").draft == scanner.draft
    assert Scanner(shop, "receive", "devi").draft != scanner.draft
    assert scanner.client.post(f"{scanner.address}/discard").location == "/goods/receive"
    assert Scanner(shop, "receive").draft != scanner.draft
    assert scanner.send("scan", q=SALT).status_code == 409
    assert scanner.client.post(f"{scanner.address}/post").status_code == 409


def test_staff_receive_without_seeing_costs(shop: Shop) -> None:
    salt = shop.product("Salt", barcode=SALT, cost_price=Decimal(20))
    scanner = Scanner(shop, "receive", "devi")
    assert missing(scanner.scan(SALT), "Cost each", "₹20.00") == ["Cost each", "₹20.00"]
    assert scanner.send("post", **{field("cost_price", salt): "1"}).status_code == 403
    assert shop.row(Product, salt).cost_price == 20


def test_a_count_shows_its_differences_before_it_is_posted(shop: Shop) -> None:
    salt, tea = shop.product("Salt", stock="10", barcode=SALT), shop.product("Tea", stock="3", code="T")
    scanner = Scanner(shop, "count", "devi")
    for code in (SALT, SALT, "T"):
        scanner.scan(code)
    sold(shop, (salt, "1"))
    shown = scanner.send("lines", **{field("quantity", salt): "9", field("was-quantity", salt): "2"}).text
    assert missing(shown, "-1", "-2", "9 now") == []
    page = scanner.client.get(scanner.client.post(f"{scanner.address}/post").location).text
    assert missing(page, "Stock counted", "-1", "-2") == []
    # Nine of ten stood there, and one more was sold since.
    assert [shop.row(Product, one).stock_quantity for one in (salt, tea)] == [8, 1]
    assert list(books.differences()) == []


def test_goods_without_a_barcode_get_one_for_their_label(shop: Shop) -> None:
    dal = shop.product("Dal")
    scanner = Scanner(shop, "labels", "devi")
    assert "none yet" in scanner.send("add", add=str(dal)).text
    answer = scanner.client.post(f"{scanner.address}/numbers")
    assert missing(scanner.client.get(answer.location).text, "1 product has a barcode now.", "2000000000015") == []
    assert shop.row(Product, dal).barcode == "2000000000015"


def words_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(("paper", "labels", "expected"), [("a4-65", 66, 2), ("a4-24", 24, 1), ("roll-50x25", 3, 3)])
def test_labels_fill_their_sheets(shop: Shop, paper: str, labels: int, expected: int) -> None:
    salt = shop.product("Tata Salt 1 kg", "28", barcode=SALT, mrp=Decimal(30))
    scanner = Scanner(shop, "labels")
    scanner.scan(SALT)
    given = {field("quantity", salt): str(labels), field("was-quantity", salt): "1", "paper": paper}
    answer = scanner.client.post(f"{scanner.address}/labels", data=given)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    sheets = words_of(answer.data)
    assert len(sheets) == expected
    assert sum(sheet.count(SALT) for sheet in sheets) == labels
    assert missing(sheets[0], "Tata Salt 1 kg", "₹28.00", "MRP ₹30.00") == []


@pytest.mark.parametrize("size", [("a4-65", 210, 297), ("roll-50x25", 50, 25)])
def test_labels_are_as_large_as_their_paper(shop: Shop, size: tuple[str, int, int]) -> None:
    shop.product("Salt", barcode=SALT)
    scanner = Scanner(shop, "labels")
    scanner.scan(SALT)
    answer = scanner.client.post(f"{scanner.address}/labels", data={"paper": size[0]})
    box = PdfReader(BytesIO(answer.data)).pages[0].mediabox
    assert [round(float(points) * 25.4 / 72) for points in (box.width, box.height)] == list(size[1:])


def test_a_sheet_that_was_begun_goes_on(shop: Shop) -> None:
    label: Any = Label
    sheets = list(pages([label] * 3, PAPERS["a4-24"], 23))
    assert [[sum(one is not None for one in row) for row in sheet] for sheet in sheets] == [[0] * 7 + [1], [2]]


def test_a_stack_of_labels_keeps_no_receipt_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    salt, tea = shop.product("Salt", barcode=SALT), shop.product("Tea", code="T1")
    draft = drafts.start(shop.devi, "labels", {salt: {"quantity": "2"}, tea: {"quantity": "131"}})
    # The press of receipts is away.
    monkeypatch.setattr(goods_views, "the_press", None)
    answer = shop.client("devi").post(f"/goods/{draft}/labels", data={"paper": "roll-50x25"})
    sheets = words_of(answer.data)
    assert [SALT in sheet for sheet in sheets] == [True] * 2 + [False] * 131
    assert all("T1" in sheet for sheet in sheets[2:])
    assert the_stack_press._process is None


def test_pages_that_are_alike_are_drawn_once() -> None:
    tea, dal = Label(None, "T", None), Label(None, "D", None)  # type: ignore[arg-type]
    sheets, times = drawn_once(pages([tea] * 3 + [dal] + [tea], PAPERS["roll-50x25"]))
    assert ([row for sheet in sheets for row in sheet], times) == ([[tea], [dal], [tea]], [3, 1, 1])
    assert drawn_once(pages([tea] * 60, PAPERS["a4-24"], 3))[1] == [1, 1, 1]
    assert drawn_once(pages([tea] * 60, PAPERS["a4-24"]))[1] == [2, 1]


def test_too_many_labels_or_none_are_refused(shop: Shop) -> None:
    salt = shop.product("Salt", barcode=SALT)
    scanner = Scanner(shop, "labels")
    scanner.scan(SALT)
    for count, sentence in (("2001", "Print 1 to 2000 labels"), ("0", "Print 1 to 2000 labels"), ("x", "How many")):
        refused = scanner.client.post(f"{scanner.address}/labels", data={field("quantity", salt): count})
        assert (refused.status_code, sentence in refused.text) == (400, True)


def test_labels_for_what_came_in(shop: Shop) -> None:
    salt, dal = shop.product("Salt", barcode=SALT), shop.product("Dal", unit="kg", code="D")
    scanner = Scanner(shop, "receive")
    for code in (SALT, SALT, "D"):
        scanner.scan(code)
    done = scanner.client.post(f"{scanner.address}/post", data={field("quantity", dal): "2.5"}).location
    listed = scanner.client.post(f"{done}/labels").location
    lines = drafts.find(UUID(listed.rsplit("/", 1)[1])).lines
    assert {line.product.id: line.typed["quantity"] for line in lines} == {salt: "2", dal: "1"}


def test_lists_know_their_limits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_LINES", 1)
    salt, tea = shop.product("Salt"), shop.product("Tea")
    draft = drafts.open_draft(shop.devi, "count")
    drafts.add(shop.devi, draft, salt)
    drafts.add(shop.devi, draft, salt)
    with pytest.raises(Refused, match="at most 1 lines"):
        drafts.add(shop.devi, draft, tea)
    with pytest.raises(NotFound):
        drafts.find(uuid4())
    with pytest.raises(Forbidden):
        posting.post(Actor(None, "x", "staff"), draft)
    assert len(shop.rows(StockDraft)) == 1


def test_what_is_none_is_not_found(shop: Shop) -> None:
    client = shop.client("devi")
    assert client.get(f"/goods/{uuid4()}").status_code == 404
    assert client.get(f"/goods/done/{uuid4()}").status_code == 404
    assert client.post(f"/goods/{uuid4()}/post").status_code == 404


@pytest.mark.parametrize("kind", ["receive", "count", "labels"])
def test_a_list_takes_the_same_few_queries_however_long_it_is(shop: Shop, kind: str, count_queries: Any) -> None:
    goods = [shop.product(f"Tea {place}", barcode=str(20_000_000 + place)) for place in range(30)]
    client, asked = shop.client("devi"), []
    for many in (2, 30):
        draft = drafts.start(shop.devi, kind, {one: {"quantity": "1", "seen": "100"} for one in goods[:many]})
        for work in (
            lambda draft=draft: client.get(f"/goods/{draft}"),
            lambda draft=draft: client.post(f"/goods/{draft}/scan", data={"q": "20000001"}, headers=FRAGMENT),
        ):
            with count_queries() as seen:
                assert work().status_code == 200
            asked.append(len(seen))
    assert asked[:2] == asked[2:]
    assert max(asked) <= MOST_QUERIES


@pytest.mark.parametrize("kind", ["receive", "count"])
def test_what_was_moved_is_shown_in_the_same_few_queries(shop: Shop, kind: str, count_queries: Any) -> None:
    goods = [shop.product(f"Tea {place}") for place in range(30)]
    client, asked = shop.client("devi"), []
    for many in (2, 30):
        wanted = {one: {"quantity": "99", "seen": "100"} for one in goods[:many]}
        result = posting.post(shop.devi, drafts.start(shop.devi, kind, wanted))
        with count_queries() as seen:
            assert client.get(f"/goods/done/{result}").text.count("<tr") >= many
        asked.append(len(seen))
    assert asked[0] == asked[1] <= MOST_QUERIES
