"""Three days of trade with everything in them that a report must not get wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pos.catalog.stock import adjust, restock
from pos.core import clock
from pos.core.actor import Actor
from pos.customers.khata import take_credit_payment
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import SaleItem
from pos.sales.pricing import BillDiscount
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from tests.shop import Shop

NOON = datetime(2026, 11, 19, 6, 30, tzinfo=UTC)  # 12:00 in the store
# 23:45 in the store, but the day before in UTC is still going on: days are the store's.
LATE = datetime(2026, 11, 19, 18, 15, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 19), date(2026, 11, 21)
DAY = timedelta(days=1)


def sell(
    shop: Shop,
    at: datetime,
    lines: dict[UUID, str],
    *paid: tuple[str, str],
    who: Actor | None = None,
    customer: UUID | None = None,
    discount: BillDiscount | None = None,
) -> UUID:
    asked = tuple(CheckoutLine(product, Decimal(quantity)) for product, quantity in lines.items())
    tenders = tuple(Tender(method, Decimal(amount)) for method, amount in paid)
    wish = Checkout(asked, tenders, customer, discount or BillDiscount())
    with clock.frozen(at):
        return complete_sale(who or shop.ben, wish).sale_id


def trade(shop: Shop) -> None:
    """Registered shop, three rates, weights, a discount, split and short payments, a void, two returns, a payment."""
    shop.settings(gst_mode="regular", gstin="27AAPFU0939F1ZV", round_to_rupee=True)
    with clock.frozen(NOON - DAY):
        tea = shop.product("Tea", "101.50", tax_rate=Decimal(5), hsn_code="0902", category="Drinks")
        soap = shop.product("Soap", "33.33", tax_rate=Decimal(18), cost_price=Decimal("25.25"), category="Home")
        dal = shop.product("Dal", "119.99", unit="kg", tax_rate=Decimal(0), cost_price=Decimal(90), hsn_code="0713")
        chitra = shop.customer()
    sell(shop, NOON, {tea: "3", soap: "1"}, ("CASH", "500"))
    split = (("UPI", "200"), ("CASH", "40"))
    both = sell(shop, NOON, {tea: "2", dal: "0.333"}, *split, who=shop.asha, customer=chitra)
    sell(
        shop,
        LATE,
        {dal: "1.25", soap: "7"},
        ("CASH", "100"),
        customer=chitra,
        discount=BillDiscount(percent=Decimal(7)),
    )
    gone = sell(shop, NOON + DAY, {soap: "2"}, ("CARD", "79"))
    khata = sell(shop, NOON + DAY, {tea: "1", soap: "3"}, customer=chitra)
    with clock.frozen(NOON + DAY):
        void_sale(shop.asha, gone, "typed twice")
        restock(shop.devi, tea, Decimal(24), "from the depot")
        adjust(shop.devi, dal, Decimal("-0.5"), "mice")
    with clock.frozen(NOON + 2 * DAY):
        take_credit_payment(shop.ben, chitra, amount=Decimal(150), method="UPI")
        _back(shop, both, "Tea", "1", "CASH")
        _back(shop, khata, "Soap", "2", "KHATA")


def _back(shop: Shop, sale: UUID, name: str, quantity: str, refund_to: str) -> None:
    (item,) = [row for row in shop.rows(SaleItem, sale_id=sale) if row.product_name == name]
    line = ReturnLine(item.id, Decimal(quantity), fit_for_sale=refund_to == "CASH")
    return_items(shop.ben, sale, [line], refund_to=refund_to, reason="not wanted")
