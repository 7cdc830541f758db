"""What the shelf holds and what each customer owes, kept in mind while a large shop is written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, bindparam, update

from pos.catalog.models import Product
from pos.core.columns import Quantity, Rupees
from pos.core.db import execute, table
from pos.core.ids import uuid7
from pos.core.money import from_milli, from_paise
from pos.customers.models import Customer

_products, _customers = table(Product), table(Customer)


class Shelf:
    """Stocks in thousandths, by the goods' places in their list."""

    def __init__(self, goods: int) -> None:
        self.ids = [uuid7().hex for _one in range(goods)]
        self._stock, self._sold = [0] * goods, [0] * goods

    def move(self, good: int, change: int) -> tuple[int, int]:
        """Change a stock; gives what it was and what it is."""
        before = self._stock[good]
        self._stock[good] += change
        self._sold[good] += change < 0
        return before, before + change

    def write(self) -> None:
        """Write every stock, and how often each good was sold, at its product."""
        statement = update(_products).where(_products.c.id == bindparam("this"))
        left = bindparam("left", type_=Quantity)
        statement = statement.values(stock_quantity=left, times_sold=bindparam("sold"))
        rows = zip(self.ids, self._stock, self._sold, strict=True)
        execute(statement, [{"this": UUID(one), "left": from_milli(left), "sold": sold} for one, left, sold in rows])


class Book:
    """Debts and spendings in paise, by the customers' places in their list."""

    def __init__(self, people: int) -> None:
        self.ids = [uuid7().hex for _one in range(people)]
        self._owed, self._spent, self._visits = [0] * people, [0] * people, [0] * people
        self._last: list[datetime | None] = [None] * people

    def owe(self, customer: int, change: int) -> tuple[int, int]:
        """Change a debt; gives what it was and what it is."""
        before = self._owed[customer]
        self._owed[customer] += change
        return before, before + change

    def visit(self, customer: int, total: int, moment: datetime) -> None:
        """Somebody bought for so much."""
        self._visits[customer] += 1
        self._spent[customer] += total
        self._last[customer] = moment

    def write(self) -> None:
        """Write what each customer owes and has spent."""
        owed, spent = bindparam("owed", type_=Rupees), bindparam("spent", type_=Rupees)
        came, last = bindparam("visits", type_=Integer), bindparam("last", type_=_customers.c.last_purchase_at.type)
        values = {"credit_balance": owed, "total_spent": spent, "total_purchases": came, "last_purchase_at": last}
        statement = update(_customers).where(_customers.c.id == bindparam("this")).values(**values)
        pages = zip(self.ids, self._owed, self._spent, self._visits, self._last, strict=True)
        written = [
            {"this": UUID(one), "owed": from_paise(owed), "spent": from_paise(spent), "visits": visits, "last": last}
            for one, owed, spent, visits, last in pages
            if visits
        ]
        if written:
            execute(statement, written)
