"""One whole day at one till: float, twenty bills of all kinds, two returns, a void, khata, tea, ten rupees short."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from pos.catalog.models import Product
from pos.customers.models import Customer
from tests.flows import counter
from tests.sales.test_drawer_pages import words_of
from tests.shop import Shop

MOONG, SALT, BUTTER, ATTA, DAL = "M3", "8901111111111", "8902222222222", "8903333333333", "4968"
PRICES = {MOONG: "42", SALT: "27.65", BUTTER: "58", ATTA: "245"}
FLOAT, TEA, KHATA_PAID, SHORT = Decimal(500), Decimal(30), Decimal(100), Decimal(10)
# ₹1,589 in notes and coins.
COUNTED = {500: 3, 50: 1, 20: 1, 10: 1, 5: 1, 2: 2}


@dataclass(frozen=True)
class OneBill:
    """What is scanned, what that comes to by hand, and what the customer hands over by each way of paying.

    `loose` answers the question of loose goods: a weight, or rupees' worth. `off` is a discount on the bill, `each` one
    on each piece. What is not handed over goes on Chitra's khata.
    """

    scans: tuple[str, ...]
    total: str
    cash: str = "0"
    upi: str = "0"
    card: str = "0"
    loose: str = ""
    off: str = ""
    each: str = ""
    on_khata: bool = False

    @property
    def cash_kept(self) -> Decimal:
        """What of the cash is no change."""
        return min(Decimal(self.cash), Decimal(self.total) - Decimal(self.upi) - Decimal(self.card))

    @property
    def credit(self) -> Decimal:
        """What stays to be paid."""
        return Decimal(self.total) - self.cash_kept - Decimal(self.upi) - Decimal(self.card)


TO_VOID, TO_RETURN, TO_KHATA = 4, 12, 6
BILLS = (
    OneBill((BUTTER,), "58", cash="58"),
    OneBill((MOONG,), "42", cash="50"),
    OneBill((ATTA,), "245", upi="245"),
    OneBill((ATTA, BUTTER), "303", card="303"),
    OneBill((ATTA, MOONG), "287", upi="200", cash="100"),
    OneBill((ATTA,), "245", on_khata=True),
    OneBill((BUTTER,), "58", cash="20", on_khata=True),
    OneBill((DAL,), "30.80", cash="50", loose="350 g"),
    OneBill((DAL,), "20", cash="20", loose="₹20"),
    OneBill((BUTTER,), "53", cash="60", off="5"),
    OneBill((ATTA,), "220.50", upi="220.50", off="10%"),
    OneBill((MOONG, MOONG), "81", cash="100", each="1.50"),
    OneBill((SALT, SALT, SALT), "82.95", cash="100"),
    OneBill((ATTA, BUTTER, MOONG), "345", cash="100", upi="145", card="100"),
    OneBill((SALT,), "27.65", upi="27.65"),
    OneBill((SALT, SALT), "55.30", cash="60"),
    OneBill((SALT, SALT), "55.30", cash="55.30"),
    OneBill((SALT, SALT, BUTTER), "113.30", cash="200"),
    OneBill((ATTA,), "245", cash="500"),
    OneBill((MOONG, BUTTER), "100", cash="100"),
)


@pytest.mark.slow
def test_a_day_ends_with_a_z_report_right_to_the_paisa(till_page: Page, shop: Shop) -> None:
    page = till_page
    shop.settings(cash_sessions_enabled=True)
    chitra = shop.customer("Chitra Rao", "9876543210", credit_limit=Decimal(3000))
    _opens_the_drawer(page)
    numbers = [_sells(page, one) for one in BILLS]
    assert [int(number[-6:]) for number in numbers] == list(range(1, 21))

    _takes_back(page, numbers[TO_RETURN], "Iodised Salt 1 Kg", "Cash", spoiled=True)
    _takes_back(page, numbers[TO_KHATA], "Butter 100 Gm", "Khata", spoiled=False)
    _voids(page, numbers[TO_VOID])
    _takes_khata_payment(page, chitra)
    _takes_out_for_tea(page)
    _closes_short(page)
    _the_z_report_is_right(page)
    _the_shelves_and_the_khata_are_right(shop, chitra)
    proof = shop.app.test_cli_runner().invoke(args=["audit"])
    assert (proof.exit_code, "right" in proof.output) == (0, True), proof.output


def _opens_the_drawer(page: Page) -> None:
    page.goto("/till")
    page.get_by_role("link", name="The drawer of Till 1 is not open").tap()
    page.get_by_label("Cash in the drawer now").fill(str(FLOAT))
    page.get_by_role("button", name="Open the drawer").tap()
    expect(page.get_by_text("of it the float")).to_be_visible()
    page.goto("/till")


def _sells(page: Page, one: OneBill) -> str:
    """Scan, take off, take the money; gives the bill's number, and stands at the next bill."""
    # A hand is never so fast that the scripts are not there yet; a test is.
    page.wait_for_load_state()
    expect(counter.scan_box(page)).to_be_focused()
    for code in one.scans:
        counter.scan(page, code)
    if one.loose:
        _answers(page, one.loose)
    _takes_off(page, one)
    expect(counter.total(page)).to_have_text(counter.shown(Decimal(one.total)))
    if one.on_khata:
        counter.choose_customer(page, "543", "Chitra Rao")
    counter.pay(page)
    if one.on_khata:
        page.get_by_label("Rest on khata").check()
    for way in ("upi", "card", "cash"):
        if Decimal(getattr(one, way)):
            page.locator(f"#{way}").fill(getattr(one, way))
    if Decimal(one.upi):
        page.get_by_label("Received").check()
    counter.finish(page).tap()
    number, told = counter.done(page)
    assert told == counter.shown(one.credit or Decimal(one.cash) - one.cash_kept)
    page.keyboard.press("Enter")
    expect(page).to_have_url(counter.TILL)
    return number


