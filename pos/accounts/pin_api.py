"""PINs, for programs: one's own chosen and removed, another's removed by the owner. Nobody signs in by PIN here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from pos.accounts import own_pin, pins
from pos.accounts.api import EmptyAnswer
from pos.accounts.two_factor_api import ConfirmArgs, blueprint, people
from pos.core.api.door import acting, answer, enveloped, for_whom, signed_in
from pos.core.api.fields import BodySchema, CamelSchema, Moment

__all__ = ["blueprint", "people"]


class PinArgs(BodySchema):
    """A PIN, and one's own password once more."""

    password = fields.String(required=True, metadata={"description": "One's own password, once more."})
    pin = fields.String(
        required=True, metadata={"description": "Four to eight digits, none easy to guess.", "example": "4917"}
    )


class PinSchema(CamelSchema):
    """How one's PIN stands; what it is, nobody is told."""

    is_set = fields.Boolean(metadata={"description": "True when there is a PIN, shut or not."})
    made_at = Moment(allow_none=True, metadata={"description": "When it was chosen: UTC; null: there is none."})
    is_shut = fields.Boolean(
        metadata={"description": "True after five wrong tries, until the next sign-in with the password."}
    )


PinAnswer = enveloped("Pin", pin=fields.Nested(PinSchema))


@blueprint.get("/auth/pin")
@blueprint.response(200, PinAnswer)
def pin_state() -> dict[str, Any]:
    """Tell how one's own PIN stands."""
    user_id = signed_in().actor.id
    assert user_id is not None
    return answer(pin=pins.state(user_id))


@blueprint.put("/auth/pin")
@blueprint.arguments(PinArgs)
@blueprint.response(200, EmptyAnswer)
def set_pin(asked: dict[str, Any]) -> dict[str, Any]:
    """Choose a PIN for changing places at a till, or another in its place; owners have none."""
    own_pin.set_pin(acting(), asked["password"], asked["pin"])
    return answer()


@blueprint.post("/auth/pin/remove")
@blueprint.arguments(ConfirmArgs)
@blueprint.response(200, EmptyAnswer)
def remove_pin(asked: dict[str, Any]) -> dict[str, Any]:
    """Have no PIN any more."""
    own_pin.remove_own(acting(), asked["password"])
    return answer()


@people.delete("/users/<uuid:user_id>/pin")
@people.response(200, EmptyAnswer)
@for_whom("manage_users")
def remove_their_pin(user_id: UUID) -> dict[str, Any]:
    """Take a person's PIN away (owner only)."""
    own_pin.remove(acting(), user_id)
    return answer()
