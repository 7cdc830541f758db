"""Several lists of prices saved at one moment, while tills sell the same goods: nobody's price is lost unseen."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from pos.catalog.models import Product
from pos.catalog.prices import Repricing, change_prices
from pos.core.audit import AuditEntry, broken_links
from pos.core.errors import PosError
from tests.races import damage
from tests.races.crowd import at_once, basket, books_in_order, locks_met, try_to, words
from tests.shop import Shop
from tests.thorough import rounds

HANDS = 6


def saves(shop: Shop, goods: list[UUID], price: int, was: str) -> Any:
    """The price that these goods got, or why they did not."""
    try:
        change_prices(shop.asha, [Repricing(one, {"price": price}, {"price": was}) for one in goods])
        return price
    except PosError as error:
        return error.code


def race(shop: Shop, goods: list[UUID]) -> Counter[Any]:
    """Each hand wants another price for the same goods, half of them the other way round; what each was told."""
    orders = (goods, goods[::-1])
    works = [partial(saves, shop, orders[hand % 2], 30 + hand, "20") for hand in range(HANDS)]
    return Counter(answer for (answer,) in at_once(shop, works))


def test_one_of_many_lists_is_saved_and_the_others_are_told(shop: Shop) -> None:
    for turn in range(rounds(2)):
        goods = [shop.product(f"Good {turn} {number}", "20") for number in range(8)]
        with locks_met() as met:
            told = race(shop, goods)
        (price,) = told.keys() - {"CHANGED_MEANWHILE"}
        assert told == {price: 1, "CHANGED_MEANWHILE": HANDS - 1}
        assert {shop.row(Product, one).price for one in goods} == {Decimal(price)}
        assert len(shop.rows(AuditEntry, action="product.changed")) == len(goods) * (turn + 1)
        assert met == []
    assert list(broken_links()) == []


def test_prices_change_while_tills_sell_the_same_goods(shop: Shop) -> None:
    for turn in range(rounds(2)):
        goods = [shop.product(f"Good {turn} {number}", "20") for number in range(4)]
        sells = partial(try_to, shop, basket(*reversed(goods)))
        with locks_met() as met:
            heard = at_once(shop, [sells, partial(saves, shop, goods, 21, "20"), sells, sells])
        assert (words([heard[0], heard[2], heard[3]]), heard[1]) == ({"bill": 3}, [21])
        assert {shop.row(Product, one).stock_quantity for one in goods} == {Decimal(97)}
        assert (met, books_in_order()) == ([], [])


def test_the_race_sees_prices_looked_at_before_they_were_locked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    goods = [shop.product(f"Good {number}", "20") for number in range(2)]
    damage.prices_looked_at_before(monkeypatch)
    assert "CHANGED_MEANWHILE" not in race(shop, goods)
