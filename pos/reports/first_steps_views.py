"""The owner's page of the first steps, and what leads back to it while they are being taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, render_template
from flask import session as cookie
from flask.typing import ResponseReturnValue

from pos.core.language import gettext as _
from pos.core.language import lazy_gettext as _l
from pos.core.web import actor, needs, see_other
from pos.reports.first_steps import TITLES, FirstSteps, first_steps, going_on
from pos.settings import first_steps as guide
from pos.settings import store

blueprint = Blueprint("first_steps", __name__, url_prefix="/first-steps")


@dataclass(frozen=True, slots=True)
class Way:
    """What a step is for, what its button says, and where it leads; `others` are other ways to the same end."""

    why: str
    act: str
    endpoint: str
    icon: str
    args: dict[str, Any] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()


WAYS = {
    "store": Way(
        _l("Your address stands on every bill, and with your UPI id the till shows a code for the exact amount."),
        _l("Fill in your store"),
        "settings.store",
        "store",
        {"_anchor": "the-store"},
    ),
    "products": Way(
        _l("What you sell and for how much: with one price in the list you can bill already."),
        _l("Start from a ready list"),
        "starter.goods",
        "package",
        others=((_l("Import a file"), "imports.upload"), (_l("Type one in"), "catalog.new")),
    ),
    "bill": Way(
        _l("Tap a product, press Pay, type the cash you were given, finish. A bill for practice can be voided."),
        _l("Make a bill"),
        "till.home",
        "shopping-cart",
    ),
    "udhaar": Way(
        _l("Put goods on a bill, choose or add the customer, and pay nothing now: it stands in their khata."),
        _l("Make a bill on khata"),
        "till.home",
        "book-open",
    ),
    "report": Way(
        _l("What was sold, with every rupee accounted for: today's bills are in it already."),
        _l("Open the report"),
        "reports.table",
        "file-text",
        {"name": "sales", "view": "bill"},
    ),
    "backup": Way(
        _l("The shop makes one every night. Make one now, with your first bills, and keep a copy on a stick at home."),
        _l("Make a backup"),
        "backups.copies",
        "copy",
    ),
}


@blueprint.get("")
@needs("change_settings")
def home() -> str:
    """The six steps: what each is for, where it is done, what is done already."""
    steps = first_steps(actor(), _backed_up())
    _keep_at_hand(steps if steps.is_shown else None)
    return render_template("reports/first_steps.html", steps=steps, ways=WAYS, titles=TITLES, **_told())


@blueprint.post("/<any(store, products, bill, udhaar, report, backup):name>/skip")
@needs("change_settings")
def skip(name: str) -> ResponseReturnValue:
    """Leave a step out for now."""
    guide.skip(actor(), name)
    return see_other("first_steps.home", _anchor=f"step-{name}")


@blueprint.post("/<any(store, products, bill, udhaar, report, backup):name>/take-up")
@needs("change_settings")
def take_up(name: str) -> ResponseReturnValue:
    """Bring a skipped step back."""
    guide.take_up(actor(), name)
    return see_other("first_steps.home", _anchor=f"step-{name}")


@blueprint.post("/put-away")
@needs("change_settings")
def put_away() -> ResponseReturnValue:
    """Take the guide off the owner's pages; the menu still has it."""
    guide.put_away(actor())
    _keep_at_hand(None)
    flash(_("The first steps are put away. The menu still has them."), "good")
    return see_other("reports.dashboard")


@blueprint.post("/show")
@needs("change_settings")
def show() -> ResponseReturnValue:
    """Put the guide back on the page Today."""
    guide.show(actor())
    return see_other("first_steps.home")


def steps_on_today() -> dict[str, Any]:
    """What the page Today shows of the guide: `steps` is None when there is nothing left to show."""
    steps = going_on(actor(), _backed_up())
    _keep_at_hand(steps)
    return {"steps": steps, "ways": WAYS, "titles": TITLES}


def _backed_up() -> datetime | None:
    made: datetime | None = current_app.extensions["pos"]["newest_backup"]().made
    return made


def _keep_at_hand(steps: FirstSteps | None) -> None:
    """Let every page of this browser lead back to the steps, as long as one is left."""
    if steps is not None and steps.next is not None:
        cookie[guide.COOKIE] = True
    elif guide.COOKIE in cookie:
        del cookie[guide.COOKIE]


def _told() -> dict[str, Any]:
    """What the steps say of the shop itself: what is filled in, and where backups are copied to."""
    config = current_app.extensions["pos"]["config"]
    return {"terms": store.current(), "copied_to": config.backup_copy_to}
