"""The second factor for programs: switched on with a code, asked for at the next sign-in, switched off."""

from __future__ import annotations

from typing import Any

import pyotp

from pos.core.audit import AuditEntry
from tests.accounts.test_two_factor import at, code, login, switched_on
from tests.api import Program
from tests.shop import PASSWORD, Shop

CONFIRMED = {"password": PASSWORD}


def state(program: Program) -> Any:
    return program.get("/auth/two-factor").json["data"]["twoFactor"]


def test_it_is_switched_on_with_a_code_and_ends_the_persons_other_tokens(shop: Shop) -> None:
    with at():
        ben, other = Program(shop, "ben"), Program(shop, "ben")
        assert state(ben) == {"isOn": False, "onAt": None, "codesLeft": 0}
        begun = ben.post("/auth/two-factor", CONFIRMED).json["data"]
        assert pyotp.parse_uri(begun["link"]).secret == begun["secret"]
        assert login(shop).status_code == 200
        codes = ben.post("/auth/two-factor/on", {"code": code(shop)}).json["data"]["recoveryCodes"]
        assert len(set(codes)) == 10
        assert (state(ben)["isOn"], state(ben)["codesLeft"]) == (True, 10)
        assert other.get("/auth/me").status_code == 401
        asked = login(shop)
        assert (asked.status_code, asked.json["code"]) == (401, "OTP_REQUIRED")
        assert login(shop, otp=codes[0]).status_code == 200
        assert state(ben)["codesLeft"] == 9


def test_nothing_is_told_or_changed_without_the_password(shop: Shop) -> None:
    with at():
        ben = Program(shop, "ben")
        for path in ("", "/codes", "/off"):
            refused = ben.post(f"/auth/two-factor{path}", {"password": "wrong-password"})
            assert refused.status_code == 400, path
            assert refused.json["details"][0]["field"] == "password", path
            assert "data" not in refused.json, path
        assert ben.post("/auth/two-factor", {}).status_code == 400
        assert state(ben)["isOn"] is False


def test_a_wrong_code_switches_nothing_on(shop: Shop) -> None:
    with at():
        ben = Program(shop, "ben")
        assert ben.post("/auth/two-factor/on", {"code": "123456"}).status_code == 409
        ben.post("/auth/two-factor", CONFIRMED)
        wrong = ben.post("/auth/two-factor/on", {"code": "000000"})
        assert (wrong.status_code, wrong.json["code"]) == (400, "OTP_WRONG")
        assert state(ben)["isOn"] is False


def test_new_recovery_codes_take_the_place_of_the_old(shop: Shop) -> None:
    (old, *_rest) = switched_on(shop)
    with at():
        ben = Program.by_token(shop, login(shop, otp=code(shop)).json["data"]["token"])
        new = ben.post("/auth/two-factor/codes", CONFIRMED).json["data"]["recoveryCodes"]
        assert old not in new
        assert login(shop, otp=old).status_code == 401
        assert login(shop, otp=new[0]).status_code == 200


def test_it_is_switched_off_by_oneself_or_by_the_owner(shop: Shop) -> None:
    switched_on(shop)
    with at():
        ben = Program.by_token(shop, login(shop, otp=code(shop)).json["data"]["token"])
        assert ben.post("/auth/two-factor/off", CONFIRMED).status_code == 200
        assert login(shop).status_code == 200
    switched_on(shop, "devi")
    with at():
        assert Program(shop, "ben").post(f"/users/{shop.devi.id}/two-factor/off").status_code == 403
        assert Program(shop, "asha").post(f"/users/{shop.devi.id}/two-factor/off").status_code == 200
        assert login(shop, "devi").status_code == 200
    deeds = [row.action for row in shop.rows(AuditEntry) if "two_factor" in row.action]
    assert deeds == ["user.two_factor_on", "user.two_factor_off"] * 2
