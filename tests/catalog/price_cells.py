"""The table of prices as a browser sends and reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from pos.catalog.models import Product
from tests.shop import Shop

HTMX = {"HX-Request": "true"}


def cells(typed: Mapping[tuple[UUID, str], tuple[str, str]]) -> dict[str, str]:
    """What the table sends for cells that were typed: by product and field, what it says and what it was."""
    sent: dict[str, str] = {}
    for (product, name), (text, was) in typed.items():
        sent |= {f"{name}-{product}": text, f"was-{name}-{product}": was}
    return sent


def box(page: str, name: str, product: UUID) -> str:
    """The box of one price, as it is written in the page."""
    found = re.search(rf'<input class="input num" id="{name}-{product}"[^>]*>', page)
    assert found, f"no box for {name} of {product}"
    return found[0]


def said(page: str, name: str, product: UUID) -> str:
    return box(page, name, product).partition('value="')[2].partition('"')[0]


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">([^<]+)<', page)


def save(shop: Shop, typed: Mapping[tuple[UUID, str], tuple[str, str]], who: str = "asha", **more: str) -> TestResponse:
    return shop.client(who).post("/products/prices", data=cells(typed) | more, headers=HTMX)


def back(page: str) -> dict[str, str]:
    """What the undo of a page sends."""
    return dict(re.findall(r'<input type="hidden" name="((?:back|now)-[^"]+)" value="([^"]*)">', page))


def costs(shop: Shop, product: UUID) -> tuple[Any, Any, Any]:
    """MRP, selling price and cost price as the shop holds them."""
    row = shop.row(Product, product)
    return row.mrp, row.price, row.cost_price
