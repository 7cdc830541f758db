"""Auth endpoints of the API (PLAN.md 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app, request
from marshmallow import fields, validate

from pos.accounts import signin, tokens, users
from pos.accounts.models import ROLES
from pos.accounts.sessions import SignedIn
from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom, open_to_all, signed_in
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Text
from pos.core.language import LANGUAGES
from pos.core.web import client_address
from pos.settings.tills import till_name

blueprint = ApiBlueprint("auth", description="Sign in, sign out, people and their passwords.")


class UserSchema(CamelSchema):
    """A person who works in the shop."""

    id = fields.UUID()
    email = fields.String(metadata={"example": "cashier@store.com"})
    full_name = fields.String(metadata={"example": "Rajesh Kumar"})
    role = fields.String(validate=validate.OneOf(ROLES))
    is_active = fields.Boolean()
    language = fields.String(allow_none=True)
    created_at = Moment()
    updated_at = Moment()
    last_login_at = Moment(allow_none=True)


class LoginArgs(BodySchema):
    """Who wants to sign in."""

    email = fields.String(required=True, metadata={"example": "cashier@store.com"})
    password = fields.String(required=True, metadata={"example": "securepass123"})
    otp = fields.String(load_default=None, allow_none=True)


class RegisterArgs(BodySchema):
    """A new person."""

    email = fields.String(required=True)
    password = fields.String(required=True)
    full_name = Text(required=True)
    role = fields.String(load_default="cashier", validate=validate.OneOf(ROLES))


class ProfileArgs(BodySchema):
    """What people change of themselves."""

    full_name = Text()
    email = fields.String()
    language = fields.String(allow_none=True, validate=validate.OneOf(tuple(LANGUAGES)))


class PasswordArgs(BodySchema):
    """The old and the new password."""

    current_password = fields.String(required=True)
    new_password = fields.String(required=True)


class NothingSchema(CamelSchema):
    """An empty object."""


SignedInAnswer = enveloped(
    "SignedIn",
    user=fields.Nested(UserSchema),
    token=fields.String(metadata={"description": "Send it as Authorization: Bearer ..."}),
    expires_in=fields.String(metadata={"example": "24h"}),
)
UserAnswer = enveloped("User", user=fields.Nested(UserSchema))
EmptyAnswer = enveloped("Empty")


def _config() -> Any:
    return current_app.extensions["pos"]["config"]


def read_token(token: str) -> SignedIn:
    """Who holds the token of this request, at the till that it names in X-Till, if any."""
    who = tokens.read(_config().jwt_secret, token)
    return replace(who, actor=replace(who.actor, till=till_name(request.headers.get("X-Till"))))


def _signed_in(token: str, who: SignedIn) -> dict[str, Any]:
    assert who.actor.id is not None
    return answer(user=users.find(who.actor.id), token=token, expires_in=_lasts())


def _lasts() -> str:
    seconds = int(_config().jwt_expires_in.total_seconds())
    return f"{seconds // 3600}h" if seconds % 3600 == 0 else f"{seconds}s"


@blueprint.post("/auth/login")
@blueprint.doc(security=[])
@blueprint.arguments(LoginArgs)
@blueprint.response(200, SignedInAnswer)
@open_to_all
def login(asked: dict[str, Any]) -> dict[str, Any]:
    """Sign in and get a token."""
    config = _config()
    where = {"address": client_address(), "lasts": config.jwt_expires_in}
    return _signed_in(*tokens.sign_in(config.jwt_secret, **asked, **where))


@blueprint.post("/auth/register")
@blueprint.arguments(RegisterArgs)
@blueprint.response(201, UserAnswer)
@for_whom("manage_users")
def register(asked: dict[str, Any]) -> dict[str, Any]:
    """Add a person (owner only)."""
    return answer(user=users.find(users.create_user(acting(), **asked)))


@blueprint.post("/auth/logout")
@blueprint.response(200, EmptyAnswer)
def logout() -> dict[str, Any]:
    """End this token at once."""
    signin.sign_out(acting(), signed_in().session_id)
    return answer()


@blueprint.post("/auth/refresh")
@blueprint.response(200, SignedInAnswer)
def refresh() -> dict[str, Any]:
    """Exchange this token for a new one."""
    config = _config()
    return _signed_in(*tokens.refresh(config.jwt_secret, signed_in(), client_address(), config.jwt_expires_in))


@blueprint.get("/auth/me")
@blueprint.response(200, UserAnswer)
def me() -> dict[str, Any]:
    """The person who holds this token."""
    return answer(user=users.find(signed_in().actor.id))


@blueprint.put("/auth/me")
@blueprint.arguments(ProfileArgs)
@blueprint.response(200, UserAnswer)
def change_me(asked: dict[str, Any]) -> dict[str, Any]:
    """Change one's own name, email or language."""
    users.change_own_profile(acting(), **asked)
    return me()


@blueprint.put("/auth/change-password")
@blueprint.arguments(PasswordArgs)
@blueprint.response(200, EmptyAnswer)
def change_password(asked: dict[str, Any]) -> dict[str, Any]:
    """Change one's own password; every other token of this person ends."""
    passwords = {"current": asked["current_password"], "new": asked["new_password"]}
    users.change_password(acting(), signed_in().session_id, **passwords)
    return answer()
