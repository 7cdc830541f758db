"""Every route, asked by nobody and by each role, against the table in role_matrix.py (RELIABILITY.md row 22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from pos.core.errors import Forbidden, NotSignedIn, PosError
from tests.role_matrix import MATRIX, ROLES
from tests.shop import PASSWORD, Shop

WHO = {"nobody": None, "staff": "devi", "cashier": "ben", "owner": "asha"}


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine."""
    return "sqlite"


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Each row of the table that the app's routes ask for: its name, its method, its rule."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.endpoint}", method, rule


def address(app: Flask, rule: Rule) -> str:
    """The route's address with ids that nothing has."""
    with app.test_request_context():
        values = {name: _any_value(rule._converters[name]) for name in rule.arguments}
        built: str = app.url_map.bind("localhost").build(rule.endpoint, values, method=_any_method(rule))
    return built


def _any_method(rule: Rule) -> str:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})[0]


def _any_value(converter: BaseConverter) -> Any:
    if isinstance(converter, UUIDConverter):
        return uuid4()
    if isinstance(converter, IntegerConverter):
        return 1
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return "x"


class Doors:
    """Asks a route as somebody, and tells whether it refused the person."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.refusals: list[PosError] = []
        handlers = shop.app.error_handler_spec[None][None]
        answer = handlers[PosError]

        def note(error: PosError) -> Any:
            self.refusals.append(error)
            return answer(error)

        handlers[PosError] = note

    def let_in(self, role: str, method: str, rule: Rule) -> bool:
        """True when the route took the request as one that this role may make; checks how it refuses."""
        self.refusals.clear()
        path = address(self.shop.app, rule)
        if path.startswith("/api/"):
            answer = self._by_token(role, method, path)
            refused = answer.status_code in (401, 403)
        else:
            answer = self.shop.client(WHO[role]).open(path, method=method)
            refused = any(isinstance(error, Forbidden | NotSignedIn) for error in self.refusals)
            assert not refused or politely(role, answer), f"{method} {path} refuses {role} with {answer.status}"
        assert answer.status_code < 500, f"{method} {path} as {role}: {answer.status}"
        answer.close()
        return not refused

    def _by_token(self, role: str, method: str, path: str) -> TestResponse:
        client, headers = self.shop.client(), {}
        if WHO[role]:
            person = {"email": f"{WHO[role]}@example.com", "password": PASSWORD}
            token = client.post("/api/v1/auth/login", json=person).get_json()["data"]["token"]
            headers["Authorization"] = f"Bearer {token}"
        return client.open(path, method=method, headers=headers, json=None if method == "GET" else {})


def politely(role: str, answer: TestResponse) -> bool:
    """Nobody is sent to sign in, everybody else is told that the role does not allow it."""
    if role == "nobody":
        return answer.status_code == 401 or (answer.status_code == 303 and answer.location.startswith("/sign-in"))
    return answer.status_code == 403


def test_every_route_stands_in_the_table_and_every_row_has_a_route(app: Flask) -> None:
    found = {row for row, _method, _rule in routes(app)}
    missing, idle = sorted(found - MATRIX.keys()), sorted(MATRIX.keys() - found)
    assert not missing, (
        f"tell in tests/role_matrix.py who may use these routes, for example {missing[0]!r}: OWNER: {missing}"
    )
    assert not idle, f"take these rows out of tests/role_matrix.py, their routes are gone: {idle}"


@pytest.mark.parametrize("role", ROLES)
def test_each_route_lets_in_who_the_table_names_and_nobody_else(shop: Shop, role: str) -> None:
    doors = Doors(shop)
    wrong = []
    for row, method, rule in routes(shop.app):
        if row not in MATRIX:
            continue
        allowed, let_in = role in MATRIX[row], doors.let_in(role, method, rule)
        if allowed != let_in:
            wrong.append(f"{row}: the table says {'let in' if allowed else 'refused'}, the shop does the other")
    assert not wrong, f"as {role}: " + "; ".join(wrong)


def test_the_rows_are_written_alike() -> None:
    odd = [row for row in MATRIX if not re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) [a-z_-]+(\.[a-z_]+)?", row)]
    assert not odd, f"write rows as 'METHOD blueprint.endpoint': {odd}"
