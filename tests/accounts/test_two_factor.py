"""Two-factor sign-in (ASVS 5.0, 6.3 to 6.5): switched on by who wants it, asked for at both doors."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from pos.accounts import signin, throttle, two_factor, users
from pos.accounts.models import RecoveryCode, SignInSession, User, WrongPasswords
from pos.core import clock
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden, Invalid, NotFound, Refused, TooManyTries
from tests.accounts.together import at_once
from tests.shop import PASSWORD, Shop

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
STEP = timedelta(seconds=30)


def at(steps: float = 0) -> AbstractContextManager[None]:
    """The shop's clock, so many steps of half a minute after noon."""
    return clock.frozen(NOON + steps * STEP)


def code(shop: Shop, who: str = "ben", steps: int = 0) -> str:
    """What the phone shows so many steps from now."""
    secret = shop.row(User, getattr(shop, who).id).otp_secret
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


def switched_on(shop: Shop, who: str = "ben") -> list[str]:
    """This person's second factor, on since ten minutes ago; gives the recovery codes."""
    person = getattr(shop, who)
    with at(-20):
        two_factor.begin(person, PASSWORD)
        return two_factor.switch_on(person, None, code(shop, who))


def password_given(shop: Shop, who: str = "ben", password: str = PASSWORD, **more: str) -> tuple[FlaskClient, Any]:
    browser = shop.client()
    typed = {"email": f"{who}@example.com", "password": password, **more}
    return browser, browser.post("/sign-in", data=typed)


def login(shop: Shop, who: str = "ben", **more: str) -> Any:
    body = {"email": f"{who}@example.com", "password": PASSWORD, **more}
    return shop.app.test_client().post("/api/v1/auth/login", json=body)


def test_it_is_switched_on_at_the_profile_with_a_code_from_the_phone(shop: Shop) -> None:
    with at():
        browser, elsewhere = shop.client("ben"), shop.client("ben")
        assert browser.post("/profile/two-factor/begin", data={"password": PASSWORD}).location == "/profile/two-factor"
        page = browser.get("/profile/two-factor").text
        assert "<svg" in page
        secret = shop.row(User, shop.ben.id).otp_secret  # type: ignore[arg-type]
        assert secret in page.replace(" ", "")
        wrong = browser.post("/profile/two-factor/on", data={"code": "000000"})
        assert (wrong.status_code, 'id="code-error"' in wrong.text) == (400, True)
        done = browser.post("/profile/two-factor/on", data={"code": code(shop)})
        assert (done.status_code, done.headers["Cache-Control"]) == (200, "no-store")
        assert len(re.findall(r"<code>[0-9a-z]{4}(?:-[0-9a-z]{4}){3}</code>", done.text)) == 10
        assert secret not in browser.get("/profile/two-factor").text.replace(" ", "")
        assert browser.get("/profile").status_code == 200
        assert elsewhere.get("/profile").status_code == 303
    assert [row.actor_name for row in shop.rows(AuditEntry, action="user.two_factor_on")] == ["Ben Thomas"]


def test_asvs_6_3_4_both_doors_ask_for_the_code(shop: Shop) -> None:
    switched_on(shop)
    with at():
        browser, answer = password_given(shop, next="/products")
        assert (answer.status_code, answer.location) == (303, "/sign-in/code?next=/products")
        assert browser.get("/till").status_code == 303
        assert shop.rows(SignInSession, ended_at=None) == []
        page = browser.get(answer.location)
        assert 'autocomplete="one-time-code"' in page.text
        assert login(shop).json["code"] == "OTP_REQUIRED"
        arrived = browser.post("/sign-in/code", data={"code": code(shop), "next": "/products"})
        assert (arrived.status_code, arrived.location) == (303, "/products")
        assert browser.get("/products").status_code == 200
    with at(2):
        answer = login(shop, otp=code(shop))
        assert (answer.status_code, answer.json["data"]["user"]["fullName"]) == (200, "Ben Thomas")
    second = [row.change for row in shop.rows(AuditEntry, action="session.started")]
    assert all('"second_factor": "code"' in change for change in second)


def test_who_did_not_switch_it_on_is_asked_for_nothing(shop: Shop) -> None:
    switched_on(shop, "asha")
    _browser, answer = password_given(shop)
    assert answer.location == "/"
    assert login(shop, otp="123456").status_code == 200


def test_asvs_6_5_1_a_code_that_was_used_is_refused(shop: Shop) -> None:
    switched_on(shop)
    with at():
        seen = code(shop)
        assert login(shop, otp=seen).status_code == 200
        again = login(shop, otp=seen)
        assert (again.status_code, again.json["code"]) == (401, "OTP_WRONG")
        assert login(shop, otp=code(shop, steps=-1)).status_code == 401
        browser, _answer = password_given(shop)
        replayed = browser.post("/sign-in/code", data={"code": seen})
        assert (replayed.status_code, "was used already" in replayed.text) == (401, True)


