"""The page on which the owner voids a bill: what will be given back, and why."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from pos.core.errors import Invalid, KeyReused, Refused
from pos.core.form_parts import new_key
from pos.core.language import gettext as _
from pos.core.money import format_rupees
from pos.core.web import actor, attach, needs, see_other
from pos.sales import bills as finding
from pos.sales import voiding
from pos.sales.forms import VoidForm
from pos.sales.views import blueprint
from pos.sales.words import method_name


@blueprint.get("/<uuid:sale_id>/void")
@needs("void_sale")
def void(sale_id: UUID) -> ResponseReturnValue:
    """What voiding the bill would give back, and the question why; a void bill is shown as it is."""
    if finding.bill(sale_id).voided:
        return see_other("sales.bill", sale_id=sale_id)
    return _page(sale_id, VoidForm())


@blueprint.post("/<uuid:sale_id>/void")
@needs("void_sale")
def confirm_void(sale_id: UUID) -> ResponseReturnValue:
    """Void the bill, and say what is to be given back."""
    form = VoidForm()
    try:
        done = voiding.void_sale(actor(), sale_id, form.reason.data, form.form_key.data or None)
    except (Invalid, Refused, KeyReused) as error:
        attach(form, error)
        form.form_key.data = new_key()
        return _page(sale_id, form), error.status
    given = [f"{method_name(method)} {format_rupees(amount)}" for method, amount in done.refunds.items()]
    told = _("The bill is void. Give back: %(what)s.", what=", ".join(given)) if given else _("The bill is void.")
    flash(told, "good")
    return see_other("sales.bill", sale_id=sale_id)


def _page(sale_id: UUID, form: VoidForm) -> str:
    try:
        back = voiding.preview(actor(), sale_id)
    except Refused as error:
        back = None
        if not form.form_errors:
            attach(form, error)
    return render_template("sales/void.html", bill=finding.bill(sale_id), form=form, back=back)
