"""The bill on paper, read back from the PDF: what it says, how long it is, which one is the original."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from pypdf import PageObject, PdfReader

from pos.core import audit
from pos.core.errors import Forbidden, NotFound
from pos.core.ids import uuid7
from pos.sales import receipt
from pos.sales.bill import Bill, BillCustomer
from pos.sales.bills import bill
from pos.sales.pricing import BillDiscount, Terms
from pos.sales.prints import prints_of, record_print
from pos.sales.voiding import void_sale
from pos.settings.models import PAPER_SIZES
from tests.sales.paper import GOODS, GSTIN, HINDI, MOMENT, STORE, priced_bill
from tests.sales.selling import tea_sold
from tests.shop import Shop

MM = 72 / 25.4
CHITRA = BillCustomer(uuid7(), "Chitra Rao", "9876543210", None, Decimal("1250.50"), Decimal("1250.50"))
REGULAR = replace(STORE, gst_mode="regular", gstin=GSTIN)


@pytest.fixture
def engine_name() -> str:
    """Paper is the same whatever the database: one engine is enough here."""
    return "sqlite"


@pytest.fixture
def asked(shop: Shop):
    """A request in which receipts are drawn."""
    with shop.app.test_request_context():
        yield


def pages(shown: Bill, size: str = "80mm", duplicate: bool = False) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(receipt.pdf(shown, size, duplicate))).pages)


def text(shown: Bill, size: str = "80mm", duplicate: bool = False) -> str:
    return plain("\n".join(page.extract_text() for page in pages(shown, size, duplicate)))


def plain(written: str) -> str:
    return re.sub(r"[\s\u2007\u00a0]+", " ", written)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("size", PAPER_SIZES)
class TestOnEveryPaper:
    def test_it_says_number_total_store_cashier_and_lines(self, size: str) -> None:
        written = text(priced_bill(paid=[("CASH", "2500")]), size)
        for told in ("BILL-2026-000001", "₹2,002.63", "Asha Kirana & General Store", "14, Laxmi Road", "Ben Thomas"):
            assert told in written
        for told in ("23 Nov 2026, 6:15 PM", "Tata Salt 1 kg", "1.25 kg", "165.00", "Change 497.37", "come again!"):
            assert told in written
        assert "You saved ₹73.05 on MRP" in written

    def test_line_discounts_bill_discount_and_round_off_have_their_rows(self, size: str) -> None:
        off = BillDiscount(amount=Decimal(20))
        written = text(priced_bill(terms=Terms(round_to_rupee=True), line_discounts={1: "2"}, discount=off), size)
        assert "Discount on items -10.00" in written
        assert "Discount on the bill -20.00" in written
        assert "Round-off" in written

    def test_a_registered_shop_splits_the_tax_and_sums_up_its_hsn_codes(self, size: str) -> None:
        shown = priced_bill(GOODS[1:3], store=REGULAR, terms=Terms("regular"))
        written = text(shown, size)
        for told in ("Tax invoice", GSTIN, "CGST 2.5% 8.75", "SGST 2.5% 8.75", "1905", "1512 5 290.00 7.25 7.25"):
            assert told in written

    def test_where_prices_include_tax_it_says_so_and_does_not_add_it_again(self, size: str) -> None:
        written = text(priced_bill(store=REGULAR, terms=Terms("regular", True)), size)
        assert "10 items, tax included 1,902.28" in written
        assert "₹1,902.28" in written
        assert "Tax included in the total: CGST 2.5%" in written

    def test_a_composition_dealer_charges_no_tax_and_declares_it(self, size: str) -> None:
        shown = priced_bill(store=replace(STORE, gst_mode="composition", gstin=GSTIN), terms=Terms("composition"))
        written = text(shown, size)
        assert "Bill of supply" in written
        assert "Composition taxable person, not eligible to collect tax on supplies" in written
        assert "CGST" not in written
        assert "Tax 5%" not in written

    def test_credit_shows_the_khata_and_a_code_for_what_is_due(self, size: str) -> None:
        shown = priced_bill(customer=CHITRA, paid=[("CASH", "500"), ("UPI", "700")], points_earned=3)
        written = text(shown, size)
        for told in ("Chitra Rao", "Cash 500.00", "UPI 700.00", "On khata (credit) 802.63", "1,250.50"):
            assert told in written
        assert "Scan to pay ₹802.63 by UPI" in written
        assert "Points earned: 3" in written
        assert sum(len(page.images) for page in pages(shown, size)) == 1

    def test_a_duplicate_and_a_void_bill_say_so(self, size: str) -> None:
        assert "DUPLICATE" not in text(priced_bill(), size)
        assert "DUPLICATE" in text(priced_bill(), size, duplicate=True)
        void = text(priced_bill(voided_at=MOMENT, void_reason="Wrong customer"), size)
        assert void.count("VOID") == 2
        assert "Wrong customer" in void

    def test_what_people_typed_is_text(self, size: str) -> None:
        evil = '<img src=x> {{7*7}} </article> <b>"'
        store = replace(STORE, store_name=evil, address=evil, receipt_header=evil, receipt_footer=evil)
        shown = priced_bill([(evil, *GOODS[0][1:])], store=store, customer=replace(CHITRA, name=evil))
        written = text(shown, size).replace(" ", "")
        assert written.count(evil.replace(" ", "")) == 6


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("size", "width"), [("80mm", 80), ("58mm", 58)])
def test_a_roll_is_as_long_as_its_content(size: str, width: int) -> None:
    lengths = []
    for count in (1, 10, 60):
        (page,) = pages(priced_bill(count=count), size)
        assert float(page.mediabox.width) == pytest.approx(width * MM, abs=0.5)
        lowest = min(bottoms(page))
        assert 2 * MM < lowest < 7 * MM, "a little paper is left below the last line, and no more"
        lengths.append(float(page.mediabox.height))
    assert lengths[0] < lengths[1] < lengths[2]


def bottoms(page: PageObject) -> list[float]:
    """The height above the page's lower edge of each piece of its text."""
    heights: list[float] = []

    def note(written: str, current: list[float], matrix: list[float], *_rest: object) -> None:
        if written.strip():
            heights.append(matrix[5] * current[3] + current[5])

    page.extract_text(visitor_text=note)
    return heights


