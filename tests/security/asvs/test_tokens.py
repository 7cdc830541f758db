"""ASVS 5.0 chapter 9: a token is what this shop signed, as long as it said, and for what it said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest

from pos.core import clock
from tests.api import BY_THE_SHOPS_CLOCK, Program
from tests.shop import Shop

SECRET = "j" * 64


@pytest.fixture
def engine_name() -> str:
    """Tokens do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def program(shop: Shop) -> Program:
    return Program(shop, "ben")


def claims_of(program: Program) -> dict[str, Any]:
    token = program.headers["Authorization"].split()[1]
    claims: dict[str, Any] = jwt.decode(token, SECRET, algorithms=["HS256"], options=BY_THE_SHOPS_CLOCK)
    return claims


def told(program: Program, claims: dict[str, Any], key: str | None = SECRET, algorithm: str = "HS256") -> int:
    """The status that a token with these claims gets."""
    token = jwt.encode(claims, key, algorithm=algorithm)
    answer = program.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


SIGNED = [(None, "none"), (SECRET, "HS384"), (SECRET, "HS512"), ("k" * 64, "HS256")]


@pytest.mark.parametrize(("key", "algorithm"), SIGNED)
def test_asvs_9_1_2_only_the_one_algorithm_and_the_shops_own_key_sign(
    program: Program, key: str | None, algorithm: str
) -> None:
    claims = claims_of(program)
    assert told(program, claims) == 200
    assert told(program, claims, key, algorithm) == 401


def test_asvs_9_2_1_a_token_ends_when_it_says_and_says_when(program: Program) -> None:
    claims = claims_of(program)
    assert claims["exp"] > claims["iat"]
    for exp in (claims["iat"] - 1, None, "tomorrow", float("inf")):
        changed = {name: value for name, value in {**claims, "exp": exp}.items() if value is not None}
        assert told(program, changed) == 401
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        assert program.get("/auth/me").status_code == 401


@pytest.mark.parametrize("change", [{"type": "refresh"}, {"type": None}, {"jti": "x"}, {"sub": "x"}, {"jti": None}])
def test_asvs_9_2_2_a_token_for_something_else_opens_nothing(program: Program, change: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**claims_of(program), **change}.items() if value is not None}
    assert told(program, claims) == 401
