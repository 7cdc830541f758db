"""Signing in leads to where one was going; a session that ends in the middle of a bill takes nothing with it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from pos.accounts.models import SignInSession
from pos.accounts.sessions import end
from tests.flows import counter
from tests.shop import Shop


def test_who_was_going_somewhere_gets_there(page: Page, shop: Shop) -> None:
    page.goto("/products?q=salt")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    counter.sign_in(page)
    expect(page).to_have_url(re.compile(r"/products\?q=salt$"))


def test_a_session_that_ends_keeps_the_bill(till_page: Page, shop: Shop) -> None:
    counter.scan(till_page, "M3")
    counter.scan(till_page, "8902222222222")
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Moong Whole 250 Gm", "1"))
    address = till_page.url
    for session in shop.rows(SignInSession, ended_at=None):
        end(session.id)

    counter.scan(till_page, "M3")
    expect(till_page).to_have_url(re.compile(r"/sign-in\?next="))
    counter.sign_in(till_page)
    expect(till_page).to_have_url(address)
    counter.expect_lines(till_page, ("Butter 100 Gm", "1"), ("Moong Whole 250 Gm", "1"))
    counter.pay(till_page)
    till_page.locator("#cash").fill("100")
    counter.finish(till_page).click()
    assert counter.done(till_page)[1] == "₹0.00"
