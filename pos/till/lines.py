"""The lines of a cart: added by a scan or a tap, stepped, weighed, priced down, removed and brought back.

Every change locks the cart's row and is one unit. A sold or discarded cart refuses it (`cart.work_on`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, delete, func, insert, select, update

from pos.catalog import search
from pos.catalog.models import Product
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotFound, Refused
from pos.core.ids import uuid7
from pos.core.language import gettext as _
from pos.core.prepared import Prepared
from pos.sales.order import MOST_LINES
from pos.till import cart, scale_labels, typed
from pos.till.models import CartLine
from pos.till.wishes import Wish, check_size, together, wish_for, worth

# What one tap on + or - moves: a piece, a pav (250 g), fifty grams.
STEPS = {"kg": Decimal("0.250"), "ltr": Decimal("0.250"), "gm": Decimal(50), "ml": Decimal(50)}
PIECE = Decimal(1)

_lines = table(CartLine)
_products = table(Product)
_FOR_A_LINE = (_products.c.name, _products.c.unit, _products.c.price, _products.c.status)
# Each scan sends these: written once.
_on_cart = and_(_lines.c.cart_id == bindparam("cart"), _lines.c.removed_at.is_(None))
_standing = (
    select(func.count().label("lines"), func.coalesce(func.max(_lines.c.position), 0).label("top"))
    .where(_on_cart)
    .subquery()
)
_has_it = and_(_on_cart, _lines.c.product_id == bindparam("product"))
# How many lines there are, the place on top, and the product's own line, if it has one.
_place_for = Prepared(
    select(_standing, _lines.c.id, _lines.c.position, _lines.c.quantity, _lines.c.amount).select_from(
        _standing.outerjoin(_lines, _has_it)
    )
)
_put_in = Prepared(insert(_lines))
_with_product = select(_lines, *_FOR_A_LINE).join(_products, _products.c.id == _lines.c.product_id)


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of a scan: the product, None for an unknown code; its line, None while it must be weighed."""

    product: Row[Any] | None
    line_id: UUID | None


@one_unit
def add_scanned(actor: Actor, cart_id: UUID, code: str) -> Scan:
    """Add one piece of what carries this code, or so much as a scale's label says. Other loose goods are weighed first.

    Raises Forbidden, NotFound for the cart, Refused for a sold or discarded one and for one with too many lines,
    Invalid for a label that makes no sense.
    """
    cart.work_on(actor, cart_id)
    product = search.scanned(code)
    if product is None:
        return _weighed(cart_id, code)
    if typed.is_loose(product.unit):
        return Scan(product, None)
    return Scan(product, _add(cart_id, product, Wish(PIECE)))


def _weighed(cart_id: UUID, code: str) -> Scan:
    label = scale_labels.read(code)
    product = scale_labels.goods(label) if label else None
    if label is None or product is None:
        return Scan(None, None)
    return Scan(product, _add(cart_id, product, scale_labels.wish(label, product)))


@one_unit
def add_product(
    actor: Actor,
    cart_id: UUID,
    product_id: UUID,
    quantity: str | Decimal | None = None,
    amount: str | Decimal | None = None,
) -> UUID:
    """Add so much of a product, or so many rupees' worth; to its line when it has one. Gives the line's id.

    Countable goods without a quantity are one piece. Raises Invalid for a quantity or an amount that makes no sense,
    NotFound for the product, Refused for one that is no longer sold.
    """
    cart.work_on(actor, cart_id)
    product = execute(select(_products.c.id, *_FOR_A_LINE).filter_by(id=product_id)).first()
    if product is None:
        raise NotFound(_("There is no such product."), code="PRODUCT_NOT_FOUND", field="productId")
    if product.status != "active":
        raise Refused(_("%(name)s is no longer sold.", name=product.name), code="PRODUCT_NOT_FOR_SALE")
    return _add(cart_id, product, wish_for(product, quantity, amount))


def _add(cart_id: UUID, product: Row[Any], wish: Wish) -> UUID:
    """Put goods in: on top of the cart, in the product's own line when there is one."""
    place = _place_for.first({"cart": cart_id, "product": product.id})
    if place.id is None:
        return _insert(cart_id, product, wish, place)
    position = place.position if place.position == place.top else place.top + 1
    _change(place.id, together(product, place, wish), product, position=position, unit_price=product.price)
    return UUID(str(place.id))


def _insert(cart_id: UUID, product: Row[Any], wish: Wish, place: Row[Any]) -> UUID:
    if place.lines >= MOST_LINES:
        sentence = _("A bill holds at most %(most)s lines. Make two bills.", most=MOST_LINES)
        raise Refused(sentence, code="TOO_MANY_LINES")
    check_size(product, wish)
    row = {"id": uuid7(), "cart_id": cart_id, "product_id": product.id, "position": place.top + 1}
    row |= {"quantity": wish.quantity, "amount": wish.amount, "unit_price": product.price, "discount": Decimal(0)}
    _put_in.run({**row, "created_at": clock.now()})
    return UUID(str(row["id"]))


