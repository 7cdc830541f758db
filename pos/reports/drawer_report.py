"""The cash sessions of a span: what each drawer began with, what moved through it, what was counted (PLAN.md 3.8).

A session belongs to the day on which it was opened. All amounts are cash in rupees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from pos.accounts.models import User
from pos.core.db import execute, table
from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.customers.models import CreditTransaction
from pos.reports.spans import Span, moments
from pos.reports.table import MOST_ROWS, NOTHING, Column, Table, made, rupees, whole
from pos.reports.words import direction_name
from pos.sales.models import Payment, Sale
from pos.sales.returns_and_drawer import CashMovement
from pos.settings.models import CashSession

_sessions, _payments, _movements = table(CashSession), table(Payment), table(CashMovement)
_sales, _ledger, _users = table(Sale), table(CreditTransaction), table(User)
Conditions = tuple[ColumnElement[bool], ...]

SESSION_COLUMNS = (
    Column("till", _l("Till")),
    Column("opened_at", _l("Opened"), "moment"),
    Column("opened_by", _l("Opened by")),
    Column("closed_at", _l("Closed"), "moment"),
    Column("closed_by", _l("Closed by")),
    whole("bills_count", _l("Bills")),
    rupees("opening_float", _l("Float"), summed=False),
    rupees("cash_sales", _l("Sales in cash")),
    rupees("khata_cash", _l("Khata in cash")),
    rupees("refunded_amount", _l("Given back")),
    rupees("cash_in", _l("Put in")),
    rupees("cash_out", _l("Taken out")),
    rupees("expected_amount", _l("Should hold"), summed=False),
    rupees("counted_amount", _l("Counted"), summed=False),
    rupees("difference_amount", _l("Difference")),
)


def sessions(wanted: Span) -> Table:
    """Each session with float + sales + khata - given back + put in - taken out = what it should hold."""
    opened = _opened_in(wanted)
    held = execute(_held(opened)).all()
    amounts = _amounts(opened)
    rows = [_session(row, {key: found.get(row.id, NOTHING) for key, found in amounts.items()}) for row in held]
    note = _("An open drawer has no count yet. A difference above zero is too much, below zero too little.")
    return made("cash-sessions", _("Cash sessions"), SESSION_COLUMNS, rows, (wanted.first, wanted.last), note)


def _session(row: Row[Any], cash: Mapping[str, Any]) -> Sequence[Any]:
    moved = (cash["sales"], cash["khata"], cash["refunds"], cash["in"], cash["out"])
    holds = row.opening_float + cash["sales"] + cash["khata"] - cash["refunds"] + cash["in"] - cash["out"]
    expected = holds if row.expected is None else row.expected
    difference = None if row.counted is None else row.counted - expected
    about = (row.till, row.opened_at, row.opener, row.closed_at, row.closer, int(cash["bills"]))
    return (*about, row.opening_float, *moved, expected, row.counted, difference)


def _held(opened: Conditions) -> Select[Any]:
    opener, closer = _users.alias("opener"), _users.alias("closer")
    return (
        select(_sessions, opener.c.full_name.label("opener"), closer.c.full_name.label("closer"))
        .outerjoin(opener, opener.c.id == _sessions.c.opened_by)
        .outerjoin(closer, closer.c.id == _sessions.c.closed_by)
        .where(*opened)
        .order_by(_sessions.c.opened_at, _sessions.c.id)
        .limit(MOST_ROWS + 1)
    )


def _opened_in(wanted: Span) -> Conditions:
    begins, ends = moments(wanted)
    return (_sessions.c.opened_at >= begins, _sessions.c.opened_at < ends)


def _amounts(opened: Conditions) -> dict[str, dict[Any, Any]]:
    """What moved, by what it was and by session, in four queries however many sessions there are."""
    cash = _payments.c.method == "CASH"
    paid = _by_session(opened, _payments, func.sum(_payments.c.amount), _payments.c.kind, cash)
    owed = (_ledger.c.transaction_type == "PAYMENT_MADE", _ledger.c.payment_method == "CASH")
    moved = _by_session(opened, _movements, func.sum(_movements.c.amount), _movements.c.direction)
    return {
        "sales": paid.get("TENDER", {}),
        "refunds": paid.get("REFUND", {}),
        "khata": _by_session(opened, _ledger, func.sum(_ledger.c.amount), None, *owed).get(None, {}),
        "bills": _by_session(opened, _sales, func.count(), None).get(None, {}),
        "in": moved.get("IN", {}),
        "out": moved.get("OUT", {}),
    }


def _by_session(opened: Conditions, of: Any, what: Any, kind: Any, *conditions: Any) -> dict[Any, dict[Any, Any]]:
    keys = [of.c.cash_session_id] if kind is None else [of.c.cash_session_id, kind]
    statement = select(*keys, what.label("amount")).join(_sessions, _sessions.c.id == of.c.cash_session_id)
    found: dict[Any, dict[Any, Any]] = {}
    for row in execute(statement.where(*opened, *conditions).group_by(*keys)).all():
        found.setdefault(None if kind is None else row[1], {})[row[0]] = row.amount
    return found


MOVEMENT_COLUMNS = (
    Column("moved_at", _l("When"), "moment"),
    Column("till", _l("Till")),
    Column("direction", _l("Way"), words=direction_name),
    Column("reason", _l("Reason")),
    Column("made_by", _l("By")),
    rupees("cash_in", _l("Put in")),
    rupees("cash_out", _l("Taken out")),
)


def movements(wanted: Span) -> Table:
    """Cash that was put into a drawer or taken out of it for a reason, in order."""
    begins, ends = moments(wanted)
    statement = (
        select(_movements, _sessions.c.till, _users.c.full_name)
        .join(_sessions, _sessions.c.id == _movements.c.cash_session_id)
        .outerjoin(_users, _users.c.id == _movements.c.created_by)
        .where(_movements.c.created_at >= begins, _movements.c.created_at < ends)
        .order_by(_movements.c.created_at, _movements.c.id)
        .limit(MOST_ROWS + 1)
    )
    rows = []
    for row in execute(statement).all():
        ways = (row.amount, NOTHING) if row.direction == "IN" else (NOTHING, row.amount)
        rows.append((row.created_at, row.till, row.direction, row.reason, row.full_name, *ways))
    days = (wanted.first, wanted.last)
    return made("cash-movements", _("Cash put in and taken out"), MOVEMENT_COLUMNS, rows, days)
