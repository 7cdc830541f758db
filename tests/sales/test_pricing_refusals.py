"""What makes no bill is refused: too large a discount, money that buys nothing, amounts no form lets through."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.sales.pricing import (
    AskedLine,
    BillDiscount,
    BillTooLarge,
    BuysNothing,
    DiscountTooLarge,
    Terms,
    price_bill,
    quantity_for_amount,
)

D = Decimal


def test_points_and_discount_may_take_the_whole_bill_and_no_more() -> None:
    lines = [AskedLine(D("33.33"), D(1), D(5)), AskedLine(D("66.67"), D(1), D(18))]
    free = price_bill(lines, Terms("regular"), BillDiscount(percent=D(60)), redeemed=D(40))
    assert (free.total, free.tax_amount, free.discount_amount, free.redeemed) == (D(0), D(0), D(100), D(40))
    for discount, points in [
        (BillDiscount(amount=D("100.01")), D(0)),
        (BillDiscount(percent=D("100.01")), D(0)),
        (BillDiscount(percent=D(60)), D("40.01")),
        (BillDiscount(), D("100.01")),
    ]:
        with pytest.raises(DiscountTooLarge, match=r"is more than the bill of ₹100\.00"):
            price_bill(lines, Terms("regular"), discount, points)


def test_a_discount_per_unit_is_at_most_the_price() -> None:
    free = price_bill([AskedLine(D("10.01"), D("0.350"), D(5), discount=D("10.01"))], Terms())
    assert (free.gross, free.discount_amount, free.total) == (D("3.50"), D("3.50"), D(0))
    with pytest.raises(DiscountTooLarge, match=r"₹10\.02 is more than the price of ₹10\.01"):
        price_bill([AskedLine(D("10.01"), D(1), D(5), discount=D("10.02"))], Terms())


@pytest.mark.parametrize(("amount", "price"), [("0.05", "120"), ("0", "120"), ("-20", "120"), ("20", "0")])
def test_money_that_buys_nothing_is_refused(amount: str, price: str) -> None:
    with pytest.raises(BuysNothing, match="buys nothing at this price"):
        quantity_for_amount(D(amount), D(price))
    if D(price) == 0 or D(amount) <= 0:
        with pytest.raises(BuysNothing):
            price_bill([AskedLine(D(price), D(1), D(5), amount=D(amount))], Terms())


@pytest.mark.parametrize(
    "line",
    [
        AskedLine(D("-0.01"), D(1), D(5)),
        AskedLine(D("10.001"), D(1), D(5)),
        AskedLine(D(10), D(0), D(5)),
        AskedLine(D(10), D(-1), D(5)),
        AskedLine(D(10), D("0.0005"), D(5)),
        AskedLine(D(10), D(1), D("-1")),
        AskedLine(D(10), D(1), D("100.01")),
        AskedLine(D(10), D(1), D("5.005")),
        AskedLine(D(10), D(1), D(5), discount=D("-1")),
        AskedLine(D("NaN"), D(1), D(5)),
    ],
)
def test_what_no_form_lets_through_is_no_bill(line: AskedLine) -> None:
    with pytest.raises(ValueError):
        price_bill([line], Terms())


def test_discounts_and_modes_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        BillDiscount(amount=D(1), percent=D(1))
    with pytest.raises(ValueError, match="never negative"):
        BillDiscount(amount=D("-0.01"))
    with pytest.raises(ValueError, match="never negative"):
        BillDiscount(percent=D(-1))
    with pytest.raises(ValueError, match="never negative"):
        price_bill([AskedLine(D(10), D(1), D(5))], Terms(), redeemed=D(-1))
    with pytest.raises(ValueError, match="gst"):
        Terms("gst")


def test_a_bill_is_at_most_what_the_shop_can_write() -> None:
    largest = D("999999999.99")
    assert price_bill([AskedLine(largest, D(1), D(0))], Terms()).total == largest
    for lines in (
        [AskedLine(largest, D(1), D("0.01"))],
        [AskedLine(largest, D(1), D(0)), AskedLine(D("0.01"), D(1), D(0))],
        [AskedLine(largest, D("9999999.999"), D(0), discount=largest)],
        [AskedLine(D(1), D(2), D(0), mrp=largest)],
    ):
        with pytest.raises(BillTooLarge, match="at most ₹99,99,99,999"):
            price_bill(lines, Terms())