@pytest.mark.usefixtures("asked")
def test_sixty_lines_take_two_sheets_of_a4_with_heads_and_page_numbers() -> None:
    first, second = pages(priced_bill(count=60), "a4")
    for place, page in ((1, first), (2, second)):
        written = plain(page.extract_text())
        assert "# Item" in written
        assert f"{place} / 2" in written
        assert "BILL-2026-000001" in written
    assert (round(float(first.mediabox.width) / MM), round(float(first.mediabox.height) / MM)) == (210, 297)


@pytest.mark.usefixtures("asked")
def test_five_hundred_lines_fit_on_a_roll_and_on_sheets() -> None:
    shown = priced_bill(count=500)
    assert "Subtotal, 500 items" in text(shown, "80mm")
    assert len(pages(priced_bill(count=150), "a5")) > 3


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("size", PAPER_SIZES)
def test_hindi_is_drawn_with_the_bundled_fonts_and_moves_no_amount(size: str) -> None:
    (page,) = pages(priced_bill(HINDI, store=replace(STORE, receipt_footer="धन्यवाद! फिर पधारें।")), size)
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert {name.split("+")[1].split("-Bold")[0] for name in fonts} == {"Noto-Sans", "Noto-Sans-Devanagari"}
    assert "₹572.44" in plain(page.extract_text())


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("size", ["80mm", "58mm"])
def test_amounts_end_at_the_same_edge_whatever_the_name(size: str) -> None:
    drawn = receipt.html(priced_bill(HINDI + GOODS), size, False)
    figures = re.findall(r"(?:&nbsp;){3}([\u2007\u00a0\d,.]+)</p>", drawn)
    assert len(figures) > len(HINDI + GOODS)
    assert len({sum(map(str.isdigit, one)) + one.count("\u2007") for one in figures}) == 1


@pytest.mark.usefixtures("asked")
def test_nothing_is_asked_for_without_a_upi_id_or_when_all_is_paid() -> None:
    nameless = replace(STORE, upi_id=None)
    assert "Scan to pay" not in text(priced_bill(customer=CHITRA, paid=[("CASH", "500")], store=nameless))
    assert "Scan to pay" not in text(priced_bill())
    settled = replace(CHITRA, balance_now=Decimal(0))
    assert "Scan to pay" not in text(priced_bill(customer=settled, paid=[("CASH", "500")]))


@pytest.mark.usefixtures("asked")
def test_mrp_and_hsn_are_left_out_where_there_are_none() -> None:
    written = text(priced_bill([(*GOODS[1][:6], None)], store=REGULAR, terms=Terms("regular")), "a4")
    assert "MRP" not in written
    assert "HSN" not in written


@pytest.mark.usefixtures("asked")
def test_the_shops_own_currency_sign_is_used() -> None:
    assert "Rs.2,002.63" in text(priced_bill(store=replace(STORE, currency_symbol="Rs.")))


def fetched(shop: Shop, sale_id: UUID, query: str = "format=pdf") -> str:
    answer = shop.client("ben").get(f"/sales/{sale_id}/receipt?{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return plain("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages))


