"""Fixtures: a fresh shop on each engine, the people in it, and a counter of queries."""

from __future__ import annotations

import functools
import gc
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule

from pos import create_app
from pos.backups import commands as backups
from pos.config import from_environment
from pos.core.db import db
from tests import hashing
from tests.engines import drop_database, fresh_database, keep_as_template, rewound
from tests.shop import Browser, Shop, open_shop

ENGINES = ("sqlite", "postgresql")
_apps: dict[str, Flask] = {}
_shops: dict[str, Shop] = {}
_compile_builder = Rule._compile_builder
_builders: dict[tuple[Any, ...], Any] = {}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Thousands of tests are gathered and stay: nothing of them is looked through for what nobody needs any more."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several share the work, the slow ones come first: at the end nobody waits for who has just begun one."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What was hashed before is remembered, except where hashing is what the test is about."""
    hashing.begin(anew=item.get_closest_marker("hashes_anew") is not None)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test that touches the database runs on both engines."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A migrated database of its own: empty, or that of the shop which `shop` opens."""
    opened = "shop" in request.fixturenames
    template = _opened(engine_name) if opened else True
    return rewound(engine_name, template, "current_opened" if opened else "current_empty")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop's application on a fresh database, inside its context; made once, as it knows nothing of its rows."""
    if database_url not in _apps:
        _apps[database_url] = make_app(database_url, tmp_path)
    app = _apps[database_url]
    told = app.extensions["pos"]
    told["config"] = replace(told["config"], instance=tmp_path)
    app.instance_path = str(tmp_path)
    yield from in_context(app)


@pytest.fixture
def own_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application of the test's own, which may add routes to it."""
    yield from in_context(make_app(database_url, tmp_path))


def in_context(app: Flask) -> Iterator[Flask]:
    """The application inside its context; afterwards nobody is connected to its database.

    A backup that a test has begun is a process of its own: left alone, it would open the next test's database.
    """
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    while backups._jobs:
        backups._jobs.popitem()[1].stop()


@functools.cache
def _opened(engine_name: str) -> str:
    """The template in which Asha has opened her shop: opened once, for passwords are slow to hash."""
    url = fresh_database(engine_name)
    with TemporaryDirectory() as folder:
        for app in in_context(make_app(url, Path(folder))):
            with hashing.anew():
                _shops[engine_name] = open_shop(app)
    name = keep_as_template(url, f"opened_{engine_name}")
    drop_database(url)
    return name


def make_app(database_url: str, instance: Path, environ: Mapping[str, str] | None = None, **overrides: Any) -> Flask:
    """An application as a shop runs it, but without CSRF tokens, which tests of their own check."""
    environ = {**(environ or {}), "DATABASE_URL": database_url, "POS_INSTANCE": str(instance)}
    environ |= {"SECRET_KEY": "s" * 40, "JWT_SECRET": "j" * 64}
    unlimited = {"API_LIMIT_PERSON": None, "API_LIMIT_ADDRESS": None}
    overrides = {"TESTING": True, "PROPAGATE_EXCEPTIONS": False, "WTF_CSRF_ENABLED": False, **unlimited, **overrides}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _compiled_once)
        app = create_app(from_environment(environ), **overrides)
    app.test_client_class = Browser
    return app


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Any:
    """What builds the addresses of a route, compiled for the first application and taken by all later ones.

    Werkzeug compiles two programs for each of 270 routes, which is half of what making an application takes; they ask
    the route that they are bound to for all that could differ.
    """
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


@pytest.fixture
def shop(app: Flask, engine_name: str) -> Shop:
    """A shop that has been set up, with its people."""
    return replace(_shops[engine_name], app=app, clients={})


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
