"""One unit: all of it happens or nothing does, again when the engine asks for it (DESIGN.md 5)."""

from __future__ import annotations

import time
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from pos.core.db import TRIES, db, dialect, execute, in_unit, must_be_in_unit, one_unit, session, table
from pos.core.errors import Busy, Refused
from pos.customers.models import Customer
from tests.shop import Shop

customers = table(Customer)


def rename(customer_id: Any, name: str) -> None:
    execute(update(customers).filter_by(id=customer_id).values(name=name))


def name_of(shop: Shop, customer_id: Any) -> str:
    name: str = shop.row(Customer, customer_id).name
    return name


class Trouble(Exception):
    """What a driver raises, with the state it gives."""

    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


def trouble(words: str, sqlstate: str | None = None) -> OperationalError:
    return OperationalError("UPDATE", {}, Trouble(words, sqlstate))


def test_a_unit_stays(shop: Shop) -> None:
    chitra = shop.customer("Chitra")
    one_unit(rename)(chitra, "Chitra Rao")
    assert name_of(shop, chitra) == "Chitra Rao"


def test_a_refusal_undoes_the_whole_unit(shop: Shop) -> None:
    chitra = shop.customer("Chitra")

    @one_unit
    def half() -> None:
        rename(chitra, "Half done")
        raise Refused("no")

    with pytest.raises(Refused):
        half()
    assert name_of(shop, chitra) == "Chitra"
    assert not in_unit()


def test_a_verb_inside_a_verb_stands_or_falls_with_it(shop: Shop) -> None:
    chitra = shop.customer("Chitra")
    inner = one_unit(rename)

    @one_unit
    def outer() -> None:
        inner(chitra, "Inside")
        assert in_unit()
        raise Refused("no")

    with pytest.raises(Refused):
        outer()
    assert name_of(shop, chitra) == "Chitra"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("deadlock detected", "40P01"),
        ("could not serialize", "40001"),
        ("lock timeout", "55P03"),
        ("database is locked", None),
        ("database table is locked: sales", None),
    ],
)
def test_what_may_work_next_time_is_tried_again_as_a_whole(shop: Shop, words: str, state: str | None) -> None:
    chitra, tries = shop.customer("Chitra"), []

    @one_unit
    def unlucky() -> str:
        tries.append(name_of_now(chitra))
        rename(chitra, f"Try {len(tries)}")
        if len(tries) < 3:
            raise trouble(words, state)
        return "done"

    def name_of_now(customer_id: Any) -> str:
        return str(execute(select(customers.c.name).filter_by(id=customer_id)).scalar_one())

    assert unlucky() == "done"
    assert tries == ["Chitra", "Chitra", "Chitra"]
    assert name_of(shop, chitra) == "Try 3"


def test_after_five_tries_the_shop_is_busy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    tries = []

    @one_unit
    def hopeless() -> None:
        tries.append(1)
        raise trouble("deadlock detected", "40P01")

    with pytest.raises(Busy, match="Nothing was changed"):
        hopeless()
    assert len(tries) == TRIES


def test_what_will_never_work_is_not_tried_again(app: Flask) -> None:
    tries = []

    @one_unit
    def broken() -> None:
        tries.append(1)
        execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        broken()
    assert len(tries) == 1


def test_a_lock_outside_a_unit_guards_nothing(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="one_unit"):
        must_be_in_unit()
    one_unit(must_be_in_unit)()


def test_a_unit_never_grows_out_of_an_old_look(shop: Shop) -> None:
    chitra = shop.customer("Chitra")
    session().execute(text("SELECT count(*) FROM customers"))
    other = Thread(target=in_context, args=(shop.app, lambda: one_unit(rename)(chitra, "By another")))
    other.start()
    other.join(20)

    @one_unit
    def look() -> str:
        return str(execute(select(customers.c.name).filter_by(id=chitra)).scalar_one())

    assert look() == "By another"


def test_read_then_write_by_many_loses_nothing(shop: Shop) -> None:
    chitra = shop.customer("Chitra")
    start = Barrier(8)

    @one_unit
    def one_more() -> None:
        row = execute(select(customers.c.total_purchases).filter_by(id=chitra).with_for_update()).one()
        execute(update(customers).filter_by(id=chitra).values(total_purchases=row.total_purchases + 1))

    def work() -> None:
        start.wait(10)
        for _turn in range(5):
            one_more()

    threads = [Thread(target=in_context, args=(shop.app, work)) for _person in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert shop.row(Customer, chitra).total_purchases == 40


def in_context(app: Flask, work: Any) -> None:
    with app.app_context():
        try:
            work()
        finally:
            db.session.remove()


def test_each_connection_is_safe_against_power_cuts_and_orphans(app: Flask) -> None:
    if dialect() == "sqlite":
        answers = [execute(text(f"PRAGMA {name}")).scalar_one() for name in ("synchronous", "foreign_keys")]
        assert answers == [2, 1]
        assert execute(text("PRAGMA journal_mode")).scalar_one() in ("wal", "delete")
    else:
        names = ("timezone", "lock_timeout", "statement_timeout", "transaction_isolation")
        answers = [str(execute(text(f"SHOW {name}")).scalar_one()).lower() for name in names]
        assert answers == ["utc", "3s", "10s", "read committed"]


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_every_line_to_postgresql_counts_time_alike_waits_no_longer_than_told_and_compiles_nothing(app: Flask) -> None:
    wanted = {"TimeZone": "UTC", "lock_timeout": "3s", "statement_timeout": "10s", "jit": "off"}
    with db.engine.connect() as line:
        told = {name: line.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted}
    assert {name: str(value).replace("utc", "UTC") for name, value in told.items()} == wanted
