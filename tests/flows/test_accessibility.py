"""Every page that the owner can open, on a tablet by day and by night, and on a phone: fit for everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.flows import axe, counter, full_shop
from tests.flows.conftest import PHONE, SHELF, TABLET
from tests.role_matrix import MATRIX
from tests.shop import Shop

# The matrix of roles knows every route there is.
FEATURES = sorted({name.split(".")[0] for _get, name in map(str.split, MATRIX) if _get == "GET" and "." in name})
PAGES = [name for name in FEATURES if not name.startswith(("api", "health"))]


@pytest.fixture
def known(signed_in_page: Page, shop: Shop) -> dict[str, list[Any]]:
    """What the arguments of addresses may be, in a shop that has something to show."""
    return full_shop.fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])


def _looks(page: Page) -> list[str]:
    """What is wrong with the page as it lies open, in each of the three looks."""
    wrong = _wrong(page, "tablet, light")
    page.emulate_media(color_scheme="dark")
    wrong += _wrong(page, "tablet, dark", of_colours=True)
    page.set_viewport_size(PHONE)
    wrong += _wrong(page, "phone, dark")
    by = axe.sideways(page)
    wrong += [f"phone: {by} px wider than the screen"] if by else []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TABLET)
    return wrong


def _wrong(page: Page, look: str, of_colours: bool = False) -> list[str]:
    found = axe.violations(page, of_colours)
    return [f"{look}: {one['rule']} ({one['what']}) at {one['where']}" for one in found]


def _look_at(page: Page, addresses: list[str]) -> list[str]:
    wrong = []
    for address in addresses:
        page.goto(address)
        expect(page.locator("#progress")).to_have_count(0)
        wrong += [f"{address}: {sentence}" for sentence in _looks(page)]
    return wrong


@pytest.mark.parametrize("feature", PAGES)
def test_every_page_is_for_everybody(
    signed_in_page: Page, shop: Shop, known: dict[str, list[Any]], feature: str
) -> None:
    addresses = full_shop.addresses(shop, known, feature)
    if feature == "catalog":
        addresses += full_shop.MORE
    assert "\n".join(_look_at(signed_in_page, addresses)) == ""


def test_pages_in_hindi_are_for_everybody(signed_in_page: Page, shop: Shop, known: dict[str, list[Any]]) -> None:
    """Longer words, other letters: nothing is cut off, nothing is pushed out, and the page says its language."""
    page, cart = signed_in_page, known["cart_id"][0]
    shop.settings(language="hi")
    wrong = []
    for address in (f"/till/{cart}", f"/till/{cart}/pay", "/dashboard", "/products", "/customers/khata"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "hi")
        wrong += [f"{address}: {sentence}" for sentence in _wrong(page, "tablet")]
        page.set_viewport_size(PHONE)
        by = axe.sideways(page)
        wrong += [f"{address}, phone: {by} px wider than the screen"] if by else []
        wrong += [f"{address}, phone: {sentence}" for sentence in axe.cut_texts(page)]
        page.set_viewport_size(TABLET)
    assert "\n".join(wrong) == ""


def test_the_doors_are_for_everybody(page: Page, shop_url: str) -> None:
    wrong = _look_at(page, ["/set-up"])
    counter.set_up_shop(page)
    page.context.clear_cookies()
    wrong += _look_at(page, ["/sign-in"])
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_fingers_hit_what_they_mean(signed_in_page: Page, known: dict[str, list[Any]], size: ViewportSize) -> None:
    page, cart = signed_in_page, known["cart_id"][0]
    page.set_viewport_size(size)
    page.goto(f"/till/{cart}")
    expect(page.locator("#cart .line")).to_have_count(len(SHELF))
    small = axe.small_controls(page)
    page.locator("#cart .line-about").first.click()
    expect(page.locator("#line_edit")).to_be_visible()
    small += axe.small_controls(page)
    for address in (f"/till/{cart}/pay", f"/till/{known['till.done cart_id'][0]}/done"):
        page.goto(address)
        small += axe.small_controls(page)
    assert "\n".join(small) == ""


def test_nothing_comes_from_elsewhere(signed_in_page: Page, known: dict[str, list[Any]], shop_url: str) -> None:
    asked: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url))
    for address in ("/till", f"/till/{known['cart_id'][0]}/pay", "/products", "/sales"):
        signed_in_page.goto(address)
    assert [url for url in asked if not re.match(rf"{shop_url}/|data:", url)] == []
