"""The small shop's hand: everything happens through the verbs that the till itself calls, each at its own moment."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pos.catalog import products, stock
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.money import from_milli, from_paise
from pos.customers import khata, people
from pos.demo.goods import Good
from pos.demo.people import Person
from pos.demo.trading import Deal, own_rate
from pos.sales.checkout import Checkout, CheckoutLine, complete_sale
from pos.sales.models import SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings.store import Store

VOID_REASONS = ("Billed twice", "Customer had no money with her", "Wrong customer")
RETURN_REASONS = ("Packet torn", "Wrong size", "Not needed")
_items = table(SaleItem)


@dataclass
class Verbs:
    """Writes by verbs. `tills` are the people who bill, in turns; `owner` does the rest."""

    owner: Actor
    tills: Sequence[Actor]
    store: Store
    today: date
    goods: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    bills: int = 0

    def open(self, goods: Sequence[Good], people_: Sequence[Person], moment: datetime) -> None:
        """Put the goods into the catalogue and the people into the khata book, before the first day."""
        with _at(moment):
            values = [self._values(good, place) for place, good in enumerate(goods)]
            self.goods = [products.add_product(self.owner, one) for one in values]
            self.people = [self._added(person) for person in people_]

    def _values(self, good: Good, place: int) -> dict[str, Any]:
        return {
            "name": good.name,
            "brand": good.brand,
            "category": good.category,
            "pack_size": good.pack_size,
            "unit": good.unit,
            "price": from_paise(good.price),
            "mrp": None if good.mrp is None else from_paise(good.mrp),
            "cost_price": from_paise(good.cost),
            "barcode": good.barcode,
            "code": good.code,
            "hsn_code": good.kind.hsn,
            "tax_rate": own_rate(good, self.store),
            "expiry_date": good.expires(place, self.today),
        }

    def _added(self, person: Person) -> UUID:
        limit = from_paise(person.limit)
        return people.add_customer(
            self.owner, name=person.name, phone=person.phone, address=person.address, credit_limit=limit
        )

    def restock(self, good: int, milli: int, moment: datetime) -> None:
        """Goods came in."""
        with _at(moment):
            stock.restock(self.owner, self.goods[good], from_milli(milli), "Delivery")

    def sell(self, deal: Deal) -> None:
        """A bill was made; sometimes it is voided or a piece comes back a little later."""
        till = self.tills[self.bills // 40 % len(self.tills)]
        self.bills += 1
        customer = None if deal.customer is None else self.people[deal.customer]
        lines = tuple(CheckoutLine(self.goods[one.good], one.quantity, amount=one.amount) for one in deal.lines)
        with _at(deal.moment):
            sale = complete_sale(till, Checkout(lines, deal.tenders, customer)).sale_id
        if deal.mishap:
            self.mend(sale, deal.mishap, deal.moment + timedelta(minutes=2))

    def mend(self, sale: UUID, mishap: str, moment: datetime) -> None:
        """Void the bill, or take a piece of its first line back."""
        with _at(moment):
            if mishap == "void":
                void_sale(self.owner, sale, VOID_REASONS[self.bills % len(VOID_REASONS)])
                return
            first = execute(select(_items).where(_items.c.sale_id == sale).order_by(_items.c.position)).first()
            line = ReturnLine(first.id, min(first.quantity, from_milli(1000)))
            reason = RETURN_REASONS[self.bills % len(RETURN_REASONS)]
            return_items(self.owner, sale, [line], refund_to="CASH", reason=reason)

    def repay(self, customer: int, paise: int, method: str, moment: datetime) -> None:
        """Somebody paid what they owe, or a part of it."""
        with _at(moment):
            khata.take_credit_payment(self.owner, self.people[customer], amount=from_paise(paise), method=method)

    def finish(self) -> None:
        """Everything is written already."""


def _at(moment: datetime) -> AbstractContextManager[None]:
    """Hold the shop's clock at a moment; it goes by UTC."""
    return clock.frozen(moment.astimezone(UTC))
