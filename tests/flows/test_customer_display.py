"""A second screen faces the customer: joined with a code, it follows the till by itself, from line to line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.flows import axe, counter
from tests.flows.doorway import Doorway
from tests.flows.watch import Watch

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL: ViewportSize = {"width": 640, "height": 280}
OF_A_CODE = "svg => svg.querySelector('path:last-of-type').getAttribute('d')"


@pytest.mark.slow
def test_the_customer_follows_the_bill_to_the_change(
    till_page: Page, new_context: Callable[..., BrowserContext], door: Doorway, watch: Watch
) -> None:
    till_page.goto("/till/display")
    till_page.get_by_role("button", name="Show a code").click()
    code = till_page.locator(".display-way-code").inner_text().replace(" ", "")
    display = new_context().new_page()
    display.set_viewport_size(PHONE)
    display.emulate_media(color_scheme="dark")
    display.goto(f"/display#{code}")
    expect(display.get_by_text("Welcome")).to_be_visible()
    assert re.search("/display$", display.url)

    till_page.goto("/till")
    expect(counter.scan_box(till_page)).to_be_focused()
    for code in ("M3", "8902222222222", "8903333333333", "8901111111111", "8901111111111"):
        counter.scan(till_page, code)
    last = display.locator(".display-line.is-last")
    expect(last).to_contain_text("Iodised Salt 1 Kg")
    expect(last).to_contain_text("₹55.30")
    expect(display.locator(".display-large")).to_contain_text("₹400.30")
    assert axe.violations(display) == []
    _keeps_the_end_in_sight(display)

    counter.pay(till_page)
    shown = display.locator(".display-qr svg")
    expect(shown).to_be_visible()
    assert shown.evaluate(OF_A_CODE) == till_page.locator("#owing .qr svg").evaluate(OF_A_CODE)
    assert axe.sideways(display) == 0
    till_page.locator("#cash").fill("500")
    expect(display.locator(".display-large")).to_contain_text("₹99.70")
    till_page.keyboard.press("F9")
    expect(display.get_by_text("Paid, thank you")).to_be_visible()
    assert axe.violations(display) == []

    watch.expect(r"ERR_|Failed to fetch|htmx|AbortError|NetworkError")
    door.shut()
    expect(display.get_by_text("One moment, please.")).to_be_visible()
    door.open()
    expect(display.get_by_text("One moment, please.")).to_be_hidden()


def _keeps_the_end_in_sight(display: Page) -> None:
    """However low the screen, the last line and the total stand on it, and those above are counted."""
    display.set_viewport_size(SMALL)
    expect(display.locator("#display_more")).to_be_visible()
    hidden = display.locator(".display-line[hidden]").count()
    expect(display.locator("#display_more")).to_have_text(f"and {hidden} more above")
    for part in (".display-line.is-last", ".display-large dd"):
        box = display.locator(part).bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= SMALL["height"] - box["height"], part
    display.set_viewport_size(PHONE)
    expect(display.locator("#display_more")).to_be_hidden()
