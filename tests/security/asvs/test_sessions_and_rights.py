"""ASVS 5.0 chapters 7, 8 and 15: who is signed in, until when, and what that opens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from pos.accounts import users
from pos.core import clock
from pos.sales.models import Sale
from tests.api import Program
from tests.role_matrix import MATRIX, ROLES
from tests.shop import PASSWORD, Shop
from tests.test_role_matrix import WHO, address, routes

NEW = "a-new-long-secret"


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine."""
    return "sqlite"


def comes_in(browser: FlaskClient) -> bool:
    """Whether this browser is let in."""
    return browser.get("/profile").status_code == 200


def copied(shop: Shop, browser: FlaskClient) -> FlaskClient:
    """Another browser with a copy of the cookie."""
    cookie, thief = browser.get_cookie("pos"), shop.client()
    assert cookie is not None
    thief.set_cookie("pos", cookie.value)
    return thief


def test_asvs_7_2_4_signing_in_makes_a_new_session_and_ends_the_one_before(shop: Shop) -> None:
    browser, typed = shop.client(), {"email": "ben@example.com", "password": PASSWORD}
    browser.post("/sign-in", data=typed)
    before = copied(shop, browser)
    assert comes_in(before)
    browser.post("/sign-in", data=typed)
    assert (comes_in(browser), comes_in(before)) == (True, False)


def test_asvs_7_3_1_a_session_that_stood_idle_is_over(shop: Shop) -> None:
    browser = shop.client("ben")
    with clock.frozen(clock.now() + timedelta(hours=11)):
        assert comes_in(browser)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert not comes_in(browser)


def test_asvs_7_4_1_signing_out_ends_the_session_on_the_server(shop: Shop) -> None:
    browser, program = shop.client("ben"), Program(shop, "ben")
    thief = copied(shop, browser)
    browser.post("/sign-out")
    assert not comes_in(thief)
    assert program.post("/auth/logout").status_code == 200
    assert program.get("/auth/me").status_code == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "staff"}, {"password": NEW}])
def test_asvs_7_4_2_whoever_is_sent_home_is_out_everywhere(shop: Shop, change: dict[str, Any]) -> None:
    browser, program = shop.client("ben"), Program(shop, "ben")
    assert shop.ben.id is not None
    users.change_user(shop.asha, shop.ben.id, **change)
    assert (comes_in(browser), program.get("/auth/me").status_code) == (False, 401)


def test_asvs_7_4_3_a_new_password_ends_all_other_sessions(shop: Shop) -> None:
    here, elsewhere, program = shop.client("ben"), shop.client("ben"), Program(shop, "ben")
    given = {"current": PASSWORD, "password": NEW, "password_again": NEW}
    assert here.post("/profile/password", data=given).status_code == 303
    assert [comes_in(here), comes_in(elsewhere), program.get("/auth/me").status_code] == [True, False, 401]


def test_asvs_8_2_1_every_route_is_refused_to_roles_that_do_not_hold_it(shop: Shop) -> None:
    let_in = []
    for row, method, rule in routes(shop.app):
        if rule.endpoint.startswith("api"):
            continue
        for role in sorted({"staff", "cashier"} - MATRIX[row]):
            told = shop.client(WHO[role]).open(address(shop.app, rule), method=method)
            let_in += [f"{role}: {row}"] if told.status_code != 403 else []
    assert let_in == []
    assert set(ROLES) == {"nobody", "staff", "cashier", "owner"}


def test_asvs_8_2_2_an_id_opens_nothing_that_the_role_does_not(shop: Shop) -> None:
    item = {"productId": str(shop.product()), "quantity": 1}
    asked = {"items": [item], "paymentMethod": "CASH", "amountPaid": 100}
    sale = Program(shop, "asha").post("/sales", asked, Idempotency_Key="asha-1").json["data"]["sale"]["id"]
    staff, ben = Program(shop, "devi"), Program(shop, "ben")
    assert [staff.get(f"/sales/{sale}{path}").status_code for path in ("", "/receipt", "/returns")] == [403] * 3
    assert ben.delete(f"/sales/{sale}", reason="mine").status_code == 403
    assert ben.get(f"/sales/{uuid4()}").status_code == 404
    # Somebody else's key is another key: it neither answers with Asha's bill nor refuses.
    again = ben.post("/sales", asked, Idempotency_Key="asha-1")
    assert again.status_code == 201
    assert UUID(again.json["data"]["sale"]["id"]) != UUID(sale)


def test_asvs_8_2_3_nobody_but_the_owner_sees_what_goods_cost(shop: Shop) -> None:
    tea = shop.product("Tea", cost_price=Decimal("9.87"))
    for who in ("ben", "devi"):
        program, browser = Program(shop, who), shop.client(who)
        told = [program.get(path).text for path in ("/products", f"/products/{tea}")]
        told += [browser.get(path).text for path in (f"/products/{tea}", f"/products/{tea}/edit")]
        told.append(browser.get("/products/export.csv").text)
        assert [text for text in told if "9.87" in text or "costPrice" in text] == []
    assert "9.87" in Program(shop, "asha").get(f"/products/{tea}").text


@pytest.mark.parametrize("field", ["role", "unitPrice", "totalAmount", "billNumber", "createdAt", "createdBy", "id"])
def test_asvs_15_3_3_nobody_sets_what_the_shop_works_out(shop: Shop, field: str) -> None:
    ben = Program(shop, "ben")
    item = {"productId": str(shop.product()), "quantity": 1}
    asked = {"items": [item], "paymentMethod": "CASH", "amountPaid": 100}
    for body in ({**asked, field: "1"}, {**asked, "items": [{**item, field: "1"}]}):
        told = ben.post("/sales", body)
        assert (told.status_code, field in told.text) == (400, True)
    assert shop.rows(Sale) == []
    assert ben.put("/auth/me", {"fullName": "Ben", "role": "owner"}).status_code in (400, 404, 405)
    shop.client("ben").post("/profile", data={"full_name": "Ben", "email": "ben@example.com", "role": "owner"})
    assert Program(shop, "ben").get("/auth/me").json["data"]["user"]["role"] == "cashier"
