"""From products and the store's terms to lines that can be priced: the same for a cart, a checkout and the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from pos.sales.pricing import AskedLine, Terms
from pos.settings.store import Store


class Priced(Protocol):
    """What a product must tell to be priced: rupees, rupees or None, percent or None."""

    price: Decimal
    mrp: Decimal | None
    tax_rate: Decimal | None


def terms(store: Store) -> Terms:
    """The store's tax terms as pricing takes them."""
    return Terms(store.gst_mode, store.prices_include_tax, store.round_to_rupee)


def asked_line(
    product: Priced, quantity: Decimal, discount: Decimal, amount: Decimal | None, store: Store
) -> AskedLine:
    """A product's line at today's price; its own tax rate, or the store's where it has none (DESIGN.md 4)."""
    rate = store.tax_rate if product.tax_rate is None else product.tax_rate
    return AskedLine(product.price, quantity, rate, discount, amount, product.mrp)
