"""Where people are signed in, for programs: one's own for everybody, anybody's for the owner."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import fields

from pos.accounts import open_sessions
from pos.accounts.api import EmptyAnswer, blueprint
from pos.accounts.people_api import blueprint as people
from pos.core.api.door import acting, answer, enveloped, for_whom, signed_in
from pos.core.api.fields import CamelSchema, Moment

__all__ = ["blueprint", "people"]


class SignInSchema(CamelSchema):
    """One browser or program that is signed in."""

    id = fields.UUID()
    what = fields.String(metadata={"description": "The browser and its machine.", "example": "Chrome on Android"})
    is_program = fields.Boolean(metadata={"description": "True for who came by this API."})
    is_this = fields.Boolean(metadata={"description": "True for the session that asks."})
    address = fields.String(
        allow_none=True, metadata={"description": "From where it signed in.", "example": "192.168.1.23"}
    )
    began = Moment(metadata={"description": "When it signed in: UTC."})
    seen = Moment(metadata={"description": "When it last asked for something, to five minutes: UTC."})


_LISTED = {"description": "Where the person is signed in, the latest seen first; 50 at most."}
SessionsAnswer = enveloped("SignIns", sessions=fields.List(fields.Nested(SignInSchema), metadata=_LISTED))
EndedAnswer = enveloped("Ended", ended=fields.Integer(metadata={"description": "How many sessions ended."}))


@blueprint.get("/auth/sessions")
@blueprint.response(200, SessionsAnswer)
def own_sessions() -> dict[str, Any]:
    """Where one is signed in oneself, the latest seen first."""
    return _sessions_of(signed_in().actor.id)


@blueprint.delete("/auth/sessions")
@blueprint.response(200, EndedAnswer)
def end_own_sessions() -> dict[str, Any]:
    """Sign oneself out everywhere else; this token stays."""
    return _ended(signed_in().actor.id)


@blueprint.delete("/auth/sessions/<uuid:sign_in_id>")
@blueprint.response(200, EmptyAnswer)
def end_own_session(sign_in_id: UUID) -> dict[str, Any]:
    """Sign one browser or program out; the owner may name anybody's."""
    open_sessions.shut(acting(), sign_in_id)
    return answer()


@people.get("/users/<uuid:user_id>/sessions")
@people.response(200, SessionsAnswer)
@for_whom("manage_users")
def sessions(user_id: UUID) -> dict[str, Any]:
    """Where a person is signed in, the latest seen first (owner only)."""
    return _sessions_of(user_id)


@people.delete("/users/<uuid:user_id>/sessions")
@people.response(200, EndedAnswer)
@for_whom("manage_users")
def end_sessions(user_id: UUID) -> dict[str, Any]:
    """Sign a person out everywhere, oneself everywhere else (owner only)."""
    return _ended(user_id)


def _ended(user_id: UUID) -> dict[str, Any]:
    return answer(ended=open_sessions.shut_all(acting(), user_id, but=signed_in().session_id))


def _sessions_of(user_id: UUID) -> dict[str, Any]:
    this = signed_in().session_id
    found = open_sessions.of_person(acting(), user_id)
    return answer(sessions=[asdict(one) | {"is_this": one.id == this} for one in found])
