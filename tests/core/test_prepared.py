"""Prepared statements do what the same statements do, quicker."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from pos.catalog.models import Product, StockMovement
from pos.core.columns import Quantity
from pos.core.db import connection, execute, one_unit, table
from pos.core.ids import uuid7
from pos.core.prepared import Among, Prepared
from tests.shop import Shop

_products, _movements = table(Product), table(StockMovement)
MOMENT = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)


def movement(product_id: UUID, change: str, **others: Any) -> dict[str, Any]:
    """One row of every kind of column: ids, texts, quantities, moments, nothing at all."""
    amount = Decimal(change)
    row = {"id": uuid7(), "product_id": product_id, "movement_type": "RESTOCK", "quantity_change": amount}
    row |= {"stock_before": Decimal(0), "stock_after": amount, "reference_id": None, "notes": "चावल 100%"}
    return {**row, "created_by": None, "created_at": MOMENT, **others}


def kept(row: dict[str, Any]) -> Row[Any]:
    return execute(select(_movements).where(_movements.c.id == row["id"])).one()


def test_rows_arrive_as_they_do_by_the_plain_statement(shop: Shop) -> None:
    rice = shop.product("Rice")
    plain, one, *more = [movement(rice, change) for change in ("1.5", "2", "3.250", "4")]
    write = Prepared(insert(_movements))
    one_unit(execute)(insert(_movements), plain)
    one_unit(write.run)(one)
    assert one_unit(write.run_each)(more) == 2
    for row in (plain, one, *more):
        assert {name: getattr(kept(row), name) for name in row} == row


def test_fixed_values_of_the_statement_take_their_place(shop: Shop) -> None:
    rice, salt = shop.product("Rice", stock="5"), shop.product("Salt", stock="5")
    much = bindparam("much", type_=Quantity)
    take = update(_products).where(_products.c.id == bindparam("this"), _products.c.stock_quantity >= much)
    take = take.values(stock_quantity=_products.c.stock_quantity - much, times_sold=_products.c.times_sold + 7)
    asked = [{"this": rice, "much": Decimal(2)}, {"this": salt, "much": Decimal(6)}]
    assert one_unit(Prepared(take).run_each)(asked) == 1
    found = execute(select(_products.c.stock_quantity, _products.c.times_sold).where(_products.c.id == rice)).one()
    assert found == (Decimal(3), 7)


def test_the_columns_are_those_that_the_values_name(shop: Shop) -> None:
    rice = shop.product("Rice")
    write = Prepared(insert(_movements))
    without = {name: value for name, value in movement(rice, "1").items() if name not in ("notes", "reference_id")}
    one_unit(write.run)(movement(rice, "1"))
    one_unit(write.run)(without)
    assert kept(without).notes is None


def test_a_default_that_python_makes_must_be_named(shop: Shop) -> None:
    row = movement(shop.product("Rice"), "1")
    del row["id"]
    with pytest.raises(TypeError, match="name every column that has a default"):
        one_unit(Prepared(insert(_movements)).run)(row)


def test_a_savepoint_takes_back_what_was_sent_in_it(shop: Shop) -> None:
    rice = shop.product("Rice")
    write, first = Prepared(insert(_movements)), movement(rice, "1")

    @one_unit
    def twice() -> None:
        write.run(first)
        with pytest.raises(IntegrityError), connection().begin_nested():
            write.run(movement(rice, "2", id=first["id"]))
        write.run(movement(rice, "3"))

    twice()
    assert kept(first).quantity_change == 1


def test_who_listens_to_the_engine_hears_each_of_them(shop: Shop, count_queries: Any) -> None:
    rice = shop.product("Rice")
    with count_queries() as seen:
        one_unit(Prepared(insert(_movements)).run)(movement(rice, "1"))
    assert [sent.split("(")[0].strip() for sent in seen] == ["INSERT INTO stock_movements"]


def test_rows_come_back_as_our_columns_tell_them(shop: Shop) -> None:
    rice, kept_for = shop.product("Rice", price="52.50", stock="3.250", unit="kg"), date(2026, 12, 31)
    one_unit(execute)(update(_products).where(_products.c.id == rice).values(expiry_date=kept_for))
    names = ("id", "name", "price", "cost_price", "stock_quantity", "tax_rate", "expiry_date", "created_at")
    asked = select(*(_products.c[name] for name in names)).where(_products.c.id == bindparam("this"))
    found = Prepared(asked).first({"this": rice})
    assert tuple(found) == tuple(execute(asked, {"this": rice}).one())
    assert (found.price, found.stock_quantity, found.expiry_date) == (Decimal("52.50"), Decimal("3.250"), kept_for)
    assert Prepared(asked).first({"this": uuid7()}) is None


@pytest.mark.parametrize("so_many", [0, 1, 7, 9, 501])
def test_what_is_among_several_values_comes_once_each(shop: Shop, so_many: int) -> None:
    goods = [shop.product(f"Rice {number}") for number in range(min(so_many, 12))]
    among = Among(_products.c.id.type, lambda ids: select(_products.c.id).where(_products.c.id.in_(ids)))
    wanted = [*goods, *[uuid7() for _more in range(so_many - len(goods))]]
    assert sorted(row.id for row in among.rows(wanted)) == sorted(goods)


def test_lists_of_nearly_the_same_length_share_a_statement(shop: Shop, count_queries: Any) -> None:
    among = Among(_products.c.id.type, lambda ids: select(_products.c.id).where(_products.c.id.in_(ids)))
    with count_queries() as seen:
        for so_many in (9, 10):
            among.rows([uuid7() for _number in range(so_many)])
    assert len(set(seen)) == 1


def test_several_values_at_once_are_asked_for_by_among(shop: Shop) -> None:
    with pytest.raises(TypeError, match="by Among"):
        Prepared(select(_products.c.id).where(_products.c.status.in_(["active", "inactive"]))).rows()


def test_what_the_driver_refuses_is_told_as_sqlalchemy_tells_it(shop: Shop) -> None:
    write, row = Prepared(insert(_movements)), movement(shop.product("Rice"), "1")
    one_unit(write.run)(row)
    with pytest.raises(IntegrityError) as told:
        one_unit(write.run_each)([movement(row["product_id"], "2"), row])
    assert "चावल" not in str(told.value)
    assert execute(select(func.count()).select_from(_movements).where(_movements.c.notes == "चावल 100%")).scalar() == 1
