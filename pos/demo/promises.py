"""What some of the neighbourhood promised to pay: late, due today and coming."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import at_most, execute, table
from pos.core.money import from_paise, to_paise
from pos.customers.models import Customer
from pos.customers.promises import promise_payment
from pos.settings.store import Store

MADE_BEFORE = timedelta(days=6)
# In how many days it is due, and what was said; each second one promises all that is owed, the others half.
SAID = (
    (0, "After closing"),
    (-1, None),
    (2, "When the milk money comes"),
    (0, None),
    (-3, "Will send the son"),
    (7, "After the wages"),
    (0, None),
)
_customers = table(Customer)


def promise_some(tills: Sequence[Actor], store: Store, until: datetime) -> None:
    """Let those who owe most have promised something some days ago; in a shop where nobody owes, nothing happens."""
    owing = select(_customers.c.id, _customers.c.credit_balance).where(_customers.c.credit_balance > 0)
    owing = owing.order_by(_customers.c.credit_balance.desc(), _customers.c.search_key).limit(at_most(len(SAID)))
    today, people = store.today(), execute(owing).all()
    with clock.frozen((until - MADE_BEFORE).astimezone(UTC)):
        for place, ((days, notes), person) in enumerate(zip(SAID, people, strict=False)):
            half = from_paise(to_paise(person.credit_balance) // 20000 * 10000)
            promise_payment(
                tills[place % len(tills)],
                person.id,
                due_date=today + timedelta(days=days),
                amount=None if place % 2 else half or None,
                notes=notes,
            )
