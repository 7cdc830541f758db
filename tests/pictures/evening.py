"""The demo shop on the evening of the pictures: a bill at the till, goods to put away, a drawer to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from pos.backups import making
from pos.backups.commands import folder_of
from pos.catalog import drafts
from pos.catalog.importing import imports
from pos.catalog.models import Product
from pos.core.db import execute, table
from pos.customers.models import Customer
from pos.demo import demo
from pos.sales import drawer
from pos.sales.models import Sale
from pos.settings import first_steps
from pos.till import cart, lines, terms
from tests.catalog.product_files import as_csv
from tests.flows import counter
from tests.shop import Shop, open_shop

# Half past six on a Monday evening in Pune.
EVENING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
SIZE = demo.Size(products=180, customers=24, bills=500)
SEED = 1
# Bills of more than this have enough lines to look at.
LEAST_WORTH = Decimal(400)
# The demo's customer who owes enough to be worth a reminder, and whose limit leaves room.
DEBTOR = "Naresh Mehta"
BASKET = (
    *("Tata Salt Iodised 1 kg", "Amul Butter 100 g", "Fortune Sunflower Oil 1 L", "Parle-G Gluco Biscuits 55 g"),
    *("Brooke Bond Red Label Tea 100 g", "Nandini Toned Milk 500 ml"),
)
DELIVERY = (
    ("Tata Tea Premium 250 g", "24", "98", "125"),
    ("Everest Turmeric Powder 100 g", "40", "31", "40"),
    ("Aashirvaad Shudh Chakki Atta 10 kg", "12", "480", "560"),
)
SHELF = (
    ("Maggi 2-Minute Masala Noodles 560 g", "16"),
    ("Amul Pure Ghee 200 ml", "17"),
    ("Lay's Classic Salted 52 g", ""),
)
PRICE_LIST = as_csv(
    ["Item name", "Barcode", "Rate", "MRP", "Group", "Rack"],
    ["Ragi Flour 1 kg", "8907777777777", "62", "70", "Staples", "2"],
    ["Poha Thick 500 g", "8907777777784", "38", "42", "Staples", "2"],
    ["", "8907777777791", "50", "60", "Staples", "3"],
    ["Amul Butter 100 g", "8903849000779", "61", "62", "Dairy", "Fridge"],
    ["Rava 500 g", "8907777777807", "44", "40", "Staples", "2"],
)


@dataclass
class Evening:
    """The shop, and the ids of what its pages show."""

    shop: Shop
    ids: dict[str, UUID] = field(default_factory=dict)


def one_evening(app: Flask, language: str) -> Evening:
    """Two months of the demo, and what lies open this evening."""
    shop = open_shop(app, **demo.TERMS)
    demo.fill(SIZE, SEED, None, lambda _bills: None)
    shop.settings(language=language, upi_id=counter.UPI_ID, cash_sessions_enabled=True)
    evening = Evening(shop)
    evening.ids |= {"person": shop.ben.id or UUID(int=0), "customer": _customer(DEBTOR)}
    _at_the_till(evening)
    _behind_the_counter(evening)
    making.make(folder_of(app.extensions["pos"]["config"]))
    return evening


def first_hour(app: Flask, language: str) -> Evening:
    """A shop that was just opened: it has an address, and nothing to sell."""
    shop = open_shop(app, **demo.TERMS, language=language)
    shop.settings(upi_id=counter.UPI_ID)
    first_steps.show(shop.asha)
    return Evening(shop)


def _at_the_till(evening: Evening) -> None:
    shop, ids = evening.shop, evening.ids
    ids["drawer"] = drawer.open_session(shop.asha, "1500").id
    drawer.cash_out(shop.asha, ids["drawer"], "120", "Tea and snacks for the staff")
    held = cart.new_cart(shop.asha, None)
    lines.add_product(shop.asha, held, _product("Amul Pure Ghee 200 ml"))
    cart.hold(shop.asha, held, "Blue shirt")
    ids["cart"] = cart.new_cart(shop.asha, None)
    for name in BASKET:
        lines.add_product(shop.asha, ids["cart"], _product(name))
    lines.add_product(shop.asha, ids["cart"], _product("Tata Salt Iodised 1 kg"))
    lines.add_product(shop.asha, ids["cart"], _product("Sugar"), None, "20")
    terms.set_customer(shop.asha, ids["cart"], ids["customer"])
    ids["bill"], ids["khata bill"] = _bills()


def _behind_the_counter(evening: Evening) -> None:
    shop, ids = evening.shop, evening.ids
    ids["product"] = _product("Everest Turmeric Powder 100 g")
    delivery = {
        _product(name): {"quantity": quantity, "cost_price": cost, "mrp": mrp} for name, quantity, cost, mrp in DELIVERY
    }
    ids["receive"] = drafts.start(shop.asha, "receive", delivery)
    counted = {_product(name): {"quantity": quantity, "seen": "16"} for name, quantity in SHELF}
    ids["count"] = drafts.start(shop.asha, "count", counted)
    ids["labels"] = drafts.start(shop.asha, "labels", {_product(name): {"quantity": "8"} for name, *_rest in DELIVERY})
    uploads = shop.app.extensions["pos"]["config"].instance / "uploads"
    ids["import"] = imports.bring_in(shop.asha, uploads, "price-list.csv", BytesIO(PRICE_LIST))


def _product(name: str) -> UUID:
    found: UUID = execute(select(table(Product).c.id).filter_by(name=name)).scalar_one()
    return found


def _customer(name: str) -> UUID:
    found: UUID = execute(select(table(Customer).c.id).filter_by(name=name)).scalar_one()
    return found


def _bills() -> Sequence[UUID]:
    """The newest bill that was paid at once, and the newest of the debtor's khata."""
    sales = table(Sale)
    newest = select(sales.c.id).order_by(sales.c.bill_sequence.desc()).limit(1)
    newest = newest.where(sales.c.total_amount > LEAST_WORTH)
    paid = execute(newest.filter_by(payment_status="PAID")).scalar_one()
    owed = execute(newest.where(sales.c.credit_amount > Decimal(0))).scalar_one()
    return paid, owed
