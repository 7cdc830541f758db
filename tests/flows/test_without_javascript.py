"""The same first day in a browser that runs no scripts: every step is a plain form or a link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pos.catalog.models import Product
from pos.sales.models import Sale
from tests.flows import counter
from tests.flows.conftest import sign_in_as
from tests.flows.goods import Catalogues, Good
from tests.flows.test_first_day import BY_UPI, SHOP_STOCK, check_rows
from tests.shop import Shop

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


def test_a_first_day_needs_no_scripts(page: Page, files: Catalogues) -> None:
    counter.set_up_shop(page)
    assert counter.import_products(page, files.shop_list, SHOP_STOCK) == len(files.goods)

    basket = files.basket()
    due = counter.price_of(basket)
    page.goto("/till")
    for place, good in enumerate(basket, 1):
        _add(page, good)
        expect(page.locator("#cart .line")).to_have_count(place)
    expect(counter.total(page)).to_have_text(counter.shown(due))

    page.get_by_role("link", name="Pay").click()
    page.locator("#upi").fill(str(BY_UPI))
    page.get_by_role("button", name="Show QR").click()
    expect(page.locator("figure.qr svg, figure.qr img").first).to_be_visible()
    page.get_by_role("button", name=f"{counter.shown(BY_UPI)} received").click()
    page.locator("#cash").fill(str(counter.cash_for(due - BY_UPI)))
    counter.finish(page).click()

    number, change = counter.done(page)
    assert change == counter.shown(BY_UPI + counter.cash_for(due - BY_UPI) - due)
    paper = counter.pdf_text(page)
    assert number in paper
    assert counter.shown(due) in paper
    check_rows(number, due, basket)


def _add(page: Page, good: Good) -> None:
    """Type a code and press Enter; the page comes back with the line, or with the question for a weight."""
    counter.scan_box(page).fill(good.code)
    counter.scan_box(page).press("Enter")
    if good.is_loose:
        page.get_by_role("dialog", name=good.name).get_by_role("button", name=f"₹{counter.WORTH}").click()


def test_a_double_click_on_complete_makes_one_bill(till_page: Page, shop: Shop) -> None:
    counter.scan_box(till_page).fill("M3")
    counter.scan_box(till_page).press("Enter")
    till_page.get_by_role("link", name="Pay").click()
    till_page.locator("#cash").fill("50")
    counter.finish(till_page).dblclick()
    number, change = counter.done(till_page)
    assert change == "₹8.00"
    assert [sale.bill_number for sale in shop.rows(Sale)] == [number]


def test_goods_are_taken_over_from_the_starter_list(page: Page, shop: Shop, shop_url: str) -> None:
    """Sections open, lines close, a wrong price keeps the rest: all by the form itself."""
    sign_in_as(page.context, shop, shop_url, "asha")
    page.goto("/products/starter")
    salt, sugar = page.locator("#price-K1306"), page.locator("#price-K1301")
    expect(salt).to_be_hidden()
    page.get_by_role("checkbox", name=re.compile("Sugar, jaggery and salt")).check()
    salt.fill("28")
    sugar.fill("forty")
    page.get_by_role("checkbox", name=re.compile("Jaggery")).uncheck()
    expect(page.locator("#price-K1303")).to_be_hidden()
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#price-K1301-error")).to_be_visible()
    expect(salt).to_have_value("28")
    expect(page.get_by_role("checkbox", name=re.compile("Jaggery"))).not_to_be_checked()
    sugar.fill("44")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("2 products were taken over.")).to_be_visible()
    assert sorted(row.name for row in shop.rows(Product)) == ["Salt 1 kg", "Sugar (loose)"]
