"""Takes the pictures of the documentation: `python -m tests.flows.pictures` writes docs/pictures/*.png."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from pos.core.db import db
from pos.sales.checkout import Checkout, CheckoutLine, complete_sale
from pos.till import cart, lines, terms
from tests.conftest import make_app
from tests.engines import fresh_database
from tests.flows import counter
from tests.flows.conftest import CHROMIUM_FLAGS, PHONE, TABLET, chromium, sign_in_as
from tests.flows.doorway import Doorway
from tests.flows.goods import PRICE_LIST
from tests.shop import Shop, open_shop

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# Flat colours and text need no more, and a reader of the manual waits less.
COLOURS = 128
BASKET = ("Iodised Salt 1 Kg", "Masala Noodles 560 Gm", "Garden Tea 100 Gm", "Chakki Atta 5 Kg", "Butter 100 Gm")

BEST_SELLERS = (
    *("Sugar 1 Kg", "Iodised Salt 1 Kg", "Chakki Atta 5 Kg", "Chana Dal (loose)", "Garden Tea 100 Gm"),
    *("Toor Dal 500 Gm", "Butter 100 Gm", "Kolam Rice 1 Kg", "Groundnut Oil 1 L", "Glucose Biscuits 112 Gm"),
    *("Masala Noodles 560 Gm", "Jada Poha 1 Kg", "Curd Cup 400 Gm", "Detergent Bar 145 Gm", "Turmeric Powder 100 Gm"),
    *("Paneer 200 Gm", "Besan 500 Gm", "Neem Soap 100 Gm", "Red Chilli Powder 100 Gm", "Lite Chivda 150 Gm"),
    *("Rava 500 Gm", "Toothpaste Fresh Gel 150 Gm", "Lemon Soda 2.25 L", "Agarbatti Sandal 100 Sticks"),
)


def main() -> None:
    """Open a shop, sell in it, and take a picture of each moment."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as instance, _served(Path(instance)) as (shop, door), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        settings: dict[str, Any] = {"base_url": door.address, "has_touch": True, "locale": "en-IN"}
        tablet = browser.new_context(viewport=TABLET, device_scale_factor=1.5, **settings)
        phone = browser.new_context(viewport=PHONE, device_scale_factor=2, color_scheme="dark", **settings)
        for context in (tablet, phone):
            sign_in_as(context, shop, door.address, "ben")
        _take(tablet.new_page(), phone.new_page(), _day(shop))
        browser.close()


@contextmanager
def _served(instance: Path) -> Iterator[tuple[Shop, Doorway]]:
    app = make_app(fresh_database("sqlite"), instance, TESTING=False, WTF_CSRF_ENABLED=True)
    with app.app_context():
        shop = open_shop(app, prices_include_tax=True, tax_rate=Decimal(0), upi_id=counter.UPI_ID)
        door = Doorway(app)
        yield shop, door
        door.shut()
        db.session.remove()
        db.engine.dispose()


def _day(shop: Shop) -> UUID:
    """Goods on the shelf, a customer who owes, a held bill, and the cart that is being filled."""
    shelf = _shelf(shop)
    chitra = shop.customer("Chitra Rao", credit_limit=Decimal(3000))
    earlier = Checkout((CheckoutLine(shelf["Rice Bran Oil 5 L Jar"], Decimal(1)),), (), customer_id=chitra)
    complete_sale(shop.ben, earlier)
    held = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, held, shelf["Ghee Tin 1 L"])
    cart.hold(shop.ben, held, "Blue shirt")
    cart_id = cart.new_cart(shop.ben, None)
    for name in BASKET:
        lines.add_product(shop.ben, cart_id, shelf[name])
    lines.add_product(shop.ben, cart_id, shelf["Iodised Salt 1 Kg"])
    lines.add_product(shop.ben, cart_id, shelf["Chana Dal (loose)"], None, "20")
    terms.set_customer(shop.ben, cart_id, chitra)
    return cart_id


def _shelf(shop: Shop) -> dict[str, UUID]:
    """The sixty goods of the price list; what every kitchen needs sells best."""
    shelf = {}
    for line in PRICE_LIST.splitlines():
        code, name, pack, price, mrp, category = line.split("|")
        loose = {"unit": "kg"} if "(loose)" in name else {"pack_size": pack}
        sold = 100 - BEST_SELLERS.index(name) if name in BEST_SELLERS else 0
        told = {"code": code or None, "category": category, "mrp": Decimal(mrp), "times_sold": sold, **loose}
        shelf[name] = shop.product(name, price, "48", **told)
    return shelf


def _take(tablet: Page, phone: Page, cart_id: UUID) -> None:
    for page, name in ((tablet, "till"), (phone, "till-phone-dark")):
        page.goto(f"/till/{cart_id}")
        expect(page.locator("#cart .line")).to_have_count(len(BASKET) + 1)
        _picture(page, name)
    tablet.goto(f"/till/{cart_id}/pay")
    tablet.locator("#upi").fill("300")
    tablet.get_by_label("Received").check()
    tablet.locator("#cash").fill("300")
    expect(tablet.locator("#owing")).to_contain_text("Change")
    _picture(tablet, "payment")
    counter.finish(tablet).click()
    counter.done(tablet)
    _picture(tablet, "done")
    tablet.goto("/sales")
    tablet.get_by_role("link", name=counter.BILL_NUMBER).first.click()
    expect(tablet.get_by_role("heading", name=counter.BILL_NUMBER)).to_be_visible()
    _picture(tablet, "bill")


def _picture(page: Page, name: str) -> None:
    """Take the screen as it is, in few enough colours to be light."""
    page.evaluate("document.fonts.ready")
    taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = FOLDER / f"{name}.png"
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {taken.width} x {taken.height}, {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
