"""Bills in a second: by the verb, through HTTP, and by raw SQL on the same engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

from pos.bench import floor
from pos.bench.measures import Bench, Figure, Work, rate
from pos.bench.place import Place
from pos.bench.visitor import Visitor, bearer
from pos.core.db import db
from pos.core.ids import uuid7
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale

LINES = 5
WORKERS = (1, 8)
HANDED = Decimal(100_000)


def sell(place: Place, chance: Random, lines: int = LINES) -> UUID:
    """One bill of so many goods, paid in cash, by the verb and with a key, as the till makes it."""
    goods = chance.sample(place.goods, lines)
    asked = tuple(CheckoutLine(one.id, Decimal(1), shown_price=one.price) for one in goods)
    return complete_sale(place.cashier, Checkout(asked, (Tender("CASH", HANDED),)), key=str(uuid7())).sale_id


@contextmanager
def _by_verb(place: Place, number: int) -> Iterator[Work]:
    chance = Random(number)  # noqa: S311
    with place.app.app_context():
        try:
            yield lambda: sell(place, chance)
        finally:
            db.session.remove()


@contextmanager
def _by_http(place: Place, port: int, token: str, number: int) -> Iterator[Work]:
    chance, visitor = Random(number), Visitor(port, token)  # noqa: S311

    def post() -> None:
        items = [{"productId": str(one.id), "quantity": 1} for one in chance.sample(place.goods, LINES)]
        asked = {"items": items, "paymentMethod": "CASH", "amountPaid": int(HANDED)}
        visitor.send("/api/v1/sales", asked, **{"Idempotency-Key": str(uuid7())})

    try:
        yield post
    finally:
        visitor.close()


def by_verb(place: Place, seconds: float) -> list[Figure]:
    """Bills in a second by the verb alone."""
    return _figures("by the verb", partial(_by_verb, place), seconds)


def by_http(place: Place, port: int, seconds: float) -> list[Figure]:
    """Bills in a second through the whole HTTP path: a program posts, the server answers."""
    return _figures("through HTTP", partial(_by_http, place, port, bearer(port, place)), seconds, False)


def by_raw_sql(place: Place, seconds: float) -> list[Figure]:
    """The floor. The books are not right any more afterwards: it writes after a pattern."""
    pattern = floor.pattern_of(sell(place, Random(1)))  # noqa: S311
    db.session.rollback()
    return _figures("by raw SQL", partial(floor.cashier, place.url, pattern, place.goods), seconds)


def _figures(how: str, bench: Bench, seconds: float, is_here: bool = True) -> list[Figure]:
    """Rates, and what one costs this process: a figure that other programs at work beside it do not change much."""
    what = f"checkout of {LINES} lines {how}"
    rates = [rate(bench, workers, seconds) for workers in WORKERS]
    found = [
        Figure(f"{what}, {workers} at once", one.per_second, "/s") for workers, one in zip(WORKERS, rates, strict=True)
    ]
    return [*found, Figure(f"{what}: processor", rates[0].processor, "ms")] if is_here else found
