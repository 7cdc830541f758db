"""A scanner types wherever the cursor is: never half a code into a question, never a code into a quantity."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.flows import counter
from tests.flows.doorway import Doorway

SALT, BUTTER, ATTA = "8901111111111", "8902222222222", "8903333333333"


def typed_as_scanned(page: Page, code: str, delay: float) -> None:
    page.keyboard.type(code, delay=delay)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("delay", [0, 5, 25])
def test_the_question_for_a_weight_waits_until_the_scanner_is_silent(till_page: Page, delay: float) -> None:
    for code in ("4968", SALT, BUTTER, ATTA):
        typed_as_scanned(till_page, code, delay)
    lines = (("Chakki Atta 5 Kg", "1"), ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "1"))
    counter.expect_lines(till_page, *lines)
    weight = till_page.get_by_role("dialog", name="Chana Dal (loose)").get_by_label("Weight")
    expect(weight).to_be_focused()
    till_page.keyboard.type("0.5")
    till_page.keyboard.press("Enter")
    counter.expect_lines(till_page, ("Chana Dal (loose)", "0.5"), *lines)
    expect(till_page.locator("#asked .notice")).to_have_count(0)


def test_a_weight_and_scans_right_behind_it_at_a_slow_server(till_page: Page, door: Doorway) -> None:
    counter.scan(till_page, "4968")
    expect(till_page.get_by_label("Weight")).to_be_focused()
    door.delay = lambda method, path: 0.2 if method == "POST" else 0
    for typed in ("0.5", SALT, BUTTER):
        typed_as_scanned(till_page, typed, 2)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "1"), ("Chana Dal (loose)", "0.5"))


def test_several_scans_while_a_weight_is_asked(till_page: Page, door: Doorway) -> None:
    counter.scan(till_page, "4968")
    weight = till_page.get_by_label("Weight")
    expect(weight).to_be_focused()
    door.delay = lambda method, path: 0.2 if method == "POST" else 0
    for code in (SALT, BUTTER):
        typed_as_scanned(till_page, code, 2)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "1"))
    expect(weight).to_be_focused()
    expect(weight).to_have_value("")


def test_a_scan_after_a_typed_quantity_goes_to_the_bill(till_page: Page) -> None:
    counter.scan(till_page, SALT)
    counter.expect_lines(till_page, ("Iodised Salt 1 Kg", "1"))
    till_page.get_by_label("Quantity of Iodised Salt 1 Kg", exact=True).tap()
    typed_as_scanned(till_page, "12", 0)
    typed_as_scanned(till_page, BUTTER, 0)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "12"))


def test_a_scan_while_the_cursor_is_in_a_quantity_leaves_the_quantity(till_page: Page) -> None:
    counter.scan(till_page, SALT)
    counter.expect_lines(till_page, ("Iodised Salt 1 Kg", "1"))
    till_page.get_by_label("Quantity of Iodised Salt 1 Kg", exact=True).tap()
    typed_as_scanned(till_page, BUTTER, 0)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "1"))


def test_a_quantity_counts_when_its_field_is_left(till_page: Page) -> None:
    counter.scan(till_page, SALT)
    till_page.get_by_label("Quantity of Iodised Salt 1 Kg", exact=True).fill("4")
    till_page.locator("#totals .total-label").tap()
    expect(counter.total(till_page)).to_have_text("₹110.60")


def test_words_with_several_hits_stay_and_arrows_choose(till_page: Page) -> None:
    typed_as_scanned(till_page, "kg", 0)
    expect(till_page.locator(".result")).to_have_count(2)
    expect(counter.scan_box(till_page)).to_have_value("kg")
    till_page.keyboard.press("ArrowDown")
    till_page.keyboard.press("ArrowDown")
    till_page.keyboard.press("Enter")
    expect(till_page.locator("#cart .line")).to_have_count(1)
    expect(counter.scan_box(till_page)).to_have_value("")
    expect(till_page.locator("#results .tile").first).to_be_visible()
