"""One's own PIN, chosen and removed at the profile; the owner takes others' away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from pos.accounts import own_pin, pins, users
from pos.accounts.forms import PinForm, RemovePinForm
from pos.accounts.two_factor_views import blueprint
from pos.core.errors import Invalid, PosError, Refused
from pos.core.language import gettext as _
from pos.core.web import actor, attach, needs, refusal_headers, see_other

__all__ = ["blueprint"]


@blueprint.get("/profile/pin")
@needs("change_own_profile")
def pin_page() -> str:
    """How one's own PIN stands, and what can be done with it."""
    return _page()


@blueprint.post("/profile/pin")
@needs("change_own_profile")
def set_pin() -> ResponseReturnValue:
    """Choose a PIN, or another in its place."""
    form = PinForm()
    try:
        if form.pin.data != form.pin_again.data:
            raise Invalid(_("The two PINs are not the same."), field="pin_again")
        own_pin.set_pin(actor(), form.password.data or "", form.pin.data or "")
    except PosError as error:
        attach(form, error)
        return _page(form), error.status, refusal_headers(error)
    flash(_("Your PIN is set. Tell it to nobody."), "good")
    return see_other("accounts.profile", _anchor="pin")


@blueprint.post("/profile/pin/remove")
@needs("change_own_profile")
def remove_pin() -> ResponseReturnValue:
    """Have no PIN any more."""
    form = RemovePinForm()
    try:
        own_pin.remove_own(actor(), form.password.data or "")
    except PosError as error:
        attach(form, error)
        return _page(confirm=form), error.status, refusal_headers(error)
    flash(_("Your PIN is removed."), "good")
    return see_other("accounts.profile", _anchor="pin")


@blueprint.post("/people/<uuid:user_id>/pin/remove")
@needs("manage_users")
def remove_their_pin(user_id: UUID) -> ResponseReturnValue:
    """Take somebody's PIN away; they choose another with their password."""
    own_pin.remove(actor(), user_id)
    flash(_("%(name)s has no PIN any more.", name=users.find(user_id).full_name), "good")
    return see_other("accounts.user", user_id=user_id, _anchor="sessions")


def _page(form: PinForm | None = None, confirm: RemovePinForm | None = None) -> str:
    me = users.own(actor())
    shown = {"form": form or PinForm(formdata=None), "confirm": confirm or RemovePinForm(formdata=None)}
    return render_template("accounts/pin.html", me=me, pin=pins.state(me.id), why_not=_why_not(me.id), **shown)


def _why_not(user_id: UUID) -> str | None:
    """The sentence for who may have no PIN."""
    try:
        own_pin.refuse_the_powerful(user_id)
    except Refused as error:
        return error.message
    return None