def test_the_pdf_of_a_real_sale_opens_in_the_browser_under_the_bills_number(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    answer = shop.client("ben").get(f"/sales/{sale_id}/receipt?format=pdf&size=80mm")
    number = bill(sale_id).number
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert answer.data.startswith(b"%PDF-")
    sheet = shop.client("ben").get(f"/sales/{sale_id}/receipt?format=pdf&size=a4")
    assert sheet.headers["Content-Disposition"] == f'inline; filename="{number}-A4.pdf"'


def test_the_usual_size_is_the_stores(shop: Shop) -> None:
    shop.settings(receipt_size="58mm")
    answer = shop.client("ben").get(f"/sales/{tea_sold(shop)}/receipt?format=pdf")
    assert float(PdfReader(io.BytesIO(answer.data)).pages[0].mediabox.width) == pytest.approx(58 * MM, abs=0.5)


def test_a_size_there_is_no_paper_of_is_refused(shop: Shop) -> None:
    answer = shop.client("ben").get(f"/sales/{tea_sold(shop)}/receipt?format=pdf&size=a3")
    assert answer.status_code == 400
    assert "80mm" in answer.text


def test_the_first_pdf_is_the_original_and_every_later_one_a_duplicate(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    assert "DUPLICATE" not in fetched(shop, sale_id)
    assert "DUPLICATE" in fetched(shop, sale_id)
    assert "DUPLICATE" in fetched(shop, sale_id, "format=pdf&size=a4")
    assert [(one.by, one.size) for one in prints_of(sale_id)] == [
        ("Ben Thomas", "80mm"), ("Ben Thomas", "80mm"), ("Ben Thomas", "a4"),
    ]  # fmt: skip


def test_fetching_the_same_print_again_is_no_second_print(shop: Shop) -> None:
    sale_id, client = tea_sold(shop), shop.client("ben")
    there = client.post(f"/sales/{sale_id}/receipt", data={"format": "pdf", "size": "80mm"})
    assert there.status_code == 303
    for _again in range(2):
        assert "DUPLICATE" not in fetched(shop, sale_id, there.location.split("?")[1])
    assert len(prints_of(sale_id)) == 1
    again = client.post(f"/sales/{sale_id}/receipt", data={"format": "pdf", "size": "80mm"})
    assert "DUPLICATE" in fetched(shop, sale_id, again.location.split("?")[1])


def test_a_print_of_another_bill_does_not_count(shop: Shop) -> None:
    one, other = tea_sold(shop), tea_sold(shop)
    print_id = record_print(shop.ben, one, "80mm")
    record_print(shop.ben, other, "80mm")
    assert "DUPLICATE" in fetched(shop, other, f"format=pdf&print={print_id}")
    assert "DUPLICATE" in fetched(shop, other, "format=pdf&print=nonsense")


def test_looking_at_a_receipt_is_not_printing_it(shop: Shop) -> None:
    sale_id, client = tea_sold(shop), shop.client("ben")
    page = client.get(f"/sales/{sale_id}/receipt").text
    assert 'class="receipt roll s80mm"' in page
    assert "data-print-now" not in page
    assert client.head(f"/sales/{sale_id}/receipt?format=pdf").status_code == 200
    assert prints_of(sale_id) == []
    assert "DUPLICATE" not in client.get(f"/sales/{sale_id}/receipt").text


def test_printing_from_the_browser_is_a_print_too(shop: Shop) -> None:
    sale_id, client = tea_sold(shop), shop.client("ben")
    there = client.post(f"/sales/{sale_id}/receipt", data={"format": "html", "size": "58mm"})
    original = client.get(there.location).text
    assert "data-print-now" in original
    assert "DUPLICATE" not in original
    assert "DUPLICATE" in client.get(f"/sales/{sale_id}/receipt").text
    assert "DUPLICATE" in fetched(shop, sale_id)


def test_a_void_bill_is_void_on_paper_too(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    void_sale(shop.asha, sale_id, "Wrong customer")
    assert "VOID" in fetched(shop, sale_id)
    assert "VOID" in shop.client("ben").get(f"/sales/{sale_id}/receipt").text


def test_prints_stand_in_the_audit_log(shop: Shop) -> None:
    record_print(shop.ben, tea_sold(shop), "a4")
    assert [entry.actor_name for entry in shop.rows(audit.AuditEntry, action="sale.printed")] == ["Ben Thomas"]
    assert list(audit.broken_links()) == []


def test_who_may_not_see_bills_prints_none_and_what_is_not_there_is_not_printed(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        record_print(shop.devi, tea_sold(shop), "a4")
    with pytest.raises(NotFound):
        record_print(shop.ben, uuid4(), "a4")
    assert shop.client("ben").get(f"/sales/{uuid4()}/receipt?format=pdf").status_code == 404


def test_a_receipt_speaks_the_stores_language_to_whoever_prints_it(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    shop.settings(language="hi")
    page = shop.client("ben").get(f"/sales/{sale_id}/receipt").text
    assert '<article class="receipt roll s80mm" lang="hi">' in page


def test_the_receipt_page_keeps_the_content_security_policy(shop: Shop) -> None:
    chitra = shop.customer()
    shop.settings(upi_id="asha@okaxis")
    answer = shop.client("ben").get(f"/sales/{tea_sold(shop, paid='0', customer_id=chitra)}/receipt?size=a4")
    assert 'src="data:image/png;base64,' in answer.text
    assert " style=" not in answer.text
    assert "<script>" not in answer.text
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]


def test_other_programs_get_a_page_without_the_app_around_it(shop: Shop) -> None:
    sale_id = tea_sold(shop)
    with shop.app.test_request_context():
        page = receipt.document(bill(sale_id), "a5", False)
    assert page.count('<article class="receipt sheet sa5"') == 1
    assert "css/receipt.css" in page
    assert "<nav" not in page
