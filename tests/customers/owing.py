"""Customers who owe, and entries of their khata on chosen days, in few words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from pos.core import clock
from pos.customers import khata
from pos.customers.models import CreditTransaction, Customer
from pos.sales.checkout import Checkout, CheckoutLine, complete_sale
from tests.shop import Shop

_numbers = count(1)


def debtor(shop: Shop, owed: str = "1200", name: str = "Amit Patel", **values: Any) -> UUID:
    """A customer who owes so much from before."""
    customer = shop.customer(name, **values)
    khata.open_balance(shop.ben, customer, owed)
    return customer


def bought(shop: Shop, customer: UUID, amount: str) -> UUID:
    """A bill of so many rupees, all of it on the khata."""
    product = shop.product(f"Rice {next(_numbers)}", amount, tax_rate=Decimal(0))
    return complete_sale(shop.ben, Checkout((CheckoutLine(product, Decimal(1)),), (), customer)).sale_id


def paid(shop: Shop, customer: UUID, amount: str, method: str = "CASH", **values: Any) -> UUID:
    """A payment that Ben takes; gives its entry."""
    return khata.take_credit_payment(shop.ben, customer, amount=amount, method=method, **values).entry_id


def noon(month: int, day: int, year: int = 2026) -> Any:
    """Hold the clock at noon of a day in India."""
    return clock.frozen(datetime(year, month, day, 6, 30, tzinfo=UTC))


def owes(shop: Shop, customer: UUID) -> Decimal:
    """What the customer owes, in rupees, as the database holds it."""
    return Decimal(shop.row(Customer, customer).credit_balance)


def ledger(shop: Shop, customer: UUID) -> list[Any]:
    """The customer's entries, oldest first."""
    return sorted(shop.rows(CreditTransaction, customer_id=customer), key=lambda row: row.id)
