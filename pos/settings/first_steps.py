"""The guided first hour: which of its steps the owner has skipped, and whether the guide is shown.

What is done shows in the shop's own rows, but for what the owner decided, and that a report was opened once. Each of
these is an entry of the audit log, and the state is what the entries come to: nothing else has to be kept, and nothing
can disagree with them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pos.core import audit
from pos.core.actor import Actor
from pos.core.audit import AuditEntry
from pos.core.db import execute, one_unit, table
from pos.core.errors import Busy, NotFound
from pos.core.language import gettext as _

STEPS = ("store", "products", "bill", "udhaar", "report", "backup")
# What an entry is about: the guide itself, a step, or that reports were opened.
SUBJECT, GUIDE, REPORTS = "first_step", "guide", "reports"
# In the browser of the owner who takes the steps: every page then leads back to them, and asks nobody for that.
COOKIE = "first_steps"
_log = table(AuditEntry)
_entries = select(_log.c.action, _log.c.subject_id).where(_log.c.subject_type == SUBJECT).order_by(_log.c.number)


@dataclass(frozen=True, slots=True)
class Guide:
    """Whether the owner's pages show the guide, the steps that were skipped, and whether a report was opened."""

    is_shown: bool = False
    skipped: frozenset[str] = frozenset()
    report_opened: bool = False


def guide() -> Guide:
    """How things stand now; a shop that was never guided has the guide put away."""
    last = {row.subject_id: row.action for row in execute(_entries)}
    skipped = frozenset(name for name in STEPS if last.get(name) == "first_step.skipped")
    return Guide(last.get(GUIDE) == "guide.shown", skipped, REPORTS in last)


@one_unit
def show(actor: Actor) -> None:
    """Put the guide on the owner's pages, until everything is done or skipped, or it is put away. Raises Forbidden."""
    actor.require("change_settings")
    if not guide().is_shown:
        audit.record(actor, "guide.shown", SUBJECT, GUIDE)


@one_unit
def put_away(actor: Actor) -> None:
    """Take the guide off the owner's pages. Raises Forbidden."""
    actor.require("change_settings")
    if guide().is_shown:
        audit.record(actor, "guide.put_away", SUBJECT, GUIDE)


@one_unit
def skip(actor: Actor, name: str) -> None:
    """Leave a step out for now. Raises Forbidden, NotFound."""
    actor.require("change_settings")
    if name not in STEPS:
        raise NotFound(_("There is no such step."))
    if name not in guide().skipped:
        audit.record(actor, "first_step.skipped", SUBJECT, name, {"step": name})


@one_unit
def take_up(actor: Actor, name: str) -> None:
    """Bring a step back that was skipped. Raises Forbidden."""
    actor.require("change_settings")
    if name in guide().skipped:
        audit.record(actor, "first_step.taken_up", SUBJECT, name, {"step": name})


def note_report(actor: Actor) -> None:
    """Remember that a report was opened, once, while the guide waits for it; who only reads is refused nothing."""
    now = guide()
    if now.is_shown and not now.report_opened and actor.may("change_settings"):
        # A full disk or a busy shop must not keep a report from its owner.
        with suppress(Busy, DBAPIError):
            _note_report(actor)


@one_unit
def _note_report(actor: Actor) -> None:
    if not guide().report_opened:
        audit.record(actor, "report.first_opened", SUBJECT, REPORTS)
