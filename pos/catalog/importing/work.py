"""The long work on an import, in the background, so that the till goes on: the dry run, and taking over.

Whoever works on an import holds its folder, in whichever process; a hold ends with its process. How far the work has
come stands in a note beside the file, so that any process can show it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from pos.catalog.importing import choices, imports, preview, taking
from pos.catalog.importing.choices import Choices
from pos.catalog.importing.sorting import Sorted
from pos.core.actor import Actor
from pos.core.errors import PosError, Refused
from pos.core.importing.folder import Folder, Hold
from pos.core.language import gettext as _
from pos.core.language import speaking

log = logging.getLogger("pos.imports")

PROGRESS = "progress"
TRIES = 3
SECONDS_BETWEEN_NOTES = 0.2
LONGEST_PATIENCE_SECONDS = 3.0
# Judging and writing take about equally long; reading comes first.
SHARE_OF_READING = 60
Inside = Callable[[], AbstractContextManager[Any]]
# Hears how much is done, in percent.
Percent = Callable[[int], None]


class Worker:
    """Works on imports in the background. `inside` opens the application's context in a thread of its own."""

    def __init__(self, uploads: Path, inside: Inside) -> None:
        self._uploads, self._inside = uploads, inside

    def look(self, actor: Actor, import_id: UUID, wait: float = 0) -> bool:
        """See that the file is judged under its present choices; True when that is done already, or within the wait.

        A file that somebody works on, now, in any process, is left to them. `wait` is in seconds.
        """
        folder = Folder(self._uploads, import_id)
        wanted = choices.from_json(imports.find(actor, import_id).choices).seen_by(actor)
        if _is_judged(folder, wanted):
            return True
        hold = folder.hold()
        if hold is not None:
            self._start(actor, folder, hold, lambda: _judge(folder, wanted), wait)
        return _is_judged(folder, wanted)

    def take(self, actor: Actor, import_id: UUID, wait: float = 0) -> None:
        """Take the file over, once, however often it is asked for.

        Raises Forbidden, NotFound, and Refused while the file is still being read.
        """
        folder = Folder(self._uploads, import_id)
        hold = _hold_for_taking(actor, folder, import_id)
        if hold is None:
            return
        try:
            began = imports.begin(actor, import_id)
        except BaseException:
            hold.let_go()
            raise
        if began:
            self._start(actor, folder, hold, lambda: _take(actor, folder, import_id), wait)
        else:
            hold.let_go()

    def _start(self, actor: Actor, folder: Folder, hold: Hold, job: Callable[[], None], wait: float) -> None:
        folder.forget(PROGRESS)

        def work() -> None:
            try:
                with self._inside(), speaking(actor.language):
                    job()
            finally:
                hold.let_go()

        # A daemon: closing the shop waits for nobody, and what was not committed never was.
        thread = threading.Thread(target=work, name="import", daemon=True)
        thread.start()
        thread.join(wait)


def _hold_for_taking(actor: Actor, folder: Folder, import_id: UUID) -> Hold | None:
    """The right to work on an import, or None when somebody takes it over already."""
    patience = time.monotonic() + LONGEST_PATIENCE_SECONDS
    while (hold := folder.hold()) is None:
        # Another click may hold it, and mark it as running in the next moment.
        if imports.find(actor, import_id).status not in imports.OPEN:
            return None
        if time.monotonic() > patience:
            raise Refused(_("The file is being read just now. Wait a moment, then take it over."), code="IMPORT_BUSY")
        time.sleep(0.05)
    return hold


def percent_done(folder: Folder) -> int:
    """How far the work has come, 0 to 100; 0 when nobody has said."""
    note = folder.noted(PROGRESS)
    return int(note["percent"]) if note else 0


def take_now(actor: Actor, folder: Folder, import_id: UUID, told: Percent) -> dict[str, Any]:
    """Take a running import over, here and now; gives its outcome.

    `told` hears how much is done. Raises PosError; the import is then still running.
    """
    row = imports.find(actor, import_id)
    decided = choices.from_json(row.choices).seen_by(actor)
    this = taking.Import(import_id, row.file_name, actor)
    for left in reversed(range(TRIES)):
        result, source = _judged(folder, decided, told)
        outcome = {**result.counts(), "source": source}
        goods = taking.made_ready(this, result)
        try:
            taking.take(this, goods, outcome, _telling_writing(told, goods.to_write))
        except IntegrityError:
            if not left:
                sentence = _("The products changed again and again while the file was taken over. Start it again.")
                raise Refused(sentence, code="CHANGED_MEANWHILE") from None
            # Somebody added or changed a product in the very moment: the file is judged again, as the shop is now.
            continue
        return outcome
    raise AssertionError("unreachable: the last try returns or raises")


def _judged(folder: Folder, decided: Choices, told: Percent) -> tuple[Sorted, str]:
    result = preview.dry_run(folder, decided, lambda done, of: told(SHARE_OF_READING * done // max(of, done, 1)))
    findings = folder.noted(preview.FINDINGS) or {}
    if result is None:
        raise Refused(findings["error"], code="UNREADABLE_FILE")
    if not result.good:
        raise Refused(_("There is nothing to take over: every row is left out or bad."), code="NOTHING_TO_TAKE")
    return result, findings["source"]


def _telling_writing(told: Percent, of: int) -> Callable[[int], None]:
    return lambda done: told(SHARE_OF_READING + (100 - SHARE_OF_READING) * done // max(of, 1))


def _judge(folder: Folder, decided: Choices) -> None:
    note = _note(folder)
    try:
        preview.dry_run(folder, decided, lambda done, of: note(100 * done // max(of, done, 1)))
    except Exception:
        log.exception("an import could not be read")
        sentence = _("The file could not be read. What went wrong was written to the log.")
        folder.note(preview.FINDINGS, {"choices": decided.as_json(), "error": sentence})


def _take(actor: Actor, folder: Folder, import_id: UUID) -> None:
    try:
        take_now(actor, folder, import_id, _note(folder))
    except PosError as error:
        imports.fail(import_id, error.message)
    except Exception:
        log.exception("an import failed")
        imports.fail(import_id, _("Something went wrong on our side; it was written to the log."))


def _is_judged(folder: Folder, wanted: Choices) -> bool:
    findings = folder.noted(preview.FINDINGS)
    return findings is not None and findings["choices"] == wanted.as_json()


def _note(folder: Folder) -> Percent:
    """Writes down how far the work has come, a few times in a second."""
    last = [0.0]

    def note(percent: int) -> None:
        if time.monotonic() - last[0] > SECONDS_BETWEEN_NOTES:
            last[0] = time.monotonic()
            folder.note(PROGRESS, {"percent": percent})

    return note
