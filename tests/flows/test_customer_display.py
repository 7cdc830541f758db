"""A second screen faces the customer: joined with a code, it follows the till by itself, from line to line."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.flows import axe, counter
from tests.flows.doorway import Doorway
from tests.flows.watch import Watch

PHONE: ViewportSize = {"width": 390, "height": 844}
OF_A_CODE = "svg => svg.querySelector('path:last-of-type').getAttribute('d')"


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
    for code, times in {"M3": 1, "8901111111111": 2}.items():
        for _time in range(times):
            counter.scan(till_page, code)
    last = display.locator(".display-line.is-last")
    expect(last).to_contain_text("Iodised Salt 1 Kg")
    expect(last).to_contain_text("₹55.30")
    expect(display.locator(".display-large")).to_contain_text("₹97.30")
    assert axe.violations(display) == []

    counter.pay(till_page)
    shown = display.locator(".display-qr svg")
    expect(shown).to_be_visible()
    assert shown.evaluate(OF_A_CODE) == till_page.locator("#owing .qr svg").evaluate(OF_A_CODE)
    assert axe.sideways(display) == 0
    till_page.locator("#cash").fill("100")
    expect(display.locator(".display-large")).to_contain_text("₹2.70")
    till_page.keyboard.press("F9")
    expect(display.get_by_text("Paid, thank you")).to_be_visible()
    assert axe.violations(display) == []

    watch.expect(r"ERR_|Failed to fetch|htmx|AbortError|NetworkError")
    door.shut()
    expect(display.get_by_text("One moment, please.")).to_be_visible()
    door.open()
    expect(display.get_by_text("One moment, please.")).to_be_hidden()


def test_a_long_bill_keeps_its_last_lines_and_its_total_in_sight(till_page: Page) -> None:
    with till_page.expect_popup() as opened:
        till_page.goto("/till/display")
        till_page.get_by_role("button", name="Open on this computer").click()
    display = opened.value
    display.set_viewport_size({"width": 640, "height": 280})
    till_page.goto("/till")
    for code in ("M3", "8901111111111", "8902222222222", "8903333333333"):
        counter.scan(till_page, code)
    expect(display.locator(".display-line.is-last")).to_contain_text("Chakki Atta 5 Kg")
    expect(display.locator("#display_more")).to_be_visible()
    hidden = display.locator(".display-line[hidden]").count()
    expect(display.locator("#display_more")).to_have_text(f"and {hidden} more above")
    for part in (".display-line.is-last", ".display-large dd"):
        box = display.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 280
