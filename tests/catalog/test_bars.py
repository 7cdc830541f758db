"""Bars that scanners read, and numbers of the shop's own for goods that have none."""

from __future__ import annotations

from urllib.parse import unquote
from uuid import uuid4

import pytest

from pos.catalog.barcodes import check_digit, warning
from pos.catalog.bars import bars, give_numbers
from pos.catalog.models import Product
from pos.catalog.search import scanned
from pos.core.actor import Actor
from pos.core.audit import AuditEntry
from pos.core.errors import Forbidden
from tests.shop import Shop

EAN13_MODULES, EAN8_MODULES = 95, 67


def width(code: str) -> int:
    """How many modules the picture of a code is wide."""
    picture = bars(code)
    assert picture is not None
    assert picture.startswith("data:image/svg+xml,")
    return int(unquote(picture).split('viewBox="0 0 ')[1].split()[0])


def test_an_ean_is_printed_as_one() -> None:
    assert (width("8901063029415"), width("96385074")) == (EAN13_MODULES, EAN8_MODULES)


def test_the_bars_are_those_of_the_digits() -> None:
    """4006381333931, bar by bar (GS1 General Specifications, 5.2): guards, parity of the first digit, right half."""
    picture = unquote(bars("4006381333931") or "")
    runs = [part.split("h") for part in picture.split('d="M')[1].split("M")]
    modules = ["0"] * EAN13_MODULES
    for place, wide, *_rest in runs:
        for module in range(int(place.split()[0]), int(place.split()[0]) + int(wide.split("v")[0])):
            modules[module] = "1"
    assert "".join(modules) == (
        "101" + "0001101" + "0100111" + "0101111" + "0111101" + "0001001" + "0110011" + "01010"
        "1000010" + "1000010" + "1000010" + "1110100" + "1000010" + "1100110" + "101"
    )


@pytest.mark.parametrize("code", ["8901063029410", "M3", "12345", "036000291452"])
def test_anything_else_is_code_128(code: str) -> None:
    assert width(code) not in (EAN13_MODULES, EAN8_MODULES)


def test_a_code_without_bars_has_none() -> None:
    assert bars("दाल") is None


def test_goods_without_a_barcode_get_a_number_of_their_own(shop: Shop) -> None:
    dal, tea = shop.product("Dal"), shop.product("Tea", barcode="8901063029415")
    given = give_numbers(shop.devi, [dal, tea, uuid4()])
    assert given == {dal: "2000000000015"}
    assert (shop.row(Product, dal).barcode, shop.row(Product, tea).barcode) == ("2000000000015", "8901063029415")
    assert warning(given[dal]) is None
    assert [entry.action for entry in shop.rows(AuditEntry, subject_id=str(dal))] == ["product.changed"]
    assert give_numbers(shop.devi, [dal]) == {}


def test_a_number_that_somebody_uses_is_passed_over(shop: Shop) -> None:
    shop.product("Old dal", barcode="2000000000015")
    dal = shop.product("Dal")
    digits = "200000000002"
    assert give_numbers(shop.devi, [dal]) == {dal: digits + check_digit(digits)}


def test_the_till_finds_goods_by_their_new_number(shop: Shop) -> None:
    dal = shop.product("Dal")
    (number,) = give_numbers(shop.devi, [dal]).values()
    found = scanned(number)
    assert found is not None
    assert found.id == dal


def test_who_may_not_edit_products_gives_no_numbers(shop: Shop) -> None:
    with pytest.raises(Forbidden):
        give_numbers(Actor(None, "x", "staff"), [shop.product()])
