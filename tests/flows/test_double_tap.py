"""Pay pressed twice, in two tabs, or with the answer lost on the way: always one bill, and the cashier sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from pos.sales.models import Sale
from tests.flows import counter
from tests.flows.doorway import Doorway
from tests.flows.watch import Watch
from tests.shop import Shop

PRESS_AT = "(button, moment) => { setTimeout(() => button.click(), moment - Date.now()); }"


@pytest.fixture
def paying(till_page: Page) -> Page:
    """A bill of ₹42.00, of which the customer hands over a fifty."""
    counter.scan(till_page, "M3")
    expect(counter.total(till_page)).to_have_text("₹42.00")
    counter.pay(till_page)
    till_page.locator("#cash").fill("50")
    expect(till_page.locator("#owing")).to_contain_text("₹8.00")
    return till_page


def _one_bill(page: Page, shop: Shop) -> None:
    number, change = counter.done(page)
    assert change == "₹8.00"
    assert [sale.bill_number for sale in shop.rows(Sale)] == [number]


def test_two_clicks_in_one_moment_make_one_bill(paying: Page, shop: Shop) -> None:
    sent: list[str] = []
    paying.on("request", lambda request: sent.append(request.url) if counter.PAYMENT.search(request.url) else None)
    counter.finish(paying).evaluate("button => { button.click(); button.click(); }")
    _one_bill(paying, shop)
    assert len(sent) == 1


def test_a_double_tap_makes_one_bill(paying: Page, shop: Shop) -> None:
    counter.finish(paying).dblclick()
    _one_bill(paying, shop)


def test_complete_pressed_right_after_exact_waits_for_the_amount(paying: Page, shop: Shop, door: Doorway) -> None:
    door.delay = lambda _method, path: 0.6 if path.endswith("/pay/sum") else 0
    paying.locator("#cash").fill("")
    paying.keyboard.press("F8")
    paying.keyboard.press("F9")
    number, _change = counter.done(paying)
    assert [(sale.bill_number, sale.total_amount) for sale in shop.rows(Sale)] == [(number, 42)]


@pytest.mark.parametrize("answer", ["none", "503"])
def test_complete_after_an_amount_that_never_came_can_be_pressed_again(
    paying: Page, shop: Shop, watch: Watch, answer: str
) -> None:
    watch.expect("Failed to fetch" if answer == "none" else "503")
    held: list[Route] = []
    paying.route("**/pay/sum", lambda route: held.append(route))
    with paying.expect_request("**/pay/sum"):
        paying.keyboard.press("F8")
    paying.keyboard.press("F9")
    with paying.expect_event("requestfailed" if answer == "none" else "response"):
        held[0].abort() if answer == "none" else held[0].fulfill(status=503, body="")
    paying.wait_for_timeout(100)
    assert shop.rows(Sale) == []
    counter.finish(paying).click()
    _one_bill(paying, shop)


def test_two_tabs_make_one_bill(paying: Page, shop: Shop) -> None:
    other = paying.context.new_page()
    other.goto(paying.url)
    other.locator("#cash").fill("50")
    # Both press in the same moment, so that both are on their way before either is answered.
    moment = paying.evaluate("Date.now() + 700")
    for page in (paying, other):
        counter.finish(page).evaluate(PRESS_AT, moment)
    _one_bill(paying, shop)
    _one_bill(other, shop)


def test_a_lost_answer_leads_to_the_bill_by_itself(paying: Page, shop: Shop, watch: Watch) -> None:
    watch.expect("Failed to fetch")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    paying.route(counter.PAYMENT, lose)
    counter.finish(paying).click()
    _one_bill(paying, shop)


def test_back_and_again_shows_the_bill_that_was_made(paying: Page, shop: Shop) -> None:
    address = paying.url
    counter.finish(paying).click()
    counter.done(paying)
    paying.goto(address)
    _one_bill(paying, shop)
