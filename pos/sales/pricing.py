"""What a bill comes to: pure arithmetic from lines asked for to lines priced (docs/pricing.md).

Decimal rupees, quantities and percents go in and come out; in between everything is whole
paise, thousandths and basis points, and every amount is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.language import gettext as _
from pos.core.money import (
    LARGEST_RUPEES,
    divide_half_up,
    format_rupees,
    from_basis_points,
    from_milli,
    from_paise,
    spread,
    to_basis_points,
    to_milli,
    to_paise,
)
from pos.sales.priced import AskedLine, BillDiscount, PricedBill, PricedLine, RateTotal
from pos.sales.tax import Terms, share_tax

__all__ = [
    "AskedLine",
    "BillDiscount",
    "BillTooLarge",
    "BuysNothing",
    "DiscountTooLarge",
    "PricedBill",
    "PricedLine",
    "RateTotal",
    "Terms",
    "price_bill",
    "quantity_for_amount",
]

NO_DISCOUNT = BillDiscount()
_RUPEE = 100
_THOUSAND = 1000
_WHOLE = 10_000  # 100 % in basis points
_LARGEST = to_paise(LARGEST_RUPEES)


class DiscountTooLarge(ValueError):
    """A discount, or discount and redeemed points together, is more than what it is taken off."""


class BuysNothing(ValueError):
    """So little money buys less than half a thousandth of a unit, or the goods have no price."""


class BillTooLarge(ValueError):
    """The bill is beyond the largest amount the shop can write, 99,99,99,999.99."""


@dataclass(slots=True)
class _Tally:
    """One line in whole paise while its bill is added up."""

    asked: AskedLine
    rate: int
    gross: int
    discount: int
    at_mrp: int
    share: int = 0
    taxable: int = 0
    tax: int = 0

    @property
    def total(self) -> int:
        return self.gross - self.discount

    @property
    def saving(self) -> int:
        return max(0, self.at_mrp - self.taxable - self.tax)


def price_bill(
    lines: Sequence[AskedLine],
    terms: Terms,
    bill_discount: BillDiscount = NO_DISCOUNT,
    redeemed: Decimal = Decimal(0),
) -> PricedBill:
    """Price the lines of one bill; `docs/pricing.md` gives the rules with worked examples.

    `redeemed` is loyalty points in rupees, a discount before tax. The answer keeps the order of
    `lines`; no lines make a bill of zero. Raises `DiscountTooLarge` where a discount exceeds what
    it is taken off, `BillTooLarge`, and plain `ValueError` for what no form or API lets through:
    amounts that are negative or not whole paise, quantities not above zero, rates over 100 %.
    """
    tallies = [_tally(line, terms) for line in lines]
    _share_discount(_discount_on_bill(sum(t.total for t in tallies), bill_discount, redeemed), tallies)
    rates = _tax(tallies, terms)
    return _bill(tallies, rates, to_paise(redeemed), terms)


def quantity_for_amount(amount: Decimal, unit_price: Decimal) -> Decimal:
    """How much "20 rupees' worth" is: a quantity of three decimals, half up.

    Raises `BuysNothing` when it is none at all.
    """
    paise, price = to_paise(amount), to_paise(unit_price)
    milli = divide_half_up(paise * _THOUSAND, price) if paise > 0 and price > 0 else 0
    if milli == 0:
        raise BuysNothing(_("%(amount)s buys nothing at this price.", amount=format_rupees(amount)))
    return from_milli(milli)


def _tally(line: AskedLine, terms: Terms) -> _Tally:
    price, off, milli = to_paise(line.unit_price), to_paise(line.discount), to_milli(line.quantity)
    rate = 0 if terms.gst_mode == "composition" else to_basis_points(line.tax_rate)
    if price < 0 or off < 0 or milli <= 0 or not 0 <= rate <= _WHOLE:
        raise ValueError(f"no such line on a bill: {line}")
    if off > price:
        raise DiscountTooLarge(
            _(
                "A discount of %(discount)s is more than the price of %(price)s.",
                discount=format_rupees(line.discount),
                price=format_rupees(line.unit_price),
            )
        )
    gross = divide_half_up(price * milli, _THOUSAND) if line.amount is None else _worth(line.amount, price)
    # twenty rupees' worth may buy a rounded-up quantity, whose discount would pass twenty rupees
    discount = min(gross, divide_half_up(off * milli, _THOUSAND))
    return _Tally(line, rate, gross, discount, _at_mrp(line, gross, price, milli))


def _worth(amount: Decimal, price: int) -> int:
    paise = to_paise(amount)
    if paise <= 0 or price == 0:
        raise BuysNothing(_("%(amount)s buys nothing at this price.", amount=format_rupees(amount)))
    return paise


def _at_mrp(line: AskedLine, gross: int, price: int, milli: int) -> int:
    """What the same goods cost at MRP; 0 for goods without one."""
    if line.mrp is None:
        return 0
    if line.amount is None:
        return divide_half_up(to_paise(line.mrp) * milli, _THOUSAND)
    # by the money, not by the rounded quantity: at MRP twenty rupees' worth is twenty rupees
    return divide_half_up(gross * to_paise(line.mrp), price)


def _discount_on_bill(bill: int, asked: BillDiscount, redeemed: Decimal) -> int:
    """The bill's own discount and the redeemed points, in paise."""
    discount = to_paise(redeemed)
    if discount < 0:
        raise ValueError("redeemed points are never negative")
    if asked.amount is not None:
        discount += to_paise(asked.amount)
    elif asked.percent is not None:
        discount += divide_half_up(bill * to_basis_points(asked.percent), _WHOLE)
    if discount > bill:
        raise DiscountTooLarge(
            _(
                "A discount of %(discount)s is more than the bill of %(bill)s.",
                discount=format_rupees(from_paise(discount)),
                bill=format_rupees(from_paise(bill)),
            )
        )
    return discount


