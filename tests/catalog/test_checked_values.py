"""What a product may look like, value by value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog import barcodes
from pos.catalog.checks import FIELDS, checked, problems_of
from pos.core.errors import Invalid
from tests.shop import Shop

TEA = {"name": "Tea 250 g", "price": "12.50"}


def typed(**values: Any) -> dict[str, Any]:
    return checked({**TEA, **values})


def fields(values: dict[str, Any], before: dict[str, Any] | None = None) -> list[str | None]:
    return [problem.field for problem in problems_of(values, before)[1]]


def test_a_new_product_gets_every_field(shop: Shop) -> None:
    tea = typed()
    assert set(tea) == set(FIELDS)
    assert (tea["unit"], tea["status"], tea["stock_quantity"]) == ("pcs", "active", 0)
    assert tea["min_stock_level"] is None
    assert tea["tax_rate"] is None


def test_a_change_gets_the_named_fields_alone(shop: Shop) -> None:
    assert checked({"price": "13"}, {"mrp": Decimal(14), "unit": "pcs"}) == {"price": Decimal(13)}


def test_every_problem_is_told_with_its_field(shop: Shop) -> None:
    wrong = {"name": " ", "price": "ten", "hsn_code": "12345", "tax_rate": "101", "unit": "bottle", "barcode": "चाय"}
    with pytest.raises(Invalid) as refusal:
        checked(wrong | {"expiry_date": "31/02/2027", "status": "gone", "color": "red"})
    named = {problem.field for problem in refusal.value.problems}
    assert named == {*wrong, "expiry_date", "status", "color"}


@pytest.mark.parametrize("missing", ["name", "price"])
def test_a_name_and_a_price_are_needed(shop: Shop, missing: str) -> None:
    assert fields({name: text for name, text in TEA.items() if name != missing}) == [missing]
    assert fields({missing: ""}, {"price": Decimal(1), "unit": "pcs"}) == [missing]


def test_a_price_above_mrp_is_refused(shop: Shop) -> None:
    _typed, (problem,) = problems_of({**TEA, "mrp": "12.49"})
    assert (problem.field, problem.code) == ("price", "PRICE_ABOVE_MRP")
    assert "₹12.49" in problem.message
    assert typed(mrp="12.50")["mrp"] == Decimal("12.50")


def test_a_new_price_is_held_against_the_mrp_that_is_there(shop: Shop) -> None:
    before = {"price": Decimal(10), "mrp": Decimal(12), "unit": "pcs"}
    assert fields({"price": "12.01"}, before) == ["price"]
    assert fields({"mrp": "9.99"}, before) == ["mrp"]
    assert fields({"price": "15", "mrp": "16"}, before) == []


@pytest.mark.parametrize("unit", ["pcs", "dozen", "packet"])
def test_goods_that_are_counted_come_in_whole_numbers(shop: Shop, unit: str) -> None:
    assert fields({**TEA, "unit": unit, "stock_quantity": "2.5", "min_stock_level": "0.5"}) == [
        "stock_quantity",
        "min_stock_level",
    ]


@pytest.mark.parametrize("unit", ["kg", "gm", "ltr", "ml"])
def test_goods_that_are_weighed_come_to_the_gram(shop: Shop, unit: str) -> None:
    assert typed(unit=unit, stock_quantity="2.505")["stock_quantity"] == Decimal("2.505")
    assert fields({**TEA, "unit": unit, "stock_quantity": "2.5051"}) == ["stock_quantity"]


def test_a_unit_cannot_become_one_that_the_stock_does_not_fit(shop: Shop) -> None:
    before = {"unit": "kg", "stock_quantity": Decimal("1.350"), "min_stock_level": Decimal(1)}
    assert fields({"unit": "pcs"}, before) == ["unit"]


@pytest.mark.parametrize(
    ("written", "unit"), [("PCS", "pcs"), ("Nos", "pcs"), ("Kgs", "kg"), ("g", "gm"), ("L", "ltr"), ("Pkt", "packet")]
)
def test_units_are_understood_as_people_write_them(shop: Shop, written: str, unit: str) -> None:
    assert typed(unit=written)["unit"] == unit


@pytest.mark.parametrize("barcode", ["8901063029415", "89006245", "4968", "M3", "MGD3", "3203400000102", "0012"])
def test_barcodes_of_real_shelves_are_taken(shop: Shop, barcode: str) -> None:
    assert typed(barcode=f" {barcode} ")["barcode"] == barcode


@pytest.mark.parametrize("barcode", ["दाल", "8901\u00e9", "x" * 101])
def test_a_barcode_has_digits_and_latin_letters(shop: Shop, barcode: str) -> None:
    assert fields({**TEA, "barcode": barcode}) == ["barcode"]


def test_a_wrong_check_digit_is_a_warning_only(shop: Shop) -> None:
    assert barcodes.warning("8901063029415") is None
    assert "3203400000102" in str(barcodes.warning("3203400000102"))
    assert barcodes.warning("4968") is None
    assert barcodes.warning("M3") is None
    assert barcodes.warning(None) is None


@pytest.mark.parametrize("hsn", ["1006", "100630", "10063090"])
def test_an_hsn_code_has_4_6_or_8_digits(shop: Shop, hsn: str) -> None:
    assert typed(hsn_code=hsn)["hsn_code"] == hsn
    assert fields({**TEA, "hsn_code": hsn[:-1]}) == ["hsn_code"]
    assert fields({**TEA, "hsn_code": f"{hsn[:-1]}A"}) == ["hsn_code"]


@pytest.mark.parametrize(("given", "rate"), [("0", "0"), ("5%", "5"), ("12.5", "12.5"), (100, "100"), (" 18 % ", "18")])
def test_a_tax_rate_lies_between_0_and_100(shop: Shop, given: Any, rate: str) -> None:
    assert typed(tax_rate=given)["tax_rate"] == Decimal(rate)


@pytest.mark.parametrize("given", ["-1", "100.01", "five", "5.123", True])
def test_a_wrong_tax_rate_is_refused(shop: Shop, given: Any) -> None:
    assert fields({**TEA, "tax_rate": given}) == ["tax_rate"]


@pytest.mark.parametrize("given", ["2027-03-31", "31/03/2027", "31-3-2027", "31.03.2027", datetime(2027, 3, 31, 12)])
def test_dates_are_understood_as_people_write_them(shop: Shop, given: Any) -> None:
    assert typed(expiry_date=given)["expiry_date"] == date(2027, 3, 31)


@pytest.mark.parametrize("given", ["31/02/2027", "03-31-2027", "soon", "1999-01-01", "2200-01-01", 5, True])
def test_a_date_that_is_none_is_refused(shop: Shop, given: Any) -> None:
    assert fields({**TEA, "expiry_date": given}) == ["expiry_date"]


@pytest.mark.parametrize("field", ["price", "mrp", "cost_price", "stock_quantity", "min_stock_level"])
@pytest.mark.parametrize("given", ["-1", "NaN", "1e3", True, 1.5, [1]])
def test_amounts_are_plain_numbers_not_below_zero(shop: Shop, field: str, given: Any) -> None:
    assert field in fields({**TEA, field: given})


def test_texts_are_tidied_and_bounded(shop: Shop) -> None:
    assert typed(name="  Tea \u202e 250\tg ")["name"] == "Tea 250 g"
    assert typed(description="one\n  two")["description"] == "one\ntwo"
    assert typed(brand="", category="  ")["brand"] is None
    long = {"name": 255, "brand": 100, "category": 100, "pack_size": 50, "code": 50, "description": 2000}
    for field, longest in long.items():
        assert typed(**{field: "क" * longest})[field] == "क" * longest
        assert fields({**TEA, field: "x" * (longest + 1)}) == [field]


@pytest.mark.parametrize("field", ["name", "brand", "description", "code"])
@pytest.mark.parametrize("given", [True, ["x"], {"a": 1}])
def test_texts_are_texts(shop: Shop, field: str, given: Any) -> None:
    assert fields({**TEA, field: given}) == [field]
