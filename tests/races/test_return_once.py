"""Several clerks take the same goods back at one moment: they come back once (DESIGN.md 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from pos.core.errors import PosError
from pos.sales import returned, returning, voiding
from pos.sales.models import Payment, Sale
from pos.sales.returning import ReturnLine, return_items
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.voiding import void_sale
from tests.races import damage
from tests.races.crowd import at_once, books_in_order, stock
from tests.sales.test_return_items import bill
from tests.shop import Shop
from tests.thorough import rounds

CLERKS = 8
ONE_LINE = {"note": 1, "MORE_THAN_SOLD": CLERKS - 1}


def takes_back(shop: Shop, sale: UUID, item: UUID, key: str | None = None) -> str:
    """One clerk takes all of the line back; `note`, `again`, or why not."""
    try:
        line = ReturnLine(item, Decimal(3))
        done = return_items(shop.ben, sale, [line], refund_to="CASH", reason="torn", key=key)
    except PosError as error:
        return error.code
    except Exception as error:
        return type(error).__name__
    return "again" if done.replayed else "note"


def voids(shop: Shop, sale: UUID) -> str:
    """The owner voids the bill; `void`, or why not."""
    try:
        void_sale(shop.asha, sale, "mistake")
    except PosError as error:
        return error.code
    return "void"


def told(shop: Shop, works: list[Callable[[], str]]) -> Counter[str]:
    """How often which word was heard."""
    return Counter(str(word) for heard in at_once(shop, works) for word in heard)


def test_the_same_line_comes_back_once(shop: Shop) -> None:
    for _turn in range(rounds(2)):
        tea = shop.product("Tea", "100", "3")
        sale, item = bill(shop, tea)
        assert told(shop, [partial(takes_back, shop, sale, item) for _clerk in range(CLERKS)]) == ONE_LINE
        assert stock(shop, tea) == 3
        assert [row.amount for row in shop.rows(Payment, sale_id=sale, kind="REFUND")] == [315]
        assert books_in_order() == []


def test_the_same_form_sent_by_many_makes_one_note(shop: Shop) -> None:
    sale, item = bill(shop, shop.product("Tea", "100", "3"))
    heard = told(shop, [partial(takes_back, shop, sale, item, "form") for _clerk in range(CLERKS)])
    assert heard == {"note": 1, "again": CLERKS - 1}
    assert len(shop.rows(CreditNote)) == 1


def test_a_bill_is_voided_or_returned_never_both(shop: Shop) -> None:
    for _turn in range(rounds(3)):
        sale, item = bill(shop, shop.product("Tea", "100", "3"))
        heard = told(shop, [partial(voids, shop, sale), partial(takes_back, shop, sale, item)])
        assert heard in ({"void": 1, "VOIDED": 1}, {"RETURNED_ALREADY": 1, "note": 1})
        assert (shop.row(Sale, sale).payment_status == "VOIDED") == bool(heard["void"])
        assert books_in_order() == []


def test_the_race_sees_a_bill_looked_at_before_it_was_locked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sale, item = bill(shop, shop.product("Tea", "100", "3"))
    seen = returned.so_far(voiding.find_sale(sale))
    monkeypatch.setattr(returning, "so_far", lambda _sale: seen)
    assert told(shop, [partial(takes_back, shop, sale, item) for _clerk in range(CLERKS)]) == {"note": CLERKS}
    assert books_in_order() != []


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_race_sees_a_bill_without_its_lock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sale, item = bill(shop, shop.product("Tea", "100", "3"))
    damage.bill_without_its_lock(monkeypatch)
    assert told(shop, [partial(takes_back, shop, sale, item) for _clerk in range(2)]) == {"note": 2}
    assert books_in_order() != []
