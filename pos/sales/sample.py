"""A bill that was never made: to see what the store's terms make of one, before they are saved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pos.core import clock
from pos.core.fields import ZERO
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.numbering import bill_year
from pos.customers.purchases import points_for
from pos.sales.bill import Bill, BillCustomer, BillLine, BillPayment
from pos.sales.priced import AskedLine, PricedLine
from pos.sales.pricing import price_bill
from pos.sales.quote import asked_line, terms
from pos.settings.store import Store

PAID = Decimal(200)


@dataclass(slots=True)
class SampleProduct:
    """Goods of no shop; without a tax rate of its own the store's holds."""

    name: str
    unit: str
    price: Decimal
    mrp: Decimal | None
    tax_rate: Decimal | None
    hsn_code: str


def _goods() -> list[tuple[SampleProduct, Decimal, Decimal]]:
    """What is bought, how much of it, and what is taken off each."""
    sugar = SampleProduct(_("Sugar (loose)"), "kg", Decimal("44.50"), None, ZERO, "1701")
    tea = SampleProduct(_("Tea 250 g"), "pcs", Decimal(140), Decimal(150), None, "0902")
    soap = SampleProduct(_("Soap 100 g"), "pcs", Decimal("38.25"), Decimal(42), Decimal(18), "3401")
    return [(sugar, Decimal("1.250"), ZERO), (tea, Decimal(1), ZERO), (soap, Decimal(3), Decimal(2))]


def sample(store: Store, cashier: str | None = None) -> Bill:
    """What a bill of these terms looks like now: priced by the rules of every bill, and kept nowhere.

    A customer pays ₹200 in cash and takes the rest on the khata.
    """
    goods, now = _goods(), clock.now()
    asked = [asked_line(product, quantity, off, None, store) for product, quantity, off in goods]
    priced = price_bill(asked, terms(store))
    paid = min(PAID, priced.total)
    day = store.today()
    owed = priced.total - paid
    return Bill(
        id=uuid7(), number=f"BILL-{bill_year(day, store.bill_year_start_month)}-000123", made_at=now,
        business_day=day, store=store, cashier=cashier, customer=_customer(owed),
        lines=[_line(*one) for one in zip((product for product, _q, _off in goods), asked, priced.lines, strict=True)],
        payments=[BillPayment("TENDER", "CASH", paid, paid, None)],
        subtotal=priced.subtotal, discount_amount=priced.discount_amount, bill_discount=priced.bill_discount,
        tax_amount=priced.tax_amount, round_off=priced.round_off, total=priced.total, tendered=paid,
        change_due=ZERO, paid=paid, credit=owed, saving=priced.saving, method="PARTIAL" if owed else "CASH",
        status="PARTIAL" if owed else "PAID", gst_mode=store.gst_mode, prices_include_tax=store.prices_include_tax,
        points_earned=points_for(priced.total, store),
    )  # fmt: skip


def _customer(owed: Decimal) -> BillCustomer:
    return BillCustomer(None, _("Chitra Rao (sample)"), "98765 43210", None, owed, owed)


def _line(product: SampleProduct, asked: AskedLine, line: PricedLine) -> BillLine:
    return BillLine(
        id=uuid7(), product_id=uuid7(), product_name=product.name, unit=product.unit, hsn_code=product.hsn_code,
        quantity=line.quantity, unit_price=asked.unit_price, mrp=line.mrp, sold_by_amount=False, gross=line.gross,
        discount=line.discount, discount_amount=line.discount_amount, line_total=line.line_total,
        bill_discount=line.bill_discount, tax_rate=line.tax_rate, taxable=line.taxable, tax=line.tax,
    )  # fmt: skip
