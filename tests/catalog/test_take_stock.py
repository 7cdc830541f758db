"""Stock take: what was counted becomes the stock, at once; what was sold meanwhile is not lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pos.catalog.models import Product, StockMovement
from pos.catalog.stock_take import CountedLine, take_stock
from pos.core.errors import Invalid, KeyReused
from pos.reports import books
from tests.sales.selling import sold
from tests.shop import Shop


def test_every_difference_is_set_right_at_once(shop: Shop) -> None:
    tea, dal, salt = shop.product("Tea", stock="10"), shop.product("Dal", stock="5", unit="kg"), shop.product("Salt")
    lines = [CountedLine(tea, "8"), CountedLine(dal, "5.250"), CountedLine(salt, "100")]
    take = take_stock(shop.devi, lines, "March").take_id
    moved = {one.product_id: one.quantity_change for one in shop.rows(StockMovement, reference_id=take)}
    assert moved == {tea: -2, dal: Decimal("0.25"), salt: 0}
    assert [shop.row(Product, one).stock_quantity for one in (tea, dal, salt)] == [8, Decimal("5.25"), 100]
    assert {one.notes for one in shop.rows(StockMovement, reference_id=take)} == {"March"}
    assert list(books.differences()) == []


def test_what_was_sold_since_it_was_counted_is_still_sold(shop: Shop) -> None:
    tea = shop.product("Tea", stock="10")
    sold(shop, (tea, "3"))
    take_stock(shop.devi, [CountedLine(tea, "9", seen="10")])
    assert shop.row(Product, tea).stock_quantity == 6


@pytest.mark.parametrize(
    ("counted", "seen", "sentence"),
    [
        ("", None, "Enter how much you counted"),
        ("many", None, "Enter how much you counted"),
        ("-1", None, "cannot be below zero"),
        ("1.5", None, "whole numbers"),
        ("1", "200", "More was sold since than you counted"),
        ("9999999", "0", "at most"),
    ],
)
def test_a_count_that_is_none_is_told_with_its_product(shop: Shop, counted: Any, seen: Any, sentence: str) -> None:
    tea = shop.product("Tea", stock="100")
    with pytest.raises(Invalid, match=sentence) as refused:
        take_stock(shop.devi, [CountedLine(tea, counted, seen)])
    assert [(one.field, one.subject) for one in refused.value.problems] == [("quantity", str(tea))]
    assert refused.value.message.startswith("Tea: ")
    assert shop.row(Product, tea).stock_quantity == 100


def test_nothing_the_same_twice_and_strangers_are_refused(shop: Shop) -> None:
    tea = shop.product()
    for lines in ([], [CountedLine(tea, "1"), CountedLine(tea, "2")], [CountedLine(uuid4(), "1")]):
        with pytest.raises(Invalid):
            take_stock(shop.devi, lines)


def test_the_same_key_counts_once(shop: Shop) -> None:
    tea = shop.product(stock="10")
    first = take_stock(shop.devi, [CountedLine(tea, "8", "10")], key="t")
    assert take_stock(shop.devi, [CountedLine(tea, "8", "10")], key="t").take_id == first.take_id
    assert shop.row(Product, tea).stock_quantity == 8
    with pytest.raises(KeyReused):
        take_stock(shop.devi, [CountedLine(tea, "7", "10")], key="t")
