"""What the products endpoints take and give (PLAN.md 3.2)."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields, validate

from pos.catalog import prices
from pos.catalog.models import MOVEMENTS, STATUSES, UNITS
from pos.core.api.door import PageSchema, PagingArgs, enveloped
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Percent, Quantity, Rupees, WholeNumber

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


class PriceArgs(BodySchema):
    """What changes of one product; `updatedAt` is what the editor saw, for 409 when somebody else was faster."""

    product_id = fields.UUID(required=True)
    price = Rupees(metadata={"description": "Rupees, never above mrp.", "example": 22.00})
    mrp = Rupees(allow_none=True)
    cost_price = Rupees(allow_none=True, metadata={"description": "Owners alone."})
    updated_at = Moment(load_default=None, allow_none=True)


class PricesArgs(BodySchema):
    """The new prices, each product once."""

    prices = fields.List(
        fields.Nested(PriceArgs), required=True, validate=validate.Length(min=1, max=prices.MOST_AT_ONCE)
    )


class ProductsArgs(PagingArgs):
    """Which products are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    category = fields.String(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    low_stock = fields.Boolean(load_default=False)
    sort_by = fields.String(load_default="name", validate=validate.OneOf(tuple(SORTS)))
    sort_order = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))


class ShelfArgs(PagingArgs):
    """Which of the shelf's alerts are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    category = fields.String(load_default=None)


class ExpiringArgs(ShelfArgs):
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
PricesAnswer = enveloped("Prices", products=fields.List(fields.Nested(ProductSchema)))
StockAnswer = enveloped("Stock", product=fields.Nested(ProductSchema), movement=fields.Nested(MovementSchema))
