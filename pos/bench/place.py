"""A database of the bench's own on the shop's engine: filled with an invented shop or a copy, and gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import select

from pos.accounts import users
from pos.accounts.roles import COMMAND_LINE, actor_for
from pos.backups import archive, loading, making, snapshot
from pos.catalog import stock
from pos.catalog.models import LOOSE_UNITS, Product
from pos.core.actor import Actor
from pos.core.db import db, execute, one_unit, table
from pos.demo import demo
from pos.schema import bring_up_to_date

MOST_GOODS = 300
PLENTY = 100_000
_products = table(Product)


@dataclass(frozen=True, slots=True)
class Place:
    """Where is measured: an application on its own database, somebody at its till, and plenty of goods."""

    app: Flask
    folder: Path
    email: str
    password: str
    cashier: Actor
    goods: tuple[Any, ...]

    @property
    def url(self) -> str:
        """The database's address."""
        return str(self.app.extensions["pos"]["config"].database_url)


@contextmanager
def opened(shop: Flask, size: demo.Size | None) -> Iterator[Place]:
    """A place with a shop of this size, or with a copy of the shop that is running (None)."""
    from pos import create_app

    config = shop.extensions["pos"]["config"]
    # On the shop's own disk: what a memory disk can do is no figure of this shop.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=config.instance))
    try:
        with _database(config.database_url, folder) as url:
            if size is None:
                _copy(url, folder)
            app = create_app(replace(config, instance=folder, database_url=url, backup_at=None))
            bring_up_to_date(app)
            with app.app_context():
                try:
                    yield _filled(app, folder, size)
                finally:
                    db.session.remove()
                    db.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(url: str, folder: Path) -> Iterator[str]:
    if url.startswith("sqlite"):
        yield f"sqlite:///{folder / 'shop.db'}"
        return
    plain, name = url.replace("+psycopg", ""), f"pos_bench_{secrets.token_hex(4)}"
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield db.engine.url.set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(url: str, folder: Path) -> None:
    """A moment of the running shop, by way of a backup: it goes into either engine."""
    file = folder / "copy.zip"
    with snapshot.held_still(folder) as connection:
        making.written(connection, file)
    with archive.opened(file) as source, loading.empty_database(url) as connection:
        loading.fill(connection, source)
    file.unlink()


def _filled(app: Flask, folder: Path, size: demo.Size | None) -> Place:
    email, password = f"bench-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(24)
    if size is None:
        users.create_user(COMMAND_LINE, email=email, full_name="Bench", role="owner", password=password)
    else:
        demo.fill(size, 1, (email, password), lambda _bills: None)
    owner = next(one for one in users.everybody() if one.email == email)
    goods = _goods()
    _fill_shelf([one.id for one in goods])
    # What was read here must not hold back the log of the database that is measured.
    db.session.rollback()
    return Place(app, folder, email, password, actor_for(owner.id, owner.full_name, "owner"), tuple(goods))


def _goods() -> list[Any]:
    """Some of the goods that are counted, from all over the catalogue."""
    columns = (_products.c.id, _products.c.name, _products.c.price, _products.c.barcode)
    wanted = (_products.c.status == "active", _products.c.unit.not_in(LOOSE_UNITS), _products.c.barcode.is_not(None))
    found = execute(select(*columns).where(*wanted, _products.c.price > 0).order_by(_products.c.id)).all()
    return Random(1).sample(list(found), min(MOST_GOODS, len(found)))  # noqa: S311


@one_unit
def _fill_shelf(goods: list[UUID]) -> None:
    for one in goods:
        stock.restock(COMMAND_LINE, one, PLENTY)
