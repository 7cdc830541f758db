"""A whole sale without a mouse, and one without a keyboard."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from pos.sales.models import Payment, Sale, SaleItem
from tests.flows import counter
from tests.shop import Shop


def test_a_sale_by_keyboard_alone(till_page: Page, shop: Shop) -> None:
    press, typing = till_page.keyboard.press, till_page.keyboard.type
    counter.scan(till_page, "M3")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))
    press("+")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "2"))

    # Found by name, chosen by arrows.
    typing("chakki")
    expect(till_page.locator(".result")).to_have_count(1)
    press("ArrowDown")
    expect(till_page.locator(".result").first).to_be_focused()
    press("Enter")
    counter.expect_lines(till_page, ("Chakki Atta 5 Kg", "1"), ("Moong Whole 250 Gm", "2"))

    # Loose goods: the sheet asks, the weight is typed.
    expect(counter.scan_box(till_page)).to_be_focused()
    counter.scan(till_page, "4968")
    expect(till_page.get_by_label("Weight")).to_be_focused()
    typing("500 g")
    press("Enter")
    expect(counter.total(till_page)).to_have_text("₹373.00")

    # One too many, and back again.
    press("Delete")
    expect(counter.total(till_page)).to_have_text("₹329.00")
    press("Control+z")
    expect(counter.total(till_page)).to_have_text("₹373.00")

    press("F6")
    expect(till_page.get_by_role("dialog", name="Discount")).to_be_visible()
    typing("13")
    press("Enter")
    expect(counter.total(till_page)).to_have_text("₹360.00")

    counter.pay(till_page)
    typing("400")
    expect(till_page.locator("#owing")).to_contain_text("₹40.00")
    press("Enter")
    number, change = counter.done(till_page)
    assert change == "₹40.00"
    press("Enter")
    expect(till_page).to_have_url(counter.TILL)
    expect(counter.scan_box(till_page)).to_be_focused()
    expect(till_page.locator("#cart .line")).to_have_count(0)
    (sale,) = shop.rows(Sale)
    assert (sale.bill_number, sale.total_amount, sale.discount_amount) == (number, 360, 13)
    assert {line.product_name: line.quantity for line in shop.rows(SaleItem)} == {
        "Moong Whole 250 Gm": 2,
        "Chakki Atta 5 Kg": 1,
        "Chana Dal (loose)": Decimal("0.5"),
    }


def test_the_question_mark_lists_the_keys(till_page: Page) -> None:
    till_page.keyboard.press("?")
    keys = till_page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    for key in ("F2", "F4", "F6", "F7", "F8"):
        expect(keys.locator("kbd", has_text=re.compile(f"^{key}$"))).to_have_count(1)
    till_page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(counter.scan_box(till_page)).to_be_focused()


def test_a_sale_by_touch_alone(till_page: Page, shop: Shop) -> None:
    till_page.locator(".tile", has_text="Butter 100 Gm").tap()
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"))
    till_page.get_by_role("button", name="One more Butter 100 Gm").tap()
    counter.expect_lines(till_page, ("Butter 100 Gm", "2"))
    till_page.locator("#categories").get_by_role("link", name="Dals").tap()
    expect(till_page.locator(".tile")).to_have_count(2)
    till_page.locator(".tile", has_text="Chana Dal").tap()
    sheet = till_page.get_by_role("dialog", name="Chana Dal (loose)")
    sheet.get_by_role("button", name="500 g").tap()
    counter.expect_lines(till_page, ("Chana Dal (loose)", "0.5"), ("Butter 100 Gm", "2"))
    expect(counter.total(till_page)).to_have_text("₹160.00")

    till_page.get_by_role("link", name="Pay").tap()
    counter.at_payment(till_page)
    keys = till_page.get_by_role("group", name="Number keys")
    for digit in "200":
        keys.get_by_role("button", name=digit, exact=True).tap()
    expect(till_page.locator("#owing")).to_contain_text("₹40.00")
    counter.finish(till_page).tap()
    assert counter.done(till_page)[1] == "₹40.00"
    till_page.get_by_role("button", name="Next bill").tap()
    expect(till_page).to_have_url(counter.TILL)
    assert [(paid.method, paid.amount, paid.tendered) for paid in shop.rows(Payment)] == [("CASH", 160, 200)]
