"""Monday's rates by scanner and keys alone: scan, type, down, save; an error at its cell, and all of it undone."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from pos.catalog.models import Product
from tests.flows import counter
from tests.flows.test_goods_in import ATTA, SALT, scanned_at_once, typed
from tests.shop import Shop


def price_of(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Selling price of {name}")


def held(shop: Shop) -> dict[str, Decimal]:
    return {row.name: row.price for row in shop.rows(Product)}


def test_prices_are_typed_saved_and_undone_with_a_scanner_and_keys(till_page: Page, shop: Shop) -> None:
    page, before = till_page, held(shop)
    page.goto("/products/prices")
    page.wait_for_load_state()
    expect(counter.scan_box(page)).to_be_focused()
    counter.scan(page, "8909999999999")
    expect(page.get_by_text("Nothing has the code or name 8909999999999.")).to_be_visible()
    counter.scan(page, SALT)
    expect(price_of(page, "Iodised Salt 1 Kg")).to_be_focused()
    typed(page, "31")
    page.keyboard.press("ArrowDown")
    expect(price_of(page, "Butter 100 Gm")).to_be_focused()
    typed(page, "59")
    # A scan that lands in a price is no price.
    scanned_at_once(page, ATTA)
    expect(price_of(page, "Chakki Atta 5 Kg")).to_be_focused()
    expect(price_of(page, "Butter 100 Gm")).to_have_value("59")
    typed(page, "250")
    told = page.locator("#prices-count")
    expect(told).to_have_text("3 prices changed, not saved")

    # Other goods are looked for, and nothing typed is lost.
    page.get_by_label("Category").select_option("Dals")
    expect(page.locator("#prices tbody th")).to_contain_text(["Salt", "Butter", "Chakki", "Chana", "Moong"])
    expect(page).to_have_url(re.compile("category=Dals"))
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("The price may not be above the MRP of ₹30.00")).to_be_visible()
    expect(price_of(page, "Iodised Salt 1 Kg")).to_be_focused()
    assert held(shop) == before
    typed(page, "29")
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Save").press("Enter")
    expect(told).to_have_text("3 products have new prices.")
    new = {"Iodised Salt 1 Kg": Decimal(29), "Chakki Atta 5 Kg": Decimal(250), "Butter 100 Gm": Decimal(59)}
    assert held(shop) == before | new

    page.get_by_role("button", name="Undo these changes").press("Enter")
    expect(told).to_have_text("The old prices are back.")
    assert held(shop) == before
    price_of(page, "Chana Dal (loose)").fill("90")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("link", name="Products").last.click()
    assert asked.value.type == "beforeunload"
