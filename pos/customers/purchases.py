"""What a bill leaves behind at its customer: counts, sums and loyalty points (PLAN.md 5.1, step 9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, update

from pos.core import clock
from pos.core.db import execute, must_be_in_unit, table
from pos.core.errors import Problem, Refused
from pos.core.language import gettext as _
from pos.customers.models import Customer
from pos.settings.store import Store

_customers = table(Customer)


def points_refusal(customer: Row[Any] | None, points: int, store: Store) -> Problem | None:
    """Why these points cannot be redeemed, or None."""
    if points == 0:
        return None
    if points < 0 or not store.loyalty_enabled or customer is None:
        return Problem(_("There are no points to redeem on this bill."), "NO_POINTS", "redeemPoints")
    if points > customer.loyalty_points:
        sentence = _("%(name)s has %(points)s points.", name=customer.name, points=customer.loyalty_points)
        return Problem(sentence, "NOT_ENOUGH_POINTS", "redeemPoints")
    return None


def points_for(total: Decimal, store: Store) -> int:
    """The whole points that a bill of so many rupees earns."""
    return int(total // store.loyalty_rupees_per_point) if store.loyalty_enabled else 0


def remember(customer: Row[Any], total: Decimal, earned: int, redeemed: int) -> None:
    """Count the bill at its customer, who must be locked. Raises Refused when the points are gone."""
    must_be_in_unit()
    statement = update(_customers).where(_customers.c.id == customer.id, _customers.c.loyalty_points >= redeemed)
    changed = execute(
        statement.values(
            total_purchases=_customers.c.total_purchases + 1,
            total_spent=_customers.c.total_spent + total,
            loyalty_points=_customers.c.loyalty_points + (earned - redeemed),
            last_purchase_at=clock.now(),
        )
    )
    if changed.rowcount != 1:
        raise Refused(_("The points were used elsewhere just now."), code="NOT_ENOUGH_POINTS", field="redeemPoints")


def forget(customer: Row[Any], total: Decimal, earned: int, redeemed: int, whole_bill: bool) -> int:
    """Undo what a voided bill, or the returned part of one, left at its customer, who must be locked.

    Points earned are taken back as far as there are any left, points redeemed are given back; gives the points that
    were taken back net of those given.
    """
    must_be_in_unit()
    points = max(0, customer.loyalty_points + redeemed - earned)
    values = {"total_spent": _customers.c.total_spent - total, "loyalty_points": points}
    if whole_bill:
        values["total_purchases"] = _customers.c.total_purchases - 1
    execute(update(_customers).where(_customers.c.id == customer.id).values(**values))
    return customer.loyalty_points - points
