"""What every page door shares: headers, cookies, fragments, redirects, and requests that other sites sent."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from pos.accounts.models import User
from pos.core.web import came_directly, comes_from_elsewhere, local_address
from tests.conftest import make_app
from tests.shop import PASSWORD, Browser, Shop, open_shop
from tests.test_role_matrix import address, routes


@pytest.fixture
def engine_name() -> str:
    """Nothing here depends on the engine."""
    return "sqlite"


@pytest.fixture
def guarded(database_url: str, tmp_path: Path) -> Flask:
    """The shop as it really runs, with CSRF tokens."""
    app = make_app(database_url, tmp_path, WTF_CSRF_ENABLED=True)
    with app.app_context():
        open_shop(app)
    return app


def signed_in(app: Flask, who: str = "asha") -> Browser:
    browser = Browser(app, app.response_class, use_cookies=True)
    page = browser.get("/sign-in").text
    data = {"email": f"{who}@example.com", "password": PASSWORD, "csrf_token": token_in(page)}
    assert browser.post("/sign-in", data=data).status_code == 303
    return browser


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_every_answer_carries_the_security_headers(shop: Shop) -> None:
    answers = [
        shop.client(who).open(address(shop.app, rule), method=method)
        for _row, method, rule in routes(shop.app)
        for who in ("asha", None)
    ]
    answers += [shop.client().get("/nowhere"), shop.client().get("/static/css/base.css")]
    for answer in answers:
        told = answer.headers
        where = f"{answer.request.method} {answer.request.path}"
        policy = dict(part.strip().split(" ", 1) for part in told["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == "'none'", where
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", where
        assert policy["frame-ancestors"] == "'none'", where
        assert "unsafe" not in told["Content-Security-Policy"], where
        assert told["X-Content-Type-Options"] == "nosniff", where
        assert told["X-Frame-Options"] == "DENY", where
        assert told["Referrer-Policy"] == "same-origin", where
        assert "Server" not in told, where


def test_pages_are_asked_for_again_and_fragments_are_kept_apart(shop: Shop) -> None:
    answer = shop.client("asha").get("/people")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "HX-Request" in answer.headers["Vary"]


def test_static_files_are_kept_until_they_change(shop: Shop) -> None:
    page = shop.client().get("/sign-in").text
    found = re.search(r'href="(/static/css/shop\.css\?v=[0-9a-f]+)"', page)
    assert found is not None
    assert "immutable" in shop.client().get(found[1]).headers["Cache-Control"]
    for name in ("base", "shop"):
        assert shop.client().get(f"/static/css/{name}.css").headers["Cache-Control"] == "no-cache"


def test_no_changing_page_works_without_its_token(guarded: Flask) -> None:
    browser = signed_in(guarded)
    for _row, method, rule in routes(guarded):
        path = address(guarded, rule)
        if method == "GET" or path.startswith("/api/"):
            continue
        answer = browser.open(path, method=method)
        assert answer.status_code == 400, f"{method} {path} took a request without a token: {answer.status}"
        assert "Reload it and try again" in answer.text
    assert browser.get("/profile").status_code == 200


def test_another_sessions_token_is_refused(guarded: Flask) -> None:
    asha, ben = signed_in(guarded), signed_in(guarded, "ben")
    bens = token_in(ben.get("/profile").text)
    typed = {"full_name": "Eve", "email": "asha@example.com", "csrf_token": bens}
    assert asha.post("/profile", data=typed).status_code == 400
    typed["csrf_token"] = token_in(asha.get("/profile").text)
    assert asha.post("/profile", data=typed).status_code == 303


def test_a_token_from_before_the_sign_in_is_worth_nothing_after_it(guarded: Flask) -> None:
    browser = Browser(guarded, guarded.response_class, use_cookies=True)
    early = token_in(browser.get("/sign-in").text)
    browser.post("/sign-in", data={"email": "asha@example.com", "password": PASSWORD, "csrf_token": early})
    assert browser.post("/sign-out", data={"csrf_token": early}).status_code == 400


def test_the_token_may_come_as_a_header(guarded: Flask) -> None:
    browser = signed_in(guarded)
    token = token_in(browser.get("/profile").text)
    answer = browser.post("/sign-out", headers={"X-CSRFToken": token})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://localhost:81"}, True),
        ({"Origin": "http://localhost"}, False),
        ({}, False),
    ],
)
def test_what_another_site_sends_is_not_carried_out(shop: Shop, headers: dict[str, str], refused: bool) -> None:
    typed = {"full_name": "Sent From Elsewhere", "email": "ben@example.com", "language": ""}
    answer = shop.client("ben").post("/profile", data=typed, headers=headers)
    assert answer.status_code == (403 if refused else 303)
    changed = shop.row(User, shop.ben.id).full_name == "Sent From Elsewhere"  # type: ignore[arg-type]
    assert changed is not refused
    assert shop.client("ben").get("/profile", headers=headers).status_code == 200


def test_each_way_to_ask_is_judged_by_itself(app: Flask) -> None:
    with app.test_request_context(method="POST", headers={"Origin": "http://localhost"}):
        assert not comes_from_elsewhere()
    with app.test_request_context(method="DELETE", headers={"Origin": "http://other"}):
        assert comes_from_elsewhere()
    with app.test_request_context(method="GET", headers={"Origin": "http://other"}):
        assert not comes_from_elsewhere()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/till", "/till"),
        ("/products?q=//tea", "/products?q=//tea"),
        (None, None),
        ("", None),
        ("till", None),
        ("//evil.example", None),
        ("///evil.example", None),
        ("/\\evil.example", None),
        ("/%2F/evil.example", None),
        ("/%5Cevil.example", None),
        ("http://evil.example/", None),
        ("javascript:alert(1)", None),
        ("/a\nb", None),
        ("/ /evil.example", None),
    ],
)
def test_only_addresses_of_this_shop_are_followed(given: str | None, kept: str | None) -> None:
    assert local_address(given) == kept


@pytest.mark.parametrize(
    ("host", "directly"),
    [
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("192.168.1.5:8080", True),
        ("[::1]:8080", True),
        ("shop.in", False),
    ],
)
def test_a_name_that_may_be_anybodys_is_no_proof(app: Flask, host: str, directly: bool) -> None:
    with app.test_request_context(headers={"Host": host}):
        assert came_directly() is directly


@pytest.mark.parametrize("name", ["Referer", "HX-Current-URL", "Origin", "Host"])
@pytest.mark.parametrize("path", ["/sign-in", "/nowhere"])
def test_an_address_that_is_none_is_no_trouble(shop: Shop, name: str, path: str) -> None:
    client = shop.client()
    for said in ("http://[", "//[::1", "http://a]"):
        assert client.get(path, headers={name: said}).status_code < 500
        assert client.post(path, headers={name: said, "HX-Request": "true"}).status_code < 500


def test_an_answer_tells_how_long_it_took(shop: Shop) -> None:
    assert re.fullmatch(r"app;dur=\d+\.\d", shop.client().get("/healthz").headers["Server-Timing"])


def test_a_tablet_may_keep_the_shop_as_an_app(shop: Shop) -> None:
    browser = shop.client()
    found = re.search(r'rel="manifest" href="([^"]+)"', browser.get("/sign-in").text)
    assert found
    answer = browser.get(found[1])
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    manifest = json.loads(answer.data)
    assert (manifest["start_url"], manifest["display"]) == ("/", "fullscreen")
    for icon in manifest["icons"]:
        width, height = Image.open(BytesIO(browser.get(f"/static/{icon['src']}").data)).size
        assert icon["sizes"] == f"{width}x{height}"
