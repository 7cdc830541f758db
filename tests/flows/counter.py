"""What people do at the counter, step by step, in a browser with or without scripts."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from pos.core.money import format_rupees
from tests.flows.goods import Good
from tests.shop import PASSWORD

BILL_NUMBER = re.compile(r"BILL-\d{4}-\d{6}")
TILL = re.compile(r"/till/[0-9a-f-]{36}$")
PAYMENT = re.compile(r"/till/[0-9a-f-]{36}/pay$")
DONE = re.compile(r"/till/[0-9a-f-]{36}/done$")
WORTH = Decimal(20)
UPI_ID = "ashakirana@upi"
# An import of many thousand rows, on a slow machine.
LONGEST_WORK_MS = 180_000


def set_up_shop(page: Page) -> None:
    """The first visit: name the store and its owner, who is signed in and sees the first steps."""
    page.goto("/")
    expect(page).to_have_url(re.compile("/set-up$"))
    page.get_by_label("Name of the store").fill("Asha Kirana")
    page.get_by_label("UPI id for payments").fill(UPI_ID)
    page.get_by_label("Your name").fill("Asha Patil")
    page.get_by_label("Your email").fill("asha@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Open the shop").click()
    expect(page).to_have_url(re.compile("/first-steps$"))


def sign_in(page: Page, email: str = "asha@example.com") -> None:
    """Through the sign-in page, wherever it stands in the way."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def import_products(page: Page, file: Path, stock: int) -> int:
    """Bring a catalogue in through its pages, with so much stock of each; gives how many were taken over."""
    page.goto("/products/import")
    page.get_by_label("A CSV or Excel file").set_input_files(file)
    page.get_by_role("button", name="Look into the file").click()
    take = page.get_by_role("button", name="Take over")
    expect(take).to_be_visible(timeout=LONGEST_WORK_MS)
    page.get_by_label("Stock where the file tells none").fill(str(stock))
    page.get_by_role("button", name="Check again").click()
    # Who changed something sees first what comes of it.
    expect(page.locator("td[data-label=Stock]").first).to_have_text(str(stock), timeout=LONGEST_WORK_MS)
    take.click()
    said = page.get_by_text(re.compile("were taken over"))
    expect(said).to_be_visible(timeout=LONGEST_WORK_MS)
    return number_in(said.inner_text())


def number_in(sentence: str) -> int:
    """The first number of a sentence."""
    found = re.search(r"[\d,]+", sentence)
    assert found, sentence
    return int(found[0].replace(",", ""))


def stat(page: Page, label: str) -> int:
    """A figure of the preview of an import."""
    return number_in(page.locator(".stat", has_text=label).inner_text())


def scan_box(page: Page) -> Locator:
    """Where scanners type."""
    return page.locator("#q")


def scan(page: Page, code: str) -> None:
    """As a scanner does: the code, then Enter, into whatever has the focus."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def scan_all(page: Page, basket: list[Good]) -> None:
    """Scan fast, without waiting for the screen; where loose goods ask how much, tap ₹20's worth."""
    expect(scan_box(page)).to_be_focused()
    for good in basket:
        scan(page, good.code)
        if good.is_loose:
            sheet = page.get_by_role("dialog", name=good.name)
            sheet.get_by_role("button", name=f"₹{WORTH}").tap()
            expect(sheet).to_have_count(0)
            expect(scan_box(page)).to_be_focused()
    expect(page.locator("#cart .line .line-name")).to_have_text([good.name for good in reversed(basket)])


def expect_lines(page: Page, *expected: tuple[str, str]) -> None:
    """Wait until the bill on the screen has these lines, the newest first."""
    expect(page.locator("#cart .line .line-name")).to_have_text([name for name, _quantity in expected])
    for place, (_name, quantity) in enumerate(expected):
        expect(page.locator("#cart .line .stepper input[name=quantity]").nth(place)).to_have_value(quantity)


def price_of(basket: list[Good]) -> Decimal:
    """What the basket comes to: one of each, twenty rupees' worth of what is loose."""
    return sum((WORTH if good.is_loose else good.price for good in basket), Decimal(0))


def total(page: Page) -> Locator:
    """The total as the till shows it."""
    return page.locator("#totals .total-amount")


def cash_for(due: Decimal) -> Decimal:
    """What a customer hands over: the next hundred."""
    return due // 100 * 100 + 100


def choose_customer(page: Page, digits: str, name: str) -> None:
    """Put a customer on the bill, found by a few digits of the phone."""
    page.keyboard.press("F4")
    sheet = page.get_by_role("dialog", name="Customer")
    sheet.get_by_label("A few digits of the phone, or a name").fill(digits)
    expect(sheet.locator(".result")).to_have_count(1)
    sheet.get_by_role("button", name=re.compile(name)).tap()
    expect(page.locator("#cart_customer")).to_contain_text(name)
    expect(sheet).to_have_count(0)


def pay(page: Page) -> None:
    """Press the key for Pay, and wait until the payment page is there with its scripts."""
    page.keyboard.press("F9")
    at_payment(page)


def at_payment(page: Page) -> None:
    """Wait until the payment page is there with its scripts: a finger is never so fast, a test is."""
    expect(page).to_have_url(PAYMENT)
    page.wait_for_load_state()
    expect(page.locator("#cash")).to_be_focused()


def finish(page: Page) -> Locator:
    """The button that makes the bill."""
    return page.locator("#finish")


def done(page: Page) -> tuple[str, str]:
    """The number of the bill and the change, large on the last page of a sale."""
    expect(page).to_have_url(DONE)
    page.wait_for_load_state()
    number = page.locator("#done-number").inner_text()
    assert BILL_NUMBER.fullmatch(number), number
    return number, page.locator(".done-change dd").inner_text()


def pdf_text(page: Page) -> str:
    """The text of the bill's PDF: what the button that stands on the page brings, with this browser's cookies."""
    form = page.locator("form", has=page.get_by_role("button", name="PDF"))
    address = form.evaluate("form => form.action")
    fields = form.locator("input[type=hidden]").evaluate_all("all => all.map(one => [one.name, one.value])")
    answer = page.request.post(
        address,
        data=urlencode([*map(tuple, fields), ("format", "pdf")]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 200, answer.text()
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)


def shown(amount: Decimal) -> str:
    """An amount as pages write it."""
    return format_rupees(amount)
