"""The camera as a scanner, with a browser that reads bars: Chromium on a tablet does, Chromium on a desk is told to."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.flows import counter
from tests.shop import Shop

# In the place of the reader that Linux has not: it finds whatever `window.inThePicture` says.
READER = """
window.inThePicture = "";
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["ean_13", "code_128"]; }
  async detect() { return window.inThePicture ? [{ rawValue: window.inThePicture }] : []; }
};
"""


def show(page: Page, code: str) -> None:
    page.evaluate("code => { window.inThePicture = code; }", code)


def open_camera(page: Page, address: str) -> None:
    page.context.grant_permissions(["camera"])
    page.add_init_script(READER)
    page.goto(address)
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator("#camera video")).to_have_js_property("readyState", 4)


def test_goods_held_before_the_camera_are_on_the_bill(till_page: Page) -> None:
    open_camera(till_page, "/till")
    show(till_page, "8901111111111")
    expect(till_page.get_by_role("status").filter(has_text="Read: 8901111111111")).to_be_visible()
    show(till_page, "")
    till_page.wait_for_timeout(1500)
    show(till_page, "8901111111111")
    counter.expect_lines(till_page, ("Iodised Salt 1 Kg", "2"))
    show(till_page, "8902222222222")
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Iodised Salt 1 Kg", "2"))
    till_page.get_by_role("button", name="Done").click()
    assert till_page.evaluate("document.querySelector('#camera video').srcObject") is None
    expect(counter.scan_box(till_page)).to_be_focused()


def test_goods_that_stay_in_the_picture_are_counted_once(till_page: Page) -> None:
    open_camera(till_page, "/till")
    show(till_page, "8901111111111")
    counter.expect_lines(till_page, ("Iodised Salt 1 Kg", "1"))
    till_page.wait_for_timeout(1500)
    counter.expect_lines(till_page, ("Iodised Salt 1 Kg", "1"))


def test_an_unknown_code_puts_the_camera_away_and_says_so(till_page: Page) -> None:
    open_camera(till_page, "/till")
    show(till_page, "8909999999999")
    expect(till_page.get_by_text("No product has the code 8909999999999.").last).to_be_visible()
    expect(till_page.locator("#camera")).to_be_hidden()


def test_goods_that_come_in_are_scanned_the_same_way(signed_in_page: Page, shop: Shop) -> None:
    shop.product("Butter 100 Gm", barcode="8902222222222")
    open_camera(signed_in_page, "/goods/receive")
    show(signed_in_page, "8902222222222")
    expect(signed_in_page.locator("#goods-lines")).to_contain_text("Butter 100 Gm")


def test_a_browser_that_cannot_read_bars_shows_no_camera(till_page: Page) -> None:
    expect(till_page.get_by_role("button", name="Scan with the camera")).to_have_count(0)


def test_a_camera_that_may_not_be_used_says_what_to_do(till_page: Page, tmp_path: Path) -> None:
    refuses = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    till_page.add_init_script(READER + refuses)
    till_page.goto("/till")
    till_page.get_by_role("button", name="Scan with the camera").click()
    expect(till_page.get_by_text("The browser does not let this page use the camera.")).to_be_visible()
    till_page.screenshot(path=str(tmp_path / "camera.png"))
