"""Amounts and quantities as people write them are read; whatever is not plainly one is refused in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pos.core.money import (
    NotAQuantity,
    NotMoney,
    quantity,
    rupees,
)


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("20", "20.00"),
        ("20.5", "20.50"),
        ("20.50", "20.50"),
        ("5.", "5.00"),
        (".5", "0.50"),
        ("0", "0.00"),
        ("007", "7.00"),
        ("  20 ", "20.00"),
        ("₹20", "20.00"),
        ("₹ 20", "20.00"),
        (" ₹\N{NO-BREAK SPACE}20", "20.00"),
        ("Rs. 20", "20.00"),
        ("rs 20.25", "20.25"),
        ("INR 20", "20.00"),
        ("1,234", "1234.00"),
        ("1,23,456.50", "123456.50"),
        ("12,34,567", "1234567.00"),
        ("1,234,567.50", "1234567.50"),
        ("123,456", "123456.00"),
        ("-5", "-5.00"),
        ("-₹5.00", "-5.00"),
        ("₹ -5", "-5.00"),
        ("−5", "-5.00"),
        ("१२३.५०", "123.50"),
        ("₹१,२३,४५६", "123456.00"),
        ("૪૨", "42.00"),
        ("௪௨", "42.00"),
        ("99,99,99,999.99", "999999999.99"),
        (20, "20.00"),
        (-5, "-5.00"),
        (0, "0.00"),
        (Decimal("20"), "20.00"),
        (Decimal("20.5"), "20.50"),
        (Decimal("0.00"), "0.00"),
        (Decimal("-0.01"), "-0.01"),
    ],
)
def test_amounts_people_write_are_read(given: str | int | Decimal, amount: str) -> None:
    assert str(rupees(given)) == amount


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "₹",
        ".",
        "-",
        "twenty",
        "20 rupees",
        "20/-",
        "1.234",
        "22.000",
        "1.2.3",
        "20,50",
        "1,23",
        "1,2345",
        "12,345,67",
        ",123",
        "1,,234",
        "1 234",
        "1_000",
        "+5",
        "--5",
        "-₹-5",
        "₹₹5",
        "5₹",
        "$5",
        "1e2",
        "1E2",
        "NaN",
        "Infinity",
        "-inf",
        "-0",
        "-0.00",
        "0x10",
        "½",
        "²",
        "五",
        "5\x00",
        "2\u200b0",
        "1" * 41,
        pytest.param("9" * 100_000, id="a very long text"),
        True,
        False,
        None,
        20.5,
        float("nan"),
        b"20",
        [20],
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1E+2"),
        Decimal("0E+2"),
        Decimal("-0"),
        Decimal("-0.00"),
        Decimal("1.005"),
        Decimal("1E-999999"),
        Decimal("1E+999999"),
    ],
)
def test_what_is_not_plainly_an_amount_is_refused(given: Any) -> None:
    with pytest.raises(NotMoney, match="is not an amount in rupees"):
        rupees(given)


@pytest.mark.parametrize(
    "given",
    ["99,99,99,999.99" + "9", "1000000000", "9" * 40, "-1000000000", 10**9, -(10**9), Decimal("1000000000")],
)
def test_absurdly_large_amounts_are_refused(given: Any) -> None:
    with pytest.raises(NotMoney):
        rupees(given)


def test_a_refusal_is_a_sentence_that_names_what_was_given_and_the_limit() -> None:
    with pytest.raises(NotMoney, match=r"^“20,50” is not an amount in rupees: write 20 or 20\.50\.$"):
        rupees("20,50")
    with pytest.raises(NotMoney, match=r"^An amount is at most ₹99,99,99,999\.99\.$"):
        rupees(10**5000)
    with pytest.raises(NotMoney, match=f"^“{'x' * 39}…” is not"):
        rupees("x" * 100_000)
    with pytest.raises(NotAQuantity, match=r"^“a lot” is not a quantity: write 2 or 0\.350\.$"):
        quantity("a lot")
    with pytest.raises(NotAQuantity, match=r"^A quantity is at most 9999999\.999\.$"):
        quantity("10000000")


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("2", "2.000"),
        ("0.35", "0.350"),
        (".350", "0.350"),
        ("-1.5", "-1.500"),
        ("1,200", "1200.000"),
        ("१.२५", "1.250"),
        (12, "12.000"),
        (Decimal("0.167"), "0.167"),
        (Decimal("0"), "0.000"),
        ("9999999.999", "9999999.999"),
    ],
)
def test_quantities_people_write_are_read(given: str | int | Decimal, amount: str) -> None:
    assert str(quantity(given)) == amount


@pytest.mark.parametrize(
    "given", ["", "₹2", "0.3501", "2 kg", "1e3", "-0", "NaN", True, None, 0.35, Decimal("0.0001"), "10000000", 10**30]
)
def test_what_is_not_plainly_a_quantity_is_refused(given: Any) -> None:
    with pytest.raises(NotAQuantity):
        quantity(given)
