"""Goods come in: many lines at once, each with its movement, at the weighted average of what they cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.catalog.models import Product, StockMovement
from pos.catalog.receiving import GoodsLine, average_cost, receive_goods
from pos.core.errors import Forbidden, Invalid, KeyReused
from pos.reports import books
from tests.shop import Shop


def received(shop: Shop, *lines: GoodsLine, **values: Any) -> UUID:
    return receive_goods(shop.asha, lines, **values).receipt_id


def test_everything_comes_in_at_once(shop: Shop) -> None:
    tea = shop.product("Tea", stock="10", cost_price=Decimal(8))
    dal = shop.product("Dal", "80", stock="0", unit="kg")
    receipt = received(
        shop,
        GoodsLine(tea, "5", cost_price="11", mrp="14", expiry_date="2027-03-31"),
        GoodsLine(dal, "12.5"),
        notes="Bill 77 of Mehta",
    )
    row = shop.row(Product, tea)
    assert (row.stock_quantity, row.cost_price, row.mrp) == (15, 9, 14)
    assert row.expiry_date == date(2027, 3, 31)
    assert shop.row(Product, dal).stock_quantity == Decimal("12.5")
    moved = shop.rows(StockMovement, reference_id=receipt)
    assert {(one.product_id, one.quantity_change, one.notes) for one in moved} == {
        (tea, 5, "Bill 77 of Mehta"),
        (dal, Decimal("12.5"), "Bill 77 of Mehta"),
    }
    assert list(books.differences()) == []


@pytest.mark.parametrize(
    ("held", "cost", "coming", "new", "average"),
    [
        ("10", "8.00", "5", "11.00", "9.00"),
        ("0", "8.00", "5", "11.00", "11.00"),
        ("10", None, "5", "11.00", "11.00"),
        ("1", "10.00", "2", "10.01", "10.01"),
        ("2", "10.00", "1", "10.01", "10.00"),
        ("1", "0.01", "1", "0.02", "0.02"),
        ("0.350", "86.00", "0.150", "90.00", "87.20"),
        ("5", "8.00", "5", "0", "4.00"),
    ],
)
def test_the_cost_price_is_the_weighted_average(
    held: str, cost: str | None, coming: str, new: str, average: str
) -> None:
    known = None if cost is None else Decimal(cost)
    assert average_cost(Decimal(held), known, Decimal(coming), Decimal(new)) == Decimal(average)


def test_goods_that_are_there_keep_the_earlier_day(shop: Shop) -> None:
    soon, late = date(2027, 1, 1), date(2027, 6, 1)
    full = shop.product("Tea", stock="5", expiry_date=soon)
    empty = shop.product("Dal", stock="0", expiry_date=soon)
    received(shop, GoodsLine(full, "1", expiry_date=late), GoodsLine(empty, "1", expiry_date=late))
    assert (shop.row(Product, full).expiry_date, shop.row(Product, empty).expiry_date) == (soon, late)


def test_every_problem_of_every_line_is_told_and_nothing_moves(shop: Shop) -> None:
    tea, dal, salt = (shop.product(name, "12.50") for name in ("Tea", "Dal", "Salt"))
    lines = [
        GoodsLine(tea, "1.5"),
        GoodsLine(dal, "", cost_price="-1", expiry_date="soon"),
        GoodsLine(salt, "3", mrp="10"),
        GoodsLine(uuid4(), "1"),
    ]
    with pytest.raises(Invalid) as refused:
        received(shop, *lines)
    told = [(one.field, one.subject) for one in refused.value.problems]
    assert told == [
        ("quantity", str(tea)),
        ("quantity", str(dal)),
        ("cost_price", str(dal)),
        ("expiry_date", str(dal)),
        ("mrp", str(salt)),
        ("lines", str(lines[3].product_id)),
    ]
    assert shop.row(Product, salt).stock_quantity == 100


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "99999999", None])
def test_a_quantity_is_above_zero(shop: Shop, quantity: Any) -> None:
    tea = shop.product()
    with pytest.raises(Invalid):
        received(shop, GoodsLine(tea, quantity))


def test_nothing_and_the_same_twice_are_refused(shop: Shop) -> None:
    tea = shop.product()
    with pytest.raises(Invalid, match="Scan what comes in"):
        received(shop)
    with pytest.raises(Invalid, match="once"):
        received(shop, GoodsLine(tea, "1"), GoodsLine(tea, "2"))


def test_the_same_key_puts_them_on_the_shelf_once(shop: Shop) -> None:
    tea = shop.product(stock="1")
    first = receive_goods(shop.asha, [GoodsLine(tea, "2")], key="r")
    again = receive_goods(shop.asha, [GoodsLine(tea, "2")], key="r")
    assert (again.receipt_id, again.replayed, shop.row(Product, tea).stock_quantity) == (first.receipt_id, True, 3)
    with pytest.raises(KeyReused):
        receive_goods(shop.asha, [GoodsLine(tea, "3")], key="r")


def test_cost_prices_are_the_owners_alone(shop: Shop) -> None:
    tea = shop.product(stock="1", cost_price=Decimal(8))
    with pytest.raises(Forbidden):
        receive_goods(shop.devi, [GoodsLine(tea, "2", cost_price="9")])
    receive_goods(shop.devi, [GoodsLine(tea, "2", cost_price="")])
    assert (shop.row(Product, tea).stock_quantity, shop.row(Product, tea).cost_price) == (3, 8)
