"""Bills by hand, for what is printed: priced as real ones, but without a database behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from pos.core.ids import uuid7
from pos.sales.bill import Bill, BillCustomer, BillLine, BillPayment
from pos.sales.pricing import AskedLine, BillDiscount, PricedBill, Terms, price_bill
from pos.settings.store import Store

GSTIN = "27AAPFU0939F1ZV"
MOMENT = datetime(2026, 11, 23, 12, 45, tzinfo=UTC)
STORE = Store(
    store_name="Asha Kirana & General Store",
    contact_number="98200 12345",
    address="14, Laxmi Road, Sadashiv Peth\nPune 411030",
    receipt_header="Fresh every morning",
    receipt_footer="Thank you, come again!\nGoods once sold are exchanged within 7 days with this bill.",
    upi_id="ashakirana@okaxis",
)

Good = tuple[str, str, str, str, str | None, str, str | None]
# name, unit, price, quantity, MRP, tax rate, HSN code
GOODS: tuple[Good, ...] = (
    ("Tata Salt 1 kg", "pcs", "22.00", "2", "28.00", "0", "2501"),
    ("Parle-G Gold Biscuits 100 g", "packet", "12.00", "5", None, "5", "1905"),
    ("Fortune Sunlite Refined Sunflower Oil 1 L", "ltr", "145.00", "2", "165.00", "5", "1512"),
    ("Toor Dal (loose)", "kg", "168.00", "1.250", None, "0", "0713"),
    ("Amul Butter 500 g", "pcs", "275.00", "1", "285.00", "5", "0405"),
    ("Surf Excel Easy Wash Detergent Powder 1 kg", "pcs", "138.00", "1", "150.00", "18", "3402"),
    ("Sugar (loose)", "kg", "46.50", "0.350", None, "5", "1701"),
    ("Colgate Strong Teeth 200 g", "pcs", "118.00", "2", "124.00", "5", "3306"),
    ("Maggi 2-Minute Noodles 280 g", "packet", "56.00", "3", "60.00", "5", "1902"),
    ("Aashirvaad Shudh Chakki Atta 10 kg", "pcs", "465.00", "1", "520.00", "5", "1101"),
)
HINDI: tuple[Good, ...] = (
    ("टाटा नमक १ किलो", "pcs", "22.00", "2", "28.00", "0", "2501"),
    ("श्री कृष्णा शुद्ध देसी घी (काँच की शीशी) ५०० ग्राम", "pcs", "385.00", "1", "410.00", "5", "0405"),
    ("चीनी (खुली)", "kg", "46.50", "0.350", None, "5", "1701"),
    ("हल्दी पाउडर Haldi Powder १०० ग्राम", "packet", "34.00", "3", "38.00", "5", "0910"),
)


def priced_bill(
    goods: Sequence[Good] = GOODS,
    count: int | None = None,
    *,
    terms: Terms | None = None,
    store: Store = STORE,
    line_discounts: dict[int, str] | None = None,
    discount: BillDiscount | None = None,
    paid: Sequence[tuple[str, str]] = (),
    customer: BillCustomer | None = None,
    **values: Any,
) -> Bill:
    """A bill of the first `count` goods, from the beginning again where there are fewer.

    `paid` are tenders (method, handed over); without any, cash of the exact total; what is missing is credit.
    """
    terms = terms or Terms()
    chosen = list(islice(cycle(goods), count or len(goods)))
    asked = [_asked(good, (line_discounts or {}).get(place, "0")) for place, good in enumerate(chosen)]
    priced = price_bill(asked, terms, discount or BillDiscount())
    return replace(_bill(priced, chosen, terms, store, customer, paid or [("CASH", str(priced.total))]), **values)


def _asked(good: Good, discount: str) -> AskedLine:
    mrp = Decimal(good[4]) if good[4] else None
    return AskedLine(Decimal(good[2]), Decimal(good[3]), Decimal(good[5]), discount=Decimal(discount), mrp=mrp)


def _bill(
    priced: PricedBill,
    goods: list[Good],
    terms: Terms,
    store: Store,
    customer: BillCustomer | None,
    paid: Sequence[tuple[str, str]],
) -> Bill:
    tendered = sum((Decimal(amount) for _method, amount in paid), Decimal(0))
    change = max(Decimal(0), tendered - priced.total)
    credit = max(Decimal(0), priced.total - tendered)
    return Bill(
        id=uuid7(), number="BILL-2026-000001", made_at=MOMENT, business_day=date(2026, 11, 23), store=store,
        cashier="Ben Thomas", customer=customer,
        lines=[_line(good, line) for good, line in zip(goods, priced.lines, strict=True)],
        payments=[
            BillPayment("TENDER", method, Decimal(amount) - (change if method == "CASH" else 0), Decimal(amount), None)
            for method, amount in paid if Decimal(amount)
        ],
        subtotal=priced.subtotal, discount_amount=priced.discount_amount, bill_discount=priced.bill_discount,
        tax_amount=priced.tax_amount, round_off=priced.round_off, total=priced.total, tendered=tendered,
        change_due=change, paid=tendered - change, credit=credit, saving=priced.saving, method="CASH",
        status="PAID", gst_mode=terms.gst_mode, prices_include_tax=terms.prices_include_tax,
    )  # fmt: skip


def _line(good: Good, line: Any) -> BillLine:
    name, unit, _price, _quantity, _mrp, _rate, hsn = good
    return BillLine(
        id=uuid7(), product_id=uuid7(), product_name=name, unit=unit, hsn_code=hsn, quantity=line.quantity,
        unit_price=line.unit_price, mrp=line.mrp, sold_by_amount=False, gross=line.gross, discount=line.discount,
        discount_amount=line.discount_amount, line_total=line.line_total, bill_discount=line.bill_discount,
        tax_rate=line.tax_rate, taxable=line.taxable, tax=line.tax,
    )  # fmt: skip
