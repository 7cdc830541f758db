"""Each row of a file judged: what it becomes, or why it stays out. No database is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pos.catalog.importing.choices import Choices, decided, from_json
from pos.catalog.importing.known import Known
from pos.catalog.importing.sorting import Sorted, sort_out
from pos.core.errors import Invalid
from pos.core.importing.row import Row


def judged(columns: str, *lines: str, **choices: Any) -> Sorted:
    """The lines under these columns (`-` for one that is left out), the names standing in line 1."""
    fields = tuple(None if name == "-" else name for name in columns.split(","))
    rows = [Row(number, number, line.split("|")) for number, line in enumerate(lines, 2)]
    return sort_out(rows, decided(Choices(columns=fields), choices), Known(), lambda _count: None)


def product(columns: str, line: str, **choices: Any) -> dict[str, Any]:
    result = judged(columns, line, **choices)
    assert not result.aside, result.aside
    return result.good[0].values


def reason(columns: str, line: str, **choices: Any) -> str:
    result = judged(columns, line, **choices)
    assert not result.good
    assert result.aside[0].kind == "bad"
    return result.aside[0].reason


def names(result: Sorted) -> list[str]:
    return [good.values["name"] for good in result.good]


def test_a_row_becomes_a_product_and_text_is_tidied() -> None:
    values = product("name,price,mrp,-", " Tata   Salt\u202e\x07 1kg |29.7|₹ 30.00|ignored")
    assert (values["name"], values["price"], values["mrp"]) == ("Tata Salt 1kg", Decimal("29.70"), Decimal("30.00"))


def test_a_row_without_a_name_or_a_price_is_bad() -> None:
    assert reason("name,price", " |20") == "Name: Enter the name of the product."
    assert reason("name,price", "Salt|") == "Selling price: Enter the selling price."


def test_every_problem_of_a_row_is_told_with_its_column() -> None:
    told = reason("name,price,mrp,expiry_date", "|abc|10|someday")
    for label in ("Name:", "Selling price: “abc”", "Expiry date: “someday”"):
        assert label in told


def test_a_price_above_mrp_is_bad() -> None:
    assert "above the MRP" in reason("name,price,mrp", "Salt|31|30")


def test_an_mrp_of_zero_is_none() -> None:
    assert product("name,price,mrp", "Salt|31|0.00")["mrp"] is None


def test_short_rows_miss_what_they_do_not_have() -> None:
    assert product("name,price,mrp,brand", "Salt|20")["brand"] is None


@pytest.mark.parametrize(
    ("name", "pack", "unit", "pack_size"),
    [
        ("Chana Dal (loose)", "1 KG", "kg", None),
        ("Mustard Oil (Loose)", "1 LT", "ltr", None),
        ("Chana Dal (loose)", "500 GM", "pcs", "500 GM"),
        ("Rice Surti Kolam (b)", "1 KG", "pcs", "1 KG"),
        ("Loose Leaf Tea", "1 KG", "pcs", "1 KG"),
        ("Patel Combi", "1 NO", "pcs", "1 NO"),
    ],
)
def test_loose_goods_are_sold_by_weight_or_measure(name: str, pack: str, unit: str, pack_size: str | None) -> None:
    values = product("name,pack_size,price", f"{name}|{pack}|86")
    assert (values["unit"], values["pack_size"]) == (unit, pack_size)


def test_a_units_column_is_believed_before_the_name() -> None:
    assert product("name,pack_size,price,unit", "Dal (loose)|1 KG|86|Pkt")["unit"] == "packet"


@pytest.mark.parametrize(("text", "unit"), [("KGS.", "kg"), ("Nos", "pcs"), ("Box", "pcs"), ("Ltr", "ltr"), ("", "gm")])
def test_units_are_known_in_many_spellings_and_missing_ones_chosen_for_the_file(text: str, unit: str) -> None:
    assert product("name,price,unit", f"Dal|86|{text}", unit="gm")["unit"] == unit


def test_an_unknown_unit_is_bad() -> None:
    assert "“furlong” is not a unit" in reason("name,price,unit", "Dal|86|furlong")


@pytest.mark.parametrize(
    ("text", "stock", "unit"),
    [
        ("12", "12", "pcs"),
        ("12 Nos", "12", "pcs"),
        ("5.5 kg", "5.5", "kg"),
        ("1,250 pcs.", "1250", "pcs"),
        ("", "7", "pcs"),
    ],
)
def test_stock_may_carry_its_unit_and_is_chosen_where_it_is_missing(text: str, stock: str, unit: str) -> None:
    values = product("name,price,stock_quantity", f"Dal|86|{text}", stock="7")
    assert (values["stock_quantity"], values["unit"]) == (Decimal(stock), unit)


def test_a_broken_stock_of_countable_goods_is_bad() -> None:
    assert "whole numbers" in reason("name,price,stock_quantity", "Soap|20|2.5")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-31", date(2027, 3, 31)),
        ("31/03/2027", date(2027, 3, 31)),
        ("31-03-27", date(2027, 3, 31)),
        ("31-Mar-2027", date(2027, 3, 31)),
        ("2027-03-31 00:00:00", date(2027, 3, 31)),
        ("Feb-2028", date(2028, 2, 29)),
        ("04/2027", date(2027, 4, 30)),
        ("June 27", date(2027, 6, 30)),
        ("N/A", None),
    ],
)
def test_days_are_read_as_packets_and_programs_write_them(text: str, day: date | None) -> None:
    assert product("name,price,expiry_date", f"Dal|86|{text}")["expiry_date"] == day


@pytest.mark.parametrize(
    ("text", "rate"), [("18%", "18"), ("GST 12.5 %", "12.5"), ("GST@5", "5"), ("Exempt", "0"), ("", None), ("-", None)]
)
def test_tax_rates_are_read_as_invoices_write_them(text: str, rate: str | None) -> None:
    assert product("name,price,tax_rate", f"Dal|86|{text}")["tax_rate"] == (None if rate is None else Decimal(rate))


def test_a_barcode_that_a_spreadsheet_shortened_is_bad() -> None:
    assert "shortened" in reason("name,price,barcode", "Salt|20|8.90106E+12")


def test_what_was_kept_from_being_a_formula_comes_back_as_it_was() -> None:
    values = product("name,price,brand", "'=1+1|20|'+91 Foods")
    assert (values["name"], values["brand"]) == ("=1+1", "+91 Foods")


def test_short_codes_and_odd_barcodes_are_kept() -> None:
    values = product("code,barcode,name,price", "2296|M3|Akha Moong|41")
    assert (values["code"], values["barcode"]) == ("2296", "M3")


def test_one_name_twice_is_two_products_unless_told_otherwise() -> None:
    lines = ("Ghee|500|Amul", "ghee |520|Amul", "Ghee|500|Amul", "Salt|20|Tata")
    kept = judged("name,price,brand", *lines)
    assert [good.values["price"] for good in kept.good] == [500, 520, 500, 20]
    assert kept.same == {"file_name": 2}
    assert [twin[:] for twin in kept.twins["file_name"]] == [(3, "ghee", "line 2"), (4, "Ghee", "line 2")]


@pytest.mark.parametrize(
    ("decision", "taken", "out"),
    [
        ("skip", [2, 5], [(3, "Line 2 has the same name."), (4, "Line 2 has the same name.")]),
        ("update", [4, 5], [(2, "Line 3 replaces it."), (3, "Line 4 replaces it.")]),
        ("keep_different", [2, 3, 5], [(4, "Line 2 has the same name.")]),
    ],
)
def test_the_user_decides_about_one_name_twice(decision: str, taken: list[int], out: list[tuple[int, str]]) -> None:
    lines = ("Ghee|500|Amul", "ghee |520|Amul", "Ghee|500|Amul", "Salt|20|Tata")
    result = judged("name,price,brand", *lines, file_name=decision)
    assert [good.row.line for good in result.good] == taken
    assert [(one.row.line, one.reason) for one in result.aside] == out
    assert {one.kind for one in result.aside} == {"left"}


def test_a_barcode_or_code_twice_is_taken_once() -> None:
    lines = ("111|a|Tea|10", "111|b|Coffee|20", "222|a|Milk|30")
    first = judged("barcode,code,name,price", *lines)
    assert (names(first), first.same) == (["Tea"], {"file_barcode": 1, "file_code": 1})
    assert [one.reason for one in first.aside] == ["Line 2 has the same barcode.", "Line 2 has the same code."]
    last = judged("barcode,code,name,price", *lines, file_barcode="update", file_code="update")
    assert names(last) == ["Coffee", "Milk"]


def test_a_row_that_is_left_out_replaces_nothing() -> None:
    """Its barcode would replace the first row, but its code is taken by the second: none of the two may be lost."""
    lines = ("111|a|Tea|10", "222|b|Coffee|20", "111|b|Milk|30")
    result = judged("barcode,code,name,price", *lines, file_barcode="update")
    assert names(result) == ["Tea", "Coffee"]


def test_no_unique_code_is_ever_planned_twice() -> None:
    lines = [f"{number % 7}|{number % 5}|Name {number % 3}|10" for number in range(60)]
    for decision in ("skip", "update"):
        result = judged("barcode,code,name,price", *lines, file_barcode=decision, file_code=decision)
        for name in ("barcode", "code"):
            values = [good.values[name] for good in result.good]
            assert len(values) == len(set(values))
        assert len(result.good) + len(result.aside) == 60


def test_choices_are_kept_whole() -> None:
    choices = decided(Choices(columns=("name", None)), {"stock": "2.5", "file_name": "skip", "columns": ["", "price"]})
    assert from_json(choices.as_json()) == choices
    assert choices.columns == (None, "price")


def test_wrong_choices_are_told_all_at_once() -> None:
    given = {"columns": ["name", "name"], "stock": "-1", "unit": "mile", "header": "x", "file_barcode": "keep"}
    with pytest.raises(Invalid) as refusal:
        decided(Choices(), given)
    assert {problem.field for problem in refusal.value.problems} == set(given)
    assert "“Name” is chosen for two columns" in refusal.value.message
