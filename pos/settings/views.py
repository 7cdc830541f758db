"""The page of the store's terms, with the bill that they make beside it, and the store's logo."""

from __future__ import annotations

from typing import Any, Protocol

from flask import Blueprint, Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pos.core import upi
from pos.core.errors import Invalid, PosError
from pos.core.fields import ONE
from pos.core.form_parts import typed_moment
from pos.core.language import gettext as _
from pos.core.web import actor, attach, needs, refusal_headers, see_other, takes_files
from pos.settings import logo as logos
from pos.settings import store as stores
from pos.settings.forms import LogoForm, StoreForm, filled
from pos.settings.store import Store

blueprint = Blueprint("settings", __name__)


class Sample(Protocol):
    """Draws a bill that was never made. Sales knows how, which stands after settings: `create_app` brings it here."""

    def html(self, store: Store, cashier: str) -> Markup:
        """The sample as the store would print it, without a page around it."""

    def pdf(self, store: Store, cashier: str) -> bytes:
        """The sample as a PDF. Raises NoPdf."""


@blueprint.route("/settings", methods=["GET", "POST"])
@needs("change_settings")
def store() -> ResponseReturnValue:
    """All terms of the store, in sections; saved together or not at all."""
    form = _form()
    if request.method == "GET":
        return _page(form)
    try:
        stores.change_settings(actor(), form.given(), typed_moment(form.seen_at.data))
    except PosError as error:
        # Whoever saves again has been told, and may then write over it.
        form.seen_at.data = _seen_at()
        attach(form, error)
        return _page(form), error.status, refusal_headers(error)
    flash(_("The settings are saved."), "good")
    return see_other("settings.store")


@blueprint.post("/settings/preview")
@needs("change_settings")
def preview() -> ResponseReturnValue:
    """The bill that these terms would make, none of which is kept.

    A fragment; with `format` html a page that prints itself, with pdf a file.
    """
    tried, wanted = stores.tried(_form().given()), request.form.get("format")
    if wanted == "pdf":
        named = {"Content-Disposition": 'inline; filename="test-print.pdf"', "Cache-Control": "no-store"}
        return Response(_sample().pdf(tried, actor().name), mimetype="application/pdf", headers=named)
    return render_template("settings/test_print.html" if wanted else "settings/_preview.html", **_shown(tried))


@blueprint.post("/settings/logo")
@takes_files
@needs("change_settings")
def logo() -> ResponseReturnValue:
    """Put a picture on the bills."""
    form = LogoForm()
    try:
        if not form.picture.data:
            raise Invalid(_("Choose a picture first."), field="picture")
        logos.set_logo(actor(), form.picture.data.stream)
    except PosError as error:
        attach(form, error)
        return _page(_form(), form), error.status, refusal_headers(error)
    flash(_("The logo stands on every bill from now on."), "good")
    return see_other("settings.store", _anchor="logo")


@blueprint.post("/settings/logo/remove")
@needs("change_settings")
def remove_logo() -> ResponseReturnValue:
    """Leave the logo off the bills."""
    logos.remove_logo(actor())
    flash(_("The logo is removed."), "good")
    return see_other("settings.store", _anchor="logo")


def _form() -> StoreForm:
    """The form as it was sent, or, where it is another form that was sent, as the store stands."""
    terms = stores.current()
    sent = request.form if request.endpoint in ("settings.store", "settings.preview") else None
    form = StoreForm(formdata=sent or None, data=filled(terms) | {"seen_at": _seen_at()})
    form.offer_time_zones(terms.timezone)
    return form


def _seen_at() -> str:
    moment = stores.changed_at()
    return moment.isoformat() if moment else ""


def _page(form: StoreForm, logo_form: LogoForm | None = None) -> str:
    tried = stores.tried(form.given()) if form.is_submitted() else stores.current()
    return render_template(
        "settings/store.html", form=form, logo_form=logo_form or LogoForm(formdata=None), **_shown(tried)
    )


def _shown(tried: Store) -> dict[str, Any]:
    return {
        "tried": tried,
        "sample": _sample().html(tried, actor().name),
        "logo": logos.as_uri(),
        "upi_code": _test_code(tried),
    }


def _sample() -> Sample:
    sample: Sample = current_app.extensions["pos"]["sample"]
    return sample


def _test_code(tried: Store) -> Markup | None:
    """A code that asks for one rupee: whoever scans it sees whether the id is the store's own."""
    if not tried.upi_id:
        return None
    link = upi.payment_link(tried.upi_id, tried.upi_name or tried.store_name, ONE, "Test", "TEST")
    return upi.qr_svg(link, _("Test code for %(id)s", id=tried.upi_id))
