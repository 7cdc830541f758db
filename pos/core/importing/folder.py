"""Where an import's file and what was found in it lie: `uploads/<import id>` in the instance folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from pos.core.errors import Invalid
from pos.core.language import gettext as _

LARGEST_FILE_MEGABYTES = 10
CHUNK_BYTES = 64 * 1024


class Folder:
    """One import's folder. Its files are small notes in JSON beside the upload, each replaced as a whole."""

    def __init__(self, uploads: Path, import_id: UUID) -> None:
        self.path = uploads / str(import_id)
        self.upload = self.path / "upload"
        self.aside = self.path / "left_out.csv"

    def receive(self, stream: IO[bytes]) -> None:
        """Keep the file as it came. Raises Invalid when it is empty or too large; then nothing is left of it."""
        self.path.mkdir(parents=True, mode=0o700)
        try:
            self._write(stream)
        except BaseException:
            self.remove()
            raise

    def _write(self, stream: IO[bytes]) -> None:
        size = 0
        with self.upload.open("wb") as out:
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if size > LARGEST_FILE_MEGABYTES * 1024 * 1024:
                    sentence = _("The file is larger than %(most)s MB. Split it, and upload one part after the other.")
                    raise Invalid(sentence % {"most": LARGEST_FILE_MEGABYTES}, code="TOO_LARGE", field="file")
                out.write(chunk)
        if not size:
            raise Invalid(_("The file is empty."), field="file")

    def note(self, name: str, content: dict[str, Any]) -> None:
        """Write a note that other processes may read at any moment."""
        draft = self.path / f".{name}.{os.getpid()}"
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self.path / f"{name}.json")

    def noted(self, name: str) -> dict[str, Any] | None:
        """The note of this name, or None when nobody has written it."""
        try:
            content: dict[str, Any] = json.loads((self.path / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return content

    def forget(self, *names: str) -> None:
        """Throw notes away."""
        for name in names:
            (self.path / f"{name}.json").unlink(missing_ok=True)

    def hold(self) -> Hold | None:
        """The right to work on this import, or None while somebody else, in any process, has it."""
        self.path.mkdir(parents=True, mode=0o700, exist_ok=True)
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return Hold(handle)

    def remove(self) -> None:
        """Leave nothing of this import on the disk."""
        shutil.rmtree(self.path, ignore_errors=True)


class Hold:
    """The right to work on an import. The engine room gives it back by itself when the process dies."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def let_go(self) -> None:
        """Let somebody else work on it; twice does no harm."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
