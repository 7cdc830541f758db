"""People of the shop, for programs: listed, changed, sent home by the owner. `POST /auth/register` adds them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from pos.accounts import users
from pos.accounts.api import UserAnswer, UserSchema
from pos.accounts.models import ROLES
from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom
from pos.core.api.fields import BodySchema, Text, YesNo

blueprint = ApiBlueprint("people", description="Who works in the shop, and what they may do (owner only).")


class ChangedUserArgs(BodySchema):
    """What the owner changes of a person; a new password, role or the end of their work ends their tokens."""

    full_name = Text()
    email = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    password = fields.String()
    is_active = YesNo()


UsersAnswer = enveloped("Users", users=fields.List(fields.Nested(UserSchema)))


@blueprint.get("/users")
@blueprint.response(200, UsersAnswer)
@for_whom("manage_users")
def all_users() -> dict[str, Any]:
    """Everybody who works or worked in the shop (owner only)."""
    return answer(users=users.everybody())


@blueprint.get("/users/<uuid:user_id>")
@blueprint.response(200, UserAnswer)
@for_whom("manage_users")
def user(user_id: UUID) -> dict[str, Any]:
    """One person (owner only)."""
    return answer(user=users.find(user_id))


@blueprint.put("/users/<uuid:user_id>")
@blueprint.arguments(ChangedUserArgs, example={"role": "cashier", "isActive": True})
@blueprint.response(200, UserAnswer)
@for_whom("manage_users")
def change_user(asked: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """Change the named values of a person; those not named stay (owner only)."""
    users.change_user(acting(), user_id, **asked)
    return answer(user=users.find(user_id))
