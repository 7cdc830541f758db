"""Customers and credit endpoints of the API (PLAN.md 3.3, 3.5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.core.api.door import (
    ApiBlueprint,
    DaysArgs,
    PageSchema,
    PagingArgs,
    acting,
    answer,
    at_a_till,
    enveloped,
    for_whom,
    idempotency_key,
    listed,
    takes_key,
)
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Rupees, Text
from pos.core.language import LANGUAGES
from pos.core.paging import Page
from pos.customers import entries, khata, listing, people
from pos.customers.ages import ages
from pos.customers.listing import FILTERS
from pos.customers.models import ENTRIES, STATUSES
from pos.settings import store

blueprint = ApiBlueprint("customers", description="Customers, their khata and what they pay on it.")
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


@blueprint.get("/customers")
@blueprint.arguments(CustomersArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("edit_customers")
def all_customers(asked: dict[str, Any]) -> dict[str, Any]:
    """All customers, by filters."""
    chosen = asked["status"] if asked["status"] in FILTERS else asked["filter"]
    sort, descending = SORTS[asked["sort_by"]], asked["sort_order"] == "desc"
    page = listing.customers(asked["search"], chosen, sort, descending, asked["page"], asked["limit"])
    return listed("customers", page)


def _owing(asked: dict[str, Any]) -> Page:
    return listing.customers("", "with_credit", "balance", descending=True, page=asked["page"], limit=asked["limit"])


@blueprint.get("/customers/with-credit")
@blueprint.arguments(PagingArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("edit_customers")
def with_credit(asked: dict[str, Any]) -> dict[str, Any]:
    """Customers who owe something, the largest debt first."""
    return listed("customers", _owing(asked))


@blueprint.get("/customers/<uuid:customer_id>")
@blueprint.response(200, CustomerAnswer)
@for_whom("edit_customers")
def customer(customer_id: UUID) -> dict[str, Any]:
    """One customer."""
    return answer(customer=people.find(customer_id))


@blueprint.post("/customers")
@blueprint.arguments(CustomerArgs)
@blueprint.response(201, CustomerAnswer)
@for_whom("edit_customers")
@takes_key
def add(asked: dict[str, Any]) -> dict[str, Any]:
    """Add a customer."""
    return answer(customer=people.find(people.add_customer(acting(), key=idempotency_key(), **asked)))


@blueprint.put("/customers/<uuid:customer_id>")
@blueprint.arguments(ChangedCustomerArgs, example={"creditLimit": 6000.00})
@blueprint.response(200, CustomerAnswer)
@for_whom("edit_customers")
def change(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """Change the named values of a customer; those not named stay."""
    seen_at = asked.pop("updated_at")
    people.change_customer(acting(), customer_id, asked, seen_at)
    return answer(customer=people.find(customer_id))


@blueprint.delete("/customers/<uuid:customer_id>")
@blueprint.response(200, CustomerAnswer)
@for_whom("edit_customers")
def retire(customer_id: UUID) -> dict[str, Any]:
    """Make a customer inactive; bills and khata stay."""
    people.set_status(acting(), customer_id, "inactive")
    return answer(customer=people.find(customer_id))


@blueprint.get("/customers/<uuid:customer_id>/credit")
@blueprint.arguments(DaysArgs, location="query")
@blueprint.response(200, EntriesAnswer)
@for_whom("edit_customers")
def customer_entries(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """A customer's ledger, newest first."""
    people.find(customer_id)
    return listed("transactions", entries.entries(customer_id=customer_id, **_named(asked)))


@blueprint.get("/credit")
@blueprint.arguments(PagingArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("take_credit_payment")
def outstanding(asked: dict[str, Any]) -> dict[str, Any]:
    """All outstanding credit accounts, the largest first."""
    return listed("customers", _owing(asked))


@blueprint.get("/credit/total")
@blueprint.response(200, TotalAnswer)
@for_whom("take_credit_payment")
def total() -> dict[str, Any]:
    """All that is owed to the shop, and by how many."""
    amount, owing = listing.outstanding()
    return answer(total_amount=amount, customers_count=owing)


@blueprint.get("/credit/transactions")
@blueprint.arguments(EntriesArgs, location="query")
@blueprint.response(200, EntriesAnswer)
@for_whom("take_credit_payment")
def all_entries(asked: dict[str, Any]) -> dict[str, Any]:
    """Ledger entries of all customers, newest first."""
    return listed("transactions", entries.entries(**_named(asked)))


def _named(asked: dict[str, Any]) -> dict[str, Any]:
    names = {"start_date": "first", "end_date": "last", "transaction_type": "kind"}
    return {names.get(name, name): value for name, value in asked.items()}


@blueprint.get("/credit/customer/<uuid:customer_id>")
@blueprint.arguments(PagingArgs, location="query")
@blueprint.response(200, DetailAnswer)
@for_whom("take_credit_payment")
def detail(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """A customer's credit: balance, limit, how old the debts are, and the ledger."""
    found = people.find(customer_id)
    page = entries.entries(customer_id=customer_id, page=asked["page"], limit=asked["limit"])
    return answer(
        customer=found,
        ageing=ages([customer_id], store.current())[customer_id],
        transactions=page.rows,
        pagination=page,
    )


@blueprint.post("/credit/payment")
@blueprint.arguments(PaymentArgs)
@blueprint.response(201, PaymentAnswer)
@for_whom("take_credit_payment")
@takes_key
@at_a_till
def pay(asked: dict[str, Any]) -> Any:
    """Take money for what a customer owes. The same Idempotency-Key gives the same entry again."""
    customer_id = asked.pop("customer_id")
    method = asked.pop("payment_method")
    done = khata.take_credit_payment(acting(), customer_id, method=method, key=idempotency_key(), **asked)
    body = answer(transaction=entries.entry(done.entry_id), customer=people.find(customer_id))
    return (body, 201, {"Idempotent-Replayed": "true"}) if done.replayed else body
