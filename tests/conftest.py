"""Fixtures: a fresh shop on each engine, the people in it, and a counter of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from pos import create_app
from pos.config import from_environment
from pos.core.db import db
from tests.engines import drop_database, fresh_database
from tests.shop import Browser, Shop, open_shop

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test that touches the database runs on both engines."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str) -> Iterator[str]:
    """A migrated, empty database of its own."""
    url = fresh_database(engine_name)
    yield url
    drop_database(url)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop's application on a fresh database, inside its context."""
    app = make_app(database_url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def make_app(database_url: str, instance: Path, environ: Mapping[str, str] | None = None, **overrides: Any) -> Flask:
    """An application as a shop runs it, but without CSRF tokens, which tests of their own check."""
    environ = {**(environ or {}), "DATABASE_URL": database_url, "POS_INSTANCE": str(instance)}
    environ |= {"SECRET_KEY": "s" * 40, "JWT_SECRET": "j" * 64}
    overrides = {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "WTF_CSRF_ENABLED": False, **overrides}
    app = create_app(from_environment(environ), **overrides)
    app.test_client_class = Browser
    return app


@pytest.fixture
def shop(app: Flask) -> Shop:
    """A shop that has been set up, with its people."""
    return open_shop(app)


class Queries(list[str]):
    """The statements that were sent to the database, without BEGIN, COMMIT and the like."""


@pytest.fixture
def count_queries(app: Flask) -> Any:
    """A context manager that gives the list of statements sent while it is open."""

    @contextmanager
    def counting() -> Iterator[Queries]:
        seen = Queries()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
