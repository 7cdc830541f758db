"""A request reads on one line, which is taken when it is needed and given back afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from pos.core.db import db, dialect, execute, look_at_one_moment, one_unit, session
from tests.shop import Shop


def lines_out() -> int:
    pool: Any = db.engine.pool
    return int(pool.checkedout())


def rename(app: Flask, name: str) -> None:
    """Somebody else renames the shop meanwhile."""
    with app.app_context():
        one_unit(lambda: execute(text("UPDATE store_settings SET store_name = :name"), {"name": name}))()


def name() -> str:
    return str(execute(text("SELECT store_name FROM store_settings")).scalar_one())


@pytest.fixture(autouse=True)
def nobody_reads_yet(shop: Shop) -> None:
    session().rollback()


def test_a_line_is_taken_with_the_first_statement_and_given_back_at_the_end() -> None:
    assert lines_out() == 0
    name()
    assert lines_out() == 1
    name()
    assert lines_out() == 1
    session().rollback()
    assert lines_out() == 0


def test_each_context_has_a_line_of_its_own_and_leaves_none(app: Flask) -> None:
    mine = session().connection()
    with app.app_context():
        assert session().connection() is not mine
        assert lines_out() == 2
    assert lines_out() == 1
    assert session().connection() is mine


def test_on_postgresql_nobody_idles_in_a_transaction_on_sqlite_one_moment_is_read(app: Flask) -> None:
    before = name()
    rename(app, "Asha and Daughters")
    if dialect() == "postgresql":
        assert execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar() is None
        assert not session().connection().connection.dbapi_connection.info.transaction_status  # type: ignore[union-attr]
        assert name() == "Asha and Daughters"
    else:
        assert name() == before
        session().rollback()
        assert name() == "Asha and Daughters"


def test_a_long_report_reads_of_one_moment_on_either_engine(app: Flask) -> None:
    look_at_one_moment()
    before = name()
    rename(app, "Asha and Daughters")
    assert name() == before
    session().rollback()
    assert name() == "Asha and Daughters"


def test_the_line_of_a_long_report_is_an_ordinary_one_again(app: Flask) -> None:
    look_at_one_moment()
    name()
    session().rollback()
    rename(app, "Asha and Daughters")
    assert name() == "Asha and Daughters"


def test_a_line_that_cannot_be_given_back_in_order_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    line = session().connection()
    # Whoever reads by SQLAlchemy has a transaction of its making, on either engine.
    execute(text("SELECT 1"))
    driver = line.connection.dbapi_connection

    def gone(_connection: Any) -> None:
        raise OperationalError("ROLLBACK", {}, Exception("the database went away"))

    with monkeypatch.context() as patch:
        patch.setattr(line.dialect, "do_rollback", gone)
        session().rollback()
    assert session().connection().connection.dbapi_connection is not driver
    assert lines_out() == 1
