"""The shop's door as browsers find it: waitress in a thread, which can be shut, fall silent or be slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Flask
from waitress import wasyncore

from pos.serving import Door, listen

LONGEST_STOP_SECONDS = 10
# How soon the thread notices that it should stop or be silent; an answer wakes it at once.
NOTICES_WITHIN_SECONDS = 0.05


class Doorway:
    """One shop on one port. `delay` tells how many seconds a request waits: it is given the method and the path."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._port = 0
        self._stop, self._silent = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self.delay: Callable[[str, str], float] = lambda method, path: 0
        self.open()

    @property
    def address(self) -> str:
        """Where a browser finds the shop."""
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Let people in, at the same port as before."""
        config = replace(self._app.extensions["pos"]["config"], host="127.0.0.1", port=self._port)
        door = listen(self._app, config)
        door.server.application = self._answer
        self._port = door.port
        self._stop.clear()
        self._silent.clear()
        self._thread = threading.Thread(target=self._serve, args=(door,), name="doorway", daemon=True)
        self._thread.start()

    def shut(self) -> None:
        """Pull the plug: connections break, new ones are refused."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join(LONGEST_STOP_SECONDS)
            assert not self._thread.is_alive(), "the server did not stop"
            self._thread = None

    def fall_silent(self) -> None:
        """Take what browsers send and answer nothing, as behind a Wi-Fi that drops everything."""
        self._silent.set()

    def speak_again(self) -> None:
        """Answer again, what was asked meanwhile too."""
        self._silent.clear()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        time.sleep(self.delay(environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return self._app(environ, start_response)

    def _serve(self, door: Door) -> None:
        while not self._stop.is_set():
            if self._silent.is_set():
                self._stop.wait(NOTICES_WITHIN_SECONDS)
            else:
                wasyncore.loop(timeout=NOTICES_WITHIN_SECONDS, use_poll=True, map=door.channels, count=1)
        door.server.task_dispatcher.shutdown(timeout=LONGEST_STOP_SECONDS)
        for channel in list(door.channels.values()):
            with suppress(OSError):
                channel.close()
