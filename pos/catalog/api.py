"""Products endpoints of the API (PLAN.md 3.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.catalog import alerts, listing, products, search, stock
from pos.catalog.listing import Wanted
from pos.catalog.models import MOVEMENTS, STATUSES, UNITS
from pos.core.actor import Actor
from pos.core.api.door import (
    ApiBlueprint,
    DaysArgs,
    PageSchema,
    PagingArgs,
    acting,
    answer,
    enveloped,
    for_whom,
    idempotency_key,
    takes_key,
)
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Percent, Quantity, Rupees, WholeNumber
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.core.paging import Page
from pos.settings import store

blueprint = ApiBlueprint("products", description="Products, their prices and their stock.")
SORTS = {
    "name": "name",
    "price": "price",
    "stockQuantity": "stock",
    "expiryDate": "expiry",
    "updatedAt": "updated",
}
ENTERED = ("RESTOCK", "ADJUSTMENT", "RETURN")


class ProductSchema(CamelSchema):
    """Something on the shelf. `costPrice` is told to owners alone."""

    id = fields.UUID()
    name = fields.String(metadata={"example": "Tata Salt 1kg"})
    description = fields.String(allow_none=True)
    brand = fields.String(allow_none=True)
    category = fields.String(allow_none=True, metadata={"example": "Grocery"})
    pack_size = fields.String(allow_none=True)
    price = Rupees(metadata={"example": 22.00})
    mrp = Rupees(allow_none=True)
    cost_price = Rupees(allow_none=True, metadata={"x-sometimes": True})
    stock_quantity = Quantity(metadata={"example": 45})
    min_stock_level = Quantity(metadata={"example": 20})
    unit = fields.String(validate=validate.OneOf(UNITS))
    barcode = fields.String(allow_none=True, metadata={"example": "8901234567890"})
    code = fields.String(allow_none=True)
    hsn_code = fields.String(allow_none=True)
    tax_rate = Percent(allow_none=True, metadata={"description": "Percent; null is the store's own rate."})
    expiry_date = fields.Date(allow_none=True)
    status = fields.String(validate=validate.OneOf(STATUSES))
    created_at = Moment()
    updated_at = Moment()


class ProductArgs(BodySchema):
    """A product's values; the verb checks them and names every problem."""

    name = fields.String(validate=validate.Length(max=255), metadata={"example": "Tata Salt 1kg"})
    description = fields.String(allow_none=True)
    brand = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    pack_size = fields.String(allow_none=True)
    price = Rupees(metadata={"description": "Rupees, never above mrp.", "example": 22.00})
    mrp = Rupees(allow_none=True)
    cost_price = Rupees(allow_none=True, metadata={"description": "Owners alone."})
    min_stock_level = Quantity(allow_none=True)
    unit = fields.String(validate=validate.OneOf(UNITS))
    barcode = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    hsn_code = fields.String(allow_none=True)
    tax_rate = Percent(allow_none=True)
    expiry_date = fields.Date(allow_none=True)
    status = fields.String(validate=validate.OneOf(STATUSES))


class NewProductArgs(ProductArgs):
    """A new product; its opening stock becomes a movement."""

    stock_quantity = Quantity(load_default=Decimal(0))


class ChangedProductArgs(ProductArgs):
    """What changes of a product; `updatedAt` is what the editor saw, for 409 when somebody else was faster."""

    stock_quantity = Quantity(metadata={"description": "Only as it is: PATCH /products/{id}/stock moves stock."})
    updated_at = Moment(load_default=None, allow_none=True)


class ProductsArgs(PagingArgs):
    """Which products are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    category = fields.String(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    low_stock = fields.Boolean(load_default=False)
    sort_by = fields.String(load_default="name", validate=validate.OneOf(tuple(SORTS)))
    sort_order = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))


class ExpiringArgs(PagingArgs):
    """How soon."""

    days = WholeNumber(load_default=None, validate=validate.Range(0, 3650), metadata={"description": "Store's own."})


class StockArgs(BodySchema):
    """A change (`quantityChange`), or a count (`stockQuantity`, also spelled `quantity`)."""

    quantity_change = Quantity()
    stock_quantity = Quantity()
    quantity = Quantity()
    movement_type = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ENTERED))
    notes = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=255))


class MovementSchema(CamelSchema):
    """One change of a product's stock."""

    id = fields.UUID()
    movement_type = fields.String(validate=validate.OneOf(MOVEMENTS))
    quantity_change = Quantity()
    stock_before = Quantity()
    stock_after = Quantity()
    reference_id = fields.UUID(allow_none=True)
    notes = fields.String(allow_none=True)
    created_at = Moment()


class AlertSchema(CamelSchema):
    """A product that runs low or expires."""

    product_id = fields.UUID(attribute="id")
    name = fields.String()
    current_stock = Quantity(attribute="stock_quantity")
    min_stock = Quantity(attribute="min_stock_level")
    unit = fields.String()
    expiry_date = fields.Date(allow_none=True)


ProductAnswer = enveloped("Product", product=fields.Nested(ProductSchema))
ProductsAnswer = enveloped(
    "Products", products=fields.List(fields.Nested(ProductSchema)), pagination=fields.Nested(PageSchema)
)
MovementsAnswer = enveloped(
    "Movements", movements=fields.List(fields.Nested(MovementSchema)), pagination=fields.Nested(PageSchema)
)
StockAnswer = enveloped("Stock", product=fields.Nested(ProductSchema), movement=fields.Nested(MovementSchema))


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
@blueprint.arguments(PagingArgs, location="query")
@blueprint.response(200, ProductsAnswer)
@for_whom("see_dashboard")
def low_stock(asked: dict[str, Any]) -> dict[str, Any]:
    """Products of which less is left than their own minimum."""
    return _listed(listing.products(Wanted(low=True, sort="stock"), asked["page"], asked["limit"]))


@blueprint.get("/products/expiring")
@blueprint.arguments(ExpiringArgs, location="query")
@blueprint.response(200, ProductsAnswer)
@for_whom("see_dashboard")
def expiring(asked: dict[str, Any]) -> dict[str, Any]:
    """Products that expire within some days, those past their day too."""
    terms = store.current()
    days = asked["days"]
    last = alerts.alert_day(terms) if days is None else terms.today() + timedelta(days=days)
    return _listed(listing.products(Wanted(expires_by=last, sort="expiry"), asked["page"], asked["limit"]))


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
