"""A backup that was kept elsewhere comes back into the folder: looked through first, under its own name."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from pos.backups import kept, reopening, sealing
from pos.core import audit
from pos.core.actor import Actor
from pos.core.db import one_unit
from pos.core.errors import Invalid
from pos.core.language import gettext as _
from pos.settings import store


def bring_in(actor: Actor, folder: Path, stream: IO[bytes], file_name: str, key: str | None) -> kept.Backup:
    """Keep a backup file among the others; gives it.

    A locked one is looked through where `key` opens it, otherwise taken as it is. Raises Forbidden for all but the
    owner, Invalid for a file that is empty or there already, Refused for one that is damaged or no backup.
    """
    actor.require("change_settings")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bringing-", dir=folder) as place:
        file = Path(place) / "brought"
        with file.open("wb") as out:
            shutil.copyfileobj(stream, out)
            os.fsync(out.fileno())
        if not file.stat().st_size:
            raise Invalid(_("Choose the file of a backup."), field="file")
        name = _name(file, Path(file_name.replace("\\", "/")).name, key, folder)
        if (folder / name).exists():
            raise Invalid(_("%(name)s is in the list already.", name=name), field="file")
        file.chmod(0o600)
        os.replace(file, folder / name)
    _note(actor, name)
    found = kept.find(folder, name)
    assert found is not None
    return found


def _name(file: Path, given: str, key: str | None, folder: Path) -> str:
    own = given if kept.NAME.fullmatch(given) else None
    if sealing.is_sealed(file) and not sealing.can_open(key):
        if own is None or not own.endswith(sealing.ENDING):
            raise Invalid(_("Give the file the name that it had, like backup_20261123_020000.zip.age."), field="file")
        return own
    facts = reopening.looked_through(file, key, folder)
    made = datetime.fromisoformat(facts.made_at).astimezone(ZoneInfo(store.current().timezone))
    ending = sealing.ENDING if sealing.is_sealed(file) else ""
    named = own is not None and own.endswith(sealing.ENDING) == bool(ending)
    return own if own and named else kept.name_for(made, is_good=True) + ending


@one_unit
def _note(actor: Actor, name: str) -> None:
    audit.record(actor, "backup.brought_in", "backup", None, {"file": name})
