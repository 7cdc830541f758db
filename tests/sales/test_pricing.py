"""A bill comes to what docs/pricing.md says, number by number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.sales.pricing import (
    AskedLine,
    BillDiscount,
    Terms,
    price_bill,
    quantity_for_amount,
)
from pos.sales.tax import share_tax, tax_on
from tests.sales.worked_bills import WorkedBill, worked_bills

D = Decimal
LINE_COLUMNS = {
    "Gross": "gross",
    "Off": "discount_amount",
    "Line total": "line_total",
    "Share": "bill_discount",
    "Taxable": "taxable",
    "CGST": "cgst",
    "SGST": "sgst",
    "Tax": "tax",
    "Saving": "saving",
}
BILL_COLUMNS = {
    "Gross": "gross",
    "Subtotal": "subtotal",
    "Discount": "discount_amount",
    "Bill tax": "tax_amount",
    "Round-off": "round_off",
    "Total": "total",
    "Bill saving": "saving",
}
RATE_COLUMNS = {"Tax summary": "rate", "Taxable": "taxable", "CGST": "cgst", "SGST": "sgst", "Tax": "tax"}


def answers(rows: list[dict[str, str]], columns: dict[str, str]) -> list[dict[str, Decimal]]:
    return [{name: D(row[column]) for column, name in columns.items() if column in row} for row in rows]


def picked(priced: Any, asked: dict[str, Decimal]) -> dict[str, Decimal]:
    return {name: getattr(priced, name) for name in asked}


@pytest.mark.parametrize("example", worked_bills(), ids=lambda example: example.name)
def test_the_worked_bills_of_the_page_are_true(example: WorkedBill) -> None:
    bill = price_bill(example.lines, example.terms, example.bill_discount, example.points)
    for priced, shown in zip(bill.lines, answers(example.tables["Goods"], LINE_COLUMNS), strict=True):
        assert picked(priced, shown) == shown
    totals = answers(example.tables["Gross"], BILL_COLUMNS)[0]
    assert picked(bill, totals) == totals
    if "Tax summary" in example.tables:
        rates = answers(example.tables["Tax summary"], RATE_COLUMNS)
        assert [picked(rate, rates[0]) for rate in bill.rates] == rates


def test_the_page_has_its_worked_bills() -> None:
    assert len(worked_bills()) == 10
    assert all({"GST mode", "Goods", "Gross"} <= set(example.tables) for example in worked_bills())


def test_the_plans_own_bill() -> None:
    bill = price_bill([AskedLine(D("22.00"), D(2), D(5)), AskedLine(D("12.00"), D(5), D(5), D(2))], Terms())
    assert (bill.subtotal, bill.discount_amount, bill.tax_amount, bill.total) == (
        D("104.00"),
        D("10.00"),
        D("4.70"),
        D("98.70"),
    )
    assert [line.line_total for line in bill.lines] == [D("44.00"), D("50.00")]


@pytest.mark.parametrize(
    ("net", "rate", "none", "regular", "none_inside", "regular_inside"),
    [
        (9400, 500, 470, 470, 448, 448),
        (50, 500, 3, 2, 2, 2),
        (10, 500, 1, 0, 0, 0),
        (30, 500, 2, 2, 1, 2),
        (10000, 1800, 1800, 1800, 1525, 1526),
        (10500, 500, 525, 526, 500, 500),
        (11800, 1800, 2124, 2124, 1800, 1800),
        (99, 2800, 28, 28, 22, 22),
        (12345, 25, 31, 30, 31, 30),
        (100, 10000, 100, 100, 50, 50),
        (1, 10000, 1, 2, 1, 0),
        (7777, 0, 0, 0, 0, 0),
        (0, 1800, 0, 0, 0, 0),
    ],
)
def test_the_tax_of_one_rate(
    net: int, rate: int, none: int, regular: int, none_inside: int, regular_inside: int
) -> None:
    assert tax_on(net, rate, Terms("none")) == none
    assert tax_on(net, rate, Terms("regular")) == regular
    assert tax_on(net, rate, Terms("none", prices_include_tax=True)) == none_inside
    assert tax_on(net, rate, Terms("regular", prices_include_tax=True)) == regular_inside
    assert tax_on(net, rate, Terms("composition")) == 0


def test_no_line_carries_more_tax_than_it_costs_where_prices_include_it() -> None:
    inside = Terms("regular", prices_include_tax=True)
    assert share_tax([1, 1, 1, 2], 2800, inside) == [0, 0, 0, 2]
    assert share_tax([1, 1, 1, 1, 1], 2800, inside) == [0, 0, 0, 0, 0]
    assert share_tax([1, 1, 1, 1, 1], 2800, Terms("regular")) == [2, 0, 0, 0, 0]
    assert share_tax([1, 1, 1, 1, 1], 2800, Terms("none", prices_include_tax=True)) == [1, 0, 0, 0, 0]


def test_a_bill_without_lines_is_a_bill_of_zero() -> None:
    bill = price_bill([], Terms("regular", True, True))
    assert not bill.lines
    assert not bill.rates
    assert {bill.total, bill.subtotal, bill.discount_amount, bill.round_off, bill.saving} == {D(0)}


def test_a_composition_line_is_charged_at_rate_zero() -> None:
    bill = price_bill([AskedLine(D(10), D(1), D(18))], Terms("composition"))
    assert bill.lines[0].tax_rate == 0
    assert [(rate.rate, rate.taxable, rate.tax) for rate in bill.rates] == [(D(0), D(10), D(0))]


def test_rates_are_in_ascending_order_and_zero_rated_goods_have_their_row() -> None:
    asked = [AskedLine(D(10), D(1), D(rate)) for rate in ("18", "0", "5", "18.00", "2.5")]
    bill = price_bill(asked, Terms("regular"))
    assert [rate.rate for rate in bill.rates] == [D(0), D("2.5"), D(5), D(18)]
    assert [rate.taxable for rate in bill.rates] == [10, 10, 10, 20]


def test_the_order_of_scanning_moves_no_paisa_between_rates() -> None:
    jaggery, shampoo = AskedLine(D("9.90"), D(1), D(5)), AskedLine(D("9.90"), D(1), D(18))
    off = BillDiscount(amount=D("0.01"))
    one, other = price_bill([jaggery, shampoo], Terms(), off), price_bill([shampoo, jaggery], Terms(), off)
    assert one.rates == other.rates
    assert one.total == other.total == D("22.07")


def test_of_equal_remainders_the_larger_line_comes_first() -> None:
    small, large = AskedLine(D("1.00"), D(1), D(5)), AskedLine(D("3.00"), D(1), D(5))
    for lines in ([small, large], [large, small]):
        bill = price_bill(lines, Terms(), BillDiscount(amount=D("0.02")))
        assert {line.unit_price: line.bill_discount for line in bill.lines} == {D(1): D(0), D(3): D("0.02")}


@pytest.mark.parametrize(
    ("price", "total", "round_off"),
    [
        ("10.00", "10.00", "0.00"),
        ("10.49", "10.00", "-0.49"),
        ("10.50", "11.00", "0.50"),
        ("10.99", "11.00", "0.01"),
        ("0.49", "0.00", "-0.49"),
        ("0.50", "1.00", "0.50"),
    ],
)
def test_whole_rupees(price: str, total: str, round_off: str) -> None:
    bill = price_bill([AskedLine(D(price), D(1), D(0))], Terms(round_to_rupee=True))
    assert (bill.total, bill.round_off, bill.subtotal) == (D(total), D(round_off), D(price))


def test_a_discount_on_goods_by_money_is_at_most_that_money() -> None:
    dal = AskedLine(D(120), D("0.167"), D(0), discount=D(120), amount=D(20))
    assert price_bill([dal], Terms()).lines[0].discount_amount == D("20.00")


@pytest.mark.parametrize(
    ("line", "saving"),
    [
        (AskedLine(D(25), D(2), D(0), mrp=D(28)), "6.00"),
        (AskedLine(D(25), D(2), D(0), discount=D(1), mrp=D(28)), "8.00"),
        (AskedLine(D(25), D(2), D(5), mrp=D(28)), "3.50"),
        (AskedLine(D(30), D(2), D(0), mrp=D(28)), "0.00"),
        (AskedLine(D(25), D(2), D(0), discount=D(5)), "0.00"),
        (AskedLine(D(120), D("0.167"), D(0), amount=D(20), mrp=D(120)), "0.00"),
        (AskedLine(D(120), D("0.167"), D(0), amount=D(20), mrp=D(150)), "5.00"),
    ],
)
def test_saving_is_against_mrp_and_after_tax(line: AskedLine, saving: str) -> None:
    assert price_bill([line], Terms()).saving == D(saving)


@pytest.mark.parametrize(
    ("amount", "price", "quantity"),
    [
        ("20", "120", "0.167"),
        ("20", "40", "0.500"),
        ("10", "3", "3.333"),
        ("0.06", "120", "0.001"),
        ("5", "5", "1.000"),
    ],
)
def test_rupees_worth_is_a_quantity(amount: str, price: str, quantity: str) -> None:
    assert str(quantity_for_amount(D(amount), D(price))) == quantity
