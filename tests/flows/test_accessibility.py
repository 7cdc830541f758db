"""Every page that the owner can open, by day and by night, magnified, on a phone, in both languages: for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from pos.accounts import users
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


def _by_day_and_large(page: Page) -> list[str]:
    """On a tablet by day and by night, magnified to 200 %, and as narrow as WCAG 1.4.10 asks (a quarter of 1280)."""
    wrong = _wrong(page, "tablet, light")
    page.emulate_media(color_scheme="dark")
    wrong += _wrong(page, "tablet, dark", of_colours=True)
    page.emulate_media(color_scheme="light")
    for width, height in ((640, 400), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        wrong += _fits(page, f"{width} px")
        wrong += [f"{width} px: {sentence}" for sentence in axe.covered(page)]
    page.set_viewport_size(TABLET)
    return wrong


def _in_the_hand(page: Page) -> list[str]:
    """On a phone by night, and the colours of the day."""
    page.set_viewport_size(PHONE)
    wrong = _wrong(page, "phone, light", of_colours=True)
    page.emulate_media(color_scheme="dark")
    wrong += _wrong(page, "phone, dark") + _fits(page, "phone")
    wrong += [f"phone: {sentence}" for sentence in axe.cut_texts(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TABLET)
    return wrong


def _wrong(page: Page, look: str, of_colours: bool = False) -> list[str]:
    found = axe.violations(page, of_colours)
    return [f"{look}: {one['rule']} ({one['what']}) at {one['where']}" for one in found]


def _fits(page: Page, look: str) -> list[str]:
    by = axe.sideways(page)
    return [f"{look}: {by} px wider than the screen"] if by else []


def _look_at(page: Page, addresses: list[str], looks: Callable[[Page], list[str]]) -> list[str]:
    wrong = []
    for address in addresses:
        page.goto(address)
        expect(page.locator("#progress")).to_have_count(0)
        wrong += [f"{address}: {sentence}" for sentence in looks(page)]
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("feature", PAGES)
def test_every_page_is_for_everybody(
    signed_in_page: Page, shop: Shop, known: dict[str, list[Any]], feature: str
) -> None:
    addresses = full_shop.addresses(shop, known, feature)
    if feature == "catalog":
        addresses += full_shop.MORE
    wrong = _look_at(signed_in_page, addresses, _by_day_and_large)
    users.change_own_profile(shop.asha, language="hi")
    wrong += _look_at(signed_in_page, addresses, _in_the_hand)
    assert "\n".join(wrong) == ""


def test_the_document_of_the_api_is_for_everybody(signed_in_page: Page) -> None:
    """Long and in English alone: one look by day, and one as narrow as a phone."""
    signed_in_page.goto("/api/v1/docs")
    wrong = _wrong(signed_in_page, "tablet, light")
    signed_in_page.set_viewport_size(PHONE)
    assert "\n".join(wrong + _fits(signed_in_page, "phone")) == ""


def test_the_doors_are_for_everybody(page: Page, shop_url: str) -> None:
    wrong = _look_at(page, ["/set-up"], _by_day_and_large) + _look_at(page, ["/set-up"], _in_the_hand)
    counter.set_up_shop(page)
    page.context.clear_cookies()
    wrong += _look_at(page, ["/sign-in"], _by_day_and_large) + _look_at(page, ["/sign-in"], _in_the_hand)
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


def test_nothing_moves_before_whoever_asked_for_rest(signed_in_page: Page, known: dict[str, list[Any]]) -> None:
    """The browsers of all flows ask for reduced motion."""
    page, cart = signed_in_page, known["cart_id"][0]
    wrong = []
    for address in (f"/till/{cart}", f"/till/{cart}/pay", "/dashboard", "/analytics", "/settings"):
        page.goto(address)
        wrong += [f"{address}: {name}" for name in axe.moving(page)]
    assert wrong == []


def test_nothing_comes_from_elsewhere(signed_in_page: Page, known: dict[str, list[Any]], shop_url: str) -> None:
    asked: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url))
    for address in ("/till", f"/till/{known['cart_id'][0]}/pay", "/products", "/sales"):
        signed_in_page.goto(address)
    assert [url for url in asked if not re.match(rf"{shop_url}/|data:", url)] == []


def test_a_shops_long_name_gives_way_before_a_section_does(signed_in_page: Page, shop: Shop) -> None:
    """On tablets held either way, and on the counter's screen."""
    shop.settings(store_name="Annapurna Kirana and General Stores, Sadashiv Peth")
    cut = []
    for width in (700, 768, 800, 1000, 1024, 1200, 1280):
        signed_in_page.set_viewport_size({"width": width, "height": 800})
        signed_in_page.goto("/reports")
        if signed_in_page.locator(".nav").evaluate("(nav) => nav.scrollWidth > nav.clientWidth + 1"):
            cut.append(width)
    assert cut == []
