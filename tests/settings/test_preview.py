"""The bill that typed terms would make, beside the form: priced as every bill is, kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from pos.core.audit import AuditEntry
from pos.sales.models import Sale
from pos.sales.sample import sample
from pos.settings import store
from pos.settings.store import Store
from tests.settings.test_change_settings import GSTIN, WHOLE_PAGE
from tests.shop import Shop

PREVIEW = "/settings/preview"


def test_the_page_shows_the_bill_that_the_terms_make_now(shop: Shop) -> None:
    shop.settings(receipt_footer="Thank you, come again")
    page = shop.client("asha").get("/settings").text
    assert '<section id="preview"' in page
    assert page.count("Thank you, come again") == 2
    assert "Sugar (loose)" in page


def test_what_is_typed_shows_at_once_and_nothing_is_kept(shop: Shop) -> None:
    before = store.current()
    shown = shop.client("asha").post(PREVIEW, data=WHOLE_PAGE, headers={"HX-Request": "true"})
    assert shown.status_code == 200
    assert shown.text.lstrip().startswith('<section id="preview"')
    assert "Asha Kirana &amp; Sons" in shown.text
    assert "धन्यवाद, फिर आइए" in shown.text
    assert f"GSTIN: <b>{GSTIN}</b>" in shown.text
    assert "CGST" in shown.text
    assert 's58mm" lang="hi"' in shown.text
    assert "asha@okbank" in shown.text
    assert store.current() == before
    assert shop.rows(Sale) == []
    assert [row.action for row in shop.rows(AuditEntry) if row.action.startswith("settings.changed")] == []


def test_what_makes_no_sense_yet_leaves_the_bill_as_it_was(shop: Shop) -> None:
    typed = {**WHOLE_PAGE, "tax_rate": "12..", "gstin": "27AAP", "receipt_size": "a3", "upi_id": "asha@"}
    shown = shop.client("asha").post(PREVIEW, data=typed)
    assert shown.status_code == 200
    assert "Asha Kirana &amp; Sons" in shown.text
    assert 's80mm"' in shown.text
    assert "With a UPI id, a code to try it stands here." in shown.text


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"prices_include_tax": True},
        {"gst_mode": "regular", "gstin": GSTIN},
        {"gst_mode": "regular", "gstin": GSTIN, "prices_include_tax": True, "round_to_rupee": True},
        {"gst_mode": "composition", "gstin": GSTIN},
        {"tax_rate": Decimal(100), "round_to_rupee": True},
        {"loyalty_enabled": True, "loyalty_rupees_per_point": Decimal("0.01")},
    ],
)
def test_the_sample_adds_up_as_every_bill_does(shop: Shop, terms: dict[str, Any]) -> None:
    bill = sample(replace(Store("Asha Kirana"), **terms), "Asha Patil")
    assert bill.subtotal - bill.discount_amount + bill.tax_amount + bill.round_off == bill.total
    assert bill.paid + bill.credit == bill.total
    assert sum(line.taxable + line.tax for line in bill.lines) + bill.round_off == bill.total
    assert bool(bill.points_earned) == bool(terms.get("loyalty_enabled"))


@pytest.mark.parametrize("size", ["80mm", "58mm", "a4", "a5"])
def test_a_test_print_is_a_pdf_of_the_chosen_size(shop: Shop, size: str) -> None:
    answer = shop.client("asha").post(PREVIEW, data={**WHOLE_PAGE, "receipt_size": size, "format": "pdf"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (page,) = PdfReader(BytesIO(answer.data)).pages
    assert "000123" in page.extract_text()
    assert round(page.mediabox.width / 72 * 25.4) == {"80mm": 80, "58mm": 58, "a4": 210, "a5": 148}[size]


def test_a_test_print_from_the_browser_prints_itself(shop: Shop) -> None:
    page = shop.client("asha").post(PREVIEW, data={**WHOLE_PAGE, "format": "html"}).text
    assert "data-print-now" in page
    assert "No bill was made" in page


def test_the_test_code_asks_for_one_rupee_to_the_typed_id(shop: Shop) -> None:
    asha = shop.client("asha")
    assert "Test code for" not in asha.get("/settings").text
    assert "Test code for asha@okbank" in asha.post(PREVIEW, data=WHOLE_PAGE).text


def test_whatever_is_typed_is_shown_as_text(shop: Shop) -> None:
    typed = {**WHOLE_PAGE, "store_name": "<script>alert(1)</script>", "receipt_header": "{{ 7 * 7 }}"}
    shown = shop.client("asha").post(PREVIEW, data=typed).text
    assert "<script>" not in shown
    assert "{{ 7 * 7 }}" in shown


def test_only_the_owner_tries_terms(shop: Shop) -> None:
    for who in ("ben", "devi"):
        assert shop.client(who).post(PREVIEW, data=WHOLE_PAGE).status_code == 403
