"""Takes a picture of every page, by day and by night, in every language: `python -m tests.flows.every_page FOLDER`.

Nobody commits them: they are for looking at the whole shop at once. A third argument picks addresses by a pattern.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from pos.core.db import db
from pos.core.language import LANGUAGES
from tests.conftest import make_app
from tests.engines import fresh_database
from tests.flows import axe, counter, full_shop
from tests.flows.conftest import CHROMIUM_FLAGS, PHONE, SHELF, TABLET, chromium, sign_in_as
from tests.flows.doorway import Doorway
from tests.shop import Shop, open_shop

SCREENS = {"tablet": TABLET, "phone": PHONE}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def main(folder: Path, pattern: str = "") -> None:
    """Fill a shop, and look at each of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as instance:
        app = make_app(fresh_database("sqlite"), Path(instance), TESTING=False, WTF_CSRF_ENABLED=True)
        with app.app_context():
            shop = open_shop(app, prices_include_tax=True, tax_rate=Decimal(5), upi_id=counter.UPI_ID)
            door = Doorway(app)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
                _look_around(shop, door, browser, [one for one in _addresses(shop) if re.search(pattern, one)], folder)
                browser.close()
            door.shut()
            db.session.remove()
            db.engine.dispose()


def _addresses(shop: Shop) -> list[str]:
    known = full_shop.fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    features = sorted(name for name in shop.app.blueprints if not name.startswith(("api", "health")))
    return [one for feature in features for one in full_shop.addresses(shop, known, feature)] + list(full_shop.MORE)


def _look_around(shop: Shop, door: Doorway, browser: Browser, addresses: list[str], folder: Path) -> None:
    for language, (screen, size), theme in product(LANGUAGES, SCREENS.items(), THEMES):
        shop.settings(language=language)
        context = browser.new_context(
            viewport=size, base_url=door.address, has_touch=True, locale=f"{language}-IN", color_scheme=theme
        )
        sign_in_as(context, shop, door.address, "asha")
        page = context.new_page()
        for address in addresses:
            _take(page, address, folder / f"{_name(address)} {language} {screen} {theme}.png")
        context.close()
        print(f"{len(addresses)} pages: {language}, {screen}, {theme}")


def _take(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=file, full_page=True)
    for problem in (*axe.cut_texts(page), *([f"{axe.sideways(page)} px too wide"] if axe.sideways(page) else ())):
        print(f"{file.stem}: {problem}")


def _name(address: str) -> str:
    """A file's name for an address."""
    return re.sub(r"[/?&=]+", "-", UUID.sub("ID", address)).strip("-")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
