"""The month in which a bill year begins: it may not make the numbers of a year begin again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from pos.core import clock
from pos.core.errors import Refused
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.settings import store
from tests.shop import Shop


def bill(shop: Shop) -> None:
    line = CheckoutLine(shop.product(), Decimal(1))
    complete_sale(shop.ben, Checkout((line,), (Tender("CASH", Decimal(100)),)))


def test_before_the_first_bill_any_month_will_do(shop: Shop) -> None:
    shop.settings(bill_year_start_month=4)
    assert store.current().bill_year_start_month == 4


def test_a_year_that_is_numbered_is_not_left_for_an_older_one(shop: Shop) -> None:
    with clock.frozen(datetime.fromisoformat("2027-02-10T06:00:00+00:00")):
        bill(shop)
        with pytest.raises(Refused, match="Bills of 2027 are numbered already"):
            shop.settings(bill_year_start_month=4)
        assert store.current().bill_year_start_month == 1


def test_a_month_that_keeps_the_year_may_be_chosen(shop: Shop) -> None:
    with clock.frozen(datetime.fromisoformat("2027-05-10T06:00:00+00:00")):
        bill(shop)
        shop.settings(bill_year_start_month=4)
        bill(shop)