def test_the_code_that_switched_it_on_signs_nobody_in(shop: Shop) -> None:
    with at():
        two_factor.begin(shop.ben, PASSWORD)
        first = code(shop)
        two_factor.switch_on(shop.ben, None, first)
        assert login(shop, otp=first).status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_asvs_6_5_5_a_phone_may_be_half_a_minute_off_and_no_more(shop: Shop, steps: int, status: int) -> None:
    switched_on(shop)
    with at():
        assert login(shop, otp=code(shop, steps=steps)).status_code == status


def test_asvs_6_5_1_a_recovery_code_works_once_however_it_is_typed(shop: Shop) -> None:
    codes = switched_on(shop)
    with at():
        assert login(shop, otp=codes[0].upper().replace("-", " ")).status_code == 200
        assert login(shop, otp=codes[0]).status_code == 401
        browser, _answer = password_given(shop)
        assert browser.post("/sign-in/code", data={"code": codes[1]}).status_code == 303
    assert two_factor.state(shop.ben.id).codes_left == 8  # type: ignore[arg-type]
    used = shop.rows(AuditEntry, action="user.recovery_code_used")
    assert [row.change for row in used] == ['{"left": "9"}', '{"left": "8"}']


def test_asvs_6_5_2_recovery_codes_are_kept_as_hashes_alone(shop: Shop) -> None:
    codes = switched_on(shop)
    kept = shop.rows(RecoveryCode)
    assert len(kept) == 10
    assert not any(one in str(row) or one.replace("-", "") in str(row) for one in codes for row in kept)
    entries = " ".join(str(row) for row in shop.rows(AuditEntry))
    assert shop.row(User, shop.ben.id).otp_secret not in entries  # type: ignore[arg-type]
    assert not any(one in entries for one in codes)


def test_new_recovery_codes_replace_the_old(shop: Shop) -> None:
    old = switched_on(shop)
    browser = shop.client("ben")
    assert browser.post("/profile/two-factor/codes", data={"password": "wrong-wrong"}).status_code == 400
    page = browser.post("/profile/two-factor/codes", data={"password": PASSWORD}).text
    new = re.findall(r"<code>([0-9a-z-]{19})</code>", page)
    assert len(set(new) - set(old)) == 10
    with at():
        assert login(shop, otp=old[0]).status_code == 401
        assert login(shop, otp=new[0]).status_code == 200


def test_asvs_6_3_1_knowing_the_password_buys_no_guesses_at_the_code(shop: Shop) -> None:
    """Each password that was right would otherwise start the count anew."""
    switched_on(shop)
    with at():
        statuses = []
        for _try in range(5):
            browser, answer = password_given(shop)
            statuses.append(answer.status_code)
            if answer.status_code == 303:
                statuses.append(browser.post("/sign-in/code", data={"code": "000000"}).status_code)
        assert statuses.count(401) <= throttle.FREE_TRIES["account"]
        assert 429 in statuses
        assert login(shop, otp=code(shop)).status_code == 429


def test_a_right_code_forgives_what_went_before(shop: Shop) -> None:
    switched_on(shop)
    with at():
        for _try in range(2):
            login(shop, otp="000000")
        assert login(shop, otp=code(shop)).status_code == 200
        assert {row.failures for row in shop.rows(WrongPasswords) if not row.subject.startswith("address")} <= {0, 2}
    with at(2):
        assert login(shop, otp=code(shop)).status_code == 200


def test_a_wrong_code_is_written_down_without_the_code(shop: Shop) -> None:
    switched_on(shop)
    with at():
        login(shop, otp="987654")
    (refused,) = shop.rows(AuditEntry, action="session.refused")
    assert '"at": "second step"' in refused.change
    assert "987654" not in refused.change


def test_a_wrong_password_says_nothing_of_the_second_step(shop: Shop) -> None:
    switched_on(shop)
    _browser, ben = password_given(shop, password="not-it-at-all")
    _browser, devi = password_given(shop, "devi", password="not-it-at-all")
    assert (ben.status_code, devi.status_code) == (401, 401)
    assert login(shop, password="not-it-at-all", otp="123456").json["code"] == "UNAUTHORIZED"


def test_the_second_step_waits_five_minutes_and_no_longer(shop: Shop) -> None:
    switched_on(shop)
    with at():
        browser, _answer = password_given(shop)
    with at(10):
        late = browser.post("/sign-in/code", data={"code": code(shop), "next": "/products"})
        assert (late.status_code, late.location) == (303, "/sign-in?next=/products")
        assert browser.get("/sign-in/code").location == "/sign-in"
        assert browser.get("/products").status_code == 303


def test_a_new_password_ends_a_second_step_that_waits(shop: Shop) -> None:
    switched_on(shop)
    with at():
        browser, _answer = password_given(shop)
        users.change_user(shop.asha, shop.ben.id, password="another-long-one")  # type: ignore[arg-type]
        assert browser.post("/sign-in/code", data={"code": code(shop)}).location == "/sign-in"


