"""ASVS 5.0 chapter 3: cookies, headers and origins, over every route of the shop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import pytest
from flask import Flask

from pos.core.web import SAFE
from tests.conftest import in_context, make_app
from tests.shop import PASSWORD, Browser, Shop, open_shop
from tests.test_role_matrix import address, routes

DIRECTLY = {"javascript:alert(1)", "data:text/html,x"}
ELSEWHERE = ("//evil.example/", "/\\evil.example", "/%2f%2fevil.example", "https://evil.example/", "/\r\nX: y")


@pytest.fixture
def engine_name() -> str:
    """What a browser is told does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def https(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop as it runs behind HTTPS, with its owner."""
    for app in in_context(make_app(database_url, tmp_path, environ={"SECURE_COOKIES": "1"})):
        open_shop(app)
        yield app


_heard: list[tuple[str, dict[str, str]]] = []


def every_answer(shop: Shop) -> list[tuple[str, dict[str, str]]]:
    """The headers of what each route answers, by each of its methods, to the owner and to nobody; asked once."""
    if not _heard:
        for _row, method, rule in routes(shop.app):
            for who in ("asha", None):
                where = address(shop.app, rule)
                _heard.append((f"{method} {where}", dict(shop.client(who).open(where, method=method).headers)))
    assert len(_heard) > 300
    return _heard


def every_cookie(app: Flask) -> list[tuple[str, Morsel[str]]]:
    """Every cookie that is set anywhere, also by the four forms that are there to set one."""
    browser = app.test_client()
    typed = {"email": "asha@example.com", "password": PASSWORD}
    answers = [("POST /sign-in", browser.post("/sign-in", data=typed))]
    answers.append(("POST /language", browser.post("/language", data={"language": "hi"})))
    answers.append(("POST /drawer/till", browser.post("/drawer/till", data={"till": "Back door"})))
    answers.append(("POST /till/display/here", browser.post("/till/display/here")))
    answers.append(("POST /profile", browser.post("/profile", data={"full_name": "Asha", "email": typed["email"]})))
    answers.append(("POST /sign-out", browser.post("/sign-out")))
    found = [
        (where, cookie)
        for where, answer in answers
        for told in answer.headers.getlist("Set-Cookie")
        for cookie in SimpleCookie(told).values()
    ]
    assert {cookie.key.removeprefix("__Host-") for _where, cookie in found} == {"pos", "language", "till", "display"}
    return found


def policy_of(headers: dict[str, str]) -> dict[str, str]:
    """The answer's Content-Security-Policy, directive by directive."""
    told = headers.get("Content-Security-Policy", "")
    return dict(part.strip().partition(" ")[::2] for part in told.split(";"))


def test_asvs_3_3_1_every_cookie_is_secure_behind_https(https: Flask) -> None:
    assert [where for where, cookie in every_cookie(https) if not cookie["secure"]] == []


def test_asvs_3_3_2_every_cookie_keeps_to_its_own_site(https: Flask) -> None:
    assert [where for where, cookie in every_cookie(https) if cookie["samesite"] not in ("Lax", "Strict")] == []


def test_asvs_3_3_3_every_cookie_is_this_hosts_own(https: Flask) -> None:
    wrong = [
        (where, cookie.key)
        for where, cookie in every_cookie(https)
        if not cookie.key.startswith("__Host-") or cookie["domain"] or cookie["path"] != "/"
    ]
    assert wrong == []


def test_asvs_3_3_4_no_cookie_can_be_read_by_scripts(https: Flask) -> None:
    assert [where for where, cookie in every_cookie(https) if not cookie["httponly"]] == []


def test_asvs_3_4_3_every_answer_says_what_a_page_may_load(shop: Shop) -> None:
    wrong = []
    for where, answer in every_answer(shop):
        policy = policy_of(answer)
        if {policy.get("object-src"), policy.get("base-uri")} != {"'none'"} or "unsafe" in str(policy):
            wrong.append(where)
    assert wrong == []


def test_asvs_3_4_4_every_answer_forbids_guessing_its_type(shop: Shop) -> None:
    wrong = [where for where, told in every_answer(shop) if told.get("X-Content-Type-Options") != "nosniff"]
    assert wrong == []


def test_asvs_3_4_6_no_answer_may_be_framed(shop: Shop) -> None:
    wrong = [where for where, answer in every_answer(shop) if policy_of(answer).get("frame-ancestors") != "'none'"]
    assert wrong == []


def test_asvs_3_5_1_no_changing_page_works_without_its_token(database_url: str, tmp_path: Path) -> None:
    for app in in_context(make_app(database_url, tmp_path, WTF_CSRF_ENABLED=True)):
        open_shop(app)
        browser = Browser(app, app.response_class, use_cookies=True)
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/sign-in").text)
        assert found
        typed = {"email": "asha@example.com", "password": PASSWORD, "csrf_token": found[1]}
        assert browser.post("/sign-in", data=typed).status_code == 303
        changing = [(method, rule) for _row, method, rule in routes(app) if method not in SAFE]
        pages = [(method, address(app, rule)) for method, rule in changing if not rule.endpoint.startswith("api")]
        assert len(pages) > 60
        assert [where for method, where in pages if browser.open(where, method=method).status_code != 400] == []


def test_asvs_3_5_3_nothing_is_changed_for_another_site_and_nothing_by_looking(shop: Shop) -> None:
    asha, wrong = shop.client("asha"), []
    for _row, method, rule in routes(shop.app):
        if method not in SAFE and not rule.endpoint.startswith("api"):
            told = asha.open(address(shop.app, rule), method=method, headers={"Sec-Fetch-Site": "cross-site"})
            wrong += [] if told.status_code == 403 else [f"{method} {rule}"]
    assert wrong == []


@pytest.mark.parametrize("wanted", [*ELSEWHERE, *sorted(DIRECTLY)])
def test_asvs_3_7_2_nobody_is_led_to_another_site(shop: Shop, wanted: str) -> None:
    typed = {"email": "ben@example.com", "password": PASSWORD, "next": wanted}
    assert shop.client().post("/sign-in", data=typed).location == "/"
    assert shop.client().post("/language", data={"language": "hi", "back": wanted}).location == "/sign-in"
