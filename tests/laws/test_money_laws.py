"""Money is shared out exactly, rounded to the nearest and read back as it was written, whatever the amount."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from pos.core.money import (
    LARGEST_RUPEES,
    NotMoney,
    format_plain,
    format_rupees,
    from_milli,
    from_paise,
    quantity,
    round_half_up,
    rupees,
    spread,
    to_milli,
    to_paise,
)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
@example(1, [0, 0])
def test_spreading_is_exact_and_fair(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))
    if whole and total <= whole:
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))
    assert spread(-total, weights) == [-part for part in parts]


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6), st.sampled_from([Decimal("0.01"), Decimal(1)]))
def test_rounding_is_nearest_symmetric_and_settled(value: Decimal, step: Decimal) -> None:
    rounded = round_half_up(value, step)
    assert abs(rounded - value) <= step / 2
    assert abs(rounded - value) < step / 2 or abs(rounded) > abs(value)
    assert round_half_up(-value, step) == -rounded
    assert round_half_up(rounded, step) == rounded


@given(st.integers(-99_999_999_999, 99_999_999_999))
def test_what_is_written_is_read_back(paise: int) -> None:
    amount = from_paise(paise)
    assert to_paise(amount) == paise
    assert rupees(format_rupees(amount)) == rupees(format_plain(amount)) == rupees(amount) == amount


@given(st.integers(-9_999_999_999, 9_999_999_999))
def test_quantities_are_counted_and_read_back(milli: int) -> None:
    assert to_milli(from_milli(milli)) == milli
    assert quantity(str(from_milli(milli))) == from_milli(milli)


@given(st.text(max_size=50) | st.from_regex(r"[-₹0-9१-९.,eE ]{1,20}", fullmatch=True))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str) -> None:
    try:
        amount = rupees(text)
    except NotMoney:
        return
    assert amount == round_half_up(amount)
    assert abs(amount) <= LARGEST_RUPEES
