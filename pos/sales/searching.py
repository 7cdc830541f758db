"""Which bills a search means: by number (also of a credit note), customer, phone, product and amount.

Each is found through an index of its own.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import Select, select, tuple_, union

from pos.catalog.models import Product
from pos.core import clock
from pos.core.db import execute, table
from pos.core.money import NotMoney, rupees
from pos.core.numbering import BillCounter
from pos.core.text import like, search_words
from pos.customers.models import Customer
from pos.sales.models import Sale, SaleItem
from pos.sales.returns_and_drawer import CreditNote

FEWEST_PHONE_DIGITS = 4
FEWEST_BARCODE_DIGITS = 8
MOST_NUMBER_DIGITS = 6
MOST_NUMBERS = 1000
A_DAY = timedelta(days=1)
# People say “bill 240”; the word itself tells nothing.
SAID_OF_EVERY_BILL = "bill"
_NUMBER = re.compile(r"(?:(?P<series>bill|crn)-)?(?P<year>\d{2,4})-(?P<sequence>\d{1,6})")
_sales, _items, _notes = table(Sale), table(SaleItem), table(CreditNote)
_products, _customers, _counters = table(Product), table(Customer), table(BillCounter)


def matching(statement: Select[Any], query: str, first: date | None = None, last: date | None = None) -> Select[Any]:
    """The statement over sales, narrowed to those in which each word of the query stands somewhere.

    Digits alone are the last ones of a bill's number, part of a phone from four on, an amount, or a whole barcode.
    Days that the statement is narrowed to already make the search quicker.
    """
    near = _near(first, last)
    for word in search_words(query):
        if word != SAID_OF_EVERY_BILL:
            # Sets of ids, not an OR over everything: each of them is found by its own index.
            statement = statement.where(_sales.c.id.in_(union(*_places(word, near))))
    return statement


def _near(first: date | None, last: date | None) -> list[Any]:
    """Conditions on lines of bills that are not far off these days, whatever the time zone."""
    bounds = []
    if first and first > clock.FIRST_DAY:
        bounds.append(_items.c.created_at >= datetime.combine(first - A_DAY, time(), UTC))
    if last and last < clock.LAST_DAY:
        bounds.append(_items.c.created_at < datetime.combine(last + 2 * A_DAY, time(), UTC))
    return bounds


def _places(word: str, near: list[Any]) -> list[Select[Any]]:
    digits = word.isascii() and word.isdigit()
    places = [*_by_number(word, digits), *_by_amount(word), *_by_customer(word, digits)]
    return places + [lines.where(*near) for lines in _by_product(word, digits)]


def _by_number(word: str, digits: bool) -> list[Select[Any]]:
    ids = select(_sales.c.id)
    whole = _NUMBER.fullmatch(word)
    if whole:
        year, sequence = whole["year"], int(whole["sequence"])
        if whole["series"] == "crn":
            numbered = (_notes.c.note_year % 10 ** len(year) == int(year), _notes.c.note_sequence == sequence)
            return [select(_notes.c.sale_id).where(*numbered)]
        years = select(_counters.c.year).where(_counters.c.year % 10 ** len(year) == int(year))
        return [ids.where(_sales.c.bill_year.in_(years), _sales.c.bill_sequence == sequence)]
    if digits and len(word) <= MOST_NUMBER_DIGITS:
        return [ids.where(tuple_(_sales.c.bill_year, _sales.c.bill_sequence).in_(_numbers_ending_in(word)))]
    return []


def _numbers_ending_in(digits: str) -> list[tuple[int, int]]:
    """Year and number of the newest bills that end so, a thousand at most."""
    counters = select(_counters.c.year, _counters.c.last_number).where(_counters.c.series == "BILL")
    found: list[tuple[int, int]] = []
    for year, last in execute(counters.order_by(_counters.c.year.desc())):
        numbers = range(int(digits), last + 1, 10 ** len(digits))
        found += [(year, number) for number in islice(reversed(numbers), MOST_NUMBERS)]
    return found[:MOST_NUMBERS]


def _by_amount(word: str) -> list[Select[Any]]:
    try:
        amount = rupees(word)
    except NotMoney:
        return []
    return [select(_sales.c.id).where(_sales.c.total_amount == amount)] if amount > Decimal(0) else []


def _by_customer(word: str, digits: bool) -> list[Select[Any]]:
    if digits and len(word) < FEWEST_PHONE_DIGITS:
        return []
    people = select(_customers.c.id).where(_customers.c.search_key.like(like(word), escape="\\"))
    return [select(_sales.c.id).where(_sales.c.customer_id.in_(people))]


def _by_product(word: str, digits: bool) -> list[Select[Any]]:
    if digits and len(word) < FEWEST_BARCODE_DIGITS:
        # “2” stands in the name of half of all goods.
        return []
    known = _products.c.barcode == word if digits else _products.c.search_key.like(like(word), escape="\\")
    return [select(_items.c.sale_id).where(_items.c.product_id.in_(select(_products.c.id).where(known)))]
