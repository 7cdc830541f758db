"""A drawer is closed while tills sell: what is expected in it is exactly what it took (DESIGN.md 6)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from pos.core.errors import PosError
from pos.sales import drawer
from pos.sales.models import Payment
from pos.settings.models import CashSession
from tests.races import damage
from tests.races.crowd import at_once, basket, books_in_order, try_to, words
from tests.shop import Shop
from tests.thorough import rounds

TILLS = 6


@pytest.fixture
def session_id(shop: Shop) -> UUID:
    shop.settings(cash_sessions_enabled=True)
    return drawer.open_session(shop.ben, "500").id


def closes(shop: Shop, session_id: UUID) -> str:
    """Count and close; `closed`, or why not."""
    try:
        drawer.close_session(shop.ben, session_id, counted="1", note="race")
    except PosError as error:
        return error.code
    return "closed"


def sells(shop: Shop, product: UUID) -> object:
    return try_to(shop, basket(product))


def test_what_a_closed_drawer_expects_is_what_it_took(shop: Shop, session_id: UUID) -> None:
    for turn in range(rounds(3)):
        tea = shop.product(f"Tea {turn}", "100")
        session_id = drawer.open_session(shop.ben, "500", "Till 1").id if turn else session_id
        works = [partial(sells, shop, tea) for _till in range(TILLS)]
        heard = at_once(shop, [*works, partial(closes, shop, session_id)])
        assert words(heard[:-1]) == {"bill": TILLS}
        assert heard[-1] == ["closed"]
        inside = [row.amount for row in shop.rows(Payment, cash_session_id=session_id)]
        assert shop.row(CashSession, session_id).expected == 500 + sum(inside, Decimal(0))
        assert books_in_order() == []


def test_one_of_many_closes_it(shop: Shop, session_id: UUID) -> None:
    heard = at_once(shop, [partial(closes, shop, session_id) for _clerk in range(4)])
    assert sorted(str(word) for (word,) in heard) == ["CASH_SESSION_CLOSED"] * 3 + ["closed"]


def test_one_of_many_opens_it(shop: Shop) -> None:
    shop.settings(cash_sessions_enabled=True)

    def opens() -> str:
        try:
            drawer.open_session(shop.ben, "500")
        except PosError as error:
            return error.code
        return "open"

    heard = at_once(shop, [opens] * 4)
    assert sorted(str(word) for (word,) in heard) == ["CASH_SESSION_OPEN"] * 3 + ["open"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_a_drawer_that_nobody_holds_open(
    shop: Shop, session_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea = shop.product("Tea", "100")
    damage.drawer_not_held_open(monkeypatch)
    at_once(shop, [partial(sells, shop, tea), partial(closes, shop, session_id)])
    assert [sentence for sentence in books_in_order() if sentence.startswith("cash expected in Till 1")]


def test_the_race_sees_a_drawer_looked_at_before(shop: Shop, session_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    tea = shop.product("Tea", "100")
    damage.drawer_looked_at_before(monkeypatch, session_id)
    drawer.close_session(shop.ben, session_id, counted="500")
    sells(shop, tea)
    assert [sentence for sentence in books_in_order() if sentence.startswith("cash expected in Till 1")]
