"""What every request of a program meets at the door: limits, other sites, sizes, addresses that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pos.core.api.door import LARGEST_BODY_BYTES
from tests.api import Program
from tests.conftest import in_context, make_app
from tests.engines import rewound
from tests.shop import PASSWORD, Shop, open_shop

SITE = "https://books.example"
ASK = {"email": "ben@example.com", "password": PASSWORD}


@pytest.fixture
def engine_name() -> str:
    """Nothing here depends on the engine."""
    return "sqlite"


def shop_with(tmp_path: Path, environ: dict[str, str] | None = None, **terms: Any) -> Any:
    app = make_app(rewound("sqlite", True, "current_empty"), tmp_path, environ, **terms)
    for opened in in_context(app):
        yield open_shop(opened)


@pytest.fixture
def limited(tmp_path: Path) -> Any:
    """A shop whose programs may ask five times a minute, and three times without a token."""
    yield from shop_with(tmp_path, API_LIMIT_PERSON="5/minute", API_LIMIT_ADDRESS="3/minute")


@pytest.fixture
def visited(tmp_path: Path) -> Any:
    """A shop whose API the pages of one other site may use."""
    yield from shop_with(tmp_path, {"CORS_ORIGIN": SITE})


def test_a_program_that_asks_too_often_is_told_how_long_to_wait(limited: Shop) -> None:
    asha, ben = Program(limited, "asha"), Program(limited, "ben")
    assert [ben.get("/auth/me").status_code for _request in range(6)] == [200] * 5 + [429]
    answer = ben.get("/auth/me")
    assert answer.json["code"] == "TOO_MANY_REQUESTS"
    assert answer.json["error"].startswith("Too many requests. Try again in ")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert asha.get("/auth/me").status_code == 200, "each person is counted alone"


def test_signing_in_and_guessing_at_tokens_are_counted_by_address(limited: Shop) -> None:
    client = limited.app.test_client()
    guess = {"Authorization": "Bearer nonsense"}
    assert [client.get("/api/v1/products", headers=guess).status_code for _try in range(3)] == [401] * 3
    assert client.get("/api/v1/products").status_code == 429
    assert client.post("/api/v1/auth/login", json=ASK).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.168.1.7"}
    assert client.post("/api/v1/auth/login", json=ASK, environ_overrides=elsewhere).status_code == 200


def test_the_usual_limits_are_generous(tmp_path: Path) -> None:
    for shop in shop_with(tmp_path, API_LIMIT_PERSON="600/minute", API_LIMIT_ADDRESS="60/minute"):
        program = Program(shop, "ben")
        assert {program.get("/auth/me").status_code for _request in range(100)} == {200}


def test_pages_of_the_one_other_site_may_ask(visited: Shop) -> None:
    client = visited.app.test_client()
    asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    before = client.options("/api/v1/sales", headers=asked)
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == SITE
    assert "Idempotency-Key" in before.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in before.headers["Access-Control-Allow-Methods"]
    answer = client.get("/api/v1/products", headers={"Origin": SITE})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, SITE)
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers, "no cookie is ever read here"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", SITE + ".evil.example", "http://books.example"])
def test_pages_of_all_others_may_not(visited: Shop, origin: str) -> None:
    client = visited.app.test_client()
    for answer in (
        client.options("/api/v1/sales", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
        client.get("/api/v1/products", headers={"Origin": origin}),
    ):
        assert not [name for name, _said in answer.headers if name.startswith("Access-Control")]


def test_without_the_setting_and_for_the_pages_no_other_site_is_let_in(shop: Shop, visited: Shop) -> None:
    headers = {"Origin": SITE}
    for answer in (
        shop.app.test_client().get("/api/v1/products", headers=headers),
        visited.app.test_client().get("/sign-in", headers=headers),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_body_that_is_too_large_is_refused_as_json(shop: Shop) -> None:
    answer = Program(shop, "asha").post("/products", {"name": "x" * LARGEST_BODY_BYTES})
    assert (answer.status_code, answer.json["code"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nowhere", 404, "NOT_FOUND"),
        ("get", "/products/not-an-id", 404, "NOT_FOUND"),
        ("patch", "/sales/today", 405, "METHOD_NOT_ALLOWED"),
        ("delete", "/auth/login", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_addresses_that_are_none_are_refused_as_json(
    shop: Shop, method: str, path: str, status: int, code: str
) -> None:
    program = Program(shop, "asha")
    answer = getattr(program, method)(path)
    assert (answer.status_code, answer.json["code"], answer.json["success"]) == (status, code, False)
    assert status != 405 or answer.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"name": NaN}', "application/json"),
        (b'{"price": 1e5}', "application/json"),
        (b'{"name": "\\ud800"}', "application/json"),
        (b'{"name": "\xff"}', "application/json"),
        (b'{"name": "Tea"}', "text/plain"),
        (b"", "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_bodies_that_are_no_json_object_are_refused(shop: Shop, body: bytes, kind: str) -> None:
    program = Program(shop, "asha")
    answer = program.client.post("/api/v1/products", data=body, content_type=kind, headers=program.headers)
    assert answer.status_code == 400
    assert answer.get_json()["success"] is False


def test_fields_nobody_knows_are_refused_by_name(shop: Shop) -> None:
    program = Program(shop, "asha")
    answer = program.post("/products", {"name": "Tea", "price": 5, "prize": 6})
    assert (answer.status_code, answer.json["details"][0]["field"]) == (400, "prize")
    assert "startdate" in program.get("/sales", startdate="2026-01-01").json["error"]


@pytest.mark.parametrize("price", [True, "NaN", "1e3", 1.234, [], {}, "12,5", 10**15, -1, "-0"])
def test_money_that_is_none_is_refused(shop: Shop, price: Any) -> None:
    answer = Program(shop, "asha").post("/products", {"name": "Tea", "price": price})
    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == "price"


def test_money_may_come_as_text_and_goes_as_an_exact_number(shop: Shop) -> None:
    program = Program(shop, "asha")
    answer = program.post("/products", {"name": "Tea", "price": "12.10", "stockQuantity": "3"})
    assert b'"price": 12.10,' in answer.data
    assert b'"stockQuantity": 3,' in answer.data


def test_the_cookie_opens_no_api_and_the_token_no_page(shop: Shop, app: Flask) -> None:
    assert shop.client("asha").get("/api/v1/products").status_code == 401
    program = Program(shop, "asha")
    page = program.client.get("/products", headers=program.headers)
    assert page.status_code == 303
    assert page.location.startswith("/sign-in")
