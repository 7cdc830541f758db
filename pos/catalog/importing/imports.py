"""Imports as the shop keeps them: brought in, decided about, begun, ended, thrown away."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from pos.accounts.models import User
from pos.catalog.importing import choices, preview
from pos.catalog.importing.choices import Choices
from pos.catalog.importing.columns import HEADERS
from pos.catalog.models import ProductImport
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import execute, one_unit, table
from pos.core.errors import NotFound, Refused
from pos.core.ids import uuid7
from pos.core.importing.folder import Folder
from pos.core.language import gettext as _
from pos.core.text import tidy

KEPT_DAYS = 14
OPEN = ("preview", "failed")
_imports = table(ProductImport)
_users = table(User)
_select = select(_imports, _users.c.full_name.label("person")).outerjoin(_users, _users.c.id == _imports.c.created_by)


def bring_in(actor: Actor, uploads: Path, file_name: str, stream: IO[bytes]) -> UUID:
    """Keep a file of products and match its columns by their names; nothing is taken over yet.

    Raises Forbidden, and Invalid with what to do when the file is too large, empty or of no use.
    """
    actor.require("edit_products")
    clean_away(uploads)
    import_id = uuid7()
    folder = Folder(uploads, import_id)
    folder.receive(stream)
    try:
        first = choices.first_choices(preview.first_rows(folder)).seen_by(actor)
        _add(actor, import_id, _named(file_name), first)
    except BaseException:
        folder.remove()
        raise
    return import_id


def find(actor: Actor, import_id: UUID) -> Row[Any]:
    """One import, with its `person`'s name. Raises NotFound; what others brought in, only the owner sees."""
    row: Row[Any] | None = execute(_visible(actor).where(_imports.c.id == import_id)).first()
    if row is None:
        raise NotFound(_("There is no such import."))
    return row


def recent(actor: Actor, most: int = 8) -> Sequence[Row[Any]]:
    """The imports of late that this person may see, newest first."""
    rows: Sequence[Row[Any]] = execute(
        _visible(actor).where(_imports.c.status != "discarded").order_by(_imports.c.id.desc()).limit(most)
    ).all()
    return rows


def decide(actor: Actor, uploads: Path, import_id: UUID, given: Mapping[str, Any]) -> bool:
    """Change what was decided about a file; another row of names matches the columns anew. False when nothing changed.

    Raises Forbidden, NotFound, Invalid with every problem, and Refused once the file is being taken over.
    """
    actor.require("edit_products")
    row = find(actor, import_id)
    before = choices.from_json(row.choices)
    after = choices.decided(before, given).seen_by(actor)
    if after.header != before.header:
        names = HEADERS.columns_under(after.header, preview.first_rows(Folder(uploads, import_id)))
        after = replace(after, columns=names).seen_by(actor)
    if after == before and row.status in OPEN:
        return False
    _change(import_id, choices=after.as_json(), status="preview")
    return True


def discard(actor: Actor, uploads: Path, import_id: UUID) -> None:
    """Throw a file away that was not taken over. Raises Forbidden, NotFound, Refused when it is read or over."""
    actor.require("edit_products")
    find(actor, import_id)
    folder = Folder(uploads, import_id)
    hold = folder.hold()
    if hold is None:
        raise Refused(_("The file is being read just now. Wait a moment, then discard it."), code="IMPORT_BUSY")
    try:
        _change(import_id, status="discarded")
        folder.remove()
    finally:
        hold.let_go()


@one_unit
def begin(actor: Actor, import_id: UUID) -> bool:
    """Mark an import as running; False when it runs or is over already, so that a second click does nothing.

    Raises Forbidden, NotFound.
    """
    actor.require("edit_products")
    find(actor, import_id)
    running = _still_open(import_id).values(status="running", outcome=None, updated_at=clock.now())
    began: bool = execute(running).rowcount == 1
    return began


@one_unit
def fail(import_id: UUID, reason: str) -> None:
    """Say why a running import came to nothing; one that is over stays as it is."""
    failed = update(_imports).where(_imports.c.id == import_id, _imports.c.status == "running")
    execute(failed.values(status="failed", outcome=json.dumps({"reason": reason}), updated_at=clock.now()))


def settled(actor: Actor, uploads: Path, row: Row[Any]) -> Row[Any]:
    """The import as it truly stands: one that runs while nobody works on it died with the server, and has failed."""
    if row.status != "running":
        return row
    hold = Folder(uploads, row.id).hold()
    if hold is None:
        return row
    try:
        # What was written, was written together with the status: a status that is still "running" means nothing was.
        fail(row.id, _("The shop's computer was stopped in the middle. Nothing was taken over; start it again."))
    finally:
        hold.let_go()
    return find(actor, row.id)


def clean_away(uploads: Path) -> None:
    """Remove the files of imports that nobody touched for two weeks; their outcome stays written down."""
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for path in uploads.iterdir() if uploads.is_dir() else ():
        if path.is_dir() and path.stat().st_mtime < oldest:
            _clean(path)


def _clean(path: Path) -> None:
    try:
        folder = Folder(path.parent, UUID(path.name))
    except ValueError:
        return
    hold = folder.hold()
    if hold is not None:
        with suppress(Refused):
            _change(UUID(path.name), status="discarded")
        folder.remove()
        hold.let_go()


@one_unit
def _add(actor: Actor, import_id: UUID, file_name: str, first: Choices) -> None:
    now = clock.now()
    row = {"id": import_id, "file_name": file_name, "status": "preview", "choices": first.as_json()}
    execute(insert(_imports), {**row, "created_by": actor.id, "created_at": now, "updated_at": now})


def _named(file_name: str) -> str:
    return (tidy(PurePath(file_name.replace("\\", "/")).name) or _("unnamed"))[:255]


def _visible(actor: Actor) -> Any:
    return _select if actor.may("see_costs") else _select.where(_imports.c.created_by == actor.id)


def _still_open(import_id: UUID) -> Any:
    return update(_imports).where(_imports.c.id == import_id, _imports.c.status.in_(OPEN))


@one_unit
def _change(import_id: UUID, **values: Any) -> None:
    if execute(_still_open(import_id).values(**values, updated_at=clock.now())).rowcount != 1:
        raise Refused(_("This import is running or over already; nothing of it can be changed."), code="IMPORT_OVER")