def _share_discount(discount: int, tallies: Sequence[_Tally]) -> None:
    """Largest remainder; among equals the higher rate first, then the larger line.

    By position alone, the order of scanning could move a paisa from one rate to another, and
    with it the tax of the bill.
    """
    if discount == 0:
        return
    ranked = sorted(tallies, key=lambda tally: (-tally.rate, -tally.total))
    for tally, share in zip(ranked, spread(discount, [t.total for t in ranked]), strict=True):
        tally.share = share


def _tax(tallies: Iterable[_Tally], terms: Terms) -> tuple[RateTotal, ...]:
    by_rate: dict[int, list[_Tally]] = {}
    for tally in tallies:
        by_rate.setdefault(tally.rate, []).append(tally)
    return tuple(_tax_rate(rate, by_rate[rate], terms) for rate in sorted(by_rate))


def _tax_rate(rate: int, tallies: Sequence[_Tally], terms: Terms) -> RateTotal:
    nets = [tally.total - tally.share for tally in tallies]
    for tally, net, tax in zip(tallies, nets, share_tax(nets, rate, terms), strict=True):
        tally.tax = tax
        tally.taxable = net - tax if terms.prices_include_tax else net
    taxable, tax = sum(t.taxable for t in tallies), sum(t.tax for t in tallies)
    half = from_paise(tax // 2 if terms.gst_mode == "regular" else 0)
    return RateTotal(from_basis_points(rate), from_paise(taxable), from_paise(tax), half, half)


def _bill(tallies: Sequence[_Tally], rates: tuple[RateTotal, ...], redeemed: int, terms: Terms) -> PricedBill:
    gross, tax = sum(t.gross for t in tallies), sum(t.tax for t in tallies)
    line_discount, bill_discount = sum(t.discount for t in tallies), sum(t.share for t in tallies)
    exact, saving = sum(t.taxable for t in tallies) + tax, sum(t.saving for t in tallies)
    total = divide_half_up(exact, _RUPEE) * _RUPEE if terms.round_to_rupee else exact
    if max(gross, total, saving) > _LARGEST:
        raise BillTooLarge(_("A bill is at most %(largest)s.", largest=format_rupees(LARGEST_RUPEES)))
    return PricedBill(
        lines=tuple(_priced(tally, terms) for tally in tallies),
        rates=rates,
        gross=from_paise(gross),
        subtotal=from_paise(gross - tax if terms.prices_include_tax else gross),
        line_discount=from_paise(line_discount),
        bill_discount=from_paise(bill_discount),
        redeemed=from_paise(redeemed),
        discount_amount=from_paise(line_discount + bill_discount),
        tax_amount=from_paise(tax),
        round_off=from_paise(total - exact),
        total=from_paise(total),
        saving=from_paise(saving),
    )


def _priced(tally: _Tally, terms: Terms) -> PricedLine:
    half = from_paise(tally.tax // 2 if terms.gst_mode == "regular" else 0)
    asked = tally.asked
    return PricedLine(
        unit_price=asked.unit_price,
        quantity=asked.quantity,
        tax_rate=from_basis_points(tally.rate),
        discount=asked.discount,
        amount=asked.amount,
        mrp=asked.mrp,
        gross=from_paise(tally.gross),
        discount_amount=from_paise(tally.discount),
        line_total=from_paise(tally.total),
        bill_discount=from_paise(tally.share),
        taxable=from_paise(tally.taxable),
        tax=from_paise(tally.tax),
        cgst=half,
        sgst=half,
        saving=from_paise(tally.saving),
    )
