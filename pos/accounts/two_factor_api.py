"""The second factor, for programs: one's own switched on and off, another's switched off by the owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from pos.accounts import two_factor
from pos.accounts.api import EmptyAnswer
from pos.accounts.sessions_api import blueprint, people
from pos.core.api.door import acting, answer, enveloped, for_whom, signed_in
from pos.core.api.fields import BodySchema, CamelSchema, Moment
from pos.settings import store

__all__ = ["blueprint", "people"]


class ConfirmArgs(BodySchema):
    """One's own password, once more."""

    password = fields.String(required=True, metadata={"description": "One's own password, once more."})


class CodeArgs(BodySchema):
    """The code that the authenticator app shows now."""

    code = fields.String(required=True, metadata={"description": "Six digits from the app.", "example": "123456"})


class TwoFactorSchema(CamelSchema):
    """How one's second factor stands."""

    is_on = fields.Boolean(metadata={"description": "True when signing in asks for a code."})
    on_at = Moment(allow_none=True, metadata={"description": "When it was switched on: UTC; null: it is off."})
    codes_left = fields.Integer(metadata={"description": "Recovery codes that have not been used."})


TwoFactorAnswer = enveloped("TwoFactor", two_factor=fields.Nested(TwoFactorSchema))
SecretAnswer = enveloped(
    "Secret",
    secret=fields.String(
        metadata={"description": "To be typed into the app; told only here.", "example": "JBSWY3DPEHPK3PXP"}
    ),
    link=fields.String(
        metadata={
            "description": "The same for a QR code (otpauth, as authenticator apps read it).",
            "example": "otpauth://totp/Store:cashier%40store.com?secret=JBSWY3DPEHPK3PXP&issuer=Store",
        }
    ),
)
CodesAnswer = enveloped(
    "RecoveryCodes",
    recovery_codes=fields.List(
        fields.String(), metadata={"description": "Ten codes that work once each; told only here."}
    ),
)


@blueprint.get("/auth/two-factor")
@blueprint.response(200, TwoFactorAnswer)
def two_factor_state() -> dict[str, Any]:
    """How one's own second factor stands."""
    return answer(two_factor=two_factor.state(signed_in().actor.id))


@blueprint.post("/auth/two-factor")
@blueprint.arguments(ConfirmArgs)
@blueprint.response(200, SecretAnswer)
def begin_two_factor(asked: dict[str, Any]) -> dict[str, Any]:
    """Get a secret to try; signing in stays as it is until the first right code comes."""
    secret = two_factor.begin(acting(), asked["password"])
    return answer(secret=secret, link=two_factor.link(secret, signed_in().email, store.current().store_name))


@blueprint.post("/auth/two-factor/on")
@blueprint.arguments(CodeArgs)
@blueprint.response(200, CodesAnswer)
def switch_two_factor_on(asked: dict[str, Any]) -> dict[str, Any]:
    """Switch it on with the first right code; every other token of this person ends."""
    return answer(recovery_codes=two_factor.switch_on(acting(), signed_in().session_id, asked["code"]))


@blueprint.post("/auth/two-factor/codes")
@blueprint.arguments(ConfirmArgs)
@blueprint.response(200, CodesAnswer)
def new_recovery_codes(asked: dict[str, Any]) -> dict[str, Any]:
    """Ten new recovery codes in place of the old."""
    return answer(recovery_codes=two_factor.make_new_codes(acting(), asked["password"]))


@blueprint.post("/auth/two-factor/off")
@blueprint.arguments(ConfirmArgs)
@blueprint.response(200, EmptyAnswer)
def switch_two_factor_off(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for no more codes when this person signs in."""
    two_factor.switch_own_off(acting(), asked["password"])
    return answer()


@people.post("/users/<uuid:user_id>/two-factor/off")
@people.response(200, EmptyAnswer)
@for_whom("manage_users")
def switch_theirs_off(user_id: UUID) -> dict[str, Any]:
    """Let somebody who lost the phone sign in with the password alone (owner only)."""
    two_factor.switch_off(acting(), user_id)
    return answer()
