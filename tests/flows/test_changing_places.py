"""Two cashiers at one tablet: each sells under their own name, and nobody sells while the till is locked."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from pos.accounts import own_pin
from pos.sales.models import Sale
from tests.flows import counter
from tests.shop import PASSWORD, Shop, person


def take_over(page: Page, name: str, pin: str) -> None:
    """Tap the name, then the keys."""
    page.get_by_label(name).check()
    for digit in pin:
        page.locator(f"[data-types='{digit}']").click()
    expect(page.locator("#pin")).to_have_value(pin)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(counter.TILL)


def sell(page: Page) -> None:
    counter.scan(page, "M3")
    counter.expect_lines(page, ("Moong Whole 250 Gm", "1"))
    counter.pay(page)
    page.locator("#cash").fill("100")
    counter.finish(page).click()
    counter.done(page)


def test_two_cashiers_sell_in_turn_and_each_bill_is_in_the_right_name(till_page: Page, shop: Shop) -> None:
    page, chitra = till_page, person("chitra", "Chitra Rao", "cashier")
    own_pin.set_pin(shop.ben, PASSWORD, "4917")
    own_pin.set_pin(chitra, PASSWORD, "8352")
    page.locator(".bar-end").get_by_role("link", name="Change person").click()
    take_over(page, "Ben Thomas", "4917")
    counter.scan(page, "8902222222222")
    counter.expect_lines(page, ("Butter 100 Gm", "1"))

    page.locator(".bar-end").get_by_role("link", name="Change person").click()
    take_over(page, "Chitra Rao", "8352")
    sell(page)

    # Ben types: a digit goes into the PIN wherever the cursor is. What he had scanned is there.
    page.goto("/change-person")
    page.keyboard.type("4917")
    page.keyboard.press("Enter")
    counter.expect_lines(page, ("Butter 100 Gm", "1"))
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Lock the till").click()
    expect(page.get_by_role("heading", name="The till is locked")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="The till is locked")).to_be_visible()
    take_over(page, "Ben Thomas", "4917")
    counter.pay(page)
    page.locator("#cash").fill("100")
    counter.finish(page).click()
    counter.done(page)

    names = {chitra.id: "Chitra Rao", shop.ben.id: "Ben Thomas"}
    sold = sorted(shop.rows(Sale), key=lambda row: row.bill_number)
    assert [names.get(row.created_by) for row in sold] == ["Chitra Rao", "Ben Thomas"]
    assert re.search(r"/done$", page.url)