def _answers(page: Page, how_much: str) -> None:
    sheet = page.get_by_role("dialog", name="Chana Dal (loose)")
    if how_much.startswith("₹"):
        sheet.get_by_role("button", name=how_much).tap()
    else:
        sheet.get_by_label("Weight").fill(how_much)
        page.keyboard.press("Enter")


def _takes_off(page: Page, one: OneBill) -> None:
    if one.off:
        page.keyboard.press("F6")
        sheet = page.get_by_role("dialog", name="Discount and note")
        sheet.get_by_label("Discount", exact=True).fill(one.off)
        page.keyboard.press("Enter")
        expect(sheet).to_have_count(0)
    if one.each:
        page.locator("#cart .line-about").tap()
        page.get_by_label("Discount per pcs").fill(one.each)
        page.keyboard.press("Enter")


def _finds(page: Page, number: str) -> None:
    page.goto("/sales")
    page.get_by_label("Search bills").fill(number)
    expect(page.locator("#bills tbody tr")).to_have_count(1)
    page.get_by_role("link", name=number).tap()
    expect(page.get_by_role("heading", name=number)).to_be_visible()


def _takes_back(page: Page, number: str, name: str, to: str, spoiled: bool) -> None:
    """One of it comes back; ends at the credit note."""
    _finds(page, number)
    page.get_by_role("link", name="Return").tap()
    page.get_by_label(f"How much of {name} comes back").fill("1")
    if spoiled:
        page.get_by_label("Spoiled").check()
    page.get_by_label(to, exact=True).check()
    expect(page.locator("#return-preview .grand")).to_be_visible()
    page.get_by_label("Reason").fill("Torn packet")
    page.get_by_role("button", name="Take the goods back").tap()
    expect(page.get_by_role("heading", name=re.compile(r"^CRN-\d{4}-\d{6}$"))).to_be_visible()


def _voids(page: Page, number: str) -> None:
    _finds(page, number)
    page.get_by_role("link", name="Void").tap()
    page.get_by_label("Reason").fill("Billed twice")
    page.get_by_role("button", name="Void the bill").tap()
    expect(page.get_by_text("The bill is void. Give back: Cash ₹87.00, UPI ₹200.00.")).to_be_visible()


def _takes_khata_payment(page: Page, chitra: UUID) -> None:
    page.goto(f"/customers/{chitra}/pay")
    page.get_by_label("Amount").fill(str(KHATA_PAID))
    page.get_by_label("Cash", exact=True).check()
    page.get_by_role("button", name="Take payment").tap()
    expect(page.get_by_role("heading", name=re.compile("^RCPT-"))).to_be_visible()


