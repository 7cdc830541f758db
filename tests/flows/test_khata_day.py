"""A day with the khata: credit given, the bill over the limit refused, a part paid, a statement handed over."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from pos.customers.models import CreditTransaction, Customer
from tests.customers import papers
from tests.customers.owing import debtor
from tests.engines import ENGINES
from tests.flows import counter
from tests.shop import Shop

ATTA, BUTTER = "8903333333333", "8902222222222"
LIMIT = Decimal(300)


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_credit_a_refusal_a_part_payment_and_a_statement(till_page: Page, shop: Shop) -> None:
    page = till_page
    chitra = shop.customer("Chitra Rao", "9876543210", credit_limit=LIMIT)
    shop.customer("Nobody Else", "9000000000")

    _to_the_khata(page, ATTA)
    counter.finish(page).tap()
    counter.done(page)
    _is_refused(page, shop, chitra)
    _pays_by_upi(page, chitra, "100")
    _gets_a_statement(page, chitra, Decimal(145))

    entries = sorted(shop.rows(CreditTransaction, customer_id=chitra), key=lambda row: row.id)
    assert [(row.transaction_type, row.amount) for row in entries] == [("CREDIT_TAKEN", 245), ("PAYMENT_MADE", 100)]


def _to_the_khata(page: Page, code: str) -> None:
    """Scan, find Chitra by three digits of her phone, and put all of the bill on her khata."""
    page.goto("/till")
    expect(counter.scan_box(page)).to_be_focused()
    counter.scan(page, code)
    expect(page.locator("#cart .line")).to_have_count(1)
    counter.choose_customer(page, "543", "Chitra Rao")
    page.get_by_role("link", name="Pay").tap()
    counter.at_payment(page)
    page.get_by_label("Rest on khata").check()


def _is_refused(page: Page, shop: Shop, chitra: UUID) -> None:
    """₹58 more would be ₹303 of ₹300."""
    _to_the_khata(page, BUTTER)
    told = "Credit limit exceeded. Limit: ₹300.00, Current: ₹245.00, New: ₹58.00, Would be: ₹303.00"
    expect(page.locator("#owing")).to_contain_text(told)
    counter.finish(page).tap()
    expect(page).to_have_url(counter.PAYMENT)
    assert shop.row(Customer, chitra).credit_balance == Decimal(245)


def _pays_by_upi(page: Page, chitra: UUID, amount: str) -> None:
    """A part, with a code for exactly that; ends at the receipt."""
    page.goto("/customers/khata")
    page.get_by_role("link", name="Chitra Rao", exact=True).tap()
    expect(page).to_have_url(re.compile(f"/customers/{chitra}$"))
    page.get_by_role("link", name="Take payment").tap()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("UPI", exact=True).check()
    expect(page.get_by_role("img", name=f"UPI code for ₹{amount}.00")).to_be_visible()
    expect(page.locator("#code")).to_contain_text("₹145.00")
    page.get_by_role("button", name="Take payment").tap()
    expect(page.get_by_role("heading", name=re.compile(r"^RCPT-\d{4}-000001$"))).to_be_visible()


def _gets_a_statement(page: Page, chitra: UUID, closing: Decimal) -> None:
    """The page and the paper close with the same balance."""
    page.goto(f"/customers/{chitra}/statement")
    expect(page.locator(".stat", has_text="Owed at the end")).to_contain_text(counter.shown(closing))
    address = page.get_by_role("link", name="PDF on A4").get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.headers["content-type"] == "application/pdf"
    _width, _pages, text = papers.read(answer.body())
    assert f"Closing balance {counter.shown(closing)}" in text
    for shown in ("Opening balance", "Chitra Rao", "₹245.00", "₹100.00", "RCPT-"):
        assert shown in text


def test_one_tap_opens_a_draft_and_is_noted(till_page: Page, shop: Shop) -> None:
    page, chitra = till_page, debtor(shop, "245", "Chitra Rao")
    page.goto(f"/customers/{chitra}")
    link = page.get_by_role("link", name="Remind Chitra Rao by WhatsApp")
    assert (link.get_attribute("href") or "").startswith("https://wa.me/919876543210?text=")
    # What the tap opens is WhatsApp's; here only that it is noted.
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    with page.context.expect_page():
        link.tap()
    expect(page.locator(f"#reminded-{chitra.hex}")).to_contain_text("Reminded on")
    assert shop.row(Customer, chitra).last_reminded_at is not None


def test_a_promise_is_written_down_and_kept_by_the_payment(till_page: Page, shop: Shop) -> None:
    page, chitra = till_page, debtor(shop, "245", "Chitra Rao")
    page.goto(f"/customers/{chitra}")
    page.get_by_role("link", name="Promised to pay by…").tap()
    page.get_by_role("link", name="Tomorrow").tap()
    expect(page.get_by_label("Promised to pay by").first).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
    page.get_by_role("button", name="Write the promise down").tap()
    expect(page.locator("#promise")).to_contain_text("in 1 day")
    page.goto("/customers/promises")
    page.get_by_role("link", name="Take payment from Chitra Rao").tap()
    expect(page.get_by_label("Amount")).to_have_value("245.00")
    page.get_by_role("button", name="Take payment").tap()
    expect(page.get_by_role("heading", name=re.compile(r"^RCPT-"))).to_be_visible()
    page.goto(f"/customers/{chitra}")
    expect(page.locator("#promise")).to_contain_text("Kept")
