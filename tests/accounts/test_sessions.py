"""What ends a session ends it at the next request, whatever cookie is sent again (RELIABILITY.md row 23)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from pos.accounts import sessions, users
from pos.accounts.models import SignInSession
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Busy
from tests.shop import PASSWORD, Shop

NEW = "a-new-long-secret"


def may_come_in(browser: FlaskClient) -> bool:
    answer = browser.get("/profile")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(shop: Shop) -> None:
    browser, thief = shop.client("ben"), shop.client()
    copied = browser.get_cookie("pos")
    assert copied is not None
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "You are signed out." in browser.get("/sign-in").text
    thief.set_cookie("pos", copied.value)
    assert not may_come_in(thief)
    assert not may_come_in(browser)
    assert [row.actor_name for row in shop.rows(AuditEntry, action="session.ended")] == ["Ben Thomas"]


def test_signing_out_takes_a_post(shop: Shop) -> None:
    browser = shop.client("ben")
    assert browser.get("/sign-out").status_code == 405
    assert may_come_in(browser)


def test_another_browser_of_the_same_person_stays(shop: Shop) -> None:
    one, other = shop.client("ben"), shop.client("ben")
    one.post("/sign-out")
    assert may_come_in(other)


@pytest.mark.parametrize("change", [{"role": "staff"}, {"is_active": False}, {"password": NEW}])
def test_what_the_owner_changes_ends_every_session(shop: Shop, change: dict[str, Any]) -> None:
    one, other, owner = shop.client("ben"), shop.client("ben"), shop.client("asha")
    assert may_come_in(one)
    users.change_user(shop.asha, shop.ben.id, **change)  # type: ignore[arg-type]
    assert not may_come_in(one)
    assert not may_come_in(other)
    assert may_come_in(owner)


def test_a_new_name_ends_nothing(shop: Shop) -> None:
    browser = shop.client("ben")
    users.change_user(shop.asha, shop.ben.id, full_name="Ben T", email="ben.t@example.com")  # type: ignore[arg-type]
    assert may_come_in(browser)


def test_ones_own_new_password_ends_all_other_sessions(shop: Shop) -> None:
    here, elsewhere = shop.client("ben"), shop.client("ben")
    given = {"current": PASSWORD, "password": NEW, "password_again": NEW}
    assert here.post("/profile/password", data=given).status_code == 303
    assert may_come_in(here)
    assert not may_come_in(elsewhere)


def test_a_session_that_stood_idle_is_over(shop: Shop) -> None:
    browser = shop.client("asha")
    begun = clock.now()
    with clock.frozen(begun + timedelta(hours=11)):
        assert may_come_in(browser)
    with clock.frozen(begun + timedelta(hours=22)):
        assert may_come_in(browser)
    with clock.frozen(begun + timedelta(hours=35)):
        assert not may_come_in(browser)


def test_no_session_outlasts_thirty_days(shop: Shop) -> None:
    browser = shop.client("ben")
    begun = clock.now()
    for hours in range(12, 30 * 24, 12):
        with clock.frozen(begun + timedelta(hours=hours)):
            assert may_come_in(browser)
    with clock.frozen(begun + timedelta(days=30, minutes=1)):
        assert not may_come_in(browser)


def test_a_made_up_or_meddled_cookie_is_nobody(shop: Shop) -> None:
    browser = shop.client("ben")
    cookie = browser.get_cookie("pos")
    assert cookie is not None
    browser.set_cookie("pos", cookie.value[:-2] + ("AA" if cookie.value[-2:] != "AA" else "BB"))
    assert not may_come_in(browser)
    stranger = shop.client()
    with stranger.session_transaction() as made_up:
        made_up["_user_id"] = str(shop.ben.id)
    assert not may_come_in(stranger)


def test_the_token_itself_is_not_stored(shop: Shop) -> None:
    browser = shop.client("ben")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    (row,) = shop.rows(SignInSession)
    assert token not in [str(value) for value in row]
    assert row.token_hash == sessions.token_hash(token)


@pytest.mark.parametrize("trouble", [Busy("busy"), OperationalError("UPDATE", {}, Exception("disk is full"))])
def test_reading_goes_on_when_a_visit_cannot_be_noted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fail(_session_id: object) -> None:
        raise trouble

    browser = shop.client("ben")
    monkeypatch.setattr(sessions, "_touch", fail)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert may_come_in(browser)


def test_looking_up_who_asks_takes_one_query(shop: Shop, count_queries: Any) -> None:
    browser = shop.client("ben")
    with count_queries() as seen:
        browser.get("/products")
    assert sum("FROM sessions" in statement for statement in seen) == 1
