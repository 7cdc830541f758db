"""Requests that may come twice happen once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from pos.core import idempotency
from pos.core.db import db, one_unit
from pos.core.errors import Invalid, KeyReused, Refused
from pos.core.idempotency import fingerprint
from pos.core.ids import uuid7
from tests.accounts.together import at_once

ASKED = fingerprint({"quantity": 1})


def claim(key: str, made: UUID, asked: str = ASKED, scope: str = "till") -> UUID | None:
    return one_unit(idempotency.claim)(scope, key, asked, made)


def test_the_first_request_takes_the_key_and_the_second_gets_its_result(app: Flask) -> None:
    made = uuid7()
    assert claim("k1", made) is None
    assert claim("k1", uuid7()) == made
    assert idempotency.result_of("till", "k1") == made
    assert idempotency.result_of("till", "k2") is None


def test_the_same_key_for_another_request_is_refused(app: Flask) -> None:
    claim("k1", uuid7())
    with pytest.raises(KeyReused) as refusal:
        claim("k1", uuid7(), fingerprint({"quantity": 2}))
    assert refusal.value.status == 422


def test_keys_of_different_doors_do_not_meet(app: Flask) -> None:
    assert claim("k1", uuid7()) is None
    assert claim("k1", uuid7(), scope="api") is None


def test_a_refused_request_does_not_burn_its_key(app: Flask) -> None:
    @one_unit
    def refused() -> None:
        idempotency.claim("till", "k1", ASKED, uuid7())
        raise Refused("no stock")

    with pytest.raises(Refused):
        refused()
    assert claim("k1", uuid7()) is None


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_one_to_255_signs(app: Flask, key: str) -> None:
    with pytest.raises(Invalid):
        claim(key, uuid7())
    assert claim("x" * 255, uuid7()) is None


def test_a_key_is_only_taken_inside_the_unit_that_it_guards(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        idempotency.claim("till", "k1", ASKED, uuid7())


def test_one_of_many_at_the_same_moment_takes_the_key(app: Flask) -> None:
    results: list[UUID | None] = []

    def work(made: UUID) -> Callable[[], None]:
        return lambda: results.append(claim("k1", made))

    ids = [uuid7() for _person in range(8)]
    assert at_once(app, *(work(made) for made in ids)) == ["done"] * 8
    assert results.count(None) == 1
    db.session.rollback()
    winner = idempotency.result_of("till", "k1")
    assert winner in ids
    assert {result for result in results if result is not None} == {winner}


def test_a_request_has_one_fingerprint_however_its_fields_are_ordered() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert len(fingerprint({})) == 64
