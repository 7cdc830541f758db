"""Days of trade: who comes when, what they take, how they pay. What is decided here, a hand writes down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Protocol
from zoneinfo import ZoneInfo

from pos.core.money import from_basis_points, from_paise, to_milli, to_paise
from pos.demo import seasons
from pos.demo.goods import Good
from pos.demo.people import Person
from pos.sales.priced import AskedLine, PricedBill
from pos.sales.pricing import price_bill, quantity_for_amount
from pos.sales.quote import terms
from pos.sales.tendering import Tender
from pos.settings.store import Store

NOTHING = Decimal(0)
LINES = (1, 2, 3, 4, 5, 6, 8, 11)
LINES_SHARES = (22, 20, 17, 14, 11, 8, 5, 3)
WEIGHTS = tuple(Decimal(weight) for weight in ("0.250", "0.500", "1", "1", "2", "5"))
SPOONS = tuple(Decimal(weight) for weight in ("10", "25", "50", "100"))
WORTHS = tuple(Decimal(amount) for amount in (10, 20, 50))
PIECES, PIECES_SHARES = (1, 2, 3, 4, 6, 12), (62, 20, 7, 5, 4, 2)
NOTES = (1000, 5000, 10000, 50000)


@dataclass(frozen=True, slots=True)
class Taken:
    """One line: which good, so much of it, and the rupees it was asked for by, if it was."""

    good: int
    quantity: Decimal
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One bill as it came about at the counter."""

    moment: datetime
    lines: tuple[Taken, ...]
    bill: PricedBill
    tenders: tuple[Tender, ...]
    customer: int | None
    # Something that happens now and then: "void", "return", or nothing.
    mishap: str | None


class Hand(Protocol):
    """Who writes down what happens in the shop; goods and people are known by their places in the lists."""

    def restock(self, good: int, milli: int, moment: datetime) -> None:
        """Goods came in."""

    def sell(self, deal: Deal) -> None:
        """A bill was made."""

    def repay(self, customer: int, paise: int, method: str, moment: datetime) -> None:
        """Somebody paid what they owe, or a part of it."""


