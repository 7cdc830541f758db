"""Signing browsers and programs out from afar: one's own at the profile, another person's at theirs."""

from __future__ import annotations

from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pos.accounts import open_sessions
from pos.accounts.people_views import blueprint
from pos.core.language import gettext as _
from pos.core.language import ngettext
from pos.core.web import actor, needs, see_other

__all__ = ["blueprint"]


@blueprint.post("/profile/sessions/<uuid:session_id>/end")
@needs("change_own_profile")
def shut_own(session_id: UUID) -> ResponseReturnValue:
    """Sign one of one's own browsers or programs out."""
    open_sessions.shut(actor(), session_id)
    flash(_("It is signed out."), "good")
    return see_other("accounts.profile", _anchor="sessions")


@blueprint.post("/profile/sessions/end")
@needs("change_own_profile")
def shut_all_own() -> ResponseReturnValue:
    """Sign out everywhere else; this browser stays."""
    me = actor()
    assert me.id is not None
    _tell(open_sessions.shut_all(me, me.id, but=current_user.session_id))
    return see_other("accounts.profile", _anchor="sessions")


@blueprint.post("/people/<uuid:user_id>/sessions/<uuid:session_id>/end")
@needs("manage_users")
def shut_theirs(user_id: UUID, session_id: UUID) -> ResponseReturnValue:
    """Sign one browser or program of somebody out."""
    open_sessions.shut(actor(), session_id)
    flash(_("It is signed out."), "good")
    return see_other("accounts.user", user_id=user_id, _anchor="sessions")


@blueprint.post("/people/<uuid:user_id>/sessions/end")
@needs("manage_users")
def shut_all_theirs(user_id: UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere; oneself everywhere else."""
    _tell(open_sessions.shut_all(actor(), user_id, but=current_user.session_id))
    return see_other("accounts.user", user_id=user_id, _anchor="sessions")


def _tell(count: int) -> None:
    sentence = ngettext(
        "%(num)s browser or program is signed out.", "%(num)s browsers and programs are signed out.", count
    )
    flash(sentence, "good")