def test_nobody_gets_to_the_second_step_without_the_first(shop: Shop) -> None:
    switched_on(shop)
    browser = shop.client()
    assert browser.get("/sign-in/code").location == "/sign-in"
    assert browser.post("/sign-in/code", data={"code": code(shop)}).location == "/sign-in"


def test_the_second_step_leads_nowhere_else(shop: Shop) -> None:
    switched_on(shop)
    with at():
        browser, answer = password_given(shop, next="//evil.example/")
        assert answer.location == "/sign-in/code"
        arrived = browser.post("/sign-in/code", data={"code": code(shop), "next": "https://evil.example/"})
        assert arrived.location == "/"


def test_asvs_7_5_1_switching_it_on_and_off_asks_for_the_password(shop: Shop) -> None:
    with pytest.raises(Invalid, match="current password"):
        two_factor.begin(shop.ben, "wrong-wrong")
    switched_on(shop)
    browser = shop.client("ben")
    assert browser.post("/profile/two-factor/off", data={"password": "wrong-wrong"}).status_code == 400
    assert two_factor.state(shop.ben.id).is_on  # type: ignore[arg-type]
    assert browser.post("/profile/two-factor/off", data={"password": PASSWORD}).location == "/profile#two-factor"
    assert shop.rows(RecoveryCode) == []
    assert login(shop).status_code == 200
    for _try in range(throttle.FREE_TRIES["account"]):
        with pytest.raises(Invalid):
            two_factor.switch_own_off(shop.ben, "wrong-wrong")
    with pytest.raises(TooManyTries):
        two_factor.switch_own_off(shop.ben, PASSWORD)


def test_the_owner_switches_it_off_for_who_lost_the_phone(shop: Shop) -> None:
    switched_on(shop)
    asha, address = shop.client("asha"), f"/people/{shop.ben.id}"
    assert "/two-factor/off" in asha.get(address).text
    assert asha.post(f"{address}/two-factor/off").location == f"{address}#sessions"
    assert "/two-factor/off" not in asha.get(address).text
    assert login(shop).status_code == 200
    (entry,) = shop.rows(AuditEntry, action="user.two_factor_off")
    assert (entry.actor_name, entry.subject_id) == ("Asha Patil", str(shop.ben.id))


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_nobody_else_switches_it_off_for_others(shop: Shop, who: str) -> None:
    switched_on(shop, "asha")
    with pytest.raises(Forbidden):
        two_factor.switch_off(getattr(shop, who), shop.asha.id)  # type: ignore[arg-type]
    assert shop.client(who).post(f"/people/{shop.asha.id}/two-factor/off").status_code == 403
    with pytest.raises(NotFound):
        two_factor.switch_off(shop.asha, shop.product())


def test_what_is_on_is_not_begun_again_and_what_was_not_begun_is_not_switched_on(shop: Shop) -> None:
    with pytest.raises(Refused, match="Begin again"):
        two_factor.switch_on(shop.ben, None, "123456")
    with pytest.raises(Refused, match="is off"):
        two_factor.make_new_codes(shop.ben, PASSWORD)
    switched_on(shop)
    before = shop.row(User, shop.ben.id).otp_secret  # type: ignore[arg-type]
    with pytest.raises(Refused, match="on already"):
        two_factor.begin(shop.ben, PASSWORD)
    assert shop.row(User, shop.ben.id).otp_secret == before  # type: ignore[arg-type]


def test_the_secret_is_never_shown_with_a_person(shop: Shop) -> None:
    switched_on(shop)
    assert not {"otp_secret", "otp_last_step", "password_hash"} & set(users.find(shop.ben.id)._fields)  # type: ignore[arg-type]
    secret = shop.row(User, shop.ben.id).otp_secret  # type: ignore[arg-type]
    pages = shop.client("asha").get(f"/people/{shop.ben.id}").text + shop.client("ben").get("/profile").text
    assert secret not in pages


def test_whoever_sits_at_the_computer_lets_a_lonely_owner_in_again(shop: Shop) -> None:
    switched_on(shop, "asha")
    runner = shop.app.test_cli_runner()
    unknown = runner.invoke(args=["two-factor-off", "nobody@example.com"])
    assert (unknown.exit_code, unknown.stderr.strip()) == (1, "There is no such person.")
    assert runner.invoke(args=["two-factor-off", "Asha@example.com"]).exit_code == 0
    assert login(shop, "asha").status_code == 200
    (entry,) = shop.rows(AuditEntry, action="user.two_factor_off")
    assert entry.actor_name == "command line"


def test_one_code_lets_one_in_however_many_send_it_at_once(shop: Shop) -> None:
    codes = switched_on(shop)
    with at():
        seen = code(shop)
        for used in (seen, codes[0]):
            tries = [lambda used=used: signin.sign_in("ben@example.com", PASSWORD, "api", "10.0.0.1", otp=used)] * 3
            assert sorted(at_once(shop.app, *tries)) == ["OTP_WRONG", "OTP_WRONG", "done"]
