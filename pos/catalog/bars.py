"""Barcodes as they are printed, and in-store numbers for goods that have none (GS1: a shop's own begin with 2)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select

from pos.catalog.barcodes import check_digit
from pos.catalog.models import Product
from pos.catalog.products import change_product
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.numbering import next_number

SERIES = "EAN"
# The counter has no years: a number is given once and for all.
NO_YEAR = 0
OWN_PREFIX = "200"
_products = table(Product)


def bars(code: str) -> str | None:
    """The code as a picture of bars, a `data:` address; EAN where its last digit fits, else Code 128.

    Goods whose last digit does not fit keep the digits that their packet bears. None for a code that has no bars, like
    one in Devanagari.
    """
    # Not at the start of the shop, which seldom prints labels: it brings a library of pictures along.
    import barcode
    from barcode.errors import BarcodeError

    kind = {13: "ean13", 8: "ean8"}[len(code)] if _is_ean(code) else "code128"
    try:
        modules = barcode.get(kind, code).build()[0]
    except BarcodeError:
        return None
    paths, width = [], 0
    for run in _runs(modules):
        if run[0] == "1":
            paths.append(f"M{width} 0h{len(run)}v1h-{len(run)}z")
        width += len(run)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 1" preserveAspectRatio="none">'
        f'<path d="{"".join(paths)}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _is_ean(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in (8, 13) and check_digit(code[:-1]) == code[-1]


def _runs(modules: str) -> Iterable[str]:
    start = 0
    for place in range(1, len(modules) + 1):
        if place == len(modules) or modules[place] != modules[start]:
            yield modules[start:place]
            start = place


@one_unit
def give_numbers(actor: Actor, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give each of these products that has no barcode an in-store EAN-13 of its own; tells the new ones.

    Raises Forbidden for who may not edit products, NotFound, Refused once a million are given.
    """
    actor.require("edit_products")
    without = select(_products.c.id).where(_products.c.id.in_(set(product_ids)), _products.c.barcode.is_(None))
    given = {}
    # All of them are locked before the first is changed: each change ends at the audit log's own lock.
    for product_id in execute(without.order_by(_products.c.id).with_for_update()).scalars().all():
        given[product_id] = _free_number()
        change_product(actor, product_id, {"barcode": given[product_id]})
    return given


def _free_number() -> str:
    while True:
        digits = f"{OWN_PREFIX}{next_number(SERIES, NO_YEAR).sequence:09d}"
        code = digits + check_digit(digits)
        if execute(select(_products.c.id).where(_products.c.barcode == code)).first() is None:
            return code
