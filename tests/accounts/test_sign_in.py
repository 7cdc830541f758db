"""Signing in: who may, what a wrong try learns, where it leads (RELIABILITY.md rows 23, 25, 32; ASVS 6 and 7)."""

from __future__ import annotations

import re
import statistics
import time
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pos.accounts import passwords, signin, throttle, users
from pos.accounts.models import SignInSession
from pos.core.audit import AuditEntry
from pos.core.errors import NotSignedIn
from tests.conftest import make_app
from tests.shop import PASSWORD, Shop

NOT_RIGHT = "The email or the password is not right."


def signs_in(browser: FlaskClient, who: str = "ben", password: str = PASSWORD, **more: str) -> TestResponse:
    return browser.post("/sign-in", data={"email": f"{who}@example.com", "password": password, **more})


@pytest.mark.parametrize(("who", "start"), [("asha", "/till"), ("ben", "/till"), ("devi", "/products")])
def test_each_role_starts_where_its_work_is(shop: Shop, who: str, start: str) -> None:
    browser = shop.client()
    assert signs_in(browser, who).location == "/"
    assert browser.get("/").location == start
    assert browser.get("/profile").status_code == 200


def test_the_email_may_be_typed_in_capitals_with_spaces(shop: Shop) -> None:
    answer = shop.client().post("/sign-in", data={"email": " Ben@Example.COM ", "password": PASSWORD})
    assert answer.status_code == 303


def test_a_sign_in_is_written_down(shop: Shop) -> None:
    signs_in(shop.client())
    signs_in(shop.client(), password="wrong-wrong")
    shop.client().post("/sign-in", data={"email": PASSWORD, "password": "ben@example.com"})
    assert [row.actor_name for row in shop.rows(AuditEntry, action="session.started")] == ["Ben Thomas"]
    changes = [row.change for row in shop.rows(AuditEntry, action="session.refused")]
    assert len(changes) == 2
    assert "ben@example.com" in changes[0]
    assert not any(PASSWORD in change or "wrong-wrong" in change for change in changes)
    assert users.find(shop.ben.id).last_login_at is not None  # type: ignore[arg-type]


def test_unknown_wrong_and_deactivated_are_told_the_same(shop: Shop) -> None:
    assert shop.devi.id is not None
    users.change_user(shop.asha, shop.devi.id, is_active=False)
    tries = {"nobody": PASSWORD, "ben": "not-the-password", "devi": PASSWORD}
    answers = [signs_in(shop.client(), who, password) for who, password in tries.items()]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    # The page's own token differs, and what was typed.
    differs = re.compile(r"[\w.-]{60,}|(nobody|ben|devi)@")
    pages = {differs.sub("", answer.text) for answer in answers}
    assert len(pages) == 1
    assert NOT_RIGHT in pages.pop()


@pytest.mark.hashes_anew
def test_an_unknown_email_takes_as_long_as_a_wrong_password(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "admit", lambda tries: None)

    def seconds(email: str) -> float:
        # Of processor: what else the machine does is nobody's password.
        start = time.process_time()
        with pytest.raises(NotSignedIn):
            signin.sign_in(email, "not-the-password", "pages", "127.0.0.1")
        return time.process_time() - start

    pairs = [(seconds("ben@example.com"), seconds("nobody@example.com")) for _round in range(15)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.35 * max(known, unknown)


def test_hashing_happens_also_for_nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Hasher:
        def verify(self, stored: str, password: bytes) -> bool:
            asked.append(stored)
            return True

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert passwords.matches(None, "anything") is False
    assert asked == [passwords._nobodys_hash]


def test_what_was_typed_stays_but_never_the_password(shop: Shop) -> None:
    page = signs_in(shop.client(), password="not-the-password", next="/people").text
    assert 'value="ben@example.com"' in page
    assert 'value="/people"' in page
    assert "not-the-password" not in page


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/products?page=2", "/products?page=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/%2f%2fevil.example", "/"),
        ("/%5cevil.example", "/"),
        ("%2f%2fevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("/\t/evil.example", "/"),
        ("http:evil.example", "/"),
        (" //evil.example", "/"),
    ],
)
def test_it_leads_on_to_pages_of_this_shop_alone(shop: Shop, wanted: str, led: str) -> None:
    assert signs_in(shop.client(), next=wanted).location == led


def test_who_was_sent_here_comes_back_to_the_page(shop: Shop) -> None:
    browser = shop.client()
    sent = browser.get("/profile?x=1")
    assert sent.location == "/sign-in?next=/profile?x%3D1"
    assert 'name="next" type="hidden" value="/profile?x=1"' in browser.get(sent.location).text
    fragment = browser.get("/products", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/profile"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/sign-in?next=/profile")
    posted = browser.post("/profile", headers={"Referer": "http://localhost/profile"})
    assert posted.location == "/sign-in?next=/profile"
    assert browser.post("/profile", headers={"Referer": "http://evil.example/profile"}).location == "/sign-in"


def test_who_is_signed_in_already_is_led_on(shop: Shop) -> None:
    assert shop.client("ben").get("/sign-in").location == "/"
    assert shop.client("ben").get("/sign-in?next=/profile").location == "/profile"


def test_each_sign_in_is_a_new_session_and_ends_the_one_before_it(shop: Shop) -> None:
    browser = shop.client()
    before = browser.get("/sign-in")
    signs_in(browser)
    first = browser.get_cookie("pos")
    signs_in(browser, "asha")
    second = browser.get_cookie("pos")
    assert before.status_code == 200
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert sorted(row.ended_at is None for row in shop.rows(SignInSession)) == [False, True]
    browser.set_cookie("pos", first.value)
    assert browser.get("/profile").status_code == 303


def test_nothing_of_the_visitors_old_cookie_stays(shop: Shop) -> None:
    browser = shop.client()
    with browser.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    signs_in(browser)
    with browser.session_transaction() as cookie:
        assert "planted" not in cookie


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(shop: Shop) -> None:
    cookie = SimpleCookie(signs_in(shop.client()).headers["Set-Cookie"])["pos"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert not cookie["secure"]


def test_behind_https_the_cookie_is_secure(shop: Shop, database_url: str, tmp_path: Path) -> None:
    app = make_app(database_url, tmp_path, environ={"SECURE_COOKIES": "1"})
    answer = signs_in(app.test_client())
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-pos"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_a_token_of_another_door_opens_no_page(shop: Shop) -> None:
    _session, token = signin.sign_in("ben@example.com", PASSWORD, "api", "127.0.0.1")
    browser = shop.client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert browser.get("/profile").status_code == 303
    assert browser.get("/profile", headers={"Authorization": f"Bearer {token}"}).status_code == 303
