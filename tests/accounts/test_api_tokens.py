"""Bearer tokens: PLAN.md's sign-in for programs, and all that ends or forges a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest

from pos.accounts import users
from pos.core import clock
from tests.api import BY_THE_SHOPS_CLOCK
from tests.shop import PASSWORD, Shop

SECRET = "j" * 64


def login(client: Any, who: str = "ben", password: str = PASSWORD) -> Any:
    return client.post("/api/v1/auth/login", json={"email": f"{who}@example.com", "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def client(shop: Shop) -> Any:
    return shop.app.test_client()


@pytest.fixture
def token(client: Any) -> str:
    return str(login(client).json["data"]["token"])


def test_signing_in_answers_as_the_plan_shows(client: Any) -> None:
    answer = login(client)
    assert (answer.status_code, answer.json["success"]) == (200, True)
    data = answer.json["data"]
    assert (data["user"]["fullName"], data["user"]["role"], data["expiresIn"]) == ("Ben Thomas", "cashier", "24h")
    claims = jwt.decode(data["token"], SECRET, algorithms=["HS256"], options=BY_THE_SHOPS_CLOCK)
    assert {"userId", "email", "role", "iat", "exp", "jti", "type"} <= set(claims)
    assert claims["exp"] - claims["iat"] == 24 * 3600


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(client: Any) -> None:
    wrong, unknown = login(client, password="nothing-right"), login(client, who="nobody")
    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)
    assert (wrong.status_code, wrong.json["success"]) == (401, False)


def test_the_token_says_who_one_is(client: Any, token: str) -> None:
    me = client.get("/api/v1/auth/me", headers=bearer(token))
    assert me.json["data"]["user"]["email"] == "ben@example.com"


def test_without_a_token_nothing_is_told(client: Any) -> None:
    answer = client.get("/api/v1/auth/me")
    assert (answer.status_code, answer.json["code"]) == (401, "UNAUTHORIZED")


def test_the_cookie_of_a_page_opens_no_door_here(shop: Shop) -> None:
    assert shop.client("asha").get("/api/v1/auth/me").status_code == 401


def test_a_token_opens_no_page(client: Any, token: str) -> None:
    assert client.get("/profile", headers=bearer(token)).status_code == 303


def test_signing_out_ends_the_token(client: Any, token: str) -> None:
    assert client.post("/api/v1/auth/logout", headers=bearer(token)).status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer(token)).status_code == 401


def test_a_refreshed_token_replaces_the_old_one(client: Any, token: str) -> None:
    new = client.post("/api/v1/auth/refresh", headers=bearer(token)).json["data"]["token"]
    assert client.get("/api/v1/auth/me", headers=bearer(new)).status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer(token)).status_code == 401


def test_a_new_password_ends_all_other_tokens(client: Any, token: str) -> None:
    other = login(client).json["data"]["token"]
    body = {"currentPassword": PASSWORD, "newPassword": "kirana-ledger-42"}
    assert client.put("/api/v1/auth/change-password", json=body, headers=bearer(token)).status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer(token)).status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer(other)).status_code == 401


def test_a_changed_role_ends_the_token(shop: Shop, client: Any, token: str) -> None:
    assert shop.ben.id is not None
    users.change_user(shop.asha, shop.ben.id, role="staff")
    assert client.get("/api/v1/auth/me", headers=bearer(token)).status_code == 401


def test_a_token_expires_by_the_shops_clock(client: Any, token: str) -> None:
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        assert client.get("/api/v1/auth/me", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"type": "refresh"},
        {"exp": None},
        {"jti": "guessed"},
        {"jti": 1},
        {"sub": "someone-else"},
        {"exp": "tomorrow"},
    ],
)
def test_a_token_with_other_claims_is_refused(client: Any, token: str, change: dict[str, Any]) -> None:
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options=BY_THE_SHOPS_CLOCK) | change
    forged = jwt.encode({name: value for name, value in claims.items() if value is not None}, SECRET, "HS256")
    assert client.get("/api/v1/auth/me", headers=bearer(forged)).status_code == 401


@pytest.mark.parametrize(("key", "algorithm"), [("k" * 40, "HS256"), (SECRET, "HS512"), (None, "none")])
def test_a_token_signed_otherwise_is_refused(client: Any, token: str, key: str | None, algorithm: str) -> None:
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options=BY_THE_SHOPS_CLOCK)
    forged = jwt.encode(claims, key, algorithm=algorithm)
    assert client.get("/api/v1/auth/me", headers=bearer(forged)).status_code == 401


def test_only_the_owner_registers_people(shop: Shop, client: Any, token: str) -> None:
    person = {"email": "esha@example.com", "password": "kirana-ledger-42", "fullName": "Esha", "role": "staff"}
    assert client.post("/api/v1/auth/register", json=person, headers=bearer(token)).status_code == 403
    owners = login(client, "asha").json["data"]["token"]
    made = client.post("/api/v1/auth/register", json=person, headers=bearer(owners))
    assert (made.status_code, made.json["data"]["user"]["role"]) == (201, "staff")


def test_unknown_fields_and_bad_json_are_told(client: Any) -> None:
    unknown = client.post("/api/v1/auth/login", json={"email": "a@b", "password": "x", "admin": True})
    assert (unknown.status_code, unknown.json["details"][0]["field"]) == (400, "admin")
    for body in ("{", "[]", '{"email": NaN}', '{"email": 1e999}'):
        bad = client.post("/api/v1/auth/login", data=body, content_type="application/json")
        assert (bad.status_code, bad.json["success"]) == (400, False)


def test_the_document_describes_the_endpoints(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.")
    assert "/api/v1/auth/login" in document["paths"]
