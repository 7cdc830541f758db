"""Changing places at a till by PIN, and locking it: the only pages that a locked session still shows."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pos.accounts import pins, places
from pos.accounts.doorkeeper import let_in, open_when_locked, seat
from pos.accounts.forms import PlaceForm
from pos.accounts.models import MOST_WRONG_PINS
from pos.accounts.pin_views import blueprint
from pos.accounts.sessions import SignedIn
from pos.core.errors import Invalid, NotSignedIn, PosError
from pos.core.language import gettext as _
from pos.core.web import (
    actor,
    attach,
    client_address,
    current_page,
    go_to,
    local_address,
    needs,
    refusal_headers,
    see_other,
)

__all__ = ["blueprint"]


@blueprint.route("/change-person", methods=["GET", "POST"])
@open_when_locked
def change_place() -> ResponseReturnValue:
    """Who goes on at this till: a name and its PIN. The same person gets back to where the till was locked."""
    here = _seat()
    form = PlaceForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return _page(here, form)
    try:
        user_id = _chosen()
        _id, token = places.change_place(
            here, user_id, form.pin.data or "", client_address(), request.user_agent.string
        )
    except NotSignedIn:
        raise
    except PosError as error:
        attach(form, error)
        return _page(here, form), error.status, refusal_headers(error)
    let_in(token)
    address = local_address(form.next.data) if user_id == here.actor.id else None
    return go_to(address) if address else see_other("accounts.home")


@blueprint.post("/lock")
@needs("change_own_profile")
def lock() -> ResponseReturnValue:
    """Let nothing be seen or done in this browser until somebody gives a PIN or a password."""
    places.lock(actor(), current_user.session_id)
    return see_other("accounts.change_place", next=current_page())


def _seat() -> SignedIn:
    here = seat()
    if here is None:
        raise NotSignedIn(_("Please sign in first."))
    return here


def _chosen() -> UUID:
    chosen = request.form.get("person", type=UUID)
    if chosen is None:
        raise Invalid(_("Choose who you are."), field="person")
    return chosen


def _page(here: SignedIn, form: PlaceForm) -> str:
    people = [one for one in pins.holders() if here.is_locked or one.id != here.actor.id]
    chosen = request.form.get("person", type=UUID) or (people[0].id if len(people) == 1 else None)
    shown = {"people": people, "chosen": chosen, "seat": here, "most_wrong": MOST_WRONG_PINS}
    return render_template("accounts/change_place.html", form=form, **shown)
