"""PostgreSQL hangs up at any moment of a checkout: a bill or a plain word, never half a bill (RELIABILITY.md 9)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from pos.core.db import db, execute
from pos.core.errors import Busy
from pos.sales.checkout import Completed, complete_sale
from tests.races import damage, faults
from tests.races.crowd import basket, bills, books_in_order, numbers_in_order, stock
from tests.shop import Shop

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@pytest.fixture
def tea(shop: Shop) -> UUID:
    return shop.product("Tea", stock="1000")


def sell(shop: Shop, product: UUID, key: str) -> Completed:
    return complete_sale(shop.ben, basket(product), key)


def test_a_line_cut_in_mid_unit_is_not_noticed(shop: Shop, tea: UUID, database_url: str) -> None:
    sell(shop, tea, "first")
    with faults.line_is_cut(database_url, 0) as counted:
        sell(shop, tea, "second")
    for at in range(1, counted.sent + 1):
        with faults.line_is_cut(database_url, at) as cut:
            sell(shop, tea, f"cut {at}")
        assert cut.came
        assert (at, bills(), stock(shop, tea)) == (at, at + 2, Decimal(998 - at))
    assert numbers_in_order() + books_in_order() == []


def test_a_line_cut_while_a_page_was_reading_is_not_noticed(shop: Shop, tea: UUID, database_url: str) -> None:
    execute(text("SELECT 1"))
    faults.hang_up(database_url, db.session.connection().connection.dbapi_connection)
    sell(shop, tea, "cut")
    assert (bills(), stock(shop, tea)) == (1, Decimal(999))


def test_all_lines_cut_while_the_till_was_idle_are_not_noticed(shop: Shop, tea: UUID, database_url: str) -> None:
    with db.engine.connect() as one, db.engine.connect() as other:
        lines = [line.connection.dbapi_connection for line in (one, other)]
    db.session.remove()
    for line in lines:
        faults.hang_up(database_url, line)
    sell(shop, tea, "cut")
    assert (bills(), stock(shop, tea)) == (1, Decimal(999))


@pytest.mark.parametrize("committed", [False, True])
def test_a_line_cut_at_the_commit_is_told_and_the_same_again_is_one_bill(
    shop: Shop, tea: UUID, database_url: str, committed: bool
) -> None:
    with faults.line_is_cut_at_commit(database_url, committed), pytest.raises(Busy, match="Look whether it is there"):
        sell(shop, tea, "cut")
    assert bills() == committed
    assert sell(shop, tea, "cut").replayed is committed
    assert (bills(), stock(shop, tea)) == (1, Decimal(999))
    assert numbers_in_order() + books_in_order() == []


def test_the_test_sees_a_cut_line_that_nobody_takes_up_again(
    shop: Shop, tea: UUID, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage.nothing_tried_again(monkeypatch)
    with faults.line_is_cut(database_url, 5), pytest.raises(Exception, match="terminating connection"):
        sell(shop, tea, "cut")
    assert (bills(), stock(shop, tea)) == (0, Decimal(1000))


def test_a_line_cut_after_the_answer_was_made_leaves_the_answer(shop: Shop, database_url: str) -> None:
    with shop.app.app_context():
        execute(text("SELECT 1"))
        faults.hang_up(database_url, db.session.connection().connection.dbapi_connection)
    with shop.app.app_context():
        assert execute(text("SELECT 2")).scalar() == 2
