"""The guided first hour of a new owner: six steps, each done when the shop's own rows say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pos.catalog.models import Product
from pos.core.actor import Actor
from pos.core.db import at_most, execute, table
from pos.core.language import lazy_gettext as _l
from pos.sales.models import Sale
from pos.settings import store
from pos.settings.first_steps import STEPS, Guide, guide

_sales, _products = table(Sale), table(Product)
# When the first of each was made: ids are in the order of time, so a large shop answers as fast as a new one.
_facts = select(
    select(_products.c.created_at).order_by(_products.c.id).limit(at_most(1)).scalar_subquery().label("products"),
    select(_sales.c.created_at).order_by(_sales.c.id).limit(at_most(1)).scalar_subquery().label("bill"),
    select(_sales.c.id).where(_sales.c.credit_amount > 0).exists().label("udhaar"),
)
TITLES = {
    "store": _l("Your store"),
    "products": _l("Your goods"),
    "bill": _l("The first bill"),
    "udhaar": _l("The first udhaar"),
    "report": _l("The first report"),
    "backup": _l("A backup"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. What is done counts as done, also when it was skipped before."""

    name: str
    is_done: bool
    is_skipped: bool

    @property
    def is_open(self) -> bool:
        """True while it waits for the owner."""
        return not (self.is_done or self.is_skipped)


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All steps in their order, and whether the owner's pages show them."""

    is_shown: bool
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The step to take now; None when everything is done or skipped."""
        return next((step for step in self.steps if step.is_open), None)


def first_steps(actor: Actor, backed_up: datetime | None) -> FirstSteps:
    """Where the owner stands; `backed_up` is when the newest good backup was made, if any. Raises Forbidden."""
    actor.require("change_settings")
    return _stands(guide(), backed_up)


def going_on(actor: Actor, backed_up: datetime | None) -> FirstSteps | None:
    """The same while the guide is shown and something of it is left; else None. Raises Forbidden."""
    actor.require("change_settings")
    now = guide()
    steps = _stands(now, backed_up) if now.is_shown else None
    return steps if steps and steps.next else None


def _stands(now: Guide, backed_up: datetime | None) -> FirstSteps:
    rows = execute(_facts).mappings().one()
    facts = {**rows, "store": store.current().address, "report": now.report_opened}
    facts["backup"] = _holds_something(backed_up, rows["bill"] or rows["products"])
    return FirstSteps(now.is_shown, tuple(Step(name, bool(facts[name]), name in now.skipped) for name in STEPS))


def _holds_something(backed_up: datetime | None, since: datetime | None) -> bool:
    """True for a backup with something in it: the open shop makes one in its first minutes, of nothing."""
    return backed_up is not None and since is not None and backed_up >= since.replace(microsecond=0)
