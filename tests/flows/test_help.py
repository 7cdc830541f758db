"""Help over the page that one is on: nothing typed is lost, the scanner finds its box again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.flows import axe, counter
from tests.flows.conftest import PHONE, TABLET
from tests.shop import Shop


def press_for_help(page: Page) -> None:
    """Press F1, once htmx has made the help button its own: before that it leads to the page of the chapter."""
    expect(page.locator("[data-key=F1][data-htmx-powered]")).to_have_count(1)
    page.keyboard.press("F1")


def test_help_opens_over_the_till_and_the_scanner_goes_on(till_page: Page) -> None:
    sheet = till_page.locator("#help_sheet")
    counter.scan_box(till_page).fill("890111")
    press_for_help(till_page)
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("heading", level=2)).to_have_text("The screen")
    assert axe.violations(till_page) == []
    till_page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(counter.scan_box(till_page)).to_have_value("890111")
    expect(counter.scan_box(till_page)).to_be_focused()
    counter.scan_box(till_page).fill("")
    counter.scan(till_page, "8902222222222")
    expect(till_page.locator("#cart .line-name")).to_have_text(["Butter 100 Gm"])


def test_one_reads_other_sections_without_leaving_the_page(till_page: Page) -> None:
    press_for_help(till_page)
    till_page.locator("#help_sheet").get_by_role("link", name="Loose goods").click()
    expect(till_page.locator("#help_sheet h2")).to_have_text("Loose goods")
    expect(till_page.locator("#help_sheet [aria-current]")).to_have_text("Loose goods")
    assert axe.violations(till_page) == []
    till_page.keyboard.press("Escape")
    expect(till_page.locator("#help_sheet")).not_to_be_visible()
    expect(counter.scan_box(till_page)).to_be_focused()


def test_a_scan_is_not_taken_for_the_key(till_page: Page) -> None:
    """A question mark or a digit of a code never opens help."""
    counter.scan(till_page, "A?1")
    expect(till_page.locator("#asked")).to_contain_text("A?1")
    expect(till_page.locator("#help_sheet")).to_have_count(0)


def test_a_scan_while_help_is_open_is_not_lost(till_page: Page) -> None:
    press_for_help(till_page)
    expect(till_page.locator("#help_sheet")).to_be_visible()
    counter.scan(till_page, "8902222222222")
    expect(till_page.locator("#cart .line-name")).to_have_text(["Butter 100 Gm"])
    expect(till_page.locator("#help_sheet")).not_to_be_visible()
    press_for_help(till_page)
    expect(till_page.locator("#help_sheet")).to_be_visible()


def test_what_was_typed_stays_under_the_help(signed_in_page: Page, shop: Shop) -> None:
    page = signed_in_page
    page.goto("/products/new")
    page.get_by_label("Name", exact=False).first.fill("Poha 500 g")
    for _twice in range(2):
        page.get_by_role("link", name="Help with this page").click()
        expect(page.locator("#help_sheet")).to_be_visible()
        page.locator("#help_sheet").get_by_role("button", name="Close").click()
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Poha 500 g")


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_one_reads_on_and_finds_back(signed_in_page: Page, size: ViewportSize) -> None:
    page = signed_in_page
    page.set_viewport_size(size)
    page.goto("/products/alerts")
    press_for_help(page)
    page.locator("#help_sheet").get_by_role("link", name=re.compile("whole chapter")).click()
    expect(page).to_have_url(re.compile(r"/help/products\?.*#what-runs-low"))
    expect(page.locator("#what-runs-low-what-expires")).to_be_in_viewport()
    page.get_by_role("link", name="All chapters").click()
    page.get_by_role("link", name="The cash drawer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The cash drawer")
    assert axe.sideways(page) == 0
    page.locator("a.back").click()
    expect(page).to_have_url(re.compile("/products/alerts$"))


def test_every_picture_of_a_chapter_arrives(signed_in_page: Page) -> None:
    page = signed_in_page
    page.goto("/help/till")
    for picture in page.locator(".manual-text img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("one => one.naturalWidth") > 0
