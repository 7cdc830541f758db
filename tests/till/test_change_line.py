"""Changing a line: steps, typed quantities, rupees' worth, a discount on each unit."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from pos.core.errors import Invalid, NotFound
from pos.till import lines
from tests.shop import Shop
from tests.till.at_the_till import HTMX, browser_with_cart, cart_of, cart_with, only_line, open_cart, quote, reads


def loose_cart(shop: Shop, quantity: str = "1", unit: str = "kg") -> UUID:
    cart_id = open_cart(shop)
    lines.add_product(shop.ben, cart_id, shop.product("Dal", "86.00", "5000", unit=unit), quantity)
    return cart_id


def test_a_double_tap_on_plus_is_two(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    for _tap in range(2):
        assert lines.step(shop.ben, cart_id, only_line(cart_id), 1) is False
    assert reads(cart_id) == [("Tea", 3, Decimal("37.50"))]


def test_minus_at_one_takes_the_line_off_and_once_more_changes_nothing(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    line_id = only_line(cart_id)
    assert lines.step(shop.ben, cart_id, line_id, -1) is True
    assert reads(cart_id) == []
    assert lines.step(shop.ben, cart_id, line_id, -1) is True


@pytest.mark.parametrize(("unit", "step"), [("kg", "0.250"), ("ltr", "0.250"), ("gm", "50"), ("ml", "50")])
def test_a_step_of_loose_goods_is_a_handful(shop: Shop, unit: str, step: str) -> None:
    cart_id = loose_cart(shop, "100", unit)
    lines.step(shop.ben, cart_id, only_line(cart_id), 1)
    assert quote(cart_id).lines[0].quantity == 100 + Decimal(step)


def test_a_typed_quantity_replaces_the_old_one(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    lines.set_quantity(shop.ben, cart_id, only_line(cart_id), "12")
    assert reads(cart_id) == [("Tea", 12, Decimal("150.00"))]
    for wrong in ("0", "-1", "1.5", "abc", ""):
        with pytest.raises(Invalid):
            lines.set_quantity(shop.ben, cart_id, only_line(cart_id), wrong)
    assert reads(cart_id) == [("Tea", 12, Decimal("150.00"))]


def test_loose_goods_take_three_decimals(shop: Shop) -> None:
    cart_id = loose_cart(shop)
    lines.set_quantity(shop.ben, cart_id, only_line(cart_id), "0.333")
    assert reads(cart_id) == [("Dal", Decimal("0.333"), Decimal("28.64"))]
    with pytest.raises(Invalid):
        lines.set_quantity(shop.ben, cart_id, only_line(cart_id), "0.3333")


def test_rupees_worth_replaces_a_weight_and_a_weight_replaces_it(shop: Shop) -> None:
    cart_id = loose_cart(shop)
    lines.set_amount(shop.ben, cart_id, only_line(cart_id), "50")
    assert reads(cart_id) == [("Dal", Decimal("0.581"), Decimal("50.00"))]
    assert quote(cart_id).lines[0].amount == Decimal("50.00")
    lines.set_quantity(shop.ben, cart_id, only_line(cart_id), "0.581")
    assert reads(cart_id) == [("Dal", Decimal("0.581"), Decimal("49.97"))]
    assert quote(cart_id).lines[0].amount is None


def test_pieces_are_not_made_rupees_worth(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    with pytest.raises(Invalid, match="Only loose goods"):
        lines.set_amount(shop.ben, cart_id, only_line(cart_id), "20")


def test_a_discount_is_taken_off_each_unit(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product("Tea"))
    lines.set_quantity(shop.ben, cart_id, only_line(cart_id), "4")
    lines.set_discount(shop.ben, cart_id, only_line(cart_id), "2.50")
    assert reads(cart_id) == [("Tea", 4, Decimal("40.00"))]
    lines.set_discount(shop.ben, cart_id, only_line(cart_id), "")
    assert reads(cart_id) == [("Tea", 4, Decimal("50.00"))]


@pytest.mark.parametrize("wrong", ["-1", "12.51", "abc", "1.234"])
def test_a_discount_is_never_negative_nor_more_than_the_price(shop: Shop, wrong: str) -> None:
    cart_id = cart_with(shop, shop.product("Tea", "12.50"))
    with pytest.raises(Invalid) as refusal:
        lines.set_discount(shop.ben, cart_id, only_line(cart_id), wrong)
    assert refusal.value.field == "discount"


def test_everything_typed_at_a_line_is_set_or_nothing(shop: Shop) -> None:
    cart_id = loose_cart(shop)
    line_id = only_line(cart_id)
    lines.edit(shop.ben, cart_id, line_id, amount="20", discount="6")
    (line,) = quote(cart_id).lines
    assert (line.amount, line.discount) == (20, 6)
    with pytest.raises(Invalid):
        lines.edit(shop.ben, cart_id, line_id, amount="50", discount="100")
    assert quote(cart_id).lines[0].amount == 20
    lines.edit(shop.ben, cart_id, line_id, quantity="1", amount="", discount="")
    (line,) = quote(cart_id).lines
    assert (line.quantity, line.amount, line.discount) == (1, None, 0)


def test_a_line_of_another_cart_is_not_changed(shop: Shop) -> None:
    cart_id = cart_with(shop, shop.product())
    client, address = browser_with_cart(shop)
    with pytest.raises(NotFound):
        lines.set_quantity(shop.ben, cart_of(address), only_line(cart_id), "5")
    answer = client.post(f"{address}/lines/{only_line(cart_id)}", data={"quantity": "5"}, headers=HTMX)
    assert answer.status_code == 200
    assert quote(cart_id).lines[0].quantity == 1


def at_the_page(shop: Shop, **values: str) -> tuple[object, str, UUID]:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Tea", **values)})
    return client, address, only_line(cart_of(address))


def test_the_page_steps_types_and_discounts(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    here = f"{address}/lines/{line_id}"
    for data, total in (
        ({"step": "1", "quantity": "1"}, "25.00"),
        ({"step": "-1", "quantity": "2"}, "12.50"),
        ({"quantity": "4"}, "50.00"),
        ({"edit": "1", "discount": "0.50"}, "48.00"),
    ):
        assert client.post(here, data=data).status_code == 303  # type: ignore[attr-defined]
        assert reads(cart_of(address))[0][2] == Decimal(total)


def test_the_last_minus_offers_to_undo(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    answer = client.post(f"{address}/lines/{line_id}", data={"step": "-1"}, headers=HTMX)  # type: ignore[attr-defined]
    assert "Removed Tea" in answer.text
    assert f"{line_id}/undo" in answer.text


def test_a_wrong_quantity_is_told_at_its_line(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    for headers in ({}, HTMX):
        answer = client.post(f"{address}/lines/{line_id}", data={"quantity": "abc"}, headers=headers)  # type: ignore[attr-defined]
        assert answer.status_code == 400
        assert "is-refused" in answer.text
        assert "is not a quantity" in answer.text


def test_a_scan_into_the_field_for_a_quantity_is_a_scan(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    shop.product("Salt", barcode="8901058023763")
    client.post(f"{address}/lines/{line_id}", data={"quantity": "8901058023763"})  # type: ignore[attr-defined]
    assert [line[:2] for line in reads(cart_of(address))] == [("Tea", 1), ("Salt", 1)]


def test_a_wrong_discount_leaves_the_editor_open(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    data = {"edit": "1", "discount": "99"}
    answer = client.post(f"{address}/lines/{line_id}", data=data, headers=HTMX)  # type: ignore[attr-defined]
    assert 'id="line_edit"' in answer.text
    assert "more than the price" in answer.text


def test_tapping_a_line_opens_its_editor(shop: Shop) -> None:
    client, address, line_id = at_the_page(shop)
    assert 'id="line_edit"' in client.get(f"{address}?line={line_id}").text  # type: ignore[attr-defined]
    fragment = client.get(f"{address}?line={line_id}", headers=HTMX).text  # type: ignore[attr-defined]
    assert 'id="line_edit"' in fragment
    assert "<html" not in fragment


def test_the_editor_of_loose_goods_has_weights_and_amounts(shop: Shop) -> None:
    client, address = browser_with_cart(shop)
    client.post(f"{address}/lines", data={"product": shop.product("Dal", "86.00", unit="kg"), "quantity": "1"})
    page = client.get(f"{address}?line={only_line(cart_of(address))}").text
    for shown in ("100 g", "250 g", "500 g", "1 kg", "₹10", "₹20", "₹50", "₹100"):
        assert f"<b>{shown}</b>" in page
