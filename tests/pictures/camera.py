"""The camera before the shop: a tablet's screen and a phone's, each picture as light as it can be read."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, ViewportSize

from pos.core.language import COOKIE
from tests.flows.conftest import sign_in_as
from tests.flows.doorway import Doorway
from tests.pictures.evening import Evening

TABLET: ViewportSize = {"width": 1180, "height": 760}
PHONE: ViewportSize = {"width": 390, "height": 780}
# Dots of the picture for each dot of the page: letters stay sharp on a good screen.
SHARPNESS = 1.25
QUALITY = 72
# What is left around a part of the screen that is cut out.
MARGIN = 12
# So many shades of 256 are seen as a difference; so few dots of it are not.
SEEN, UNSEEN_DOTS = 40, 10


class Camera:
    """Shows a page on the tablet or the phone, and keeps a picture of it."""

    def __init__(self, browser: Browser, door: Doorway, evening: Evening | None, folder: Path) -> None:
        self.door, self.evening, self._folder = door, evening, folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._tablet, self._phone = self._screen(browser, TABLET), self._screen(browser, PHONE)
        self.page = self._tablet
        self._part: Locator | None = None
        self.afterwards: Callable[[], None] | None = None

    def show(self, address: str, phone: bool = False) -> Page:
        """Open the address ({names} are the evening's ids) and give its page."""
        self.page, self._part = self._phone if phone else self._tablet, None
        self.page.goto(address.format(**(self.evening.ids if self.evening else {})))
        return self.page

    def cut(self, part: Locator) -> None:
        """Keep only this part of the screen."""
        self._part = part

    def keep(self, name: str) -> None:
        """Write what the screen shows."""
        self.page.evaluate("document.fonts.ready")
        self.page.mouse.move(0, 0)
        file = self._folder / f"{name}.webp"
        taken = Image.open(BytesIO(self.page.screenshot(clip=self._clip(), animations="disabled"))).convert("RGB")
        written = BytesIO()
        taken.save(written, format="webp", quality=QUALITY, method=6)
        if not (file.exists() and _look_alike(file, written)):
            file.write_bytes(written.getvalue())
            print(f"{file.parent.name}/{file.name}: {taken.width} x {taken.height}, {file.stat().st_size // 1024} KB")
        if self.afterwards:
            self.afterwards()
            self.afterwards = None

    def put_away(self) -> None:
        """Close both screens."""
        self._tablet.context.close()
        self._phone.context.close()

    def _clip(self) -> FloatRect:
        size = self.page.viewport_size
        assert size is not None
        box = self._part.bounding_box() if self._part else None
        if box is None:
            return {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], self._end())}
        left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
        right = min(size["width"], box["x"] + box["width"] + MARGIN)
        bottom = min(size["height"], box["y"] + box["height"] + MARGIN)
        return {"x": left, "y": top, "width": right - left, "height": bottom - top}

    def _end(self) -> int:
        """Where the page ends: below it there is nothing to see."""
        ends = "Math.max(...[...document.querySelectorAll('main > *')].map(one => one.getBoundingClientRect().bottom))"
        return int(self.page.evaluate(ends)) + 2 * MARGIN

    def _screen(self, browser: Browser, size: ViewportSize) -> Page:
        context: BrowserContext = browser.new_context(
            viewport=size,
            base_url=self.door.address,
            device_scale_factor=SHARPNESS,
            has_touch=True,
            locale="en-IN",
            timezone_id="Asia/Kolkata",
            color_scheme="light",
            reduced_motion="reduce",
        )
        # Who is not signed in sees the language that the browser chose.
        context.add_cookies([{"name": COOKIE, "value": self._folder.name, "url": self.door.address}])
        if self.evening:
            sign_in_as(context, self.evening.shop, self.door.address, "asha")
        return context.new_page()


def _look_alike(file: Path, written: BytesIO) -> bool:
    """True when nobody would see a difference: the edge of a letter may come out another shade at another time."""
    before, after = Image.open(file).convert("L"), Image.open(written).convert("L")
    if before.size != after.size:
        return False
    changed = ImageChops.difference(before, after).point(lambda shade: 255 if shade > SEEN else 0)
    return changed.histogram()[255] <= UNSEEN_DOTS