def _takes_out_for_tea(page: Page) -> None:
    page.goto("/drawer")
    page.get_by_role("link", name="Cash out").tap()
    page.get_by_label("Amount").fill(str(TEA))
    page.get_by_label("What for").fill("Tea")
    page.get_by_role("button", name="Take out").tap()
    expect(page.get_by_text("₹30.00 taken out.")).to_be_visible()


def _closes_short(page: Page) -> None:
    page.get_by_role("link", name="Count and close").tap()
    for worth, pieces in COUNTED.items():
        page.get_by_label(f"₹{worth} ×", exact=True).fill(str(pieces))
    expect(page.locator("#drawer-count .short")).to_contain_text(counter.shown(-SHORT))
    page.get_by_role("button", name="Close the drawer").tap()
    expect(page.get_by_text("Say what may have caused the difference.")).to_be_visible()
    page.get_by_label("Note").fill("Change given wrong")
    page.get_by_role("button", name="Close the drawer").tap()
    expect(page.get_by_role("heading", name="Z report 1", exact=True).first).to_be_visible()


def _sum(way: str) -> Decimal:
    return sum((Decimal(getattr(one, way)) for one in BILLS), Decimal(0))


def _rows() -> list[tuple[str, Decimal]]:
    """Every line of the Z report, from what was done this day."""
    void, salt, butter = BILLS[TO_VOID], Decimal(PRICES[SALT]), Decimal(PRICES[BUTTER])
    assert (BILLS[TO_KHATA].total, butter) == ("58", 58)
    cash, given_back = _sum("cash_kept"), salt + void.cash_kept
    expected = FLOAT + cash - given_back + KHATA_PAID - TEA
    assert expected == 1599
    in_cash = [("For bills", cash), ("On the khata", KHATA_PAID), ("Given back", -given_back)]
    by_upi = [("For bills", _sum("upi")), ("Given back", -Decimal(void.upi))]
    return [
        ("Sold", _sum("total")),
        ("of which on khata", _sum("credit")),
        ("of which void", Decimal(void.total)),
        *in_cash,
        ("Comes to", cash + KHATA_PAID - given_back),
        *by_upi,
        ("Comes to", _sum("upi") - Decimal(void.upi)),
        ("For bills", _sum("card")),
        ("Comes to", _sum("card")),
        ("Float", FLOAT),
        ("Cash handed over", _sum("cash")),
        ("Change given", cash - _sum("cash")),
        *in_cash[1:],
        ("Out: Tea", -TEA),
        ("Counted", expected - SHORT),
        ("Short", -SHORT),
        *((f"₹{worth} × {pieces}", Decimal(worth * pieces)) for worth, pieces in COUNTED.items()),
    ]


def _the_z_report_is_right(page: Page) -> None:
    paper = page.locator("article.receipt")
    shown = [_row(line) for line in paper.locator("p.n").all_inner_texts()]
    assert shown == _rows()
    expect(paper.locator(".total")).to_contain_text("1,599.00")
    for words in ("20 bills", "1 of them void", "Note: Change given wrong", "Asha Patil"):
        expect(paper).to_contain_text(words)
    address = page.get_by_role("link", name="PDF").get_attribute("href") or ""
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    roll = words_of(answer.body())
    for label, figure in _rows():
        assert f"{label} {figure:,.2f}" in roll
    expect(page.get_by_role("link", name="80 mm")).to_have_attribute("aria-current", "page")


def _row(line: str) -> tuple[str, Decimal]:
    """What a line of the paper says: its words, and its figure."""
    words = re.sub(r"[\s\u2007]+", " ", line).replace("- ", "-").strip()
    label, figure = words.rsplit(" ", 1)
    return label, Decimal(figure.replace(",", "").replace("−", "-"))


def _the_shelves_and_the_khata_are_right(shop: Shop, chitra: UUID) -> None:
    sold = [code for place, one in enumerate(BILLS) for code in one.scans if place != TO_VOID]
    left = {row.barcode or row.code: row.stock_quantity for row in shop.rows(Product)}
    # The spoiled salt stays off the shelf; the butter is back on it.
    assert {code: 100 - left[code] for code in PRICES} == {
        code: sold.count(code) - (1 if code == BUTTER else 0) for code in PRICES
    }
    assert left[DAL] == 100 - Decimal("0.350") - (Decimal(20) / 88).quantize(Decimal("0.001"))
    assert shop.row(Customer, chitra).credit_balance == _sum("credit") - Decimal(PRICES[BUTTER]) - KHATA_PAID