class Trade:
    """The shop's days from the first to the last."""

    def __init__(self, goods: Sequence[Good], people: Sequence[Person], store: Store, hand: Hand, chance: Random):
        self._goods, self._people, self._hand, self._chance = goods, people, hand, chance
        self._store, self._terms, self._zone = store, terms(store), ZoneInfo(store.timezone)
        self._stock, self._owed = [0] * len(goods), [0] * len(people)
        self._faces = list(accumulate(person.weight for person in people))
        self._wanted: tuple[tuple[int, bool], list[int]] | None = None
        self._asked = [_prices(good, store) for good in goods]
        self._usual: list[int] = []
        self._touched: set[int] = set()

    def run(self, days: Sequence[date], bills: int, until: datetime, told: Callable[[int], None]) -> None:
        """Trade on these days; `told` hears how many bills each day had."""
        self._usual = _usual_sales(self._goods, bills, len(days))
        self._fill_shelf(datetime.combine(days[0], time(6), self._zone))
        for day, so_many in zip(days, seasons.bills_of(days, bills), strict=True):
            morning = datetime.combine(day, time(6, 30), self._zone)
            self._take_in(min(morning, until))
            found = seasons.moments(day, so_many, until, self._zone, self._chance)
            for moment in found:
                self._serve(moment)
            self._settle(day, found[-1] if found else morning)
            told(so_many)

    def _fill_shelf(self, moment: datetime) -> None:
        for place in range(len(self._goods)):
            self._bring(place, self._usual[place] * 3, moment)

    def _take_in(self, moment: datetime) -> None:
        """What ran low yesterday comes in this morning, but for what the wholesaler did not have."""
        for place in sorted(self._touched):
            if self._stock[place] < self._usual[place] and self._chance.random() < 0.9:
                self._bring(place, self._usual[place] * 3, moment)
        self._touched.clear()

    def _bring(self, place: int, milli: int, moment: datetime) -> None:
        self._hand.restock(place, milli, moment)
        self._stock[place] += milli

    def _serve(self, moment: datetime) -> None:
        lines: tuple[Taken, ...] = ()
        while not lines:
            lines = self._basket(moment)
        bill = price_bill([self._line(line) for line in lines], self._terms)
        customer = self._face()
        tenders = self._tenders(to_paise(bill.total), customer)
        paid = sum((to_paise(tender.amount) for tender in tenders), 0)
        if customer is not None:
            self._owed[customer] += max(0, to_paise(bill.total) - paid)
        mishap = None
        if paid >= to_paise(bill.total) > 0 and self._chance.random() < 0.01:
            mishap = self._chance.choice(("void", "return"))
        self._hand.sell(Deal(moment, lines, bill, tenders, customer, mishap))
        for line in lines:
            self._stock[line.good] -= to_milli(line.quantity)
            self._touched.add(line.good)

    def _basket(self, moment: datetime) -> tuple[Taken, ...]:
        wanted = self._wanted_on(moment.date())
        so_many = self._chance.choices(LINES, LINES_SHARES)[0]
        places = dict.fromkeys(self._chance.choices(range(len(self._goods)), cum_weights=wanted, k=so_many))
        found = [self._take(place) for place in places]
        # What is not there is not sold.
        return tuple(line for line in found if to_milli(line.quantity) <= self._stock[line.good])

    def _wanted_on(self, day: date) -> list[int]:
        season = seasons.season(day)
        if self._wanted is None or self._wanted[0] != season:
            self._wanted = season, seasons.wanted(self._goods, *season)
        return self._wanted[1]

    def _take(self, place: int) -> Taken:
        good, chance = self._goods[place], self._chance
        if not good.is_loose:
            return Taken(place, Decimal(chance.choices(PIECES, PIECES_SHARES)[0]), None)
        if good.unit in ("gm", "ml"):
            return Taken(place, chance.choice(SPOONS), None)
        if chance.random() < 0.2:
            amount = chance.choice(WORTHS)
            return Taken(place, quantity_for_amount(amount, from_paise(good.price)), amount)
        return Taken(place, chance.choice(WEIGHTS), None)

    def _line(self, line: Taken) -> AskedLine:
        price, mrp, rate = self._asked[line.good]
        return AskedLine(price, line.quantity, rate, NOTHING, line.amount, mrp)

    def _face(self) -> int | None:
        """Every other bill is somebody's whom the shop knows by name."""
        if not self._people or self._chance.random() < 0.5:
            return None
        return self._chance.choices(range(len(self._people)), cum_weights=self._faces)[0]

    def _tenders(self, total: int, customer: int | None) -> tuple[Tender, ...]:
        chance = self._chance
        if customer is not None and self._goes_on_khata(customer, total):
            # Some put down what they have on them.
            part = total // 2 // 1000 * 1000 if chance.random() < 0.2 else 0
            return (Tender("CASH", from_paise(part)),) if part else ()
        if total == 0:
            return ()
        how = chance.random()
        if how < 0.45:
            return (Tender("UPI", from_paise(total), str(chance.randrange(10**11, 10**12))),)
        if how < 0.48:
            return (Tender("CARD", from_paise(total), str(chance.randrange(10**5, 10**6))),)
        note = chance.choice(NOTES)
        handed = total if chance.random() < 0.4 else -(-total // note) * note
        return (Tender("CASH", from_paise(handed)),)

    def _goes_on_khata(self, customer: int, total: int) -> bool:
        person = self._people[customer]
        within = 0 < total <= person.limit - self._owed[customer]
        return within and person.habit != "cash" and self._chance.random() < 0.6

    def _settle(self, day: date, moment: datetime) -> None:
        for customer, owed in enumerate(self._owed):
            if not owed or not self._settles(self._people[customer].habit, day):
                continue
            whole = owed < 30000 or self._chance.random() < 0.6
            paid = owed if whole else owed // 2 // 10000 * 10000 or owed
            self._hand.repay(customer, paid, self._chance.choice(("CASH", "CASH", "UPI")), moment)
            self._owed[customer] -= paid

    def _settles(self, habit: str, day: date) -> bool:
        if habit == "weekly":
            return day.weekday() == 6 and self._chance.random() < 0.8
        if habit == "monthly":
            return day.day <= 7 and self._chance.random() < 0.3
        return self._chance.random() < 0.015


def _prices(good: Good, store: Store) -> tuple[Decimal, Decimal | None, Decimal]:
    # As the database gives them, so that the bill is priced as a checkout prices it.
    rate = own_rate(good, store)
    mrp = None if good.mrp is None else from_paise(good.mrp)
    return from_paise(good.price), mrp, store.tax_rate if rate is None else rate


def own_rate(good: Good, store: Store) -> Decimal | None:
    """The good's own GST rate in percent, where the store charges GST; None where the store's one rate holds."""
    return from_basis_points(int(good.kind.tax) * 100) if store.gst_mode == "regular" else None


def _usual_sales(goods: Sequence[Good], bills: int, days: int) -> list[int]:
    """What each good sells in about a week, in thousandths, and never less than a few pieces."""
    whole = sum(good.weight for good in goods)
    usual = []
    for good in goods:
        pieces = 56 * bills * good.weight // (days * whole) + (12 if good.is_loose else 6)
        usual.append(pieces * (50_000 if good.unit in ("gm", "ml") else 1000))
    return usual
