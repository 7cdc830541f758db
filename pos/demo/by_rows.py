"""The large shop's hand: the rows that the verbs would write, put in by the thousand; the audit proves them the same.

Voids and returns of the last days go through the verbs afterwards, as nobody mends a bill of last year.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from pos.catalog.products import search_text
from pos.core import audit, clock
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.ids import uuid7
from pos.core.money import to_basis_points, to_milli, to_paise
from pos.core.numbering import BillCounter, Number, bill_year
from pos.core.text import search_key
from pos.demo.books import Book, Shelf
from pos.demo.by_verbs import Verbs
from pos.demo.goods import Good
from pos.demo.people import Person
from pos.demo.rows import Waiting, stamp
from pos.demo.trading import Deal, Taken, own_rate
from pos.sales.priced import PricedLine
from pos.sales.tendering import Settlement, settle
from pos.settings.store import Store

MENDED_DAYS = 2
LEAST_LEVEL = 10_000
_log = table(audit.AuditEntry)


class Rows:
    """Writes by rows. `tills` are the people who bill, in turns; `owner` does the rest."""

    def __init__(self, owner: Actor, tills: Sequence[Actor], store: Store, today: date) -> None:
        self._owner, self._tills, self._store, self._today = owner, tills, store, today
        self._zone = ZoneInfo(store.timezone)
        self._goods: Sequence[Good] = ()
        self._people: Sequence[Person] = ()
        self._shelf, self._book = Shelf(0), Book(0)
        self._numbers: dict[tuple[str, int], tuple[int, datetime]] = {}
        self._chain = (0, audit.GENESIS)
        self._mishaps: list[tuple[UUID, str]] = []
        self._waiting, self._bills = Waiting(), 0

    def open(self, goods: Sequence[Good], people: Sequence[Person], moment: datetime) -> None:
        """Put the goods into the catalogue and the people into the khata book, before the first day."""
        self._goods, self._people = goods, people
        self._shelf, self._book = Shelf(len(goods)), Book(len(people))
        audit.record(self._owner, "demo.opened", "store", None, {"products": len(goods), "customers": len(people)})
        last = execute(select(_log.c.number, _log.c.hash).order_by(_log.c.number.desc()).limit(1)).one()
        self._chain = (last.number, last.hash)
        for place in range(len(goods)):
            self._add_product(place, stamp(moment))
        for place in range(len(people)):
            self._add_customer(place, stamp(moment))
        self._waiting.write()

    def _add_product(self, place: int, at: str) -> None:
        good, expires = self._goods[place], self._goods[place].expires(place, self._today)
        rate = own_rate(good, self._store)
        found_by = {"name": good.name, "brand": good.brand, "category": good.category}
        found_by |= {"code": good.code, "barcode": good.barcode}
        named = (self._shelf.ids[place], good.name, good.brand, good.category, good.pack_size, good.unit)
        money = (good.price, good.mrp, good.cost, good.barcode, good.code, good.kind.hsn)
        rest = (None if rate is None else to_basis_points(rate), expires.isoformat() if expires else None)
        self._waiting.add("products", *named, *money, *rest, search_text(found_by), at, at, 0, LEAST_LEVEL, "active", 0)

    def _add_customer(self, place: int, at: str) -> None:
        one = self._people[place]
        named = (self._book.ids[place], one.name, one.phone, one.phone, one.address, one.limit)
        self._waiting.add("customers", *named, search_key(one.name, one.phone), at, at, 0, 0, 0, 0, "active")

    def restock(self, good: int, milli: int, moment: datetime) -> None:
        """Goods came in."""
        self._move(good, "RESTOCK", milli, (None, "Delivery", _hex(self._owner), stamp(moment)))

    def sell(self, deal: Deal) -> None:
        """A bill was made."""
        till, sale = self._tills[self._bills // 40 % len(self._tills)], uuid7()
        self._bills += 1
        day, at = deal.moment.astimezone(self._zone).date(), stamp(deal.moment)
        number, settled = self._number("BILL", deal.moment), settle(deal.tenders, deal.bill.total)
        self._add_sale(deal, sale.hex, number, settled, (day.isoformat(), _hex(till), at, at))
        why = (sale.hex, f"Sale {number}", _hex(till), at)
        for position, (taken, line) in enumerate(zip(deal.lines, deal.bill.lines, strict=True), start=1):
            self._add_item(sale.hex, position, taken, line, at)
            self._move(taken.good, "SALE", -to_milli(taken.quantity), why)
        for paid in settled.payments:
            counted = (paid.method, to_paise(paid.amount), to_paise(paid.tendered), paid.reference)
            self._waiting.add("payments", uuid7().hex, sale.hex, "TENDER", *counted, _hex(till), at)
        if deal.customer is not None:
            self._book.visit(deal.customer, to_paise(deal.bill.total), deal.moment)
            if settled.credit:
                credit = to_paise(settled.credit)
                self._enter(deal.customer, sale.hex, "CREDIT_TAKEN", credit, (None, None, *why[1:]))
        change = {"number": str(number), "total": deal.bill.total, "credit": settled.credit}
        self._link(till, "sale.completed", ("sale", str(sale)), change, deal.moment)
        if deal.mishap and (self._today - day).days < MENDED_DAYS:
            self._mishaps.append((sale, deal.mishap))
        self._waiting.write_some()

    def _add_sale(
        self, deal: Deal, sale: str, number: Number, settled: Settlement, rest: tuple[str | None, ...]
    ) -> None:
        bill = deal.bill
        person = None if deal.customer is None else self._people[deal.customer]
        who = (self._book.ids[deal.customer or 0], person.name, person.phone) if person else (None, None, None)
        sums = (bill.subtotal, bill.tax_amount, bill.round_off, bill.total)
        paid = (settled.tendered, settled.change, settled.paid, settled.credit, bill.saving)
        money = [to_paise(amount) for amount in (*sums, *paid)]
        how = (settled.method, settled.status, self._store.gst_mode, int(self._store.prices_include_tax))
        named = (sale, str(number), number.year, number.sequence)
        self._waiting.add("sales", *named, *who, *money, *how, *rest, 0, 0, 0, 0)

    def _add_item(self, sale: str, position: int, taken: Taken, line: PricedLine, at: str) -> None:
        good = self._goods[taken.good]
        named = (uuid7().hex, sale, position, self._shelf.ids[taken.good], good.name, good.unit, good.kind.hsn)
        asked = (to_milli(taken.quantity), good.price, good.mrp, good.cost, int(taken.amount is not None))
        worth = (to_paise(line.gross), to_paise(line.line_total), to_basis_points(line.tax_rate))
        taxed = (to_paise(line.taxable), to_paise(line.tax))
        self._waiting.add("sale_items", *named, *asked, *worth, *taxed, at, 0, 0, 0)

    def repay(self, customer: int, paise: int, method: str, moment: datetime) -> None:
        """Somebody paid what they owe, or a part of it."""
        number = str(self._number("RCPT", moment))
        told = (method, number, None, _hex(self._owner), stamp(moment))
        self._enter(customer, None, "PAYMENT_MADE", -paise, told)

    def _enter(self, customer: int, sale: str | None, kind: str, change: int, told: tuple[str | None, ...]) -> None:
        before, after = self._book.owe(customer, change)
        named = (uuid7().hex, self._book.ids[customer], sale, kind)
        self._waiting.add("credit_transactions", *named, abs(change), before, after, *told)

    def _move(self, good: int, kind: str, change: int, why: tuple[str | None, ...]) -> None:
        before, after = self._shelf.move(good, change)
        self._waiting.add("stock_movements", uuid7().hex, self._shelf.ids[good], kind, change, before, after, *why)

    def _number(self, series: str, moment: datetime) -> Number:
        year = bill_year(moment.astimezone(self._zone).date(), self._store.bill_year_start_month)
        sequence = self._numbers[series, year][0] + 1 if (series, year) in self._numbers else 1
        self._numbers[series, year] = sequence, moment
        return Number(series, year, sequence)

    def _link(
        self, actor: Actor, action: str, subject: tuple[str, str], change: Mapping[str, Any], moment: datetime
    ) -> None:
        number, previous = self._chain
        entry: dict[str, Any] = {
            "number": number + 1,
            "at": moment.astimezone(UTC),
            "actor_id": actor.id,
            "actor_name": actor.name,
        }
        entry |= {"action": action, "subject_type": subject[0], "subject_id": subject[1], "previous_hash": previous}
        entry["change"] = json.dumps(change, sort_keys=True, ensure_ascii=False, default=str)
        self._chain = (number + 1, audit.link_hash(entry))
        who = (_hex(actor), actor.name, action, *subject)
        self._waiting.add("audit_log", number + 1, stamp(moment), *who, entry["change"], previous, self._chain[1])

    def finish(self) -> None:
        """Write down what is left, the sums, and the mishaps of the last days."""
        self._waiting.write()
        counters = [
            {"series": series, "year": year, "last_number": last, "last_at": moment}
            for (series, year), (last, moment) in self._numbers.items()
        ]
        if counters:
            execute(insert(table(BillCounter)), counters)
        self._shelf.write()
        self._book.write()
        verbs = Verbs(self._owner, self._tills, self._store, self._today)
        for verbs.bills, (sale, mishap) in enumerate(self._mishaps):
            verbs.mend(sale, mishap, clock.now())


def _hex(actor: Actor) -> str | None:
    return actor.id.hex if actor.id else None
