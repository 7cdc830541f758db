"""The page of the clock: why nothing is billed, and the owner's word that the clock is right."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from pos.core.language import gettext as _
from pos.core.web import actor, needs, see_other
from pos.settings import right_time
from pos.settings.views import blueprint

__all__ = ["blueprint"]


@blueprint.get("/settings/clock")
@needs("change_settings")
def clock() -> ResponseReturnValue:
    """What the clock shows beside the newest bill or receipt."""
    return render_template("settings/clock.html", standing=right_time.standing(actor()))


@blueprint.post("/settings/clock")
@needs("change_settings")
def accept_clock() -> ResponseReturnValue:
    """The clock is right: go on."""
    right_time.accept_clock(actor())
    flash(_("The shop goes by its clock again. The audit log says who decided it."), "good")
    return see_other("settings.clock")
