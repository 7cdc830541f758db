"""Takes every picture of the manual in every language it speaks: `python -m tests.pictures`, or some by a pattern.

The shop is the demo's, from the same seed on the same evening, so that a picture changes only when its screen does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from pos.core import clock
from pos.core.db import db
from pos.manual.chapters import FOLDER, PICTURES
from tests.conftest import make_app
from tests.engines import fresh_database
from tests.flows.conftest import CHROMIUM_FLAGS, chromium
from tests.flows.doorway import Doorway
from tests.pictures import screens
from tests.pictures.camera import Camera
from tests.pictures.evening import EVENING, Evening, prepare


def main(pattern: str = "") -> None:
    """Take the pictures whose names the pattern finds."""
    languages = sorted(one.name for one in FOLDER.iterdir() if one.is_dir() and one != PICTURES)
    with sync_playwright() as playwright, clock.frozen(EVENING):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        for language in languages:
            with _served(None) as (_nobody, door):
                _take(browser, door, None, language, [one for one in screens.BEFORE if re.search(pattern, one)])
            with _served(language) as (evening, door):
                _take(browser, door, evening, language, [one for one in screens.SCREENS if re.search(pattern, one)])
        browser.close()


@contextmanager
def _served(language: str | None) -> Iterator[tuple[Evening | None, Doorway]]:
    """The demo shop that speaks this language; without one, a shop that nobody has set up."""
    with TemporaryDirectory() as instance:
        app = make_app(fresh_database("sqlite"), Path(instance), TESTING=False, WTF_CSRF_ENABLED=True)
        with app.app_context():
            evening = prepare(app, language) if language else None
            door = Doorway(app)
            yield evening, door
            door.shut()
            db.session.remove()
            db.engine.dispose()


def _take(browser: Browser, door: Doorway, evening: Evening | None, language: str, wanted: list[str]) -> None:
    if not wanted:
        return
    camera = Camera(browser, door, evening, PICTURES / language)
    for name in wanted:
        (screens.SCREENS | screens.BEFORE)[name](camera)
        camera.keep(name)
    camera.put_away()


if __name__ == "__main__":
    main(*sys.argv[1:])
