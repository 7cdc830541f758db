"""Sold and returned is as if never sold: in parts or at once, in every account, to the paisa (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pos.catalog.models import Product
from pos.core.errors import Refused
from pos.core.money import from_milli, from_paise, to_milli
from pos.customers.models import Customer
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.priced import BillDiscount
from pos.sales.return_pricing import SoldLine, points_of, round_off_of, worth
from pos.sales.returning import ReturnLine, preview, return_items
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.voiding import void_sale
from tests.shop import Shop
from tests.thorough import rounds

GSTIN = "27AAPFU0939F1ZV"
WAYS = ("CASH", "UPI", "CARD", "BANK_TRANSFER", "KHATA")
HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
CUTS = st.lists(st.integers(1, 10_000), max_size=6)


def parts(whole: int, cuts: Sequence[int]) -> list[int]:
    """The whole cut at these places."""
    places = sorted({0, whole, *(cut % whole for cut in cuts)})
    return [after - before for before, after in pairwise(places)]


@given(st.integers(1, 10**7), CUTS, st.integers(0, 10**7), st.integers(0, 10**6), st.booleans())
@example(3, [1, 2], 1, 2, True)
def test_parts_of_a_line_add_up_to_the_line(sold: int, cuts: list[int], taxable: int, half: int, halves: bool) -> None:
    tax, back, found = (2 * half if halves else half), 0, []
    for part in parts(sold, cuts):
        found.append(worth(SoldLine(sold, back, taxable, tax), part, halves))
        back += part
    assert (sum(one.taxable for one in found), sum(one.tax for one in found)) == (taxable, tax)
    assert all(one.taxable >= 0 and one.tax >= 0 for one in found)
    assert not halves or all(one.tax % 2 == 0 for one in found)
    with pytest.raises(ValueError):
        worth(SoldLine(sold, back, taxable, tax), 1, halves)


@given(st.integers(-49, 50), st.integers(0, 500), st.integers(1, 10**7), CUTS)
def test_parts_of_round_off_and_points_add_up(round_off: int, points: int, goods: int, cuts: list[int]) -> None:
    at, offs, given_back = 0, 0, 0
    for part in parts(goods, cuts):
        offs += round_off_of(round_off, at, at + part, goods)
        given_back += points_of(points, at, at + part, goods)
        at += part
    assert (offs, given_back) == (round_off, points)


Line = tuple[int, int, str | None, bool]  # price in paise, thousandths, rate, loose
LINES: st.SearchStrategy[list[Line]] = st.lists(
    st.tuples(
        st.integers(1, 50_000),
        st.integers(1, 6),
        st.sampled_from([None, "0", "5", "12", "18", "28"]),
        st.booleans(),
    ).map(lambda one: (one[0], one[1] * (1000 if not one[3] else 347), one[2], one[3])),
    min_size=1,
    max_size=3,
)
TERMS = st.fixed_dictionaries(
    {
        "gst_mode": st.sampled_from(["none", "regular", "composition"]),
        "prices_include_tax": st.booleans(),
        "round_to_rupee": st.booleans(),
        "loyalty_enabled": st.booleans(),
    }
)


def billed(
    shop: Shop, lines: list[Line], terms: dict[str, Any], percent: int, paid: int
) -> tuple[UUID, UUID, list[UUID]]:
    """A bill of which so many tenths were paid, half in cash: its id, the customer's, the goods'."""
    shop.settings(gstin=GSTIN, **terms)
    goods = [_good(shop, *line) for line in lines]
    chitra = shop.customer(phone=None, credit_limit=Decimal(10_000_000))
    asked = tuple(CheckoutLine(good, from_milli(line[1])) for good, line in zip(goods, lines, strict=True))
    discount = BillDiscount(percent=Decimal(percent)) if percent else BillDiscount()
    wish = Checkout(asked, (), chitra, discount)
    total = shop.row(Sale, complete_sale(shop.ben, wish).sale_id).total_amount
    half = from_paise(int(total * 100) * paid // 20)
    tenders = (Tender("CASH", half), Tender("UPI", half))
    return complete_sale(shop.ben, Checkout(asked, tenders, chitra, discount)).sale_id, chitra, goods


def _good(shop: Shop, price: int, _milli: int, rate: str | None, loose: bool) -> UUID:
    unit, tax = "kg" if loose else "pcs", None if rate is None else Decimal(rate)
    return shop.product("Goods", str(from_paise(price)), "1000", unit=unit, tax_rate=tax)


def accounts(shop: Shop, chitra: UUID, goods: list[UUID]) -> tuple[Any, ...]:
    """What a bill moves: the shelf, the khata, the customer's sums and points."""
    customer = shop.row(Customer, chitra)
    sums = (customer.credit_balance, customer.total_spent, customer.loyalty_points)
    return (*sums, *(shop.row(Product, good).stock_quantity for good in goods))


