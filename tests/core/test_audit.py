"""The audit log: append-only, chained, in the transaction of what it tells (RELIABILITY.md row 35)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pos.core import audit
from pos.core.actor import Actor
from pos.core.audit import GENESIS, AuditEntry, link_hash
from pos.core.db import db, dialect, execute, one_unit, session, table
from pos.core.errors import Refused
from pos.core.ids import uuid7
from tests.accounts.together import at_once
from tests.shop import Shop

ASHA = Actor(id=uuid7(), name="Asha Patil", role="owner")


def write(action: str = "test.done", **change: object) -> None:
    one_unit(audit.record)(ASHA, action, "test", None, change)


def broken() -> list[str]:
    db.session.rollback()
    return list(audit.broken_links())


def without_guard(statement: str) -> None:
    """What somebody does who holds the database itself in their hands."""
    db.session.rollback()
    if dialect() == "postgresql":
        session().execute(text("ALTER TABLE audit_log DISABLE TRIGGER ALL"))
    else:
        guards = session().execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'")
        )
        for (name,) in guards.all():
            session().execute(text(f'DROP TRIGGER "{name}"'))
    session().execute(text(statement))
    session().commit()


def test_each_entry_is_linked_to_the_one_before_it(app: Flask) -> None:
    write(price=["10.00", "12.00"])
    write("test.undone", name="चाय")
    rows = execute(text("SELECT number, previous_hash, hash, change FROM audit_log ORDER BY number")).all()
    assert [row.number for row in rows] == [1, 2]
    assert (rows[0].previous_hash, rows[1].previous_hash) == (GENESIS, rows[0].hash)
    assert rows[1].change == '{"name": "चाय"}'
    assert broken() == []


def test_one_deed_done_to_many_has_an_entry_for_each_in_as_many_statements(app: Flask, count_queries: Any) -> None:
    write()
    with count_queries() as one:
        write()
    with count_queries() as many:
        one_unit(audit.record_each)(ASHA, "test.done", "test", [(number, {"to": number}) for number in range(40)])
    rows = execute(text("SELECT number, subject_id, previous_hash, hash FROM audit_log ORDER BY number")).all()
    assert [row.number for row in rows] == list(range(1, 43))
    assert [row.subject_id for row in rows[2:]] == [str(number) for number in range(40)]
    assert len({row.hash for row in rows}) == 42
    assert (len(many), broken()) == (len(one), [])
    one_unit(audit.record_each)(ASHA, "test.done", "test", [])
    assert broken() == []


def test_an_entry_falls_with_what_it_tells(app: Flask) -> None:
    @one_unit
    def undone() -> None:
        audit.record(ASHA, "test.done", "test")
        raise Refused("no")

    with pytest.raises(Refused):
        undone()
    write()
    assert [row.number for row in execute(text("SELECT number FROM audit_log")).all()] == [1]


def test_nothing_is_written_outside_a_unit(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        audit.record(ASHA, "test.done", "test")


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor_name = 'Eve'", "DELETE FROM audit_log"])
def test_the_database_itself_refuses_to_change_an_entry(app: Flask, statement: str) -> None:
    write()
    with pytest.raises(DBAPIError):
        one_unit(lambda: execute(text(statement)))()
    assert broken() == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit_log SET actor_name = 'Eve' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE audit_log SET change = '{}' WHERE number = 1", "entry 1 was changed"),
        ("UPDATE audit_log SET actor_id = NULL WHERE number = 3", "entry 3 was changed"),
        ("DELETE FROM audit_log WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit_log WHERE number = 1", "entry 1 is missing"),
    ],
)
def test_whoever_gets_round_that_is_found_out(app: Flask, statement: str, told: str) -> None:
    for number in range(3):
        write(number=number)
    without_guard(statement)
    assert any(told in sentence for sentence in broken())


def test_an_entry_forged_with_its_hash_and_the_next_ones_link_is_found_out(app: Flask) -> None:
    for number in range(3):
        write(number=number)
    first = dict(execute(select(table(AuditEntry)).order_by(table(AuditEntry).c.number)).mappings().first() or {})
    forged = link_hash({**first, "actor_name": "Eve"})
    db.session.rollback()
    without_guard(f"UPDATE audit_log SET actor_name = 'Eve', hash = '{forged}' WHERE number = 1")
    session().execute(text(f"UPDATE audit_log SET previous_hash = '{forged}' WHERE number = 2"))
    session().commit()
    assert broken() == ["audit log: entry 2 was changed after it was written"]


def test_many_at_once_make_one_chain(shop: Shop) -> None:
    before = len(shop.rows(AuditEntry))
    assert at_once(shop.app, *[write] * 10) == ["done"] * 10
    numbers = sorted(row.number for row in shop.rows(AuditEntry))
    assert numbers == list(range(1, before + 11))
    assert broken() == []
