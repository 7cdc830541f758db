"""How old the newest backup is, for whoever asks on a page of another feature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pos.backups import kept
from pos.core import clock
from pos.settings import store


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest backup that was restored for a trial and audited: when it was made (None: there is none).

    `problem` says why the last one failed, if it did.
    """

    made: datetime | None
    is_old: bool
    problem: str | None


def shop_moment(made: datetime) -> datetime:
    """The store's own time that a backup's name carries, as a moment."""
    return made.replace(tzinfo=ZoneInfo(store.current().timezone))


def newest(folder: Path) -> Newest:
    """The newest good backup in a folder, in the store's own time; one that is older than two days is old."""
    found = kept.newest_good(folder)
    made = shop_moment(found.made) if found else None
    return Newest(made, made is None or clock.now() - made > kept.TOO_OLD, kept.problem(folder))
