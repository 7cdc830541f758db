"""Takes every picture of the manual in every language it speaks: `python -m tests.pictures`, or some by a pattern.

The shop is the demo's, from the same seed on the same evening, so that a picture changes only when its screen does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from pos.core import clock, ids
from pos.core.db import db
from pos.manual.chapters import FOLDER, PICTURES
from tests.conftest import make_app
from tests.engines import fresh_database
from tests.flows.conftest import CHROMIUM_FLAGS, chromium
from tests.flows.doorway import Doorway
from tests.pictures import screens
from tests.pictures.camera import Camera
from tests.pictures.evening import EVENING, Evening, first_hour, one_evening

Prepare = Callable[[Flask, str], Evening | None]
# Nobody owns the shop yet; its first hour; an evening two months later.
MOMENTS: Sequence[tuple[Prepare, Mapping[str, screens.Screen]]] = (
    (lambda _app, _language: None, screens.BEFORE),
    (first_hour, screens.FIRST_HOUR),
    (one_evening, screens.SCREENS),
)


def main(pattern: str = "") -> None:
    """Take the pictures whose names the pattern finds."""
    languages = sorted(one.name for one in FOLDER.iterdir() if one.is_dir() and one != PICTURES)
    with sync_playwright() as playwright, clock.frozen(EVENING):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        for language in languages:
            for prepare, shown in MOMENTS:
                wanted = {name: screen for name, screen in shown.items() if re.search(pattern, name)}
                if wanted:
                    _take(browser, language, prepare, wanted)
        browser.close()


def _take(browser: Browser, language: str, prepare: Prepare, wanted: Mapping[str, screens.Screen]) -> None:
    with _served(prepare, language) as (evening, door):
        camera = Camera(browser, door, evening, PICTURES / language)
        for name, screen in wanted.items():
            screen(camera)
            camera.keep(name)
        camera.put_away()


@contextmanager
def _served(prepare: Prepare, language: str) -> Iterator[tuple[Evening | None, Doorway]]:
    """A shop of its own on a port of its own, at the moment that is to be shown."""
    with TemporaryDirectory() as instance, _counted_ids():
        app = make_app(fresh_database("sqlite"), Path(instance), TESTING=False, WTF_CSRF_ENABLED=True)
        with app.app_context():
            evening = prepare(app, language)
            door = Doorway(app)
            yield evening, door
            door.shut()
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _counted_ids() -> Iterator[None]:
    """Ids that count instead of being drawn: the code to pay by UPI carries one."""
    still = SimpleNamespace(time_ns=lambda: int(EVENING.timestamp()) * 10**9)
    same = SimpleNamespace(urandom=bytes)
    with patch.object(ids, "time", still), patch.object(ids, "os", same), patch.object(ids, "_last", 0):
        yield


if __name__ == "__main__":
    main(*sys.argv[1:])
