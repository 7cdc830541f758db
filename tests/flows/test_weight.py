"""What the till costs a tablet's Wi-Fi: how many requests and bytes for the first look, and for a scan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.flows import counter
from tests.flows.conftest import SHELF, sign_in_as
from tests.shop import Shop

MOST_REQUESTS, MOST_BYTES = 8, 100_000
MOST_BYTES_A_SCAN = 5_000
# The heartbeat, and the icon that a browser shows beside the title, wait for everything else.
BESIDES = ("/healthz", "/icon.svg")
LINES = 20


class Wire:
    """What a page asks for and how many bytes come, as they come: packed, with their headers."""

    def __init__(self, page: Page) -> None:
        self._addresses: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"].partition("?")[0]

    def _came(self, event: dict[str, Any]) -> None:
        address = self._addresses.get(event["requestId"], "")
        if not address.endswith(BESIDES) and not address.startswith("data:"):
            self.bytes[event["requestId"]] = int(event["encodedDataLength"])


def test_the_tills_first_look_is_light(new_context: Callable[..., BrowserContext], shop: Shop, shop_url: str) -> None:
    for name, values in SHELF.items():
        shop.product(name, **values)
    context = new_context()
    sign_in_as(context, shop, shop_url, "ben")
    page = context.new_page()
    wire = Wire(page)
    page.goto("/till")
    counter.scan_box(page).wait_for()
    page.wait_for_load_state("networkidle")
    assert len(wire.bytes) <= MOST_REQUESTS, wire.bytes
    assert sum(wire.bytes.values()) < MOST_BYTES, wire.bytes


def test_a_scan_is_one_light_request(till_page: Page, shop: Shop) -> None:
    for number in range(LINES):
        shop.product(
            f"Namkeen mixture number {number}", barcode=f"89012345{number:05}", price="10", mrp=Decimal("12.50")
        )
        counter.scan(till_page, f"89012345{number:05}")
    expect(till_page.locator("#lines .line")).to_have_count(LINES)
    wire = Wire(till_page)
    counter.scan(till_page, "8902222222222")
    expect(till_page.locator("#lines .line")).to_have_count(LINES + 1)
    assert len(wire.bytes) == 1
    assert sum(wire.bytes.values()) < MOST_BYTES_A_SCAN