def money_left(shop: Shop, sale: UUID) -> Decimal:
    """What of a bill's money is still in the shop: paid in, less given back."""
    payments = shop.rows(Payment, sale_id=sale)
    return sum(((1 if one.kind == "TENDER" else -1) * one.amount for one in payments), Decimal(0))


def in_steps(shop: Shop, sale: UUID, cuts: list[int], ways: list[str]) -> None:
    """Return every line of the bill, cut into parts, each part as the preview said it would be."""
    for item in shop.rows(SaleItem, sale_id=sale):
        unit = 1 if item.unit == "kg" else 1000
        for place, part in enumerate(parts(to_milli(item.quantity) // unit, cuts)):
            line, way = ReturnLine(item.id, from_milli(part * unit)), ways[place % len(ways)]
            said = preview(shop.ben, sale, [line], way)
            done = return_items(shop.ben, sale, [line], refund_to=way, reason="law")
            note = shop.row(CreditNote, done.credit_note_id)
            assert (note.total_amount, note.refund_amount) == (said.total, said.refund)


many = settings(max_examples=rounds(12), deadline=None, suppress_health_check=HEALTH)


@many
@given(
    LINES,
    TERMS,
    st.sampled_from([0, 0, 7, 33]),
    st.integers(0, 10),
    CUTS,
    st.lists(st.sampled_from(WAYS), min_size=1, max_size=3),
)
def test_whatever_is_sold_and_returned_in_parts_leaves_nothing(
    shop: Shop,
    lines: list[Line],
    terms: dict[str, Any],
    percent: int,
    paid: int,
    cuts: list[int],
    ways: list[str],
) -> None:
    sale, chitra, goods = billed(shop, lines, terms, percent, paid)
    first = next(one.id for one in shop.rows(Sale, customer_id=chitra) if one.id != sale)
    void_sale(shop.asha, first, "law")
    total = shop.row(Sale, sale).total_amount
    in_steps(shop, sale, cuts, ways)
    notes = shop.rows(CreditNote, sale_id=sale)
    assert sum(note.total_amount for note in notes) == total
    assert sum(note.tax_amount for note in notes) == shop.row(Sale, sale).tax_amount
    assert money_left(shop, sale) == 0
    assert accounts(shop, chitra, goods) == (0, 0, 0, *([1000] * len(goods)))
    item = shop.rows(SaleItem, sale_id=sale)[0]
    with pytest.raises(Refused):
        return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="law")
    assert list(books.differences()) == []


@many
@given(LINES, TERMS, st.sampled_from([0, 12]), st.integers(0, 10))
def test_a_void_bill_leaves_nothing(
    shop: Shop, lines: list[Line], terms: dict[str, Any], percent: int, paid: int
) -> None:
    _sale, chitra, goods = billed(shop, lines, terms, percent, paid)
    for sale in [row.id for row in shop.rows(Sale, customer_id=chitra)]:
        void_sale(shop.asha, sale, "law")
        assert money_left(shop, sale) == 0
    assert accounts(shop, chitra, goods) == (0, 0, 0, *([1000] * len(goods)))
    assert list(books.differences()) == []
