"""A backup made by a process of its own: neither its work nor its memory is the till's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from pos.backups import kept

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 5


class Job:
    """Makes backups into one folder, one at a time. `environ` is added to this process's environment."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._environ = {**os.environ, **environ}
        self._process: subprocess.Popen[bytes] | None = None
        self._gate = threading.Lock()

    def start(self) -> None:
        """Begin a backup, unless one is being made; what goes wrong stands in the folder afterwards."""
        with self._gate:
            if not self.is_running():
                # Our own command, with nothing in it that anybody typed.
                self._process = subprocess.Popen(  # noqa: S603
                    _command(), cwd=ROOT, env=self._environ, stdout=subprocess.DEVNULL
                )

    def is_running(self) -> bool:
        """True while a backup is being made, by this process or another."""
        return (self._process is not None and self._process.poll() is None) or kept.is_being_made(self.folder)

    def wait(self, seconds: float) -> bool:
        """Wait for the backup that was begun here; True when it is over and good."""
        if self._process is None:
            return False
        try:
            return self._process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False

    def stop(self) -> None:
        """Give up what is being made; it leaves no backup behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _command() -> list[str]:
    # The till comes first, where the system knows an order.
    nice = shutil.which("nice")
    return [*([nice, "-n", "10"] if nice else []), sys.executable, "-m", "flask", "--app", "wsgi", "backup"]
