"""Imports of customers: brought in, decided about, looked at, taken over, thrown away.

A shop has hundreds or thousands of customers, not tens of thousands as it has products: a file is judged and taken
while somebody waits. What is known of an import stands as notes beside its file.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from pos.core import clock, idempotency
from pos.core.actor import Actor
from pos.core.errors import NotFound, Refused
from pos.core.ids import uuid7
from pos.core.importing import aside, reading
from pos.core.importing.folder import Folder
from pos.core.importing.row import Row, Unreadable
from pos.core.importing.turns import in_turn
from pos.core.language import gettext as _
from pos.core.text import tidy
from pos.customers.importing import choices, known, taking
from pos.customers.importing.choices import Choices
from pos.customers.importing.columns import HEADERS
from pos.customers.importing.sorting import Sorted, sort_out

NOTE, OUTCOME = "import", "outcome"
FIRST_ROWS = 30
KEPT_DAYS = 14
TRIES = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of a file: its kind in words, its first rows, and every row judged, or why that cannot be."""

    source: str
    first_rows: list[Row]
    result: Sorted | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """One file of customers: its folder, its name, what was decided, and what came of it (None: nothing yet)."""

    id: UUID
    folder: Folder
    file_name: str
    choices: Choices
    outcome: dict[str, Any] | None


def bring_in(actor: Actor, uploads: Path, file_name: str, stream: IO[bytes]) -> UUID:
    """Keep a file of customers and match its columns by their names; nothing is taken over yet.

    Raises Forbidden, and Invalid with what to do when the file is too large, empty or of no use.
    """
    actor.require("edit_customers")
    _clean_away(uploads)
    import_id = uuid7()
    folder = Folder(uploads, import_id)
    folder.receive(stream)
    try:
        first = choices.first_choices(first_rows(folder))
        name = (tidy(PurePath(file_name.replace("\\", "/")).name) or _("unnamed"))[:255]
        folder.note(NOTE, {"file_name": name, "choices": first.as_json(), "at": clock.now().isoformat()})
    except BaseException:
        folder.remove()
        raise
    return import_id


def find(actor: Actor, uploads: Path, import_id: UUID) -> Import:
    """One import. Raises Forbidden, NotFound."""
    actor.require("edit_customers")
    folder = Folder(uploads, import_id)
    note = folder.noted(NOTE)
    if note is None:
        raise NotFound(_("There is no such import."))
    outcome = folder.noted(OUTCOME)
    done = outcome if outcome and outcome["done"] else None
    return Import(import_id, folder, note["file_name"], choices.from_json(note["choices"]), done)


def decide(actor: Actor, uploads: Path, import_id: UUID, given: Mapping[str, Any]) -> bool:
    """Change what was decided about a file; False when nothing changed.

    Raises Forbidden, NotFound, Invalid with every problem, Refused once the file is taken over.
    """
    this = find(actor, uploads, import_id)
    if this.outcome is not None:
        raise Refused(_("This file is taken over already."), code="IMPORT_OVER")
    after = choices.decided(this.choices, given, first_rows(this.folder))
    if after == this.choices:
        return False
    this.folder.note(NOTE, {**(this.folder.noted(NOTE) or {}), "choices": after.as_json()})
    return True


@in_turn()
def look(this: Import) -> Looked:
    """Judge the whole file as it would be taken now; the rows that would not be are kept aside."""
    try:
        table = reading.opened(this.folder.upload, HEADERS.known_names)
        first = first_rows(this.folder)
        if "name" not in this.choices.columns:
            aside.keep(this.folder.aside, [])
            problem = _("Choose which column holds the customers' names.")
            return Looked(table.described(), first, None, problem)
        result = sort_out(table.rows(), this.choices, known.customers())
    except Unreadable as error:
        aside.keep(this.folder.aside, [])
        return Looked("", [], None, error.message)
    aside.keep(this.folder.aside, result.aside)
    return Looked(table.described(), first, result)


def take(actor: Actor, uploads: Path, import_id: UUID) -> dict[str, Any]:
    """Take the file over, once, however often it is asked for; gives its outcome.

    That is how many rows were `new`, `updates`, `left` and `bad`, and what is `owed` in rupees. Raises Forbidden,
    NotFound, Refused when there is nothing to take, or somebody else takes it just now.
    """
    this = find(actor, uploads, import_id)
    if this.outcome is not None:
        return this.outcome
    hold = this.folder.hold()
    if hold is None:
        raise Refused(_("The file is being taken over just now."), code="IMPORT_BUSY")
    try:
        return _taken(actor, this)
    finally:
        hold.let_go()


def _taken(actor: Actor, this: Import) -> dict[str, Any]:
    before = this.folder.noted(OUTCOME)
    if before is not None and idempotency.result_of(taking.SCOPE, str(this.id)):
        # The computer stopped between the commit and the note that it is done.
        return _done(this, before)
    for left in reversed(range(TRIES)):
        looked = look(this)
        if looked.result is None or not looked.result.good:
            nothing = _("There is nothing to take over: every row is left out or bad.")
            raise Refused(looked.problem or nothing, code="NOTHING_TO_TAKE")
        outcome = {**looked.result.counts(), "owed": str(looked.result.owed), "source": looked.source, "done": False}
        this.folder.note(OUTCOME, outcome)
        try:
            taking.take(actor, this.id, this.file_name, looked.result)
        except IntegrityError:
            # Somebody was added in the very moment: the file is judged again, as the shop is now.
            if left:
                continue
            sentence = _("The customers changed again and again while the file was taken over. Start it again.")
            raise Refused(sentence, code="CHANGED_MEANWHILE") from None
        return _done(this, outcome)
    raise AssertionError("unreachable: the last try returns or raises")


def _done(this: Import, outcome: dict[str, Any]) -> dict[str, Any]:
    this.folder.note(OUTCOME, {**outcome, "done": True})
    return outcome


def discard(actor: Actor, uploads: Path, import_id: UUID) -> None:
    """Throw the file away; what was taken over of it stays. Raises Forbidden, NotFound."""
    find(actor, uploads, import_id).folder.remove()


@in_turn()
def first_rows(folder: Folder) -> list[Row]:
    """The file's first rows, in which its header stands. Raises Unreadable."""
    rows = list(itertools.islice(reading.opened(folder.upload, HEADERS.known_names).rows(), FIRST_ROWS))
    if not rows:
        raise Unreadable(_("There are no rows in this file."))
    return rows


def _clean_away(uploads: Path) -> None:
    """Remove the files of imports that nobody touched for two weeks."""
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for path in uploads.iterdir() if uploads.is_dir() else ():
        if path.is_dir() and path.stat().st_mtime < oldest:
            Folder(uploads, UUID(path.name)).remove()
