"""What a cart costs as it stands: at today's prices, with a word at each line that could not be sold so.

Nothing here is a promise: the checkout prices and checks once more under its locks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from pos.accounts.models import User
from pos.catalog.models import Product
from pos.core.db import at_most, execute, table
from pos.core.errors import NotFound
from pos.core.language import gettext as _
from pos.core.prepared import Among, Prepared
from pos.customers.models import Customer
from pos.sales.priced import BillDiscount, PricedBill, PricedLine
from pos.sales.pricing import BillTooLarge, BuysNothing, DiscountTooLarge, price_bill, quantity_for_amount
from pos.sales.quote import asked_line, terms
from pos.settings.store import Store
from pos.till import cart
from pos.till.models import Cart, CartLine
from pos.till.quoted import Quote, QuotedCustomer, QuotedLine
from pos.till.typed import is_loose

MOST_WAITING = 40
MOST_BESIDE = 8
NOTHING = Decimal(0)
FREE = PricedBill((), (), *[NOTHING] * 10)

_carts, _lines, _products, _customers, _users = map(table, (Cart, CartLine, Product, Customer, User))
_OF_CUSTOMER = ("name", "phone", "credit_balance", "credit_limit", "loyalty_points", "status")
_OF_PRODUCT = ("name", "pack_size", "unit", "price", "mrp", "tax_rate", "stock_quantity", "status")

_read_cart = (
    select(
        _carts,
        *(_customers.c[name].label(f"customer_{name}") for name in _OF_CUSTOMER),
        _users.c.full_name.label("opened_by"),
    )
    .outerjoin(_customers, _customers.c.id == _carts.c.customer_id)
    .outerjoin(_users, _users.c.id == _carts.c.created_by)
)
_read_lines = (
    select(
        *(_lines.c[name] for name in ("id", "cart_id", "product_id", "position", "quantity", "amount", "discount")),
        _lines.c.unit_price.label("seen_price"),
        *(_products.c[name] for name in _OF_PRODUCT),
    )
    .join(_products, _products.c.id == _lines.c.product_id)
    .where(_lines.c.removed_at.is_(None))
    .order_by(_lines.c.position, _lines.c.id)
)
_this = _carts.c.id == bindparam("cart")
_with_others = Prepared(
    _read_cart.where(_this | cart.beside(bindparam("session", type_=_carts.c.session_id.type)))
    .order_by(_this.desc(), _carts.c.updated_at.desc())
    .limit(at_most(MOST_BESIDE + 1))
)
_this_alone = Prepared(_read_cart.where(_this))
_waiting = Prepared(_read_cart.where(cart.waiting()).order_by(_carts.c.updated_at.desc()).limit(at_most(MOST_WAITING)))
_lines_of = Among(_carts.c.id.type, lambda carts: _read_lines.where(_lines.c.cart_id.in_(carts)))


def quoted(cart_id: UUID, store: Store) -> Quote:
    """The cart with its lines in the order of the bill, priced, whatever became of it. Raises NotFound."""
    quotes = _quotes(_this_alone.rows({"cart": cart_id}), store)
    if not quotes:
        raise NotFound(_("There is no such cart."), code="CART_NOT_FOUND")
    return quotes[0]


def waiting(store: Store) -> list[Quote]:
    """The carts of the whole shop that wait to be gone on with, those last touched first."""
    return _quotes(_waiting.rows(), store)


def with_others(cart_id: UUID, session_id: UUID | None, store: Store) -> tuple[Quote, list[Quote]]:
    """The cart, and those that wait beside it with the oldest first, read together. Raises NotFound for the cart."""
    quotes = _quotes(_with_others.rows({"cart": cart_id, "session": session_id}), store)
    if not quotes or quotes[0].id != cart_id:
        raise NotFound(_("There is no such cart."), code="CART_NOT_FOUND")
    return quotes[0], sorted(quotes[1:], key=lambda quote: quote.id)


def removed(line_id: UUID, cart_id: UUID) -> Row[Any] | None:
    """The product's id and name of a line that was taken off the cart, or None when it is on it."""
    taken_off = (_lines.c.id == line_id, _lines.c.cart_id == cart_id, _lines.c.removed_at.is_not(None))
    found = select(_lines.c.product_id, _products.c.name).join(_products, _products.c.id == _lines.c.product_id)
    return execute(found.where(*taken_off)).first()


