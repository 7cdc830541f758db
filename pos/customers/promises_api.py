"""Promises to pay, for programs: one customer's, and the list of all that are not kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.core.api.door import ApiBlueprint, PageSchema, PagingArgs, acting, answer, enveloped, for_whom
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Rupees
from pos.customers import people, promised, promises
from pos.settings import store

blueprint = ApiBlueprint("promises", description="Until when customers promised to pay, and who is late.")


def _told(description: str, example: Any = None) -> dict[str, Any]:
    """What a field means, for the document."""
    return {"description": description} | ({} if example is None else {"example": example})


class PaymentPromiseSchema(CamelSchema):
    """A customer's newest promise to pay, and how it stands today."""

    customer_id = fields.UUID(attribute="id")
    customer_name = fields.String(attribute="name", metadata=_told("The customer's name.", "Amit Patel"))
    customer_phone = fields.String(
        attribute="phone", allow_none=True, metadata=_told("The customer's phone number.", "9876543210")
    )
    credit_balance = Rupees()
    due_date = fields.Date(metadata=_told("Day of the store until which it is promised.", "2026-11-28"))
    amount = Rupees(attribute="promised", metadata=_told("What was promised: rupees.", 500.00))
    missing = Rupees(metadata=_told("What is missing of it: rupees, never more than is owed.", 300.00))
    state = fields.String(
        validate=validate.OneOf(promised.STATES),
        metadata=_told("late (its day is over), today (due today), coming, or kept.", "coming"),
    )
    notes = fields.String(attribute="promise_notes", allow_none=True)
    created_at = Moment(attribute="promised_at")


class PromiseArgs(BodySchema):
    """Until when somebody will have paid how much."""

    due_date = fields.Date(
        required=True,
        metadata=_told(
            "Day of the store until which it is promised: today or later, a year ahead at most.", "2026-11-28"
        ),
    )
    amount = Rupees(
        load_default=None,
        allow_none=True,
        metadata=_told("Rupees, above zero and at most what is owed; null: all that is owed.", 500.00),
    )
    notes = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=promises.LONGEST_NOTE))


class PromisesArgs(PagingArgs):
    """Which promises are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    state = fields.String(
        load_default=None,
        validate=validate.OneOf(promised.OPEN),
        metadata=_told("Only those that are late, due today, or coming.", "late"),
    )


class PromiseSumSchema(CamelSchema):
    """So many promises, and what is missing of them."""

    count = fields.Integer(metadata=_told("How many promises.", 3))
    missing = Rupees(metadata=_told("What is missing of them: rupees.", 2400.00))


class PromiseSumsSchema(CamelSchema):
    """All promises that are not kept, by how they stand."""

    late = fields.Nested(PromiseSumSchema, metadata=_told("Those whose day is over."))
    today = fields.Nested(PromiseSumSchema, metadata=_told("Those due today."))
    coming = fields.Nested(PromiseSumSchema, metadata=_told("Those whose day is still to come."))


_NEWEST = _told("The customer's newest promise to pay; null: none.")
_OPEN = _told("Promises to pay that are not kept, by their day.")
PromiseAnswer = enveloped(
    "PaymentPromise", promise=fields.Nested(PaymentPromiseSchema, allow_none=True, metadata=_NEWEST)
)
PromisesAnswer = enveloped(
    "PaymentPromises",
    promises=fields.List(fields.Nested(PaymentPromiseSchema), metadata=_OPEN),
    summary=fields.Nested(PromiseSumsSchema),
    pagination=fields.Nested(PageSchema),
)


def _standing(customer_id: UUID) -> dict[str, Any]:
    return answer(promise=promised.promise_of(customer_id, store.current().today()))


@blueprint.get("/customers/<uuid:customer_id>/promise")
@blueprint.response(200, PromiseAnswer)
@for_whom("take_credit_payment")
def of_customer(customer_id: UUID) -> dict[str, Any]:
    """What a customer promised to pay, and how that stands; null without a promise."""
    people.find(customer_id)
    return _standing(customer_id)


@blueprint.put("/customers/<uuid:customer_id>/promise")
@blueprint.arguments(PromiseArgs)
@blueprint.response(200, PromiseAnswer)
@for_whom("take_credit_payment")
def promise(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """Write down until when a customer promised to pay; it takes the place of an earlier promise."""
    promises.promise_payment(acting(), customer_id, **asked)
    return _standing(customer_id)


@blueprint.delete("/customers/<uuid:customer_id>/promise")
@blueprint.response(200, PromiseAnswer)
@for_whom("take_credit_payment")
def remove(customer_id: UUID) -> dict[str, Any]:
    """Take a promise away; asked twice, it is still away."""
    promises.remove_promise(acting(), customer_id)
    return _standing(customer_id)


@blueprint.get("/credit/promises")
@blueprint.arguments(PromisesArgs, location="query")
@blueprint.response(200, PromisesAnswer)
@for_whom("take_credit_payment")
def all_promises(asked: dict[str, Any]) -> dict[str, Any]:
    """Promises that are not kept, by their day: late, due today, coming."""
    today = store.current().today()
    sums = promised.sums(today)
    total = None if asked["search"] else promised.counted(sums, asked["state"])
    page = promised.promises(today, **asked, total=total)
    return answer(promises=page.rows, summary=sums, pagination=page)
