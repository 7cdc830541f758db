"""Secrets that the shop makes for itself once and keeps in a file."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(file: Path, make: Callable[[], str]) -> str:
    """What the file holds; what `make` gives when there is no file yet, written for its owner's eyes alone (0600).

    Processes that start together all get the same text, and none reads a file half written. Raises OSError.
    """
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(errors="replace").strip()
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, make())
        _put_in_place(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return file.read_text(errors="replace").strip()


def _write(draft: Path, text: str) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _put_in_place(draft: Path, file: Path) -> None:
    try:
        # A link is refused where the name is taken: whoever comes first, wins, and with a whole file.
        os.link(draft, file)
    except FileExistsError:
        return
    except OSError:
        # A memory card's file system has no links. There the later of two replaces the earlier.
        if not file.exists():
            os.replace(draft, file)
