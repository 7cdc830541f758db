"""What else the khata's pages can do, for programs: statements, balances from the old book, corrections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom, idempotency_key, takes_key
from pos.core.api.fields import BodySchema, CamelSchema, Rupees, Text
from pos.customers import entries, khata, people
from pos.customers.api_schemas import CustomerSchema, EntrySchema
from pos.customers.statement import statement
from pos.settings import store

blueprint = ApiBlueprint("khata", description="Statements of customers, balances from the old book, corrections.")


class StatementArgs(CamelSchema):
    """From which day to which."""

    start_date = fields.Date(required=True)
    end_date = fields.Date(required=True)


class StatementSchema(CamelSchema):
    """A customer's ledger of some days: opening + taken - paid = closing."""

    start_date = fields.Date(attribute="first")
    end_date = fields.Date(attribute="last")
    opening = Rupees(metadata={"description": "Owed before the first day, in rupees.", "example": 700.00})
    taken = Rupees(metadata={"description": "What was added, in rupees.", "example": 220.00})
    paid = Rupees(metadata={"description": "What was taken off, in rupees.", "example": 100.00})
    closing = Rupees(metadata={"description": "Owed after the last day, in rupees.", "example": 820.00})
    transactions = fields.List(fields.Nested(EntrySchema), attribute="entries")


class OpeningBalanceArgs(BodySchema):
    """What the old book says."""

    customer_id = fields.UUID(required=True)
    amount = Rupees(required=True)
    notes = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=255))


class CorrectionArgs(BodySchema):
    """What a customer owes in truth, and why the khata says otherwise."""

    customer_id = fields.UUID(required=True)
    new_balance = Rupees(required=True)
    reason = Text(required=True)
    seen_balance = Rupees(load_default=None, allow_none=True)


StatementAnswer = enveloped(
    "Statement", customer=fields.Nested(CustomerSchema), statement=fields.Nested(StatementSchema)
)
EntryAnswer = enveloped("KhataEntry", transaction=fields.Nested(EntrySchema), customer=fields.Nested(CustomerSchema))


def _entered(done: khata.Entered, customer_id: UUID) -> Any:
    body = answer(transaction=entries.entry(done.entry_id), customer=people.find(customer_id))
    return (body, 201, {"Idempotent-Replayed": "true"}) if done.replayed else body


@blueprint.get("/customers/<uuid:customer_id>/statement")
@blueprint.arguments(StatementArgs, location="query")
@blueprint.response(200, StatementAnswer)
@for_whom("take_credit_payment")
def of_customer(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """A customer's statement: what was owed, what happened, what is owed."""
    found = people.find(customer_id)
    made = statement(customer_id, asked["start_date"], asked["end_date"], store.current())
    return answer(customer=found, statement=made)


@blueprint.post("/credit/opening-balance")
@blueprint.arguments(OpeningBalanceArgs)
@blueprint.response(201, EntryAnswer)
@for_whom("take_credit_payment")
@takes_key
def opening_balance(asked: dict[str, Any]) -> Any:
    """Bring over what a customer owed in the old book; only into an empty khata."""
    customer_id = asked["customer_id"]
    done = khata.open_balance(acting(), customer_id, asked["amount"], asked["notes"], idempotency_key())
    return _entered(done, customer_id)


@blueprint.post("/credit/correction")
@blueprint.arguments(CorrectionArgs)
@blueprint.response(201, EntryAnswer)
@for_whom("correct_credit")
@takes_key
def correction(asked: dict[str, Any]) -> Any:
    """Set right what a customer owes, by an entry with a reason (owner only)."""
    customer_id = asked.pop("customer_id")
    return _entered(khata.correct_balance(acting(), customer_id, key=idempotency_key(), **asked), customer_id)
