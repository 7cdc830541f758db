"""Every picture of the manual: which page it shows, and what is done on it first."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.flows import counter
from tests.pictures.camera import Camera

Screen = Callable[[Camera], None]
# What works out how much is still to pay.
SUM = "**/pay/sum"


def _open(address: str, phone: bool = False) -> Screen:
    def screen(camera: Camera) -> None:
        camera.show(address, phone)

    return screen


def sign_in(camera: Camera) -> None:
    """The door of the shop, for who is not signed in."""
    camera.show("/")
    camera.page.context.clear_cookies()
    camera.show("/sign-in")


def menu(camera: Camera) -> None:
    """The menu on a phone."""
    page = camera.show("/dashboard", phone=True)
    page.locator("details.menu > summary").click()


def search(camera: Camera) -> None:
    """A few letters typed into the search box."""
    page = camera.show("/till/{cart}")
    counter.scan_box(page).fill("tata tea")
    expect(page.locator(".result").first).to_be_visible()


def loose(camera: Camera) -> None:
    """Goods that are weighed ask how much."""
    page = camera.show("/till/{cart}")
    page.locator(".tile", has_text="Toor Dal").first.click()
    camera.cut(page.locator("#weigh_sheet"))
    expect(page.locator("#weigh_sheet")).to_be_visible()


def line(camera: Camera) -> None:
    """A line of the bill, opened to be changed."""
    page = camera.show("/till/{cart}")
    page.locator("#cart .line-about").nth(1).click()
    expect(page.locator("#line_edit")).to_be_visible()
    camera.cut(page.locator("#cart"))


def customer(camera: Camera) -> None:
    """Customers found by three digits of the phone."""
    page = camera.show("/till/{cart}")
    page.keyboard.press("F4")
    page.locator("#customer_sheet input[type=search], #customer_sheet input").first.fill("me")
    expect(page.locator("#customer_sheet .result")).to_have_count(2)
    camera.cut(page.locator("#customer_sheet"))


def payment(camera: Camera) -> None:
    """Cash is typed, and the change stands there."""
    page = camera.show("/till/{cart}/pay")
    with page.expect_response(SUM):
        page.locator("#cash").fill("1000")
    page.wait_for_load_state("networkidle")


def upi(camera: Camera) -> None:
    """The code for exactly the amount."""
    page = camera.show("/till/{cart}/pay")
    page.keyboard.press("F6")
    expect(page.locator("#pay_upi svg, #pay_upi img").first).to_be_visible()
    camera.cut(page.locator("#pay_upi"))


def display(camera: Camera) -> None:
    """What the customer sees meanwhile, on a screen of their own: here in the place of the till's."""
    page = camera.show("/till/display")
    own_window = page.locator("form[action$='/here']")
    own_window.evaluate("form => { form.removeAttribute('data-opens-window'); form.removeAttribute('target'); }")
    own_window.locator("button").click()
    expect(page.locator("#display")).to_be_visible()
    camera.show("/till/{cart}/pay")
    camera.show("/display")
    expect(page.locator(".display-qr")).to_be_visible()


def khata_payment(camera: Camera) -> None:
    """A part in cash, the rest on the khata."""
    page = camera.show("/till/{cart}/pay")
    page.locator("#cash").fill("200")
    with page.expect_response(SUM):
        page.keyboard.press("F3")


def done(camera: Camera) -> None:
    """A bill that was paid: change and what to do next."""
    page = camera.show("/till/{cart}/pay")
    page.locator("#cash").fill("1000")
    counter.finish(page).click()
    counter.done(page)


def returning(camera: Camera) -> None:
    """One piece of the first line comes back."""
    page = camera.show("/sales/{bill}/return")
    with page.expect_response("**/return/preview"):
        page.locator("main input[inputmode]").first.fill("1")


def offline(camera: Camera) -> None:
    """The shop's computer does not answer."""
    page = camera.show("/till/{cart}")
    camera.door.fall_silent()
    expect(page.locator("#offline")).to_be_visible()
    camera.afterwards = camera.door.speak_again


def starter(camera: Camera) -> None:
    """A few prices are typed."""
    page = camera.show("/products/starter")
    for code, price in (("K1101", "52"), ("K1102", "110"), ("K1105", "38")):
        page.locator(f"#price-{code}").fill(price)


def prices(camera: Camera) -> None:
    """A few prices are typed."""
    page = camera.show("/products/prices")
    for place, more in ((0, 2), (1, 3), (3, 5)):
        cell = page.locator("[data-price=cost_price]").nth(place)
        cell.fill(str(int(float(cell.input_value() or 10)) + more))


def help_sheet(camera: Camera) -> None:
    """The help button was pressed."""
    page = camera.show("/products")
    page.keyboard.press("F1")
    expect(page.locator("#help_sheet")).to_be_visible()


# Before anybody owns the shop.
BEFORE: dict[str, Screen] = {"set-up": _open("/set-up")}
# In the first hour of a shop that has an address and nothing on its shelf.
FIRST_HOUR: dict[str, Screen] = {"first-steps": _open("/first-steps"), "starter": starter}
# In their order; what sells comes after what shows the cart.
SCREENS: dict[str, Screen] = {
    "menu": menu,
    "help": help_sheet,
    "till": _open("/till/{cart}"),
    "till-phone": _open("/till/{cart}", phone=True),
    "till-search": search,
    "till-loose": loose,
    "till-line": line,
    "till-customer": customer,
    "offline": offline,
    "payment": payment,
    "payment-upi": upi,
    "display": display,
    "payment-khata": khata_payment,
    "customers": _open("/customers"),
    "customer": _open("/customers/{customer}"),
    "khata": _open("/customers/khata"),
    "promises": _open("/customers/promises"),
    "khata-payment": _open("/customers/{customer}/pay"),
    "statement": _open("/customers/{customer}/statement"),
    "bills": _open("/sales"),
    "bill": _open("/sales/{bill}"),
    "return": returning,
    "void": _open("/sales/{bill}/void"),
    "drawer": _open("/drawer"),
    "drawer-count": _open("/drawer/{drawer}/close"),
    "products": _open("/products"),
    "prices": prices,
    "product": _open("/products/{product}"),
    "product-new": _open("/products/new"),
    "import": _open("/products/import/{import}"),
    "alerts": _open("/products/alerts"),
    "receive": _open("/goods/{receive}"),
    "count": _open("/goods/{count}"),
    "labels": _open("/goods/{labels}"),
    "today": _open("/dashboard"),
    "analytics": _open("/analytics"),
    "reports": _open("/reports"),
    "report": _open("/reports/sales"),
    "settings": _open("/settings"),
    "people": _open("/people"),
    "profile": _open("/profile"),
    "audit": _open("/audit-log"),
    "backups": _open("/backups"),
    "proof": _open("/proof?run=1"),
    "done": done,
    "sign-in": sign_in,
}
