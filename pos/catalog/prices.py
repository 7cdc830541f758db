"""The prices of many products changed at once: one form's checks for each, one transaction for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from pos.catalog import lowering
from pos.catalog.checks import CHECKS, problems_of
from pos.catalog.models import Product
from pos.catalog.products import logged, with_costs_guarded
from pos.catalog.rewriting import rewrite
from pos.core import audit
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Forbidden, Invalid, PosError, Problem, Refused
from pos.core.language import gettext as _
from pos.core.money import format_rupees

FIELDS = ("mrp", "price", "cost_price")
MOST_AT_ONCE = 500
CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
Prices = Mapping[str, Decimal | None]

_products = table(Product)
_whole = select(*(column.label(column.key) for column in _products.c))
# Not the key: goods whose price changes are billed meanwhile.
_lock = (
    _whole.where(_products.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_products.c.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Repricing:
    """What one product shall cost: some of FIELDS, as they were typed or typed already, in rupees.

    `was` is what the editor saw in these fields, `seen_at` the `updated_at` of the product that was seen; where one of
    them no longer holds, somebody else was faster.
    """

    product_id: UUID
    values: Mapping[str, Any]
    was: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Repriced:
    """A product whose prices changed: what differed, before and after, by field."""

    product_id: UUID
    name: str
    before: Prices
    after: Prices


@one_unit
def change_prices(actor: Actor, wanted: Sequence[Repricing]) -> list[Repriced]:
    """Change the prices of many products, all or nothing; tells what changed. What is already so stays unwritten.

    Raises, with every problem of every product (its id as `subject`, `field` the price): Invalid; Refused when
    somebody else changed one of these prices; Forbidden for who may not edit products, lower prices or set costs.
    """
    actor.require("edit_products")
    _refuse_lists(wanted)
    held = _held(one.product_id for one in wanted)
    problems: list[Problem] = []
    changes = [_judged(actor, one, held[one.product_id], problems) for one in wanted if one.product_id in held]
    problems += [_missing(one.product_id) for one in wanted if one.product_id not in held]
    _refuse(problems, held)
    changed = [one for one in changes if one.after]
    rewrite((one.product_id, one.after) for one in changed)
    audit.record_each(actor, "product.changed", "product", [(one.product_id, _written(one)) for one in changed])
    return changed


def _refuse_lists(wanted: Sequence[Repricing]) -> None:
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s products at once. Save some of them first.", most=MOST_AT_ONCE))
    if len({one.product_id for one in wanted}) < len(wanted):
        raise Invalid(_("Name each product once."))
    unknown = {name for one in wanted for name in one.values} - set(FIELDS)
    if unknown:
        raise Invalid(_("A product has no price called %(name)s.", name=min(unknown)))


def _held(ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
    """The products as they stand, locked by id so that two lists never wait for each other in a circle."""
    return {row.id: row for row in execute(_lock, {"ids": sorted(ids)})}


def _missing(product_id: UUID) -> Problem:
    return Problem(_("There is no such product."), "PRODUCT_NOT_FOUND", None, str(product_id))


def _judged(actor: Actor, one: Repricing, row: Row[Any], problems: list[Problem]) -> Repriced:
    """What of it differs, with the product locked; adds what is wrong to `problems`."""
    typed, wrong = problems_of(with_costs_guarded(actor, one.values), row._asdict())
    after = {name: value for name, value in typed.items() if value != row._mapping[name]}
    found = [(problem.message, problem.code, problem.field) for problem in wrong]
    found += [(sentence, CHANGED_MEANWHILE, name) for name, sentence in _overtaken(one, row, after)]
    try:
        lowering.check_price(actor, row.name, row.price, after.get("price", row.price))
    except Forbidden as error:
        found.append((error.message, error.code, error.field))
    problems += [Problem(*about, str(row.id)) for about in found]
    return Repriced(row.id, row.name, {name: row._mapping[name] for name in after}, after)


def _overtaken(one: Repricing, row: Row[Any], after: Prices) -> Iterator[tuple[str, str]]:
    """The fields that are not as the editor saw them; who wanted the same as somebody else has it."""
    for name in after:
        if name in one.was and not _is_still(name, one.was[name], row._mapping[name]):
            yield name, _overtaken_by(row._mapping[name])
    if after and one.seen_at is not None and one.seen_at != row.updated_at:
        yield (
            "updated_at",
            _("Somebody else changed %(name)s while you edited it. Compare, then save again.", name=row.name),
        )


def _overtaken_by(now: Decimal | None) -> str:
    if now is None:
        return _("Somebody else emptied this meanwhile. Save again to put yours in its place.")
    return _(
        "Somebody else changed this to %(now)s meanwhile. Save again to put yours in its place.",
        now=format_rupees(now),
    )


def _is_still(name: str, was: Any, now: Decimal | None) -> bool:
    try:
        return bool(CHECKS[name](was) == now)
    except ValueError:
        return False


def _refuse(problems: Sequence[Problem], held: Mapping[UUID, Row[Any]]) -> None:
    """Raise one refusal of all that is wrong: of what was typed before of what others did."""
    if not problems:
        return
    names = {str(row.id): row.name for row in held.values()}
    sentences = [_of_product(names.get(one.subject or ""), one.message) for one in problems]
    codes = {one.code for one in problems}
    kinds: dict[str, type[PosError]] = {CHANGED_MEANWHILE: Refused, "DISCOUNT_ABOVE_CAP": Forbidden}
    (code,) = codes if len(codes) == 1 and codes <= kinds.keys() else {Invalid.code}
    raise kinds.get(code, Invalid)("; ".join(sentences), code=code, problems=problems, field=problems[0].field)


def _of_product(name: str | None, problem: str) -> str:
    return problem if name is None else _("%(name)s: %(problem)s", name=name, problem=problem)


def _written(one: Repriced) -> dict[str, list[str | None]]:
    return {name: [logged(one.before[name]), logged(value)] for name, value in one.after.items()}
