"""What moved in a cash session, from the payments, khata entries and movements that belong to it: X and Z reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from pos.accounts.models import User
from pos.core import clock
from pos.core.db import execute, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.core.paging import Page, paged
from pos.customers.models import CreditTransaction
from pos.sales.models import METHODS, Payment, Sale
from pos.sales.returns_and_drawer import CashMovement
from pos.settings.models import CashSession

NOTHING = Decimal(0)
_sessions, _movements, _payments = table(CashSession), table(CashMovement), table(Payment)
_sales, _ledger, _people = table(Sale), table(CreditTransaction), table(User)


@dataclass(frozen=True, slots=True)
class MethodSums:
    """What came in and went out by one way of paying, in rupees."""

    method: str
    sales: Decimal
    khata: Decimal
    refunds: Decimal

    @property
    def net(self) -> Decimal:
        """What is left of it."""
        return self.sales + self.khata - self.refunds


@dataclass(frozen=True, slots=True)
class DrawerSums:
    """A session's sums in rupees: expected = opening_float + cash.net + cash_in - cash_out.

    `handed_over` is the cash that customers gave, `change` what they got back of it; `credit` went onto khatas.
    `voids` of the bills, which came to `voided`, were voided before it was closed: they are among those sold.
    """

    opening_float: Decimal
    bills: int
    sold: Decimal
    credit: Decimal
    voids: int
    voided: Decimal
    methods: Mapping[str, MethodSums]
    handed_over: Decimal
    change: Decimal
    cash_in: Decimal
    cash_out: Decimal

    @property
    def cash(self) -> MethodSums:
        """What moved in cash over the counter."""
        return self.methods["CASH"]

    @property
    def expected(self) -> Decimal:
        """What the drawer should hold."""
        return self.opening_float + self.cash.net + self.cash_in - self.cash_out


@dataclass(frozen=True, slots=True)
class DrawerReport:
    """An X report of an open session, or the Z report of a closed one; `number` counts the sessions of its till.

    `outside` is cash that was taken meanwhile, less what was given, in no session at all.
    """

    session: Row[Any]
    number: int
    sums: DrawerSums
    movements: Sequence[Row[Any]]
    pieces: Mapping[int, int]
    outside: Decimal
    made_at: datetime

    @property
    def is_final(self) -> bool:
        """True for a Z report."""
        return self.session.closed_at is not None

    @property
    def difference(self) -> Decimal | None:
        """What was counted too much (above zero) or too little; None while it is open."""
        return self.session.counted - self.session.expected if self.is_final else None


def drawer_sums(held: Row[Any]) -> DrawerSums:
    """The sums of a session as they stand, in four queries; it must be locked for them to be final."""
    mine = _payments.c.cash_session_id == held.id
    amounts = func.sum(_payments.c.amount), func.sum(_payments.c.tendered)
    paid = select(_payments.c.kind, _payments.c.method, *amounts).where(mine)
    tenders = {(kind, method): (amount, given) for kind, method, amount, given in execute(
        paid.group_by(_payments.c.kind, _payments.c.method)
    )}  # fmt: skip
    khata = _khata(held.id)
    cash, handed_over = tenders.get(("TENDER", "CASH"), (NOTHING, NOTHING))
    moved = _moved(held.id)
    methods = {
        way: MethodSums(
            way,
            tenders.get(("TENDER", way), (NOTHING,))[0],
            khata.get(way, NOTHING),
            tenders.get(("REFUND", way), (NOTHING,))[0],
        )
        for way in METHODS
    }
    sums = (methods, handed_over, handed_over - cash, moved.get("IN", NOTHING), moved.get("OUT", NOTHING))
    return DrawerSums(held.opening_float, *_made(held), *sums)


def drawer_report(session_id: UUID) -> DrawerReport:
    """The report of a session: X while it is open, Z once it is closed. Raises NotFound."""
    row = execute(_shown().where(_sessions.c.id == session_id)).first()
    if row is None:
        raise NotFound(_("There is no such cash session."), code="CASH_SESSION_NOT_FOUND")
    before = select(func.count()).select_from(_sessions)
    number = execute(before.where(_sessions.c.till == row.till, _sessions.c.opened_at <= row.opened_at)).scalar_one()
    movements = (
        select(_movements, _people.c.full_name.label("made_by"))
        .outerjoin(_people, _people.c.id == _movements.c.created_by)
        .where(_movements.c.cash_session_id == session_id)
        .order_by(_movements.c.id)
    )
    moment = clock.now()
    pieces = {int(worth): count for worth, count in json.loads(row.denominations or "{}").items()}
    outside = cash_outside(row.opened_at, row.closed_at or moment)
    return DrawerReport(row, number, drawer_sums(row), execute(movements).all(), pieces, outside, moment)


def sessions(page: int = 1, limit: int = 20) -> Page:
    """All sessions, the newest first, with who opened and closed them."""
    return paged(_shown().order_by(_sessions.c.opened_at.desc(), _sessions.c.id.desc()), page, limit, nearest=True)


def cash_outside(start: datetime, end: datetime) -> Decimal:
    """Cash taken less cash given between two UTC moments that belongs to no session."""
    tender = _payments.c.kind == "TENDER"
    paid = [_payments.c.method == "CASH", _payments.c.cash_session_id.is_(None)]
    paid += [_payments.c.created_at >= start, _payments.c.created_at <= end]
    taken = execute(select(func.sum(_payments.c.amount)).where(tender, *paid)).scalar() or NOTHING
    given = execute(select(func.sum(_payments.c.amount)).where(~tender, *paid)).scalar() or NOTHING
    owed = [_ledger.c.transaction_type == "PAYMENT_MADE", _ledger.c.payment_method == "CASH"]
    owed += [_ledger.c.cash_session_id.is_(None), _ledger.c.created_at >= start, _ledger.c.created_at <= end]
    return taken - given + (execute(select(func.sum(_ledger.c.amount)).where(*owed)).scalar() or NOTHING)


def _shown() -> Any:
    opener, closer = _people.alias("opener"), _people.alias("closer")
    return (
        select(_sessions, opener.c.full_name.label("opener"), closer.c.full_name.label("closer"))
        .outerjoin(opener, opener.c.id == _sessions.c.opened_by)
        .outerjoin(closer, closer.c.id == _sessions.c.closed_by)
    )


def _made(held: Row[Any]) -> tuple[int, Decimal, Decimal, int, Decimal]:
    """Of the bills of a session: how many, what they came to, what went on khatas; how many are void, and their worth.

    What was voided after the close is none of its report, which stays as it was.
    """
    c = _sales.c
    void = c.payment_status == "VOIDED"
    if held.closed_at is not None:
        void &= c.voided_at <= held.closed_at
    counts = func.count(), func.sum(c.total_amount), func.sum(c.credit_amount)
    voided = func.count().filter(void), func.sum(c.total_amount).filter(void)
    made = execute(select(*counts, *voided).where(c.cash_session_id == held.id)).one()
    bills, sold, credit, voids, worth = made
    return bills, sold or NOTHING, credit or NOTHING, voids, worth or NOTHING


def _khata(session_id: UUID) -> dict[str, Decimal]:
    mine = (_ledger.c.cash_session_id == session_id, _ledger.c.transaction_type == "PAYMENT_MADE")
    by_method = select(_ledger.c.payment_method, func.sum(_ledger.c.amount)).where(*mine)
    return dict(execute(by_method.group_by(_ledger.c.payment_method)).all())


def _moved(session_id: UUID) -> dict[str, Decimal]:
    mine = select(_movements.c.direction, func.sum(_movements.c.amount)).where(
        _movements.c.cash_session_id == session_id
    )
    return dict(execute(mine.group_by(_movements.c.direction)).all())
