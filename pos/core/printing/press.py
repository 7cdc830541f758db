"""The server's side of the PDF worker: starts it, hands it pages, replaces it when it dies."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.printing.worker import read_frame, write_frame

STATIC = Path(__file__).resolve().parents[2] / "static"
WORKER = Path(__file__).with_name("worker.py")
LONGEST_SECONDS = 10.0
# Two thousand labels took 12 to 16 s where one receipt takes 0.1.
LONGEST_STACK_SECONDS = 100.0
START_SECONDS = 30.0

log = logging.getLogger("pos.printing")


class NoPdf(PosError):
    """A PDF cannot be made now (503); what it shows is safe, and its HTML page still prints."""

    status = 503
    code = "PDF_UNAVAILABLE"


class Press:
    """One worker process, started when it is first needed; safe to share between threads.

    Pages wait for each other: drawing is all processor time, and the till's fragments need the other core. One that
    does not stay ends its worker after each paper, and takes no memory in between.
    """

    def __init__(self, seconds: float = LONGEST_SECONDS, worker: Path = WORKER, stays: bool = True) -> None:
        self._seconds = seconds
        self._worker = worker
        self._stays = stays
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def pdf(self, size: str, html: str, times: Sequence[int] = ()) -> bytes:
        """The page as a PDF of `size` (80mm, 58mm, a4, a5). Raises NoPdf when it cannot be drawn, or not in time.

        `times` tells how often each of its pages is repeated, where they are.
        """
        return self._made({"size": size, "html": html, "times": list(times)})

    def table(self, table: dict[str, Any]) -> bytes:
        """A table of thousands of rows as a PDF on A4 (see `long_table.pdf`). Raises what `pdf` raises."""
        return self._made({"table": table})

    def _made(self, asked: dict[str, Any]) -> bytes:
        with self._my_turn():
            try:
                return self._drawn(asked)
            finally:
                if not self._stays:
                    self.close()

    def make_ready(self) -> None:
        """Start the worker if none runs. Raises NoPdf where this computer cannot make PDFs."""
        with self._my_turn():
            self._running()

    def warm(self) -> None:
        """Start the worker now and in the background, so that the first receipt does not wait for it."""
        threading.Thread(target=self._warm, name="warm-press", daemon=True).start()

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            _end(process)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._seconds):
            raise NoPdf(_("Too many papers are being made at once. Everything is saved; try again in a moment."))
        try:
            yield
        finally:
            self._turn.release()

    def _warm(self) -> None:
        # Why it could not start is in the log, and in the answer to whoever asks for a PDF.
        with contextlib.suppress(NoPdf), self._turn:
            self._running()

    def _drawn(self, paper: dict[str, Any]) -> bytes:
        asked = json.dumps(paper).encode()
        was_running = self._process is not None
        answer = self._ask(self._running(), asked)
        if answer is None and was_running:
            # It died since the last page, or on this one: a new one gets one try.
            answer = self._ask(self._running(), asked)
        if answer is None or answer[:1] != b"P":
            raise NoPdf(_("The PDF could not be made. Everything is saved: print it from its page in the browser."))
        return answer[1:]

    def _ask(self, process: subprocess.Popen[bytes], asked: bytes) -> bytes | None:
        """The worker's answer; None when it died. Raises NoPdf when it took too long."""
        assert process.stdin is not None
        try:
            write_frame(process.stdin, asked)
        except OSError:
            self.close()
            return None
        return self._answer(process, self._seconds)

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> bytes | None:
        assert process.stdout is not None
        given_up_at = time.monotonic() + seconds
        # Killing it is what ends the read: pipes have no time-out that works on every system.
        alarm = threading.Timer(seconds, process.kill)
        alarm.daemon = True
        alarm.start()
        answer = read_frame(process.stdout)
        alarm.cancel()
        if answer is None:
            log.warning("the PDF worker ended; it will be started again when it is needed")
            self.close()
            if time.monotonic() >= given_up_at:
                raise NoPdf(
                    _("The PDF took too long to make. Everything is saved: print it from its page in the browser.")
                )
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        """The worker, started if there is none in this process (a forked server does not share its parent's)."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        self.close()
        # -P: the worker's own folder is no place to import from.
        command = [sys.executable, "-P", str(self._worker), str(STATIC)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._process, self._owner = process, os.getpid()
        ready = self._answer(process, START_SECONDS)
        if ready != b"R":
            self.close()
            log.warning("PDFs are off: %s", (ready or b"Ethe worker did not start")[1:].decode(errors="replace"))
            raise NoPdf(
                _(
                    "PDFs need the Pango library, which this computer lacks. Everything is saved: print it from its"
                    " page in the browser, or install Pango (see the manual) and try again."
                )
            )
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        # A page may be half sent to a worker that is gone.
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()


the_press = Press()
# For stacks of pages, like labels: no receipt waits behind them.
the_stack_press = Press(LONGEST_STACK_SECONDS, stays=False)
atexit.register(the_press.close)
atexit.register(the_stack_press.close)
