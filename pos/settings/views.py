"""The page of the store's terms."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.web import actor, attach, needs, refusal_headers, see_other
from pos.settings import store as stores
from pos.settings.forms import StoreForm, filled

blueprint = Blueprint("settings", __name__)


@blueprint.route("/settings", methods=["GET", "POST"])
@needs("change_settings")
def store() -> ResponseReturnValue:
    """All terms of the store, in sections; saved together or not at all."""
    terms = stores.current()
    form = StoreForm(data=filled(terms))
    form.offer_time_zones(terms.timezone)
    if request.method == "GET":
        return render_template("settings/store.html", form=form)
    try:
        stores.change_settings(actor(), form.given())
    except PosError as error:
        attach(form, error)
        return render_template("settings/store.html", form=form), error.status, refusal_headers(error)
    flash(_("The settings are saved."), "good")
    return see_other("settings.store")
