"""Products endpoints of the API (PLAN.md 3.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from pos.catalog import alerts, listing, prices, products, search, stock
from pos.catalog.api_schemas import (
    SORTS,
    ChangedProductArgs,
    ExpiringArgs,
    MovementsAnswer,
    NewProductArgs,
    PricesAnswer,
    PricesArgs,
    ProductAnswer,
    ProductsAnswer,
    ProductsArgs,
    ProductSchema,
    ShelfArgs,
    StockAnswer,
    StockArgs,
)
from pos.catalog.listing import Wanted
from pos.core.actor import Actor
from pos.core.api.door import (
    ApiBlueprint,
    DaysArgs,
    acting,
    answer,
    for_whom,
    idempotency_key,
    takes_key,
)
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.core.paging import Page
from pos.settings import store

EXAMPLE = "01a20742-5b1e-7cc3-9f0a-3d2b6f7e8c11"
blueprint = ApiBlueprint("products", description="Products, their prices and their stock.")


def shown(actor: Actor, row: Any) -> dict[str, Any]:
    """A product as this person may see it: the cost price is the owner's alone (DESIGN.md 7)."""
    names = [name for name in ProductSchema().fields if hasattr(row, name)]
    return {name: getattr(row, name) for name in names if name != "cost_price" or actor.may("see_costs")}


def _listed(page: Page) -> dict[str, Any]:
    return answer(products=[shown(acting(), row) for row in page.rows], pagination=page)


def _one(product_id: UUID) -> dict[str, Any]:
    return answer(product=shown(acting(), products.find(product_id)))


@blueprint.get("/products")
@blueprint.arguments(ProductsArgs, location="query")
@blueprint.response(200, ProductsAnswer)
@for_whom("see_dashboard")
def all_products(asked: dict[str, Any]) -> dict[str, Any]:
    """All products, by filters."""
    wanted = Wanted(
        words=asked["search"],
        category=asked["category"],
        status=asked["status"],
        low=asked["low_stock"],
        sort=SORTS[asked["sort_by"]],
        falling=asked["sort_order"] == "desc",
    )
    return _listed(listing.products(wanted, asked["page"], asked["limit"]))


@blueprint.get("/products/low-stock")
@blueprint.arguments(ShelfArgs, location="query")
@blueprint.response(200, ProductsAnswer)
@for_whom("see_dashboard")
def low_stock(asked: dict[str, Any]) -> dict[str, Any]:
    """Products of which less is left than their own minimum."""
    wanted = Wanted(asked["search"], asked["category"], low=True, sort="stock")
    return _listed(listing.products(wanted, asked["page"], asked["limit"]))


@blueprint.get("/products/expiring")
@blueprint.arguments(ExpiringArgs, location="query")
@blueprint.response(200, ProductsAnswer)
@for_whom("see_dashboard")
def expiring(asked: dict[str, Any]) -> dict[str, Any]:
    """Products that expire within some days, those past their day too."""
    terms = store.current()
    days = asked["days"]
    last = alerts.alert_day(terms) if days is None else terms.today() + timedelta(days=days)
    wanted = Wanted(asked["search"], asked["category"], expires_by=last, sort="expiry")
    return _listed(listing.products(wanted, asked["page"], asked["limit"]))


@blueprint.get("/products/barcode/<string:code>")
@blueprint.response(200, ProductAnswer)
@for_whom("see_dashboard")
def by_barcode(code: str) -> dict[str, Any]:
    """The product with this barcode or code."""
    found = search.scanned(code)
    if found is None:
        raise NotFound(_("No product has the code %(code)s.", code=code[:100]), code="PRODUCT_NOT_FOUND")
    return _one(found.id)


@blueprint.get("/products/<uuid:product_id>")
@blueprint.response(200, ProductAnswer)
@for_whom("see_dashboard")
def product(product_id: UUID) -> dict[str, Any]:
    """One product."""
    return _one(product_id)


@blueprint.post("/products")
@blueprint.arguments(NewProductArgs)
@blueprint.response(201, ProductAnswer)
@for_whom("edit_products")
@takes_key
def add(asked: dict[str, Any]) -> dict[str, Any]:
    """Add a product."""
    return _one(products.add_product(acting(), asked, idempotency_key()))


@blueprint.put("/products/<uuid:product_id>")
@blueprint.arguments(ChangedProductArgs, example={"price": 24.00, "updatedAt": "2026-11-03T14:30:00.000000Z"})
@blueprint.response(200, ProductAnswer)
@for_whom("edit_products")
def change(asked: dict[str, Any], product_id: UUID) -> dict[str, Any]:
    """Change the named values of a product; those not named stay."""
    products.change_product(acting(), product_id, asked, asked.pop("updated_at"))
    return _one(product_id)


@blueprint.patch("/products/prices")
@blueprint.arguments(PricesArgs, example={"prices": [{"productId": EXAMPLE, "price": 24.00, "mrp": 28.00}]})
@blueprint.response(200, PricesAnswer)
@for_whom("edit_products")
def reprice(asked: dict[str, Any]) -> dict[str, Any]:
    """Set the prices of many products at once, all or nothing; those not named stay."""
    prices.change_prices(acting(), [_repricing(one) for one in asked["prices"]])
    rows = listing.these([one["product_id"] for one in asked["prices"]])
    return answer(products=[shown(acting(), row) for row in rows])


def _repricing(one: dict[str, Any]) -> prices.Repricing:
    values = {name: one[name] for name in prices.FIELDS if name in one}
    return prices.Repricing(one["product_id"], values, seen_at=one["updated_at"])


@blueprint.delete("/products/<uuid:product_id>")
@blueprint.response(200, ProductAnswer)
@for_whom("edit_products")
def discontinue(product_id: UUID) -> dict[str, Any]:
    """Discontinue a product; its bills and movements stay."""
    products.discontinue(acting(), product_id)
    return _one(product_id)


@blueprint.patch("/products/<uuid:product_id>/stock")
@blueprint.arguments(StockArgs, example={"quantityChange": 50, "movementType": "RESTOCK", "notes": "from the depot"})
@blueprint.response(200, StockAnswer)
@for_whom("move_stock")
@takes_key
def move_stock(asked: dict[str, Any], product_id: UUID) -> Any:
    """Restock, adjust or count a product's stock."""
    given = [name for name in ("quantity_change", "stock_quantity", "quantity") if name in asked]
    if len(given) != 1:
        raise Invalid(_("Send one of quantityChange, stockQuantity and quantity."), field="quantityChange")
    amount, notes = asked[given[0]], asked["notes"]
    if given[0] == "quantity_change":
        kind = asked["movement_type"] or ("RESTOCK" if amount > 0 else "ADJUSTMENT")
        moved = stock.move(acting(), product_id, kind, amount, notes, idempotency_key())
    else:
        moved = stock.count(acting(), product_id, amount, notes, idempotency_key())
    body = _one(product_id)
    body["data"]["movement"] = stock.movement(moved.movement_id)
    return (body, 200, {"Idempotent-Replayed": "true"}) if moved.replayed else body


@blueprint.get("/products/<uuid:product_id>/movements")
@blueprint.arguments(DaysArgs, location="query")
@blueprint.response(200, MovementsAnswer)
@for_whom("see_dashboard")
def movements(asked: dict[str, Any], product_id: UUID) -> dict[str, Any]:
    """The movements of a product's stock, newest first."""
    products.find(product_id)
    page = stock.history(product_id, asked["page"], asked["limit"], first=asked["start_date"], last=asked["end_date"])
    return answer(movements=page.rows, pagination=page)
