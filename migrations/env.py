"""Alembic's environment: one history for both engines; SQLite migrates with foreign keys off (TECH.md 5)."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from pos.core.db import Base
from pos.core.derived import is_derived

target_metadata = Base.metadata


def render_item(kind: str, item: Any, autogen_context: Any) -> Any:
    """Write the database's own types into migrations: a migration must not change when a Python type does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def has_model(name: str | None, _kind: str, _parents: Any) -> bool:
    """True for what the models describe: only that is compared with them."""
    return not is_derived(name)


def migrate(connection: Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        include_name=has_model,
        compare_type=True,
        transaction_per_migration=False,
        # SQLite can, but Alembic would not believe it: a killed upgrade would stop between two revisions.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def on_sqlite(connection: Connection) -> None:
    """Batch ALTERs drop and make tables anew: with foreign keys on, their children would vanish without a word."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        migrate(connection)
        connection.commit()
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")


def run() -> None:
    """Migrate the shop's database, or the one that was given: its transaction and its pragmas are the giver's."""
    given = context.config.attributes.get("connection")
    if given is not None:
        return migrate(given)
    engine = current_app.extensions["sqlalchemy"].engine
    with engine.connect().execution_options(write=True) as connection:
        if engine.dialect.name == "sqlite":
            on_sqlite(connection)
        else:
            connection.exec_driver_sql("SET statement_timeout = 0")
            migrate(connection)
            connection.commit()
    return None


run()
