"""Goods come in, are counted and get labels by scanner and keys alone: a scan is one wherever the cursor is."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from pos.catalog.models import Product
from tests.catalog.test_goods_pages import words_of
from tests.flows import counter
from tests.shop import Shop

SALT, BUTTER, ATTA = "8901111111111", "8902222222222", "8903333333333"
# A hand is slower than any scanner.
BY_HAND_MS = 80


def typed(page: Page, text: str) -> None:
    page.keyboard.type(text, delay=BY_HAND_MS)
    page.wait_for_timeout(BY_HAND_MS)


def scanned_at_once(page: Page, code: str) -> None:
    """A scanner's keys come a few milliseconds apart: a machine busy with other tests cannot type so fast."""
    page.evaluate(
        """keys => keys.forEach((key) => {
          const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(pressed);
        })""",
        [*code, "Enter"],
    )


def quantity_of(page: Page, what: str, name: str) -> Locator:
    return page.get_by_label(f"How much of {name} {what}")


def expect_list(page: Page, *expected: tuple[str, str]) -> None:
    """Wait until the list has these lines, the newest first."""
    rows = page.locator("#goods-lines tbody tr")
    expect(rows.locator("th")).to_contain_text([name for name, _quantity in expected])
    for place, (_name, quantity) in enumerate(expected):
        expect(rows.nth(place).locator("input[id^=quantity]")).to_have_value(quantity)


def test_goods_are_received_with_a_scanner_and_keys(till_page: Page, shop: Shop) -> None:
    page = till_page
    page.goto("/goods/receive")
    page.wait_for_load_state()
    expect(counter.scan_box(page)).to_be_focused()
    for code in (SALT, BUTTER, SALT, "M3"):
        counter.scan(page, code)
    expect_list(page, ("Moong Whole 250 Gm", "1"), ("Iodised Salt 1 Kg", "2"), ("Butter 100 Gm", "1"))

    # Typed by hand, and on with Enter; then a scan that lands in a line.
    quantity_of(page, "came in", "Butter 100 Gm").focus()
    typed(page, "24")
    page.keyboard.press("Tab")
    typed(page, "50.5")
    page.keyboard.press("Enter")
    expect(counter.scan_box(page)).to_be_focused()
    quantity_of(page, "came in", "Moong Whole 250 Gm").focus()
    typed(page, "6")
    scanned_at_once(page, ATTA)
    lines = [
        ("Chakki Atta 5 Kg", "1"),
        ("Moong Whole 250 Gm", "6"),
        ("Iodised Salt 1 Kg", "2"),
        ("Butter 100 Gm", "24"),
    ]
    expect_list(page, *lines)
    page.reload()
    expect_list(page, *lines)

    page.get_by_label("Note").fill("Mehta, bill 77")
    page.get_by_role("button", name="Put on the shelf").press("Enter")
    expect(page.get_by_role("heading", name="Goods received")).to_be_visible()
    held = {row.name: (row.stock_quantity, row.cost_price) for row in shop.rows(Product)}
    assert held["Butter 100 Gm"] == (124, Decimal("50.50"))
    others = ("Chakki Atta 5 Kg", "Moong Whole 250 Gm", "Iodised Salt 1 Kg")
    assert [held[name][0] for name in others] == [101, 106, 102]

    page.get_by_role("button", name="Labels for these").press("Enter")
    expect_list(page, ("Butter", "24"), ("Chakki Atta", "1"), ("Salt", "2"), ("Moong", "6"))
    answer = page.request.post(
        page.locator("#goods-form button", has_text="Print labels").get_attribute("formaction") or "",
        form={"csrf_token": page.locator("#goods-form [name=csrf_token]").input_value(), "paper": "a4-65"},
    )
    assert sum(sheet.count("₹58.00") for sheet in words_of(answer.body())) == 24


def test_a_count_shows_what_is_off_and_sets_it_right(till_page: Page, shop: Shop) -> None:
    page = till_page
    page.goto("/goods/count")
    page.wait_for_load_state()
    for code in (SALT, BUTTER, SALT):
        counter.scan(page, code)
    expect_list(page, ("Iodised Salt 1 Kg", "2"), ("Butter 100 Gm", "1"))
    quantity_of(page, "was counted", "Butter 100 Gm").focus()
    typed(page, "97")
    page.keyboard.press("Enter")
    row = page.locator("#goods-lines tr", has_text="Butter 100 Gm")
    expect(row.locator("[data-label=Difference]")).to_have_text("-3")
    page.get_by_role("button", name="Set the stock right").press("Enter")
    expect(page.get_by_role("heading", name="Stock counted")).to_be_visible()
    held = {row.name: row.stock_quantity for row in shop.rows(Product)}
    assert (held["Butter 100 Gm"], held["Iodised Salt 1 Kg"]) == (97, 2)
