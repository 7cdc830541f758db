"""Which language somebody reads: their own, else the browser's, else the store's; a page says which it is in."""

from __future__ import annotations

import pytest
from flask import Flask

from pos.accounts import users
from tests.shop import PASSWORD, Shop


def test_the_sign_in_page_speaks_the_language_that_was_chosen_there(shop: Shop) -> None:
    browser = shop.client()
    assert '<html lang="en">' in browser.get("/sign-in").text
    answer = browser.post("/language", data={"language": "hi", "back": "/sign-in?next=/products"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/products")
    page = browser.get("/sign-in").text
    assert '<html lang="hi">' in page
    assert 'value="hi" lang="hi" aria-pressed="true"' in page
    browser.post("/sign-in", data={"email": "ben@example.com", "password": PASSWORD})
    assert '<html lang="hi">' in browser.get("/products").text


def test_ones_own_choice_comes_before_the_browsers(shop: Shop) -> None:
    users.change_own_profile(shop.ben, language="en")
    browser = shop.client("ben")
    browser.post("/language", data={"language": "hi"})
    assert '<html lang="en">' in browser.get("/products").text
    browser.post("/profile", data={"full_name": "Ben", "email": "ben@example.com", "language": ""})
    assert '<html lang="en">' in browser.get("/products").text


def test_without_any_choice_it_is_the_stores(shop: Shop) -> None:
    shop.settings(language="hi")
    assert '<html lang="hi">' in shop.client().get("/sign-in").text
    assert '<html lang="hi">' in shop.client("ben").get("/products").text


@pytest.mark.parametrize("language", ["", "xx", "../hi", "hi; path=/"])
def test_a_language_that_is_none_changes_nothing(shop: Shop, language: str) -> None:
    browser = shop.client()
    answer = browser.post("/language", data={"language": language, "back": "//evil.example"})
    assert answer.location == "/sign-in"
    assert "language=" not in answer.headers.get("Set-Cookie", "")
    browser.set_cookie("language", language or "zz")
    assert '<html lang="en">' in browser.get("/sign-in").text


def test_a_bill_is_in_the_stores_language_whoever_looks_at_it(shop: Shop) -> None:
    shop.settings(language="hi")
    users.change_own_profile(shop.asha, language="en")
    page = shop.client("asha").get("/settings").text
    assert '<html lang="en">' in page
    assert 's80mm" lang="hi"' in page


def test_the_first_visit_can_be_read_in_hindi_and_offers_it_for_the_shop(app: Flask) -> None:
    browser = app.test_client()
    assert '<html lang="en">' in browser.get("/set-up").text
    browser.post("/language", data={"language": "hi", "back": "/set-up"})
    page = browser.get("/set-up").text
    assert '<html lang="hi">' in page
    assert '<option selected value="hi">' in page
