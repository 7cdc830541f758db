"""Money is rounded half up, counted and shared out exactly and written as India writes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.core.money import (
    GRAM,
    LARGEST_QUANTITY,
    LARGEST_RUPEES,
    divide_half_up,
    format_plain,
    format_quantity,
    format_rupees,
    from_basis_points,
    from_milli,
    from_paise,
    round_half_up,
    spread,
    to_basis_points,
    to_milli,
    to_paise,
)


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [
        ("0.004", "0.01", "0.00"),
        ("0.005", "0.01", "0.01"),
        ("0.015", "0.01", "0.02"),
        ("0.025", "0.01", "0.03"),
        ("2.675", "0.01", "2.68"),
        ("-0.004", "0.01", "0.00"),
        ("-0.005", "0.01", "-0.01"),
        ("-2.675", "0.01", "-2.68"),
        ("2.5", "1", "3"),
        ("-2.5", "1", "-3"),
        ("98.49", "1", "98"),
        ("98.50", "1", "99"),
        ("0.1665", "0.001", "0.167"),
        ("1.024", "0.05", "1.00"),
        ("1.025", "0.05", "1.05"),
        ("1E-400", "0.01", "0.00"),
        ("0.00499999999999999999999999999999999999", "0.01", "0.00"),
        ("0.00500000000000000000000000000000000001", "0.01", "0.01"),
    ],
)
def test_halves_round_away_from_zero(value: str, step: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), Decimal(step))) == rounded


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+40", "1E+999999"])
def test_what_cannot_be_written_out_is_not_rounded(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be rounded"):
        round_half_up(Decimal(value))


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(0, 7, 0), (1, 2, 1), (3, 2, 2), (5, 2, 3), (-1, 2, -1), (-5, 2, -3), (1, 3, 0), (2, 3, 1), (-2, 3, -1)],
)
def test_whole_numbers_divide_half_up(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_up(numerator, denominator) == quotient


def test_amounts_are_counted_in_whole_numbers_and_back() -> None:
    assert to_paise(Decimal("98.70")) == 9870
    assert to_paise(Decimal("98.7000")) == 9870
    assert to_paise(Decimal("-0.01")) == -1
    assert to_paise(5) == 500
    assert to_milli(Decimal("0.350")) == 350
    assert to_basis_points(Decimal("2.5")) == 250
    assert str(from_paise(9870)) == "98.70"
    assert str(from_paise(0)) == "0.00"
    assert str(from_paise(-1)) == "-0.01"
    assert str(from_milli(350)) == "0.350"
    assert str(from_basis_points(500)) == "5.00"


@pytest.mark.parametrize("count", [to_paise, to_milli, to_basis_points])
@pytest.mark.parametrize(
    "amount", ["0.0005", "1.0000000000000000000000000000000001", "NaN", "sNaN", "Infinity", "1E+999999"]
)
def test_counting_never_rounds(count: Any, amount: str) -> None:
    with pytest.raises(ValueError):
        count(Decimal(amount))


@pytest.mark.parametrize("count", [to_paise, to_milli, to_basis_points])
@pytest.mark.parametrize("amount", [1.5, True, "1.50", None])
def test_only_exact_numbers_are_counted(count: Any, amount: Any) -> None:
    with pytest.raises(TypeError):
        count(amount)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "₹0.00"),
        ("5", "₹5.00"),
        ("999.9", "₹999.90"),
        ("1000", "₹1,000.00"),
        ("99999", "₹99,999.00"),
        ("123456", "₹1,23,456.00"),
        ("1234567.89", "₹12,34,567.89"),
        ("999999999.99", "₹99,99,99,999.99"),
        ("123456789012", "₹1,23,45,67,89,012.00"),
        ("-5", "-₹5.00"),
        ("-123456.5", "-₹1,23,456.50"),
        ("-0.001", "₹0.00"),
        ("3.335", "₹3.34"),
    ],
)
def test_rupees_are_grouped_as_in_india(amount: str, written: str) -> None:
    assert format_rupees(Decimal(amount)) == written


def test_other_ways_to_write_amounts() -> None:
    assert format_rupees(Decimal("123456"), symbol="Rs. ") == "Rs. 1,23,456.00"
    assert format_rupees(-7, symbol="") == "-7.00"
    assert format_plain(Decimal("123456")) == "123456.00"
    assert format_plain(Decimal("-0.5")) == "-0.50"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("2", "2"), ("2.000", "2"), ("0.350", "0.35"), ("0.005", "0.005"), ("100", "100"), ("-1.50", "-1.5"), ("0", "0")],
)
def test_quantities_are_written_as_short_as_they_are(amount: str, written: str) -> None:
    assert format_quantity(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (1000, [4400, 5000], [468, 532]),
        (1, [1, 2, 1], [0, 1, 0]),
        (10, [0, 5, 0, 5], [0, 5, 0, 5]),
        (7, [7, 0], [7, 0]),
        (5, [0, 0, 0], [2, 2, 1]),
        (0, [3, 4], [0, 0]),
        (0, [], []),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (30, [1, 2], [10, 20]),
    ],
)
def test_spreading_by_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert spread(total, weights) == parts


def test_spreading_refuses_what_has_no_answer() -> None:
    with pytest.raises(ValueError, match="nobody"):
        spread(5, [])
    with pytest.raises(ValueError, match="negative"):
        spread(5, [3, -1])


def test_the_largest_amounts_fit_the_database() -> None:
    assert to_paise(LARGEST_RUPEES) * to_milli(LARGEST_QUANTITY) // to_milli(1) < 2**63
    assert GRAM * to_milli(LARGEST_QUANTITY) == LARGEST_QUANTITY
