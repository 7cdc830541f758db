"""A scanner is faster than the shop's computer: nothing is lost, nothing is doubled, the order stays."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page, expect

from pos.till.models import CartLine
from tests.flows import counter
from tests.flows.doorway import Doorway
from tests.shop import Shop

CODES = ("M3", "8901111111111", "M3", "8902222222222")


def test_four_fast_scans_at_a_slow_server_arrive_in_order(till_page: Page, door: Doorway, shop: Shop) -> None:
    turn = count()
    # The first is the slowest: answers that could overtake each other would.
    door.delay = lambda method, path: 0.6 / (1 + next(turn)) if path.endswith("/scan") else 0
    for code in CODES:
        counter.scan(till_page, code)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Moong Whole 250 Gm", "2"), ("Iodised Salt 1 Kg", "1"))
    expect(counter.scan_box(till_page)).to_have_value("")
    expect(counter.total(till_page)).to_have_text("₹169.65")
    assert next(turn) == len(CODES)
    lines = sorted(shop.rows(CartLine), key=lambda line: line.position)
    assert [line.quantity for line in lines] == [1, 2, 1]


def test_a_scan_while_a_weight_is_asked_is_not_taken_for_the_weight(till_page: Page) -> None:
    counter.scan(till_page, "4968")
    sheet = till_page.get_by_role("dialog", name="Chana Dal (loose)")
    expect(sheet.get_by_label("Weight")).to_be_focused()
    counter.scan(till_page, "8902222222222")
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"))
    expect(sheet.get_by_label("Weight")).to_be_focused()
    till_page.keyboard.type("250 g")
    till_page.keyboard.press("Enter")
    counter.expect_lines(till_page, ("Chana Dal (loose)", "0.25"), ("Butter 100 Gm", "1"))
    expect(counter.total(till_page)).to_have_text("₹80.00")


def test_an_unknown_code_is_told_and_the_next_scan_counts(till_page: Page) -> None:
    counter.scan(till_page, "8909999999999")
    counter.scan(till_page, "M3")
    expect(till_page.get_by_text("No product has the code 8909999999999.").last).to_be_visible()
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))


def test_scans_go_to_the_bill_wherever_the_focus_was_lost(till_page: Page) -> None:
    till_page.evaluate("document.activeElement.blur()")
    counter.scan(till_page, "M3")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))


def test_a_scan_arrives_though_the_cursor_was_left_in_a_sheet(till_page: Page) -> None:
    # As Chromium leaves it when a sheet closes while the machine is busy: the focus is back, the cursor is not.
    till_page.evaluate("getSelection().collapse(document.getElementById('sheet'), 0)")
    expect(counter.scan_box(till_page)).to_be_focused()
    counter.scan(till_page, "M3")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))


def test_the_next_customer_may_be_scanned_before_anybody_presses_next(till_page: Page) -> None:
    counter.scan(till_page, "M3")
    expect(counter.total(till_page)).to_have_text("₹42.00")
    counter.pay(till_page)
    till_page.keyboard.press("F8")
    expect(till_page.locator("#cash")).to_have_value("42.00")
    till_page.keyboard.press("F9")
    counter.done(till_page)
    counter.scan(till_page, "8902222222222")
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"))
