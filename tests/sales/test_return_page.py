"""The pages of a return: what comes back is worked out by the server, taken once, and ends at a credit note."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from pos.catalog.models import Product
from pos.customers.models import Customer
from pos.reports import books
from pos.sales.models import SaleItem
from pos.sales.returns_and_drawer import CreditNote, CreditNoteItem
from pos.sales.voiding import void_sale
from tests.sales.selling import sold
from tests.sales.test_return_items import back, bill
from tests.shop import Shop

MOST_QUERIES = 20
FRAGMENT = {"HX-Request": "true"}


def given(*lines: tuple[UUID, str], spoiled: UUID | None = None, **values: str) -> dict[str, str]:
    """The form as filled in: cash back, because torn."""
    form = {"refund_to": "CASH", "reason": "torn", "form_key": uuid4().hex, **values}
    form |= {f"quantity-{item}": quantity for item, quantity in lines}
    return form | ({f"spoiled-{spoiled}": "1"} if spoiled else {})


def test_the_page_lists_the_lines_and_what_is_left_of_each(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    back(shop, sale, item, "1")
    page = shop.client("ben").get(f"/sales/{sale}/return").text
    assert "1 came back before" in page
    assert "Enter how much of what comes back." in page
    everything = shop.client("ben").get(f"/sales/{sale}/return?all=1").text
    assert f'name="quantity-{item}" id="quantity-{item}" value="2"' in everything
    assert "₹210.00" in everything


def test_the_server_works_out_what_is_given_back_while_it_is_filled_in(shop: Shop) -> None:
    tea, chitra = shop.product(price="100"), shop.customer()
    sale, item = bill(shop, tea, paid="50", customer_id=chitra)
    client = shop.client("ben")
    shown = client.post(f"/sales/{sale}/return/preview", data=given((item, "1")), headers=FRAGMENT).text
    assert shown.strip().startswith('<section id="return-preview"')
    assert [amount for amount in ("₹105.00", "₹50.00", "₹55.00") if amount not in shown] == []
    too_much = client.post(f"/sales/{sale}/return/preview", data=given((item, "4")), headers=FRAGMENT).text
    assert "Only 3 of Tea 250 g can come back." in too_much
    nonsense = client.post(f"/sales/{sale}/return/preview", data=given((item, "one")), headers=FRAGMENT)
    assert (nonsense.status_code, shop.rows(CreditNote)) == (200, [])


def test_without_scripts_the_whole_page_comes_back_worked_out(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    page = shop.client("ben").post(f"/sales/{sale}/return/preview", data=given((item, "2"))).text
    assert "<!doctype html>" in page
    assert "₹210.00" in page
    assert 'value="torn"' in page


def test_goods_are_taken_back_and_the_credit_note_shown(shop: Shop) -> None:
    tea = shop.product(price="100", stock="5")
    sale, item = bill(shop, tea)
    client = shop.client("ben")
    answer = client.post(f"/sales/{sale}/return", data=given((item, "2"), spoiled=item))
    (note,) = shop.rows(CreditNote)
    assert (answer.status_code, answer.location) == (303, f"/sales/credit-notes/{note.id}")
    page = client.get(answer.location).text
    assert "The goods are taken back. Give back: Cash ₹210.00." in page
    assert note.note_number in page
    assert (shop.row(Product, tea).stock_quantity, shop.rows(CreditNoteItem)[0].fit_for_sale) == (2, False)
    told = client.get(f"/sales/{sale}").text
    assert [
        part for part in ("Goods came back", "2 came back", note.note_number, "Took goods back") if part not in told
    ] == []
    assert list(books.differences()) == []


def test_the_khata_takes_it_where_it_was_bought_on_credit(shop: Shop) -> None:
    chitra = shop.customer()
    sale, item = bill(shop, shop.product(price="100"), paid="0", customer_id=chitra)
    client = shop.client("ben")
    assert re.search(r'<input checked[^>]*value="KHATA"', client.get(f"/sales/{sale}/return").text)
    answer = client.post(f"/sales/{sale}/return", data=given((item, "1"), refund_to="KHATA"))
    assert "₹105.00 came off the khata." in client.get(answer.location).text
    assert shop.row(Customer, chitra).credit_balance == 210


def test_the_same_form_sent_twice_takes_back_once(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    client, form = shop.client("ben"), given((item, "1"))
    first, again = (client.post(f"/sales/{sale}/return", data=form) for _press in range(2))
    assert first.location == again.location
    assert len(shop.rows(CreditNote)) == 1


def test_what_is_wrong_stands_at_its_line_and_what_was_typed_stays(shop: Shop) -> None:
    tea, dal = shop.product(price="100"), shop.product("Dal", "80")
    sale = sold(shop, (tea, "1"), (dal, "1"))
    first, second = shop.rows(SaleItem, sale_id=sale)
    client = shop.client("ben")
    refused = client.post(f"/sales/{sale}/return", data=given((first.id, "2"), (second.id, "1")))
    assert refused.status_code == 409
    at_line = refused.text.split(f'id="quantity-{first.id}-error"')[1]
    assert "Only 1 of Tea 250 g can come back." in at_line.split("</p>")[0]
    empty = client.post(f"/sales/{sale}/return", data=given(reason=" "))
    assert empty.status_code == 400
    assert [
        part for part in ("Choose what comes back.", "Say why the goods come back.") if part not in empty.text
    ] == []
    nonsense = client.post(f"/sales/{sale}/return", data=given((first.id, "a few")))
    assert (nonsense.status_code, 'value="a few"' in nonsense.text) == (400, True)
    assert shop.rows(CreditNote) == []


def test_a_void_bill_gives_nothing_back(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    void_sale(shop.asha, sale, "mistake")
    client = shop.client("ben")
    assert "/return" not in client.get(f"/sales/{sale}").text
    refused = client.post(f"/sales/{sale}/return", data=given((item, "1")))
    assert (refused.status_code, "nothing is left to return" in refused.text) == (409, True)


def test_staff_take_nothing_back(shop: Shop) -> None:
    sale, item = bill(shop, shop.product())
    assert shop.client("devi").get(f"/sales/{sale}/return").status_code == 403
    assert shop.client("devi").post(f"/sales/{sale}/return", data=given((item, "1"))).status_code == 403


@pytest.mark.parametrize("size", ["80mm", "58mm", "a4", "a5"])
def test_the_credit_note_is_drawn_on_every_paper(shop: Shop, size: str) -> None:
    shop.settings(gst_mode="regular", gstin="27AAPFU0939F1ZV", prices_include_tax=True)
    sale, item = bill(shop, shop.product(price="100", tax_rate=18, hsn_code="1905"), customer_id=shop.customer())
    note = back(shop, sale, item, "2")
    answer = shop.client("ben").get(f"/sales/credit-notes/{note.id}?format=pdf&size={size}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    words = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())
    wanted = [
        "Credit note",
        note.note_number,
        "BILL-",
        "27AAPFU0939F1ZV",
        "Chitra Rao",
        "CGST 9%",
        "15.25",
        str(note.total_amount),
    ]
    assert [part for part in wanted if part not in words] == []


def test_a_credit_note_that_is_none_is_not_found(shop: Shop) -> None:
    assert shop.client("ben").get(f"/sales/credit-notes/{uuid4()}").status_code == 404


def test_a_bill_is_found_by_the_number_of_its_credit_note(shop: Shop) -> None:
    sale, item = bill(shop, shop.product(price="100"))
    bill(shop, shop.product("Dal"))
    note = back(shop, sale, item)
    page = shop.client("ben").get(f"/sales?q={note.note_number}").text
    assert (page.count("/sales/" + str(sale)), "1 bill" in page) == (1, True)


def test_the_bill_tells_its_whole_trail(shop: Shop) -> None:
    chitra = shop.customer()
    sale, item = bill(shop, shop.product(price="100"), paid="60", customer_id=chitra)
    back(shop, sale, item, to="KHATA")
    page = shop.client("asha").get(f"/sales/{sale}").text
    told = ("Stock movements", "Khata entries", "Who did what", "Made the bill", "Credit taken back", "+1")
    assert [part for part in told if part not in page] == []


def test_the_pages_take_the_same_few_queries_for_many_lines_and_notes(shop: Shop, count_queries: Any) -> None:
    client, asked = shop.client("asha"), []
    for many in (2, 20):
        goods = [shop.product(f"Tea {many} {place}", "10") for place in range(many)]
        sale = sold(shop, *((one, "1") for one in goods))
        notes = [back(shop, sale, item.id) for item in shop.rows(SaleItem, sale_id=sale)[: many // 2]]
        for address in (f"/sales/{sale}", f"/sales/{sale}/return", f"/sales/credit-notes/{notes[0].id}"):
            with count_queries() as seen:
                assert client.get(address).status_code == 200
            asked.append(len(seen))
    assert asked[:3] == asked[3:]
    assert max(asked) <= MOST_QUERIES
