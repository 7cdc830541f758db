"""Fill an empty shop with believable days."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from pos.accounts import users
from pos.accounts.roles import COMMAND_LINE, actor_for
from pos.backups.loading import without_indexes
from pos.catalog.models import Product
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import connection, dialect, execute, one_unit, table
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.customers.models import Customer
from pos.demo.by_rows import Rows
from pos.demo.by_verbs import Verbs
from pos.demo.goods import shelf
from pos.demo.people import neighbourhood
from pos.demo.promises import promise_some
from pos.demo.seasons import OPENS
from pos.demo.trading import Trade
from pos.sales.models import Sale
from pos.settings import store

# Beyond these the verbs would take minutes and the rows take seconds.
MOST_BY_VERBS = {"products": 1000, "customers": 1000, "bills": 5000}
LEAST_DAYS, MOST_DAYS, BILLS_A_DAY = 60, 1095, 60
TERMS = {
    "store_name": "Annapurna Kirana & General Store",
    "address": "12, Market Road, Shivaji Nagar, Pune 411005",
    "contact_number": "9822012345",
    "prices_include_tax": True,
    "gst_mode": "regular",
    # The number that the GST portal's own guides show.
    "gstin": "27AAPFU0939F1ZV",
    "round_to_rupee": True,
    "receipt_footer": "Thank you, come again!",
}
TILLS = (("Ramesh Yadav", "ramesh@example.com"), ("Sunita Pawar", "sunita@example.com"))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a shop is wanted."""

    products: int = 300
    customers: int = 40
    bills: int = 900

    def days(self) -> int:
        """Two months of a small shop; three years of a large one."""
        return max(LEAST_DAYS, min(MOST_DAYS, self.bills // BILLS_A_DAY))

    def is_large(self) -> bool:
        """True when it is written by rows."""
        return any(getattr(self, name) > most for name, most in MOST_BY_VERBS.items())


@one_unit
def fill(size: Size, seed: int, owner: tuple[str, str] | None, told: Callable[[int], None]) -> None:
    """Fill the shop, all of it or nothing; the same seed makes the same shop on the same day.

    `owner` is the email and password of an owner to make where there is none; `told` hears how many bills each day
    had. Raises Refused when anything was sold, added or owed here before.
    """
    refuse_a_shop_in_use()
    if not store.exists() and owner is not None:
        users.create_user(COMMAND_LINE, email=owner[0], full_name="Annapurna Joshi", role="owner", password=owner[1])
    if not store.exists() and users.has_owner():
        store.open_store(COMMAND_LINE, TERMS)
    chance, terms = Random(seed), store.current()  # noqa: S311
    goods, people = shelf(size.products, chance), neighbourhood(size.customers, chance)
    now, days = _days(size.days(), ZoneInfo(terms.timezone))
    writes: type[Rows | Verbs] = Rows if size.is_large() else Verbs
    tills = _tills()
    hand = writes(COMMAND_LINE, tills, terms, days[-1])
    later = _made_quick() if size.is_large() else []
    opening = datetime.combine(days[0], time(5), now.tzinfo)
    hand.open(goods, people, opening)
    Trade(goods, people, terms, hand, chance).run(days, size.bills, now, told)
    hand.finish()
    promise_some(tills, terms, now)
    for statement in later:
        execute(text(statement))


def refuse_a_shop_in_use() -> None:
    """Raises Refused when there is a bill, a product or a customer: invented ones would stand among them for ever."""
    counts = {
        one.__tablename__: execute(select(func.count()).select_from(table(one))).scalar_one()
        for one in (Sale, Product, Customer)
    }
    if any(counts.values()):
        sentence = _(
            "This shop is in use: it has %(bills)s bills, %(products)s products and %(customers)s customers."
            " The demo only fills an empty one; set POS_INSTANCE to a new folder for it.",
            bills=counts["sales"],
            products=counts["products"],
            customers=counts["customers"],
        )
        raise Refused(sentence, code="SHOP_IN_USE")


def _days(how_many: int, zone: ZoneInfo) -> tuple[datetime, list[date]]:
    """The moment up to which is traded, and the days; today is one of them once it has come to something."""
    now = clock.now().astimezone(zone)
    last = now.date()
    if now.hour < OPENS + 2:
        last -= timedelta(days=1)
        now = datetime.combine(last, time(23), zone)
    return now, [last - timedelta(days=before) for before in reversed(range(how_many))]


def _tills() -> Sequence[Actor]:
    """Two people who bill. Nobody knows their passwords: the owner sets new ones under People."""
    found = []
    for name, email in TILLS:
        known = next((one for one in users.everybody() if one.email == email), None)
        if known is None:
            secret = secrets.token_urlsafe(24)
            made = users.create_user(COMMAND_LINE, email=email, full_name=name, role="cashier", password=secret)
            found.append(actor_for(made, name, "cashier"))
        else:
            found.append(actor_for(known.id, known.full_name, "cashier"))
    return found


def _made_quick() -> list[str]:
    """Many rows are coming; gives the statements to be run when they are there."""
    if dialect() == "postgresql":
        execute(text("SET LOCAL statement_timeout = 0"))
        return []
    return without_indexes(connection())
