"""What the customers and credit endpoints take and give (PLAN.md 3.3, 3.5)."""

from __future__ import annotations

from marshmallow import fields, validate

from pos.core.api.door import PageSchema, PagingArgs, enveloped
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Rupees, Text
from pos.core.language import LANGUAGES
from pos.customers import khata
from pos.customers.listing import FILTERS
from pos.customers.models import ENTRIES, STATUSES

SORTS = {
    "name": "name",
    "creditBalance": "balance",
    "totalSpent": "spent",
    "lastPurchaseAt": "last_purchase",
    "updatedAt": "updated",
}
ORDERS = ("asc", "desc")


class CustomerSchema(CamelSchema):
    """A family that buys here."""

    id = fields.UUID()
    name = fields.String(metadata={"example": "Amit Patel"})
    phone = fields.String(allow_none=True, metadata={"example": "9876543210"})
    email = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    credit_balance = Rupees(metadata={"description": "What is owed to the shop.", "example": 1200.00})
    credit_limit = Rupees(metadata={"example": 5000.00})
    loyalty_points = fields.Integer()
    total_purchases = fields.Integer()
    total_spent = Rupees()
    last_purchase_at = Moment(allow_none=True)
    status = fields.String(validate=validate.OneOf(STATUSES))
    created_at = Moment()
    updated_at = Moment()


class CustomerArgs(BodySchema):
    """A customer's values; the verb checks them and names every problem."""

    name = fields.String()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    language = fields.String(allow_none=True, validate=validate.OneOf(tuple(LANGUAGES)))
    credit_limit = Rupees()
    status = fields.String(validate=validate.OneOf(STATUSES))


class ChangedCustomerArgs(CustomerArgs):
    """What changes of a customer; `updatedAt` is what the editor saw."""

    updated_at = Moment(load_default=None, allow_none=True)


class CustomersArgs(PagingArgs):
    """Which customers are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    filter = fields.String(load_default="all", validate=validate.OneOf(FILTERS))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    sort_by = fields.String(load_default="name", validate=validate.OneOf(tuple(SORTS)))
    sort_order = fields.String(load_default="asc", validate=validate.OneOf(ORDERS))


class DebtorsArgs(PagingArgs):
    """Which of those who owe are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    sort_by = fields.String(load_default="creditBalance", validate=validate.OneOf(tuple(SORTS)))
    sort_order = fields.String(load_default="desc", validate=validate.OneOf(ORDERS))


class EntrySchema(CamelSchema):
    """One entry of a customer's ledger."""

    id = fields.UUID()
    customer_id = fields.UUID()
    sale_id = fields.UUID(allow_none=True)
    transaction_type = fields.String(validate=validate.OneOf(ENTRIES))
    amount = Rupees(metadata={"example": 500.00})
    balance_before = Rupees(metadata={"example": 1200.00})
    balance_after = Rupees(metadata={"example": 700.00})
    payment_method = fields.String(allow_none=True)
    receipt_number = fields.String(allow_none=True, metadata={"example": "RCPT-2026-000001"})
    reference = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    created_at = Moment()


class EntriesArgs(PagingArgs):
    """Which ledger entries are wanted."""

    customer_id = fields.UUID(load_default=None)
    transaction_type = fields.String(load_default=None, validate=validate.OneOf(ENTRIES))
    start_date = fields.Date(load_default=None)
    end_date = fields.Date(load_default=None)


class PaymentArgs(BodySchema):
    """Money on the khata."""

    customer_id = fields.UUID(required=True)
    amount = Rupees(required=True, metadata={"example": 500.00})
    payment_method = fields.String(required=True, validate=validate.OneOf(khata.METHODS))
    reference = Text(load_default=None, allow_none=True)
    notes = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=255))


class AgesSchema(CamelSchema):
    """What is owed by the age of the debt, oldest debts paid first."""

    days0_to30 = Rupees(attribute="to_30", data_key="days0To30")
    days31_to60 = Rupees(attribute="to_60", data_key="days31To60")
    days61_to90 = Rupees(attribute="to_90", data_key="days61To90")
    over90_days = Rupees(attribute="over_90", data_key="over90Days")
    oldest = fields.Date(allow_none=True)


CustomerAnswer = enveloped("Customer", customer=fields.Nested(CustomerSchema))
CustomersAnswer = enveloped(
    "Customers", customers=fields.List(fields.Nested(CustomerSchema)), pagination=fields.Nested(PageSchema)
)
EntriesAnswer = enveloped(
    "Entries", transactions=fields.List(fields.Nested(EntrySchema)), pagination=fields.Nested(PageSchema)
)
DetailAnswer = enveloped(
    "CreditDetail",
    customer=fields.Nested(CustomerSchema),
    ageing=fields.Nested(AgesSchema),
    transactions=fields.List(fields.Nested(EntrySchema)),
    pagination=fields.Nested(PageSchema),
)
PaymentAnswer = enveloped(
    "CreditPayment", transaction=fields.Nested(EntrySchema), customer=fields.Nested(CustomerSchema)
)
TotalAnswer = enveloped("CreditTotal", total_amount=Rupees(), customers_count=fields.Integer())
