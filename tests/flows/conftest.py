"""Fixtures of the browser flows: a served shop, a tablet before it, and a watch over what should never happen.

`shop_url` is an empty shop that asks to be set up. Who also asks for `shop` or `signed_in_page` gets Asha's shop, open
and with its people. After every flow the books are proved, and the browser's console has had nothing to complain of.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from pos.core.db import db
from pos.reports import books
from tests.conftest import in_context, make_app
from tests.flows import counter
from tests.flows.doorway import Doorway
from tests.flows.goods import Catalogues, catalogues
from tests.flows.watch import Watch
from tests.shop import Shop

HERE = Path(__file__).parent
TABLET: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LONGEST_WAIT_MS = 15_000
CHROMIUM_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
# The address bar, which nobody sees, would draw two pages of its own for every tablet: more work than the shop's pages.
UNSEEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# What Playwright turns off itself: of several lists Chromium takes the last.
TURNED_OFF = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*TURNED_OFF, *UNSEEN))}",
    # A camera that shows a test picture.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# What most flows sell.
SHELF: dict[str, dict[str, Any]] = {
    "Moong Whole 250 Gm": {"code": "M3", "price": "42", "mrp": Decimal(45), "category": "Dals"},
    "Chana Dal (loose)": {"code": "4968", "price": "88", "unit": "kg", "category": "Dals"},
    "Iodised Salt 1 Kg": {"barcode": "8901111111111", "price": "27.65", "mrp": Decimal(30), "category": "Masala"},
    "Butter 100 Gm": {"barcode": "8902222222222", "price": "58", "category": "Dairy"},
    "Chakki Atta 5 Kg": {"barcode": "8903333333333", "price": "245", "mrp": Decimal(275), "category": "Flour"},
}
_apps: dict[str, Flask] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """The browser that bin/test found, or the one of this machine."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "The browser tests need Chromium; CHROMIUM=/path/to/chromium says where it is."
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Chromium is started: the system's own, asking nothing of the internet."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": list(CHROMIUM_FLAGS)}


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """SQLite; a flow that is to run on both engines says so by `parametrize(..., indirect=True)`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop's application as it is served: with CSRF tokens, and without what makes tests easier."""
    if database_url not in _apps:
        _apps[database_url] = make_app(database_url, tmp_path, TESTING=False, WTF_CSRF_ENABLED=True)
    app = _apps[database_url]
    told = app.extensions["pos"]
    told["config"] = replace(told["config"], instance=tmp_path)
    app.instance_path = str(tmp_path)
    yield from in_context(app)


@pytest.fixture
def door(app: Flask) -> Iterator[Doorway]:
    """The served shop; afterwards its books are right to the paisa."""
    door = Doorway(app)
    yield door
    door.shut()
    db.session.rollback()
    assert list(books.differences()) == []


@pytest.fixture
def shop_url(door: Doorway) -> str:
    """Where browsers find the shop."""
    return door.address


@pytest.fixture
def browser_context_args(shop_url: str) -> dict[str, Any]:
    """A ten-inch tablet, held sideways."""
    return {
        "base_url": shop_url,
        "viewport": TABLET,
        "has_touch": True,
        "locale": "en-IN",
        "timezone_id": "Asia/Kolkata",
        "color_scheme": "light",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What browsers complained of; a flow that expects a complaint tells it beforehand."""
    watch = Watch()
    yield watch
    assert watch.complaints == []


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], watch: Watch) -> Callable[..., BrowserContext]:
    """Another browser before the same shop, watched like the first."""

    def opened(**settings: Any) -> BrowserContext:
        context = new_context(**settings)
        context.set_default_timeout(LONGEST_WAIT_MS)
        watch.over(context)
        return context

    expect.set_options(timeout=LONGEST_WAIT_MS)
    return opened


@pytest.fixture
def signed_in_page(page: Page, shop: Shop, shop_url: str) -> Page:
    """The tablet with Asha signed in, who owns the shop; it shows no page yet."""
    sign_in_as(page.context, shop, shop_url, "asha")
    return page


def sign_in_as(context: BrowserContext, shop: Shop, shop_url: str, who: str) -> None:
    """Give the browser a session of this person's, without the way through the sign-in page."""
    name = shop.app.config["SESSION_COOKIE_NAME"]
    cookie = shop.client(who).get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": shop_url}])


@pytest.fixture
def till_page(signed_in_page: Page, shop: Shop) -> Page:
    """Asha at her till, a few goods on the shelf, nothing on the bill yet."""
    shop.settings(tax_rate=Decimal(0), upi_id=counter.UPI_ID)
    for name, values in SHELF.items():
        shop.product(name, **values)
    signed_in_page.goto("/till")
    expect(counter.scan_box(signed_in_page)).to_be_focused()
    return signed_in_page


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Catalogues:
    """The two catalogues of a first day."""
    return catalogues(tmp_path_factory.mktemp("catalogues"))
