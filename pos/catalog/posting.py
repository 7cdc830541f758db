"""A draft becomes what it was scanned for: goods received, or stock taken; once, however often it is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pos.accounts.models import User
from pos.catalog import drafts
from pos.catalog.drafts import Draft
from pos.catalog.models import Product, StockMovement
from pos.catalog.receiving import GoodsLine, receive_goods
from pos.catalog.stock_take import CountedLine, take_stock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _

_movements, _products, _people = table(StockMovement), table(Product), table(User)


@one_unit
def post(actor: Actor, draft_id: UUID) -> UUID:
    """Receive the goods of a draft, or take its count; gives what their movements name. Posted again, it is the same.

    Raises Forbidden, NotFound, Refused for a discarded draft, Invalid with every problem of every line.
    """
    actor.require("move_stock")
    draft = drafts.hold(draft_id)
    if draft.result_id is not None:
        return draft.result_id
    result = _POSTED_AS[draft.kind](actor, draft)
    drafts.posted(draft_id, result)
    return result


def _received(actor: Actor, draft: Draft) -> UUID:
    lines = [GoodsLine(line.product.id, **_typed(line.typed)) for line in draft.lines]
    return receive_goods(actor, lines, draft.notes, key=str(draft.id)).receipt_id


def _typed(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed.get(name, "") for name in drafts.FIELDS["receive"]}


def _counted(actor: Actor, draft: Draft) -> UUID:
    lines = [CountedLine(one.product.id, one.typed.get("quantity", ""), one.typed.get("seen")) for one in draft.lines]
    return take_stock(actor, lines, draft.notes, key=str(draft.id)).take_id


def _labels(_actor: Actor, _draft: Draft) -> UUID:
    raise Invalid(_("Labels are printed, not posted."))


_POSTED_AS = {"receive": _received, "count": _counted, "labels": _labels}


def moved(reference_id: UUID) -> Sequence[Row[Any]]:
    """The movements of a receipt or stock take, by name, with product_name, unit and made_by. Raises NotFound."""
    names = (_products.c.name.label("product_name"), _products.c.unit, _people.c.full_name.label("made_by"))
    statement = (
        select(_movements, *names)
        .join(_products, _products.c.id == _movements.c.product_id)
        .outerjoin(_people, _people.c.id == _movements.c.created_by)
        .where(_movements.c.reference_id == reference_id, _movements.c.movement_type.in_(("RESTOCK", "ADJUSTMENT")))
    )
    rows: Sequence[Row[Any]] = execute(statement.order_by(_products.c.name, _products.c.id)).all()
    if not rows:
        raise NotFound(_("Nothing was received or counted under this address."))
    return rows