def in_cart(cart_id: UUID) -> Mapping[UUID, Decimal]:
    """How much of each product is in the cart."""
    statement = select(_lines.c.product_id, _lines.c.quantity).where(_lines.c.cart_id == cart_id)
    return {row.product_id: row.quantity for row in execute(statement.where(_lines.c.removed_at.is_(None)))}


def _quotes(carts: Sequence[Any], store: Store) -> list[Quote]:
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for line in _lines_of.rows([row.id for row in carts]):
        lines[line.cart_id].append(line)
    return [_quote(row, lines[row.id], store) for row in carts]


def _quote(row: Row[Any], lines: Sequence[Row[Any]], store: Store) -> Quote:
    problems: list[str] = []
    discount = _discount_of(row)
    quantities = [_quantity(line) for line in lines]
    bill = _priced(row, lines, quantities, discount, store, problems)
    quoted_lines = zip(lines, quantities, bill.lines or [None] * len(lines), strict=True)
    return Quote(
        id=row.id,
        status=row.status,
        name=row.name,
        notes=row.notes,
        sale_id=row.sale_id,
        opened_by=row.opened_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lines=tuple(_quoted_line(line, quantity, priced) for line, quantity, priced in quoted_lines),
        bill=bill,
        bill_discount=discount,
        points=row.points_to_redeem,
        customer=_quoted_customer(row, bill) if row.customer_id else None,
        problems=tuple(problems),
    )


def _discount_of(row: Row[Any]) -> BillDiscount:
    if row.bill_discount_percent:
        return BillDiscount(percent=row.bill_discount_percent)
    return BillDiscount(amount=row.bill_discount) if row.bill_discount else BillDiscount()


def _quantity(line: Row[Any]) -> Decimal:
    """What the line's amount buys today; else its own quantity."""
    if line.amount is None:
        return Decimal(line.quantity)
    try:
        return quantity_for_amount(line.amount, line.price)
    except BuysNothing:
        return Decimal(line.quantity)


def _priced(
    row: Row[Any],
    lines: Sequence[Row[Any]],
    quantities: Sequence[Decimal],
    discount: BillDiscount,
    store: Store,
    problems: list[str],
) -> PricedBill:
    """The bill, as far as it can be priced; what cannot be taken off it is left off and told."""
    asked = [_asked(line, quantity, store) for line, quantity in zip(lines, quantities, strict=True)]
    redeemed = row.points_to_redeem * store.loyalty_point_worth if store.loyalty_enabled else NOTHING
    for off, points in ((discount, redeemed), (discount, NOTHING), (BillDiscount(), NOTHING)):
        try:
            return price_bill(asked, terms(store), off, points)
        except DiscountTooLarge as error:
            problems[:] = [str(error)]
        except BillTooLarge as error:
            problems[:] = [str(error)]
            break
    return FREE


def _asked(line: Row[Any], quantity: Decimal, store: Store) -> Any:
    """The line as pricing takes it: a price may have fallen below what was agreed before."""
    amount = line.amount if line.price > 0 else None
    return asked_line(line, quantity, min(line.discount, line.price), amount, store)


def _quoted_line(line: Row[Any], quantity: Decimal, priced: PricedLine | None) -> QuotedLine:
    return QuotedLine(
        id=line.id,
        product_id=line.product_id,
        position=line.position,
        name=line.name,
        pack_size=line.pack_size,
        unit=line.unit,
        is_loose=is_loose(line.unit),
        quantity=quantity,
        amount=line.amount,
        price=line.price,
        was=line.seen_price if line.seen_price != line.price else None,
        mrp=line.mrp,
        discount=min(line.discount, line.price),
        total=priced.line_total if priced else NOTHING,
        saving=priced.saving if priced else NOTHING,
        stock=line.stock_quantity,
        short=max(NOTHING, quantity - line.stock_quantity),
        is_sold=line.status == "active",
    )


def _quoted_customer(row: Row[Any], bill: PricedBill) -> QuotedCustomer:
    return QuotedCustomer(
        id=row.customer_id,
        name=row.customer_name,
        phone=row.customer_phone,
        balance=row.customer_credit_balance,
        limit=row.customer_credit_limit,
        after=row.customer_credit_balance + bill.total,
        room=max(NOTHING, row.customer_credit_limit - row.customer_credit_balance),
        points=row.customer_loyalty_points,
        status=row.customer_status,
    )
