"""The races once more through the till's own pages, on real server processes: one on SQLite, two on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from pos.catalog.models import Product
from pos.core.db import db
from tests.engines import ENGINES
from tests.races.counters import Counters, all_at_once, open_counters, pay, told
from tests.races.crowd import bills, books_in_order, count, numbers_in_order, owed, stock
from tests.served import Browser, Page

TILLS, WORKERS, CHECKOUTS, CREDITS = 32, 12, 200, 50
GONE = "Insufficient stock for Tea. Available: 0, Required: 1"


@pytest.fixture(scope="module", params=ENGINES)
def counters(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counters]:
    """One served shop for all races of an engine: its numbers and books must stay right through all of them."""
    with open_counters(request.param, tmp_path_factory.mktemp("served")) as opened:
        yield opened
        assert "Traceback" not in opened.said()
        assert deadlocks() == 0


def deadlocks() -> int:
    """How many units met in a circle, and were tried again without anybody noticing."""
    if db.engine.dialect.name == "sqlite":
        return 0
    return count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def in_order() -> list[str]:
    return numbers_in_order() + books_in_order()


def last_unit_complaints(counters: Counters) -> list[str]:
    """What is wrong after thirty-two tills wanted the last unit."""
    tea, made_before = counters.shop.product("Tea", stock="1"), bills()
    carts = [counters.cart(tea) for _till in range(TILLS)]
    answers = all_at_once([partial(pay, *one) for one in zip(counters.tills(TILLS), carts, strict=True)])
    found = []
    if told(answers) != {"bill": 1, "409": TILLS - 1}:
        found.append(f"the tills were told {dict(told(answers))}")
    if not all(GONE in answer.words for answer in answers if answer.status == 409):
        found.append("a refusal is not clear")
    if (bills() - made_before, stock(counters.shop, tea)) != (1, Decimal(0)):
        found.append(f"{bills() - made_before} bills were made, {stock(counters.shop, tea)} is left")
    return found + in_order()


def test_one_till_sells_the_last_unit_and_the_others_are_told(counters: Counters) -> None:
    assert last_unit_complaints(counters) == []


def test_checkouts_that_twelve_workers_repeat_are_made_once(counters: Counters) -> None:
    goods, made_before = [counters.shop.product(f"Product {n}", stock="10000") for n in range(8)], bills()
    carts = [counters.cart(goods[n % 8], goods[(n + 1) % 8]) for n in range(CHECKOUTS)]

    def all_of_them(till: Browser, start: int) -> list[Page]:
        return [pay(till, one) for one in carts[start:] + carts[:start]]

    workers = enumerate(counters.tills(WORKERS))
    answers = all_at_once([partial(all_of_them, till, place % 4) for place, till in workers])
    assert told([one for of_one in answers for one in of_one]) == {"bill": WORKERS * CHECKOUTS}
    assert bills() - made_before == CHECKOUTS
    assert sum(stock(counters.shop, product) for product in goods) == 8 * 10_000 - 2 * CHECKOUTS
    assert in_order() == []


def test_refused_sales_in_between_leave_no_gap(counters: Counters) -> None:
    plenty, nothing = counters.shop.product("Plenty", stock="1000"), counters.shop.product("Nothing", stock="1")
    carts = [counters.cart(plenty, *([nothing] if n % 2 else [])) for n in range(TILLS)]
    answers = all_at_once([partial(pay, *one) for one in zip(counters.tills(TILLS), carts, strict=True)])
    assert told(answers) == {"bill": TILLS // 2 + 1, "409": TILLS // 2 - 1}
    assert in_order() == []


def test_credit_given_at_fifty_tills_stays_within_the_limit(counters: Counters) -> None:
    customer = counters.shop.customer(credit_limit=Decimal(1000))
    goods = [counters.shop.product(f"Oil {n}", "100", "1", tax_rate=Decimal(0)) for n in range(CREDITS)]
    carts = [counters.cart(product, customer=customer) for product in goods]
    tills = zip(counters.tills(CREDITS), carts, strict=True)
    answers = all_at_once([partial(pay, *one, on_khata="y") for one in tills])
    assert told(answers) == {"bill": 10, "409": 40}
    assert all("Credit limit exceeded. Limit: ₹1,000.00" in one.words for one in answers if one.status == 409)
    assert owed(counters.shop, customer) == 1000
    assert in_order() == []


def test_opposite_baskets_all_become_bills(counters: Counters) -> None:
    goods: list[UUID] = [counters.shop.product(f"Spice {n}", stock="1000") for n in range(5)]
    carts = [counters.cart(*(goods if n % 2 else goods[::-1])) for n in range(TILLS)]
    answers = all_at_once([partial(pay, *one) for one in zip(counters.tills(TILLS), carts, strict=True)])
    assert told(answers) == {"bill": TILLS}
    assert {counters.shop.row(Product, product).stock_quantity for product in goods} == {1000 - TILLS}
    assert in_order() == []


WITHOUT_PROTECTION = """
import pytest
from tests.races import damage
with wsgi.app.app_context():
    damage.shelf_sold_without_looking(pytest.MonkeyPatch())
"""


def test_the_race_sees_a_served_shop_without_protection(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_counters("sqlite", tmp_path_factory.mktemp("damaged"), WITHOUT_PROTECTION) as damaged:
        assert f"the tills were told {{'bill': {TILLS}}}" in last_unit_complaints(damaged)
