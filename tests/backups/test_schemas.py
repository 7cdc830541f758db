"""A restore on PostgreSQL is alone with its database, and waits for those who are just leaving."""

from __future__ import annotations

from threading import Timer

import psycopg
import pytest

from pos.backups import schemas
from pos.core.db import db
from pos.core.errors import Refused
from tests.shop import Shop


@pytest.fixture
def engine_name() -> str:
    return "postgresql"


@pytest.fixture
def other(shop: Shop, database_url: str) -> psycopg.Connection:
    """Another shop's line to the database, and none of this one's."""
    db.session.remove()
    db.engine.dispose()
    return psycopg.connect(database_url.replace("+psycopg", ""))


def test_a_line_that_is_just_being_closed_is_waited_for(other: psycopg.Connection) -> None:
    leaving = Timer(0.3, other.close)
    leaving.start()
    with db.engine.begin() as ours:
        schemas.must_be_alone(ours)
    leaving.join()
    assert other.closed


def test_a_shop_that_stays_open_is_told(other: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "LONGEST_GOODBYE_SECONDS", 0.2)
    with other, db.engine.begin() as ours, pytest.raises(Refused, match="1 connections to its database"):
        schemas.must_be_alone(ours)
