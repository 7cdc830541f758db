"""The list of bills as its page shows it: one page of rows, and what all bills found come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func, select

from pos.accounts.models import User
from pos.core.actor import Actor
from pos.core.db import execute, table
from pos.core.numbering import BillCounter
from pos.core.paging import Page, paged
from pos.sales.ledger import Wanted, filtered
from pos.sales.models import Sale

# A shop with more bills than this is told what they come to only for those it asks for.
MOST_SUMMED = 100_000
SERIES = "BILL"
_sales, _counters = table(Sale), table(BillCounter)
_people = table(User)
_SHOWN = (
    "id",
    "bill_number",
    "created_at",
    "customer_name",
    "customer_phone",
    "total_amount",
    "credit_amount",
    "payment_method",
    "payment_status",
)
_cashier = select(_people.c.full_name).where(_people.c.id == _sales.c.created_by).scalar_subquery()
# By number, which is the order in which they were made; the index of the numbers leads there page by page.
_rows = select(*(_sales.c[name] for name in _SHOWN), _cashier.label("cashier")).order_by(
    _sales.c.bill_year.desc(), _sales.c.bill_sequence.desc()
)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of bills; `sums` are what all bills found come to, void ones left out, or None when nobody asked.

    `sums` has bills, void, total, paid and credit: two counts and three amounts in rupees.
    """

    page: Page
    sums: Mapping[str, Any] | None


def found(actor: Actor, wanted: Wanted, page: int = 1, limit: int = 20) -> Found:
    """The bills that are wanted, newest first, in three queries at most; a page past the last is the last.

    Bill numbers have no gap, so the counters know how many bills there are: a list of all of them counts nothing.
    Raises Forbidden for staff, Invalid when the first day lies after the last.
    """
    actor.require("see_sales")
    total = None if wanted != Wanted() else all_bills()
    sums = None
    if total is None or total <= MOST_SUMMED:
        sums = _sums(wanted)
        total = sums["bills"] + sums["void"]
    return Found(paged(filtered(_rows, wanted), page, limit, nearest=True, total=total), sums)


def all_bills() -> int:
    """How many bills were ever made, void ones included."""
    counted = select(func.coalesce(func.sum(_counters.c.last_number), 0)).where(_counters.c.series == SERIES)
    return int(execute(counted).scalar_one())


def cashiers() -> list[Row[Any]]:
    """Everybody who has made a bill, by name: id and full_name."""
    made = select(_sales.c.id).where(_sales.c.created_by == _people.c.id).exists()
    return list(execute(select(_people.c.id, _people.c.full_name).where(made).order_by(_people.c.full_name)))


def _sums(wanted: Wanted) -> Mapping[str, Any]:
    c = _sales.c
    counts = c.payment_status != "VOIDED"
    columns = [
        func.coalesce(func.sum(case((counts, 1), else_=0)), 0).label("bills"),
        func.coalesce(func.sum(case((counts, 0), else_=1)), 0).label("void"),
    ]
    amounts = {"total": c.total_amount, "paid": c.amount_paid, "credit": c.credit_amount}
    columns += [
        func.coalesce(func.sum(amount).filter(counts), Decimal(0)).label(name) for name, amount in amounts.items()
    ]
    return dict(execute(filtered(select(*columns).select_from(_sales), wanted)).mappings().one())
