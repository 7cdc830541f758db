"""Two-factor sign-in: switched on and off at the profile, switched off for others by the owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pos.accounts import two_factor, users
from pos.accounts.forms import CodeForm, ConfirmForm
from pos.accounts.session_views import blueprint
from pos.core import upi
from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.web import actor, attach, needs, refusal_headers, see_other
from pos.settings import store

__all__ = ["blueprint"]


@blueprint.get("/profile/two-factor")
@needs("change_own_profile")
def two_factor_page() -> str:
    """How one's own second factor stands, and what can be done with it."""
    return _page()


@blueprint.post("/profile/two-factor/begin")
@needs("change_own_profile")
def begin_two_factor() -> ResponseReturnValue:
    """Show a code to scan, to who knows the password."""
    form = ConfirmForm()
    try:
        two_factor.begin(actor(), form.password.data or "")
    except PosError as error:
        return _refused(form, error, confirm=form)
    return see_other("accounts.two_factor_page")


@blueprint.post("/profile/two-factor/on")
@needs("change_own_profile")
def switch_two_factor_on() -> ResponseReturnValue:
    """Switch it on with the first right code; shows the recovery codes, this once."""
    form = CodeForm()
    try:
        codes = two_factor.switch_on(actor(), current_user.session_id, form.code.data or "")
    except PosError as error:
        return _refused(form, error, form=form)
    return _shown_once(codes, _("Two-factor sign-in is on. Other tablets and browsers have to sign in again."))


@blueprint.post("/profile/two-factor/codes")
@needs("change_own_profile")
def new_recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of the old."""
    form = ConfirmForm()
    try:
        codes = two_factor.make_new_codes(actor(), form.password.data or "")
    except PosError as error:
        return _refused(form, error, confirm=form)
    return _shown_once(codes, _("The old recovery codes hold no more."))


@blueprint.post("/profile/two-factor/off")
@needs("change_own_profile")
def switch_two_factor_off() -> ResponseReturnValue:
    """Sign in with the password alone from now on."""
    form = ConfirmForm()
    try:
        two_factor.switch_own_off(actor(), form.password.data or "")
    except PosError as error:
        return _refused(form, error, confirm=form)
    flash(_("Two-factor sign-in is off."), "good")
    return see_other("accounts.profile", _anchor="two-factor")


@blueprint.post("/people/<uuid:user_id>/two-factor/off")
@needs("manage_users")
def switch_theirs_off(user_id: UUID) -> ResponseReturnValue:
    """Let somebody who lost the phone sign in with the password alone."""
    two_factor.switch_off(actor(), user_id)
    flash(_("Two-factor sign-in is off for %(name)s.", name=users.find(user_id).full_name), "good")
    return see_other("accounts.user", user_id=user_id, _anchor="sessions")


def _page(form: CodeForm | None = None, confirm: ConfirmForm | None = None) -> str:
    me = users.own(actor())
    state = two_factor.state(me.id)
    values: dict[str, Any] = {"state": state, "form": form or CodeForm(formdata=None), "me": me}
    if state.trying:
        link = two_factor.link(state.trying, me.email, store.current().store_name)
        values["qr"] = upi.qr_svg(link, _("Code to scan with your authenticator app"))
        values["secret"] = " ".join(state.trying[place : place + 4] for place in range(0, len(state.trying), 4))
    return render_template("accounts/two_factor.html", confirm=confirm or ConfirmForm(formdata=None), **values)


def _refused(sent: CodeForm | ConfirmForm, error: PosError, **forms: Any) -> ResponseReturnValue:
    attach(sent, error)
    return _page(**forms), error.status, refusal_headers(error)


def _shown_once(codes: list[str], sentence: str) -> ResponseReturnValue:
    answer = make_response(render_template("accounts/recovery_codes.html", codes=codes, sentence=sentence))
    answer.headers["Cache-Control"] = "no-store"
    return answer
