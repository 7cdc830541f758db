"""Whatever is sold, on whatever terms, a bill adds up to the paisa (the rules are docs/pricing.md)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from pos.core.money import (
    LARGEST_QUANTITY,
    LARGEST_RUPEES,
    divide_half_up,
    format_rupees,
    from_milli,
    from_paise,
    round_half_up,
    rupees,
    to_paise,
)
from pos.sales.pricing import (
    AskedLine,
    BillDiscount,
    BillTooLarge,
    BuysNothing,
    DiscountTooLarge,
    PricedBill,
    PricedLine,
    RateTotal,
    Terms,
    price_bill,
    quantity_for_amount,
)

Cart = tuple[list[AskedLine], Terms, BillDiscount, Decimal]
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "0.25", "3", "5", "12", "18", "28", "40", "100")])
TERMS = st.builds(Terms, st.sampled_from(["none", "regular", "composition"]), st.booleans(), st.booleans())
# Most shops' prices, and the paise-sized ones in which rounding hides
PRICES = st.one_of(st.integers(1, 20), st.integers(1, 100_000)).map(from_paise)
QUANTITIES = st.one_of(st.integers(1, 12).map(Decimal), st.integers(1, 3_000).map(from_milli))


@st.composite
def asked_lines(draw: st.DrawFn) -> AskedLine:
    price = draw(PRICES)
    off = draw(st.one_of(st.just(0), st.integers(0, to_paise(price))))
    mrp = draw(st.none() | st.integers(0, 5_000).map(lambda more: price + from_paise(more)))
    line = AskedLine(price, draw(QUANTITIES), draw(RATES), from_paise(off), mrp=mrp)
    amount = draw(st.none() | PRICES)
    if amount is None:
        return line
    try:
        return replace(line, quantity=quantity_for_amount(amount, price), amount=amount)
    except BuysNothing:
        return line


@st.composite
def carts(draw: st.DrawFn) -> Cart:
    """Lines, terms, and a discount and points that the bill can bear, often nearly all of it."""
    lines, terms = draw(st.lists(asked_lines(), max_size=8)), draw(TERMS)
    bearable = to_paise(sum((line.line_total for line in price_bill(lines, terms).lines), Decimal(0)))
    percent = draw(st.none() | st.integers(0, 10_000).map(from_paise))
    if percent is not None:
        taken = divide_half_up(bearable * to_paise(percent), 10_000)
        return lines, terms, BillDiscount(percent=percent), from_paise(draw(st.integers(0, bearable - taken)))
    discount = draw(st.integers(0, bearable) | st.integers(max(0, bearable - 9), bearable))
    return lines, terms, BillDiscount(from_paise(discount)), from_paise(draw(st.integers(0, bearable - discount)))


def added(bill: PricedBill, name: str) -> Decimal:
    return sum((getattr(line, name) for line in bill.lines), Decimal(0))


@given(carts())
def test_a_bill_adds_up_both_ways(cart: Cart) -> None:
    bill = price_bill(*cart)
    assert bill.subtotal - bill.discount_amount + bill.tax_amount + bill.round_off == bill.total
    assert added(bill, "taxable") + added(bill, "tax") + bill.round_off == bill.total
    assert bill.discount_amount == bill.line_discount + bill.bill_discount
    for name in ("gross", "bill_discount", "saving"):
        assert added(bill, name) == getattr(bill, name)
    assert added(bill, "discount_amount") == bill.line_discount
    assert added(bill, "tax") == bill.tax_amount
    assert min(bill.total, bill.subtotal, bill.saving, bill.tax_amount) >= 0


@given(carts())
def test_every_line_adds_up(cart: Cart) -> None:
    inside = cart[1].prices_include_tax
    for line in price_bill(*cart).lines:
        assert 0 <= line.discount_amount <= line.gross
        assert line.line_total == line.gross - line.discount_amount
        assert 0 <= line.bill_discount <= line.line_total
        net = line.line_total - line.bill_discount
        assert net == (line.taxable + line.tax if inside else line.taxable)
        assert line.taxable >= 0
        assert line.tax >= 0
        assert line.gross == (round_half_up(line.unit_price * line.quantity) if line.amount is None else line.amount)


@given(carts())
def test_cgst_equals_sgst_on_every_line_and_row(cart: Cart) -> None:
    bill = price_bill(*cart)
    every: list[PricedLine | RateTotal] = [*bill.lines, *bill.rates]
    for taxed in every:
        assert taxed.cgst == taxed.sgst
        assert taxed.cgst + taxed.sgst == (taxed.tax if cart[1].gst_mode == "regular" else 0)


@given(carts())
def test_tax_rows_add_up_and_are_the_rounded_tax_of_their_rate(
    cart: Cart,
) -> None:
    bill, terms = price_bill(*cart), cart[1]
    assert sum(row.tax for row in bill.rates) == bill.tax_amount
    assert [row.rate for row in bill.rates] == sorted({line.tax_rate for line in bill.lines})
    for row in bill.rates:
        lines = [line for line in bill.lines if line.tax_rate == row.rate]
        assert (sum(x.taxable for x in lines), sum(x.tax for x in lines)) == (row.taxable, row.tax)
        nets = [to_paise(line.line_total - line.bill_discount) for line in lines]
        rate = Fraction(row.rate)
        fair = sum(nets) * rate / (100 + rate if terms.prices_include_tax else 100)
        if terms.gst_mode != "regular":
            assert abs(to_paise(row.tax) - fair) <= Fraction(1, 2)
        elif terms.prices_include_tax and sum(net // 2 for net in nets) < fair / 2:
            assert to_paise(row.cgst) == sum(net // 2 for net in nets)
        else:
            assert abs(to_paise(row.cgst) - fair / 2) <= Fraction(1, 2)


@given(carts(), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_irrelevant(cart: Cart, chance: Random) -> None:
    lines, terms, discount, points = cart
    shuffled = list(lines)
    chance.shuffle(shuffled)
    one, other = price_bill(lines, terms, discount, points), price_bill(shuffled, terms, discount, points)
    assert one.rates == other.rates
    assert abs(one.saving - other.saving) <= from_paise(2 * len(lines))
    assert replace(one, lines=(), saving=Decimal(0)) == replace(other, lines=(), saving=Decimal(0))


@given(carts())
def test_pricing_again_gives_the_same_bill(cart: Cart) -> None:
    assert price_bill(*cart) == price_bill(*cart)


@given(PRICES, RATES, st.integers(1, 50), st.integers(1, 50), TERMS)
def test_units_scanned_one_by_one_cost_what_they_cost_together(
    price: Decimal, rate: Decimal, some: int, more: int, terms: Terms
) -> None:
    assume(price >= Decimal("0.05"))
    apart = price_bill([AskedLine(price, Decimal(some), rate), AskedLine(price, Decimal(more), rate)], terms)
    together = price_bill([AskedLine(price, Decimal(some + more), rate)], terms)
    assert apart.rates == together.rates
    assert replace(apart, lines=()) == replace(together, lines=())


@given(carts())
def test_round_off_is_under_a_rupee_and_only_where_wanted(
    cart: Cart,
) -> None:
    bill = price_bill(*cart)
    if cart[1].round_to_rupee:
        assert bill.total == bill.total.to_integral_value()
        assert Decimal("-0.49") <= bill.round_off <= Decimal("0.50")
    else:
        assert bill.round_off == 0


@given(carts(), st.integers(1, 10_000))
def test_discount_and_points_never_exceed_the_bill(cart: Cart, more: int) -> None:
    lines, terms, discount, points = cart
    bill = price_bill(lines, terms, discount, points)
    left = bill.gross - bill.discount_amount
    assert left >= 0
    assert price_bill(lines, terms, discount, points + left).total == 0
    try:
        price_bill(lines, terms, discount, points + left + from_paise(more))
    except DiscountTooLarge:
        return
    raise AssertionError("more was taken off than the bill comes to")


@given(carts(), st.integers(0, 500))
def test_a_larger_discount_never_makes_a_bill_dearer(cart: Cart, more: int) -> None:
    lines, terms, discount, points = cart
    bill = price_bill(lines, terms, discount, points)
    further = min(from_paise(more), bill.gross - bill.discount_amount)
    cheaper = price_bill(lines, terms, discount, points + further)
    # each rate rounds by itself, so moving a paisa between rates may cost at most one each
    assert cheaper.total <= bill.total + from_paise(2 * len(bill.rates)) + (1 if terms.round_to_rupee else 0)


@given(
    st.lists(
        st.builds(
            AskedLine,
            st.sampled_from([Decimal("0.01"), LARGEST_RUPEES]) | PRICES,
            st.sampled_from([Decimal("0.001"), LARGEST_QUANTITY]) | QUANTITIES,
            RATES,
            mrp=st.none() | st.just(LARGEST_RUPEES),
        ),
        max_size=5,
    ),
    TERMS,
)
def test_every_figure_of_a_bill_fits_64_bits_and_can_be_written(lines: list[AskedLine], terms: Terms) -> None:
    try:
        bill = price_bill(lines, terms)
    except BillTooLarge:
        return
    for name in ("gross", "subtotal", "discount_amount", "tax_amount", "total", "saving"):
        assert rupees(format_rupees(getattr(bill, name))) == getattr(bill, name)
        assert to_paise(getattr(bill, name)) < 2**63
