"""The first visit: the store and its owner, once, and only by who may (DESIGN.md 7)."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pos.accounts import setup, users
from pos.accounts.models import User
from pos.accounts.roles import COMMAND_LINE
from pos.core import audit
from pos.core.db import db, execute, one_unit, table
from pos.core.errors import Invalid, Refused, TooManyTries
from pos.settings import store
from tests.accounts.together import at_once
from tests.shop import PASSWORD, Shop

FAR = {"REMOTE_ADDR": "192.168.77.20"}
ANSWERS = {
    "store_name": "Asha Kirana",
    "full_name": "Asha Patil",
    "email": "Asha@Example.com",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "prices_include_tax": "yes",
    "gst_mode": "none",
    "gstin": "",
    "upi_id": "asha@okbank",
    "language": "hi",
}


def owners() -> list[Any]:
    db.session.rollback()
    return list(execute(table(User).select()).all())


def test_the_owner_names_the_store_and_sees_the_first_steps(app: Flask) -> None:
    browser = app.test_client()
    answer = browser.post("/set-up", data=ANSWERS)
    assert (answer.status_code, answer.location) == (303, "/first-steps")
    assert browser.get("/profile").status_code == 200
    terms = store.current()
    assert (terms.store_name, terms.upi_id, terms.language) == ("Asha Kirana", "asha@okbank", "hi")
    assert terms.prices_include_tax
    (owner,) = owners()
    assert (owner.email, owner.role, owner.full_name) == ("asha@example.com", "owner", "Asha Patil")
    assert owner.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not list(audit.broken_links())


@pytest.mark.parametrize(
    ("inside", "mode", "rate"),
    [("yes", "none", 0), ("no", "none", 5), ("yes", "regular", 5), ("yes", "composition", 5)],
)
def test_only_a_shop_that_is_not_registered_and_sells_at_mrp_starts_without_tax(
    app: Flask, inside: str, mode: str, rate: int
) -> None:
    answers = ANSWERS | {"prices_include_tax": inside, "gst_mode": mode, "gstin": "27AAPFU0939F1ZV"}
    assert app.test_client().post("/set-up", data=answers).status_code == 303
    assert store.current().tax_rate == rate


def test_prices_stand_without_tax_when_nobody_was_asked(app: Flask) -> None:
    answers = {name: value for name, value in ANSWERS.items() if name != "prices_include_tax"}
    assert app.test_client().post("/set-up", data=answers).status_code == 303
    assert store.current().prices_include_tax is False


def test_the_page_offers_prices_with_tax(app: Flask) -> None:
    page = app.test_client().get("/set-up").text
    assert 'checked id="prices_include_tax-0" name="prices_include_tax" type="radio" value="yes"' in page


def test_all_problems_are_told_at_once_and_what_was_typed_stays(app: Flask) -> None:
    wrong = {**ANSWERS, "store_name": " ", "full_name": "", "email": "asha", "gst_mode": "regular", "upi_id": "me"}
    answer = app.test_client().post("/set-up", data={**wrong, "password": "tiny-77", "password_again": "tiny-77"})
    assert answer.status_code == 400
    for name in ("store_name", "full_name", "email", "gstin", "upi_id", "password"):
        assert f'id="{name}-error"' in answer.text, name
    assert 'value="asha"' in answer.text
    assert "tiny-77" not in answer.text
    assert not owners()
    assert not store.exists()


def test_two_different_passwords_are_refused(app: Flask) -> None:
    answer = app.test_client().post("/set-up", data={**ANSWERS, "password_again": "namaste-ji-8"})
    assert (answer.status_code, 'id="password_again-error"' in answer.text) == (400, True)
    assert not owners()


def test_once_the_shop_is_open_the_page_leads_to_the_sign_in(shop: Shop) -> None:
    answer = shop.client().get("/set-up")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    again = shop.client().post("/set-up", data={**ANSWERS, "email": "eve@example.com"})
    assert again.status_code == 409
    assert "set up already" in again.text
    assert "eve@example.com" not in [person.email for person in owners()]


def test_nobody_gets_past_the_set_up_before_there_is_an_owner(app: Flask) -> None:
    browser = app.test_client()
    for page in ("/", "/people", "/settings", "/sign-in"):
        assert browser.get(page).location == "/set-up", page


@pytest.mark.parametrize(("where", "asked"), [("127.0.0.1", False), ("192.168.77.20", True), ("unknown", True)])
def test_only_another_machine_is_asked_for_the_code(app: Flask, where: str, asked: bool) -> None:
    page = app.test_client().get("/set-up", environ_overrides={"REMOTE_ADDR": where}).text
    assert ('name="code"' in page) is asked


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "10.1.1.1"},
        {"X-Forwarded-Port": "80"},
        {"Forwarded": "for=10.1.1.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-Ip": "10.1.1.1"},
        {"Cf-Connecting-Ip": "10.1.1.1"},
        {"Host": "rebound.example"},
        {"Host": "["},
    ],
)
def test_a_proxy_or_a_strange_name_does_not_pass_for_the_server_itself(app: Flask, headers: dict[str, str]) -> None:
    browser = app.test_client()
    assert 'name="code"' in browser.get("/set-up", headers=headers).text
    assert browser.post("/set-up", data=ANSWERS, headers=headers).status_code == 400
    assert not owners()


def test_a_proxy_that_says_nothing_is_known_by_its_old_protocol(app: Flask) -> None:
    """nginx speaks HTTP/1.0 to what stands behind it, and adds no header unless it is told to."""
    asked = app.test_client().get("/set-up", environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})
    assert 'name="code"' in asked.text


def test_another_machine_needs_the_code_and_may_write_it_in_its_own_way(app: Flask, tmp_path: Path) -> None:
    code = setup.code(tmp_path)
    browser = app.test_client()
    for wrong in ("", "ABCD2345"):
        answer = browser.post("/set-up", data={**ANSWERS, "code": wrong}, environ_overrides=FAR)
        assert (answer.status_code, 'id="code-error"' in answer.text) == (400, True)
    typed = f" {code[:4].lower()}-{code[4:].lower()} "
    assert browser.post("/set-up", data={**ANSWERS, "code": typed}, environ_overrides=FAR).status_code == 303
    assert not (tmp_path / setup.FILE).exists()


def test_the_code_is_kept_for_the_owner_alone_and_made_once(tmp_path: Path) -> None:
    first = setup.code(tmp_path)
    assert setup.code(tmp_path) == first
    assert set(first) <= set(setup.SIGNS)
    assert len(first) == setup.LENGTH
    assert stat.S_IMODE((tmp_path / setup.FILE).stat().st_mode) == 0o600


def test_an_emptied_code_file_lets_nobody_in(app: Flask, tmp_path: Path) -> None:
    (tmp_path / setup.FILE).write_text("")
    with pytest.raises(Invalid):
        setup.check_code(tmp_path, "", "192.168.77.20")


def test_guessing_the_code_slows_down(app: Flask, tmp_path: Path) -> None:
    for _guess in range(5):
        with pytest.raises(Invalid):
            setup.check_code(tmp_path, "ABCD2345", "192.168.77.20")
    with pytest.raises(TooManyTries) as refusal:
        setup.check_code(tmp_path, setup.code(tmp_path), "192.168.77.20")
    assert refusal.value.facts["retry_after"] >= 1
    setup.check_code(tmp_path, setup.code(tmp_path), "192.168.77.21")


def _opening(name: str) -> Any:
    return lambda: setup.set_up(
        {"store_name": name}, email=f"{name.lower()}@example.com", full_name=name, password=PASSWORD
    )


@pytest.mark.parametrize("opened", [False, True])
def test_two_browsers_at_the_same_moment_make_one_owner(app: Flask, opened: bool) -> None:
    if opened:
        one_unit(store.open_store)(COMMAND_LINE, {"store_name": "Nobody's"})
    outcomes = at_once(app, *(_opening(name) for name in ("Asha", "Bina", "Chitra")))
    assert sorted(outcomes) == ["ALREADY_SET_UP", "ALREADY_SET_UP", "done"]
    (owner,) = owners()
    assert store.current().store_name == owner.full_name


def test_a_set_up_that_comes_second_is_refused_in_a_sentence(shop: Shop) -> None:
    with pytest.raises(Refused, match="set up already"):
        _opening("Eve")()


def test_an_owner_made_by_the_command_line_finds_settings_that_can_be_saved(app: Flask) -> None:
    users.create_user(COMMAND_LINE, email="asha@example.com", full_name="Asha", role="owner", password=PASSWORD)
    browser = app.test_client()
    browser.post("/sign-in", data={"email": "asha@example.com", "password": PASSWORD})
    assert browser.get("/settings").status_code == 200
    assert browser.post("/settings", data={"store_name": "Asha Kirana"}).status_code == 303
    assert store.current().store_name == "Asha Kirana"
