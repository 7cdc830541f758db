"""A customer's display: who becomes one, what ends it, and that it can do nothing but show."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from pos.accounts import open_sessions, users
from pos.accounts.sessions import IDLE, LASTS
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid
from pos.core.logs import JsonLine
from pos.till import display
from pos.till.models import CustomerDisplay
from tests.role_matrix import EVERYBODY, MATRIX
from tests.shop import Shop
from tests.test_role_matrix import Doors, routes
from tests.till.at_the_display import Counter, counter, joined, noted, offered_code, read

ASK_AGAIN = "Ask the cashier to open this display again."


def is_over(browser: FlaskClient) -> bool:
    """True when the screen says so, asks for a code, shows nothing of a bill, and asks no more."""
    page, look = browser.get("/display"), browser.get("/display/now", headers={"HX-Request": "true"})
    assert (look.status_code, look.headers.get("HX-Redirect")) in ((204, "/display"), (200, None))
    assert (ASK_AGAIN in read(page)) == ("HX-Redirect" in look.headers)
    return ASK_AGAIN in read(page) and 'name="code"' in page.text and "Soap" not in page.text


def test_a_code_makes_a_device_a_display_without_signing_in(shop: Shop) -> None:
    ben = shop.client("ben")
    device = shop.client()
    answer = device.post("/display", data={"code": offered_code(shop, ben)})
    assert (answer.status_code, answer.location) == (303, "/display")
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith("display=")
    assert {"HttpOnly", "Path=/display", "SameSite=Lax"} <= set(kept.split("; "))
    assert "Welcome" in read(device.get("/display"))
    assert device.get("/till").location.startswith("/sign-in")


def test_a_device_that_is_none_asks_for_the_code(shop: Shop) -> None:
    page = shop.client().get("/display")
    assert (page.status_code, ASK_AGAIN in read(page), 'name="code"' in page.text) == (200, False, True)
    assert shop.client().get("/display/now", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/display"


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: f" {code[:4]} {code[4:]} ", lambda code: f"{code[:4]}-{code[4:]}"]
)
def test_a_code_may_be_typed_as_people_type(shop: Shop, typed: Callable[[str], str]) -> None:
    assert joined(shop, typed(offered_code(shop, shop.client("ben"))))


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD2346", "x" * 500, "%", "' OR 1=1", "\x00", "१२३४"])
def test_a_wrong_code_is_refused_with_a_sentence(shop: Shop, typed: str) -> None:
    offered_code(shop, shop.client("ben"))
    answer = shop.client().post("/display", data={"code": typed})
    assert (answer.status_code, answer.headers.get("Set-Cookie", "").startswith("display=")) == (400, False)
    assert "This code is not right, or it is too old." in read(answer)


def test_a_code_is_too_old_after_ten_minutes_and_a_new_one_takes_its_place(shop: Shop) -> None:
    ben = shop.client("ben")
    first = offered_code(shop, ben)
    with clock.frozen(clock.now() + display.CODE_LASTS), pytest.raises(Invalid):
        display.joined(first)
    second = offered_code(shop, ben)
    assert first != second
    with pytest.raises(Invalid):
        display.joined(first)
    assert display.joined(second) == noted(shop).id


def test_the_page_shows_the_code_that_holds_and_then_none(shop: Shop) -> None:
    ben = shop.client("ben")
    assert "display-way-code" not in ben.get("/till/display").text
    code = offered_code(shop, ben)
    page = ben.get("/till/display").text
    assert f"{code[:4]} {code[4:]}" in page
    assert "<svg" in page
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert code[:4] not in ben.get("/till/display").text


def test_another_device_gets_an_address_that_it_can_open(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = shop.client("ben")
    offered_code(shop, ben)
    cookie = ben.get_cookie("pos")
    assert cookie is not None
    for name in ("192.168.1.7", "127.0.0.1"):
        ben.set_cookie("pos", cookie.value, domain=name)
    assert "http://192.168.1.7:8080/display" in ben.get("/till/display", base_url="http://192.168.1.7:8080").text
    monkeypatch.setitem(shop.app.extensions["pos"], "shop_wide", lambda port: [f"http://10.0.0.5:{port}/"])
    assert "http://10.0.0.5:8080/display" in ben.get("/till/display", base_url="http://localhost:8080").text
    monkeypatch.setitem(shop.app.extensions["pos"], "shop_wide", lambda port: [])
    assert "This computer is in no network" in ben.get("/till/display", base_url="http://127.0.0.1:8080").text


def test_a_second_window_of_the_cashiers_own_browser_is_a_display_too(shop: Shop) -> None:
    ben = shop.client("ben")
    answer = ben.post("/till/display/here")
    assert (answer.status_code, answer.location) == (303, "/display")
    assert "Welcome" in read(ben.get("/display"))


def test_several_displays_show_one_till(shop: Shop) -> None:
    shop.product("Soap", barcode="1")
    one = counter(shop)
    other = joined(shop, offered_code(shop, one.cashier))
    one.scan("1")
    assert "Soap" in one.shows()
    assert "Soap" in read(other.get("/display"))


def _sign_out(at: Counter) -> None:
    at.cashier.post("/sign-out")


def _shut_from_afar(at: Counter) -> None:
    open_sessions.shut(at.shop.asha, noted(at.shop).session_id)


def _let_go(at: Counter) -> None:
    assert at.shop.ben.id is not None
    users.change_user(at.shop.asha, at.shop.ben.id, is_active=False)


def _close(at: Counter) -> None:
    at.cashier.post("/till/display/close")


@pytest.mark.parametrize("ends", [_sign_out, _shut_from_afar, _let_go, _close])
def test_what_ends_the_cashiers_session_ends_its_displays(shop: Shop, ends: Callable[[Counter], None]) -> None:
    shop.product("Soap", barcode="1")
    at = counter(shop)
    at.scan("1")
    assert not is_over(at.display)
    ends(at)
    assert is_over(at.display)


@pytest.mark.parametrize("later", [IDLE["cashier"] + timedelta(minutes=1), LASTS])
def test_a_session_that_ran_out_shows_nothing(shop: Shop, later: timedelta) -> None:
    at = counter(shop)
    with clock.frozen(clock.now() + later):
        assert is_over(at.display)


def test_a_display_that_was_closed_stays_dark_when_another_is_opened(shop: Shop) -> None:
    at = counter(shop)
    at.cashier.post("/till/display/close")
    again = joined(shop, offered_code(shop, at.cashier))
    assert is_over(at.display)
    assert not is_over(again)


def test_a_new_session_of_the_same_person_has_displays_of_its_own(shop: Shop) -> None:
    shop.product("Soap", barcode="1")
    first, second = counter(shop), counter(shop)
    second.scan("1")
    assert "Soap" in second.shows()
    assert "Soap" not in first.shows()
    _sign_out(first)
    assert is_over(first.display)
    assert not is_over(second.display)


def test_rows_of_sessions_that_are_over_go_with_the_next_display(shop: Shop) -> None:
    _sign_out(counter(shop))
    counter(shop)
    assert len(shop.rows(CustomerDisplay)) == 1


def test_a_cookie_that_nobody_signed_or_that_means_nothing_shows_nothing(shop: Shop) -> None:
    at = counter(shop)
    cookie = at.display.get_cookie("display", path="/display")
    assert cookie is not None
    forged = URLSafeSerializer("another-secret-of-the-same-length-x", salt="customer's display").dumps(
        noted(shop).id.hex
    )
    own = URLSafeSerializer(shop.app.config["SECRET_KEY"], salt="customer's display")
    other_salt = URLSafeSerializer(shop.app.config["SECRET_KEY"], salt="cookie-session").dumps(noted(shop).id.hex)
    session_of_ben = at.cashier.get_cookie("pos")
    assert session_of_ben is not None
    odd = [cookie.value[:-1], "x" + cookie.value, cookie.value.upper(), forged, other_salt, session_of_ben.value, "."]
    for value in [*odd, own.dumps("no id"), own.dumps(7), own.dumps(None), own.dumps([noted(shop).id.hex])]:
        device = shop.client()
        device.set_cookie("display", value, path="/display")
        assert is_over(device), value


def test_a_display_opens_no_other_door(shop: Shop) -> None:
    """Its cookie, sent everywhere and as whatever cookie, is nobody's at each route there is."""
    at = counter(shop)
    cookie = at.display.get_cookie("display", path="/display")
    assert cookie is not None
    plain = shop.client

    def with_cookie(who: str | None = None) -> FlaskClient:
        client = plain(who)
        for name in ("display", "pos", "remember_token"):
            client.set_cookie(name, cookie.value, path="/")
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cookie.value}"
        return client

    shop.client = with_cookie  # type: ignore[method-assign]
    doors = Doors(shop)
    open_ones = {row for row, method, rule in routes(shop.app) if doors.let_in("nobody", method, rule)}
    assert open_ones == {row for row, who in MATRIX.items() if who == EVERYBODY}


def test_only_who_sells_opens_a_display(shop: Shop) -> None:
    session_id = noted(counter(shop).shop).session_id
    for verb in (display.open_display, display.offer_code, display.close_displays):
        with pytest.raises(Forbidden):
            verb(shop.devi, session_id)


def test_opening_and_closing_are_written_down_once(shop: Shop) -> None:
    at = counter(shop)
    offered_code(shop, at.cashier)
    for _twice in range(2):
        at.cashier.post("/till/display/close")
    told = [entry.action for entry in shop.rows(AuditEntry) if entry.action.startswith("display.")]
    assert told == ["display.opened", "display.closed"]


def test_neither_code_nor_cookie_stands_in_the_log_or_in_an_address(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ben = shop.client("ben")
    code = offered_code(shop, ben)
    device = joined(shop, code)
    page = device.get("/display")
    cookie = device.get_cookie("display", path="/display")
    assert cookie is not None
    told = "\n".join(JsonLine().format(record) for record in caplog.records)
    assert "/display" in told
    assert json.dumps(code)[1:-1] not in told
    assert cookie.value not in told
    assert code not in page.text
    assert page.headers["Cache-Control"] == "no-store"
