"""Moving the stock of one product by hand: restock, count, adjust, take back; page and verb."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.catalog import stock
from pos.catalog.models import Product, StockMovement
from pos.core.actor import NOBODY, Actor
from pos.core.audit import AuditEntry
from pos.core.errors import Invalid, KeyReused, NotFound, NotSignedIn, Refused
from tests.shop import Shop

Verb = Callable[..., stock.Moved]
UP: list[Any] = [pytest.param(stock.restock, id="restock"), pytest.param(stock.take_back, id="take_back")]


def movements(shop: Shop, product: UUID) -> list[tuple[Any, ...]]:
    rows = sorted(shop.rows(StockMovement, product_id=product), key=lambda row: row.id)
    return [(row.movement_type, row.quantity_change, row.stock_before, row.stock_after, row.notes) for row in rows]


def test_goods_that_come_in_are_added(shop: Shop) -> None:
    tea = shop.product(stock="0")
    moved = stock.restock(shop.devi, tea, "24", "Bill 4711 of Metro")
    assert moved == stock.Moved(moved.movement_id, Decimal(0), Decimal(24))
    assert shop.row(Product, tea).stock_quantity == 24
    assert movements(shop, tea) == [("RESTOCK", 24, 0, 24, "Bill 4711 of Metro")]
    assert shop.rows(StockMovement)[0].created_by == shop.devi.id


def test_goods_that_come_back_are_added_as_a_return(shop: Shop) -> None:
    tea = shop.product(stock="5")
    stock.take_back(shop.ben, tea, 2)
    assert movements(shop, tea)[1] == ("RETURN", 2, 5, 7, None)


def test_a_count_sets_the_stock_and_says_how_far_it_was_off(shop: Shop) -> None:
    tea = shop.product(stock="50")
    assert stock.count(shop.devi, tea, "47").after == 47
    assert movements(shop, tea)[1] == ("ADJUSTMENT", -3, 50, 47, "Counted")


def test_a_count_that_fits_is_written_down_too(shop: Shop) -> None:
    tea = shop.product(stock="50")
    stock.count(shop.devi, tea, "50", "Diwali count")
    assert movements(shop, tea)[1] == ("ADJUSTMENT", 0, 50, 50, "Diwali count")


def test_a_shelf_is_counted_empty(shop: Shop) -> None:
    tea = shop.product(stock="50")
    assert stock.count(shop.devi, tea, "0").after == 0


def test_an_adjustment_goes_up_or_down_for_a_reason(shop: Shop) -> None:
    tea = shop.product(stock="10")
    stock.adjust(shop.devi, tea, "-2", "torn")
    stock.adjust(shop.devi, tea, "1", "found behind the rice")
    assert movements(shop, tea)[1:] == [
        ("ADJUSTMENT", -2, 10, 8, "torn"),
        ("ADJUSTMENT", 1, 8, 9, "found behind the rice"),
    ]
    with pytest.raises(Invalid, match="Say why") as refusal:
        stock.adjust(shop.devi, tea, "-2", "  ")
    assert refusal.value.field == "notes"


def test_the_stock_never_falls_below_zero(shop: Shop) -> None:
    tea = shop.product("Tea 250 g", stock="3")
    with pytest.raises(Refused) as refusal:
        stock.adjust(shop.devi, tea, "-4", "torn")
    assert refusal.value.message == "Insufficient stock for Tea 250 g. Available: 3, Required: 4"
    assert refusal.value.code == "INSUFFICIENT_STOCK"
    assert shop.row(Product, tea).stock_quantity == 3
    assert len(movements(shop, tea)) == 1


@pytest.mark.parametrize("unit", ["pcs", "dozen", "packet"])
def test_what_is_counted_moves_in_whole_numbers(shop: Shop, unit: str) -> None:
    tea = shop.product(unit=unit)
    verbs: list[Verb] = [stock.restock, stock.count, stock.take_back]
    for verb in verbs:
        with pytest.raises(Invalid, match="whole numbers"):
            verb(shop.devi, tea, "1.5")
    with pytest.raises(Invalid, match="whole numbers"):
        stock.adjust(shop.devi, tea, "-0.5", "half a biscuit")


def test_what_is_weighed_moves_to_the_gram(shop: Shop) -> None:
    sugar = shop.product("Sugar", stock="1.250", unit="kg")
    stock.adjust(shop.devi, sugar, "-0.005", "spilt")
    stock.restock(shop.devi, sugar, "25.5")
    assert stock.count(shop.devi, sugar, "26.745").before == Decimal("26.745")
    with pytest.raises(Invalid):
        stock.restock(shop.devi, sugar, "0.0005")


@pytest.mark.parametrize("verb", UP)
@pytest.mark.parametrize("given", ["0", "-1", "", "ten", "1e3", True, 1.5])
def test_what_comes_in_is_a_plain_number_above_zero(shop: Shop, verb: Verb, given: Any) -> None:
    tea = shop.product()
    with pytest.raises(Invalid) as refusal:
        verb(shop.devi, tea, given)
    assert refusal.value.field == "quantity"


def test_an_adjustment_by_nothing_and_a_negative_count_are_refused(shop: Shop) -> None:
    tea = shop.product()
    with pytest.raises(Invalid, match="other than zero"):
        stock.adjust(shop.devi, tea, "0", "why")
    with pytest.raises(Invalid, match="below zero"):
        stock.count(shop.devi, tea, "-1")
    with pytest.raises(Invalid, match="Choose one of"):
        stock.move(shop.devi, tea, "SALE", "-1")


def test_more_than_a_shelf_can_hold_is_refused(shop: Shop) -> None:
    tea = shop.product(stock="9999999")
    with pytest.raises(Invalid, match="at most"):
        stock.restock(shop.devi, tea, "9999999")


@pytest.mark.parametrize("verb", [stock.restock, stock.count, stock.take_back])
def test_the_same_key_moves_once(shop: Shop, verb: Verb) -> None:
    tea = shop.product(stock="5")
    first = verb(shop.devi, tea, "7", None, "form-1")
    again = verb(shop.devi, tea, "7", None, "form-1")
    assert again == stock.Moved(first.movement_id, first.before, first.after, replayed=True)
    assert len(movements(shop, tea)) == 2
    with pytest.raises(KeyReused):
        verb(shop.devi, tea, "8", None, "form-1")


def test_a_count_and_a_restock_cannot_share_a_key(shop: Shop) -> None:
    tea = shop.product(stock="5")
    stock.restock(shop.devi, tea, "7", None, "form-1")
    with pytest.raises(KeyReused):
        stock.count(shop.devi, tea, "7", None, "form-1")


def test_a_refused_move_does_not_burn_its_key(shop: Shop) -> None:
    tea = shop.product(stock="1")
    with pytest.raises(Refused):
        stock.adjust(shop.devi, tea, "-2", "torn", "form-1")
    stock.adjust(shop.devi, tea, "-1", "torn", "form-1")


def test_what_is_not_there_does_not_move(shop: Shop) -> None:
    with pytest.raises(NotFound):
        stock.restock(shop.devi, uuid4(), "1")
    with pytest.raises(NotSignedIn):
        stock.restock(NOBODY, shop.product(), "1")


def test_it_is_written_into_the_audit_log(shop: Shop) -> None:
    tea = shop.product(stock="5")
    stock.adjust(shop.devi, tea, "-2", "torn")
    (entry,) = shop.rows(AuditEntry, action="stock.moved")
    assert entry.subject_id == str(tea)
    assert entry.change == (
        '{"change": "-2.000", "from_to": ["5.000", "3.000"], "movement": "ADJUSTMENT", "notes": "torn"}'
    )


def test_the_history_is_newest_first_and_names_who(shop: Shop, count_queries: Any) -> None:
    tea = shop.product(stock="5")
    for number in range(25):
        stock.restock(shop.devi if number % 2 else shop.ben, tea, "1", f"no. {number}")
    with count_queries() as queries:
        page = stock.history(tea, 1, 20)
    assert len(queries) == 2
    assert [row.notes for row in page.rows[:2]] == ["no. 24", "no. 23"]
    assert [row.made_by for row in page.rows[:2]] == ["Ben Thomas", "Devi Kale"]
    assert (page.total, page.pages) == (26, 2)
    assert stock.history(tea, 2, 20).rows[-1].made_by is None


def people(shop: Shop) -> list[Actor]:
    return [shop.asha, shop.ben, shop.devi]


def test_everybody_of_the_shop_may_move_stock(shop: Shop) -> None:
    tea = shop.product(stock="0")
    for person in people(shop):
        stock.restock(person, tea, "1")
    assert shop.row(Product, tea).stock_quantity == 3


@pytest.mark.parametrize(
    ("kind", "typed", "after"),
    [("restock", "7", 17), ("count", "7", 7), ("adjust", "-7", 3)],
)
def test_the_page_moves_it_and_shows_the_history(shop: Shop, kind: str, typed: str, after: int) -> None:
    tea, devi = shop.product("Tea", stock="10"), shop.client("devi")
    data = {f"{kind}-quantity": typed, f"{kind}-notes": "as told"}
    answer = devi.post(f"/products/{tea}/stock/{kind}", data=data, follow_redirects=True)
    assert answer.request.path == f"/products/{tea}"
    assert shop.row(Product, tea).stock_quantity == after
    assert "as told" in answer.text
    assert "Devi Kale" in answer.text


def test_htmx_gets_the_fragment_alone(shop: Shop) -> None:
    tea = shop.product("Tea", stock="10")
    data, htmx = {"restock-quantity": "5"}, {"HX-Request": "true"}
    answer = shop.client("devi").post(f"/products/{tea}/stock/restock", data=data, headers=htmx)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="product"')
    assert ">15 <small>" in answer.text


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(shop: Shop) -> None:
    tea = shop.product("Tea", stock="10")
    for headers in ({}, {"HX-Request": "true"}):
        data = {"adjust-quantity": "-2.5", "adjust-notes": "half of them"}
        answer = shop.client("devi").post(f"/products/{tea}/stock/adjust", data=data, headers=headers)
        assert answer.status_code == 400
        assert "counted in whole numbers" in answer.text
        assert 'value="-2.5"' in answer.text
        assert 'value="half of them"' in answer.text
        assert 'value="adjust" checked' in answer.text


def test_too_much_taken_off_is_a_409_with_the_plans_sentence(shop: Shop) -> None:
    tea = shop.product("Tea", stock="1")
    data = {"adjust-quantity": "-2", "adjust-notes": "torn"}
    answer = shop.client("devi").post(f"/products/{tea}/stock/adjust", data=data)
    assert answer.status_code == 409
    assert "Insufficient stock for Tea. Available: 1, Required: 2" in answer.text


def test_a_double_tap_restocks_once(shop: Shop) -> None:
    tea, devi = shop.product(stock="0"), shop.client("devi")
    data = {"restock-quantity": "5", "restock-form_key": "one-form"}
    for _tap in range(2):
        assert devi.post(f"/products/{tea}/stock/restock", data=data).status_code == 303
    assert shop.row(Product, tea).stock_quantity == 5


def test_each_form_has_a_key_of_its_own(shop: Shop) -> None:
    page = shop.client("devi").get(f"/products/{shop.product()}").text
    keys = {part.split('value="')[1].split('"')[0] for part in page.split("-form_key")[2::2]}
    assert len(keys) == 3


def test_there_is_no_page_for_another_kind(shop: Shop) -> None:
    tea = shop.product()
    assert shop.client("devi").post(f"/products/{tea}/stock/burn", data={}).status_code == 404
    missing = shop.client("devi").post(f"/products/{uuid4()}/stock/restock", data={"restock-quantity": "1"})
    assert missing.status_code == 404
