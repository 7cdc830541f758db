"""The shop's computer goes away and comes back: said within two seconds, nothing lost, and it goes on by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.flows import counter
from tests.flows.doorway import Doorway
from tests.flows.watch import Watch

LONGEST_SILENCE_MS = 2000
Change = Callable[[Page, Doorway], None]
# How the shop can be out of reach, and how it comes back.
OUTAGES: dict[str, tuple[Change, Change]] = {
    "power cut": (lambda page, door: door.shut(), lambda page, door: door.open()),
    "server hangs": (lambda page, door: door.fall_silent(), lambda page, door: door.speak_again()),
    "tablet without Wi-Fi": (
        lambda page, door: page.context.set_offline(True),
        lambda page, door: page.context.set_offline(False),
    ),
}
# Told by the page's own clock: from the last answer it had to the banner.
WATCHES = """
() => {
  const banner = document.getElementById("offline");
  performance.clearResourceTimings();
  window.shownAfter = new Promise((resolve) => {
    new MutationObserver(() => {
      if (banner.hidden) return;
      const answers = performance.getEntriesByType("resource").filter((one) => one.responseStatus === 200);
      resolve(performance.now() - Math.max(...answers.map((one) => one.responseEnd)));
    }).observe(banner, { attributes: true });
  });
}
"""


@pytest.fixture
def expected(watch: Watch) -> None:
    """A browser says itself that it reached nobody."""
    watch.expect(r"ERR_|Failed to fetch|htmx|AbortError|NetworkError")


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_is_told_and_nothing_is_lost(till_page: Page, door: Doorway, expected: None, outage: str) -> None:
    goes, comes = OUTAGES[outage]
    banner = till_page.locator("#offline")
    counter.scan(till_page, "M3")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))
    with till_page.expect_response(re.compile("/healthz")):
        till_page.evaluate(WATCHES)

    goes(till_page, door)
    till_page.keyboard.type("890222")
    expect(banner).to_be_visible()
    assert till_page.evaluate("window.shownAfter") < LONGEST_SILENCE_MS
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))
    till_page.keyboard.type("2222222")
    expect(counter.scan_box(till_page)).to_have_value("8902222222222")

    comes(till_page, door)
    expect(banner).to_be_hidden()
    till_page.keyboard.press("Enter")
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Moong Whole 250 Gm", "1"))
    counter.pay(till_page)
    till_page.locator("#cash").fill("100")
    till_page.keyboard.press("F9")
    assert counter.done(till_page)[1] == "₹0.00"


def test_a_scan_that_was_not_sent_waits_for_a_person(till_page: Page, door: Doorway, expected: None) -> None:
    door.shut()
    counter.scan(till_page, "M3")
    expect(till_page.get_by_text("Not sent: M3")).to_be_visible()
    expect(till_page.locator("#offline")).to_be_visible()
    door.open()
    expect(till_page.locator("#offline")).to_be_hidden()
    till_page.get_by_role("button", name="Send again").click()
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))
    expect(till_page.get_by_text("Not sent: M3")).to_have_count(0)


def test_a_payment_pressed_without_the_server_is_not_lost(till_page: Page, door: Doorway, expected: None) -> None:
    counter.scan(till_page, "M3")
    counter.expect_lines(till_page, ("Moong Whole 250 Gm", "1"))
    counter.pay(till_page)
    till_page.locator("#cash").fill("50")
    expect(till_page.locator("#owing")).to_contain_text("₹8.00")
    door.shut()
    counter.finish(till_page).click()
    expect(till_page.get_by_text("Checking whether the bill was saved")).to_be_visible()
    door.open()
    expect(till_page.get_by_text("The bill is not saved yet.")).to_be_visible()
    expect(till_page.locator("#cash")).to_have_value("50")
    counter.finish(till_page).click()
    assert counter.done(till_page)[1] == "₹8.00"