def _change(line_id: UUID, wish: Wish, product: Row[Any], **more: Any) -> None:
    check_size(product, wish)
    execute(update(_lines).filter_by(id=line_id).values(quantity=wish.quantity, amount=wish.amount, **more))


@one_unit
def step(actor: Actor, cart_id: UUID, line_id: UUID, by: int) -> bool:
    """One tap on + (1) or - (-1): a piece, or a pav of loose goods. The last - removes the line; True says so."""
    cart.work_on(actor, cart_id)
    line = _line(cart_id, line_id, removed=by < 0)
    if line.removed_at is not None:
        return True
    quantity = line.quantity + by * STEPS.get(line.unit, PIECE)
    if quantity <= 0:
        _take_off(line_id)
        return True
    _change(line_id, Wish(quantity), line)
    return False


@one_unit
def set_quantity(actor: Actor, cart_id: UUID, line_id: UUID, quantity: str | Decimal) -> None:
    """Make the line so much. Raises Invalid; countable goods are whole numbers."""
    cart.work_on(actor, cart_id)
    line = _line(cart_id, line_id)
    _change(line_id, Wish(typed.amount_of_goods(quantity, line.unit)), line)


@one_unit
def set_amount(actor: Actor, cart_id: UUID, line_id: UUID, amount: str | Decimal) -> None:
    """Make the line so many rupees' worth, at today's price. Raises Invalid; only loose goods are sold so."""
    cart.work_on(actor, cart_id)
    line = _line(cart_id, line_id)
    _change(line_id, worth(line, typed.rupees_worth(amount, line.unit)), line)


@one_unit
def set_discount(actor: Actor, cart_id: UUID, line_id: UUID, discount: str | Decimal) -> None:
    """Take so many rupees off each unit. Raises Invalid when that is more than the price."""
    cart.work_on(actor, cart_id)
    line = _line(cart_id, line_id)
    value = typed.discount_per_unit(discount, line.price)
    execute(update(_lines).filter_by(id=line_id).values(discount=value))


@one_unit
def edit(
    actor: Actor,
    cart_id: UUID,
    line_id: UUID,
    quantity: str | None = None,
    amount: str | None = None,
    discount: str | None = None,
) -> None:
    """Everything that was typed at a line, or nothing of it: what is None, or an empty quantity or amount, stays.

    Raises Invalid for the first that makes no sense.
    """
    if amount:
        set_amount(actor, cart_id, line_id, amount)
    elif quantity:
        set_quantity(actor, cart_id, line_id, quantity)
    if discount is not None:
        set_discount(actor, cart_id, line_id, discount)


@one_unit
def accept_prices(actor: Actor, cart_id: UUID) -> None:
    """The cashier has seen that prices changed: today's are the cart's now."""
    cart.work_on(actor, cart_id)
    changed = execute(_with_product.where(_lines.c.cart_id == cart_id, _lines.c.unit_price != _products.c.price)).all()
    for line in changed:
        wish = Wish(line.quantity)
        if line.amount is not None and line.price > 0:
            wish = worth(line, line.amount)
        _change(line.id, wish, line, unit_price=line.price, discount=min(line.discount, line.price))


@one_unit
def remove(actor: Actor, cart_id: UUID, line_id: UUID) -> None:
    """Take the line off the cart; `undo` brings it back. Doing it twice changes nothing more."""
    cart.work_on(actor, cart_id)
    if _line(cart_id, line_id, removed=True).removed_at is None:
        _take_off(line_id)


def _take_off(line_id: UUID) -> None:
    execute(update(_lines).filter_by(id=line_id).values(removed_at=clock.now()))


@one_unit
def undo(actor: Actor, cart_id: UUID, line_id: UUID) -> UUID:
    """Bring a removed line back where it stood; to the product's new line when there is one. Gives the line's id."""
    cart.work_on(actor, cart_id)
    line = _line(cart_id, line_id, removed=True)
    again = select(_lines.c.id, _lines.c.quantity, _lines.c.amount).where(_lines.c.product_id == line.product_id)
    same = execute(again.where(_lines.c.cart_id == cart_id, _lines.c.removed_at.is_(None))).first()
    if line.removed_at is None:
        return line_id
    if same is None:
        execute(update(_lines).filter_by(id=line_id).values(removed_at=None))
        return line_id
    _change(same.id, together(line, same, Wish(line.quantity, line.amount)), line)
    # Its goods are in the other line now: undoing once more must not add them again.
    execute(delete(_lines).filter_by(id=line_id))
    return UUID(str(same.id))


def _line(cart_id: UUID, line_id: UUID, removed: bool = False) -> Row[Any]:
    row = execute(_with_product.where(_lines.c.id == line_id, _lines.c.cart_id == cart_id)).first()
    if row is None or (row.removed_at is not None and not removed):
        raise NotFound(_("This line is no longer on the bill."), code="LINE_NOT_FOUND")
    return row
