"""Customers and credit endpoints of the API (PLAN.md 3.3, 3.5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pos.core.api.door import (
    ApiBlueprint,
    DaysArgs,
    PagingArgs,
    acting,
    answer,
    at_a_till,
    for_whom,
    idempotency_key,
    listed,
    takes_key,
)
from pos.core.paging import Page
from pos.customers import entries, khata, listing, people
from pos.customers.ages import ages
from pos.customers.api_schemas import (
    SORTS,
    ChangedCustomerArgs,
    CustomerAnswer,
    CustomerArgs,
    CustomersAnswer,
    CustomersArgs,
    DebtorsArgs,
    DetailAnswer,
    EntriesAnswer,
    EntriesArgs,
    PaymentAnswer,
    PaymentArgs,
    TotalAnswer,
)
from pos.settings import store

blueprint = ApiBlueprint("customers", description="Customers, their khata and what they pay on it.")


@blueprint.get("/customers")
@blueprint.arguments(CustomersArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("edit_customers")
def all_customers(asked: dict[str, Any]) -> dict[str, Any]:
    """All customers, by filters."""
    return listed("customers", _found(asked, asked["filter"], asked["status"]))


def _found(asked: dict[str, Any], chosen: str, status: str | None = None) -> Page:
    sort, descending = SORTS[asked["sort_by"]], asked["sort_order"] == "desc"
    return listing.customers(asked["search"], chosen, sort, descending, asked["page"], asked["limit"], status=status)


@blueprint.get("/customers/with-credit")
@blueprint.arguments(DebtorsArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("edit_customers")
def with_credit(asked: dict[str, Any]) -> dict[str, Any]:
    """Customers who owe something, the largest debt first."""
    return listed("customers", _found(asked, "with_credit"))


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
@blueprint.arguments(DebtorsArgs, location="query")
@blueprint.response(200, CustomersAnswer)
@for_whom("take_credit_payment")
def outstanding(asked: dict[str, Any]) -> dict[str, Any]:
    """All outstanding credit accounts, the largest first."""
    return listed("customers", _found(asked, "with_credit"))


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
