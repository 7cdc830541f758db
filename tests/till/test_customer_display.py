"""What a customer's display shows from one moment to the next, and what it costs the shop to ask every second."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from pos.accounts import own_pin, users
from pos.accounts.models import SignInSession
from pos.accounts.sessions import SEEN_EVERY
from pos.core import clock
from pos.customers.khata import open_balance
from pos.sales import drawer
from pos.settings import logo
from pos.till import cart, lines, terms
from tests.shop import PASSWORD, Shop, person
from tests.till.at_the_display import counter, noted, offered_code, on_the_shelf, read
from tests.till.at_the_till import HTMX, cart_with


@pytest.fixture(autouse=True)
def soap_and_tea(shop: Shop) -> None:
    on_the_shelf(shop)


def test_between_customers_it_greets_with_the_shops_name_and_logo(shop: Shop) -> None:
    at = counter(shop)
    assert (
        at.shows() == f"{shop.app.jinja_env.globals['store_name']} Welcome One moment, please. This goes on by itself."
    )
    picture = BytesIO()
    Image.new("RGB", (64, 32), "red").save(picture, "PNG")
    logo.set_logo(shop.asha, BytesIO(picture.getvalue()))
    assert at.poll().status_code == 204
    assert 'class="display-logo"' in at.display.get("/display").text


def test_each_scan_shows_with_the_total_and_the_last_line_stands_out(shop: Shop) -> None:
    at = counter(shop)
    seen = at.next_look()
    at.scan("1")
    at.scan("2")
    at.scan("1")
    changed = at.display.get(seen, headers=HTMX)
    assert changed.status_code == 200
    assert "Tea 1 × ₹12.50 ₹12.50 Soap 2 × ₹40.00 ₹80.00" in read(changed)
    assert "3 items ₹92.50" in read(changed)
    assert "Total ₹92.50" in read(changed)
    assert "You save on MRP ₹10.00" in read(changed)
    assert re.findall(r"is-last[^>]*>\s*<span[^>]*>(\w+)", changed.text) == ["Soap"]


def test_discounts_show_at_the_line_and_at_the_total(shop: Shop) -> None:
    at = counter(shop)
    at.scan("1")
    line = re.search(r'id="shown-([0-9a-f-]+)"', at.display.get("/display").text)
    assert line
    lines.set_discount(shop.ben, at.cart_id, UUID(line[1]), "2")
    terms.set_bill_discount(shop.ben, at.cart_id, "10%")
    shown = at.shows()
    assert "1 × ₹40.00 −₹2.00 ₹38.00" in shown
    assert "Discount −₹5.80" in shown
    assert "Total ₹34.20" in shown


def test_it_tells_nothing_that_is_not_the_customers_to_know_or_everybodys_in_the_queue(shop: Shop) -> None:
    at = counter(shop)
    chitra = shop.customer("Chitra Rao", "9876543210", credit_limit=Decimal(2000))
    open_balance(shop.asha, chitra, Decimal("777.77"))
    terms.set_customer(shop.ben, at.cart_id, chitra)
    terms.set_note(shop.ben, at.cart_id, "Gate 4")
    cart.rename(shop.ben, at.cart_id, "Blue shirt")
    at.scan("1")
    at.cashier.get(f"{at.address}/pay?on_khata=y")
    shown = [at.display.get("/display").text]
    at.pay(on_khata="y")
    shown.append(at.display.get("/display").text)
    private = r"Chitra|Rao|98765|777[.]77|817[.]77|31[.]07|Gate 4|Blue shirt|khata|Ben|stock|BILL-"
    for text in shown:
        assert not re.search(private, text, re.I)
    assert at.kind() == "thanks"
    assert "Thank you" in at.shows()


def test_another_cashiers_bill_is_another_display(shop: Shop) -> None:
    ben, asha = counter(shop), counter(shop, "asha")
    ben.scan("1")
    asha.scan("2")
    assert ("Soap" in ben.shows(), "Tea" in ben.shows()) == (True, False)
    assert ("Soap" in asha.shows(), "Tea" in asha.shows()) == (False, True)


def test_a_long_bill_sends_its_last_lines_and_counts_those_above(shop: Shop) -> None:
    at = counter(shop)
    for number in range(36):
        lines.add_product(shop.ben, at.cart_id, shop.product(f"Thing {number}"))
    text = at.display.get("/display").text
    assert text.count('class="display-what"') == 30
    assert "and 6 more above" in read(at.display.get("/display"))
    assert "Thing 35" in text
    assert "Thing 5<" not in text


def test_asking_for_nothing_new_costs_two_statements_and_changes_nothing(shop: Shop, count_queries: Any) -> None:
    at = counter(shop)
    at.scan("1")
    look = at.next_look()
    with count_queries() as seen:
        answer = at.display.get(look, headers=HTMX)
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (204, b"", "no-store")
    assert len(seen) == 2, "\n".join(seen)
    assert all(statement.startswith("SELECT") for statement in seen)
    assert "Set-Cookie" not in answer.headers


def test_showing_something_new_takes_few_statements(shop: Shop, count_queries: Any) -> None:
    at = counter(shop)
    at.scan("1")
    with count_queries() as seen:
        assert at.display.get("/display/now", headers=HTMX).status_code == 200
    assert len(seen) <= 5, "\n".join(seen)


def test_a_display_in_the_cashiers_own_browser_does_not_keep_the_session_awake(shop: Shop) -> None:
    ben = shop.client("ben")
    ben.post("/till/display/here")
    (before,) = {row.last_seen_at for row in shop.rows(SignInSession, id=noted(shop).session_id)}
    with clock.frozen(clock.now() + 2 * SEEN_EVERY):
        assert ben.get("/display").status_code == 200
        assert ben.get("/display/now", headers=HTMX).status_code == 200
        ben.post("/display", data={"code": "ABCD2346"})
    assert {row.last_seen_at for row in shop.rows(SignInSession, id=noted(shop).session_id)} == {before}


def test_a_scan_takes_no_statement_more_for_a_display(shop: Shop, count_queries: Any) -> None:
    counted: list[int] = []
    for begin in (counter, lambda shop: counter(shop, "asha")):
        at = begin(shop)
        if counted:
            at.cashier.post("/till/display/close")
        at.cashier.get(at.address)
        at.scan("2")
        with count_queries() as seen:
            at.scan("1")
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10


def test_it_shows_the_bill_that_the_cashier_has_on_the_screen(shop: Shop) -> None:
    at = counter(shop)
    first = at.address
    at.scan("1")
    at.address = at.cashier.post("/till/new").headers["Location"]
    at.cashier.get(at.address)
    assert at.kind() == "welcome"
    at.scan("2")
    assert "Tea" in at.shows()
    at.cashier.post(f"{first}/resume")
    at.cashier.get(first)
    assert "Soap" in at.shows()
    at.cashier.get(at.address)
    assert "Tea" in at.shows()


def test_a_bill_that_is_held_or_thrown_away_is_gone(shop: Shop) -> None:
    at = counter(shop)
    at.scan("1")
    at.cashier.get(at.address)
    cart.hold(shop.ben, at.cart_id)
    assert at.kind() == "welcome"
    at.cashier.post(f"{at.address}/resume")
    assert at.kind() == "bill"
    cart.discard(shop.ben, at.cart_id)
    assert at.kind() == "welcome"


def test_a_bill_left_from_an_earlier_session_shows_too(shop: Shop) -> None:
    before = shop.client("ben")
    left = before.get("/till").headers["Location"]
    before.post(f"{left}/scan", data={"q": "1"}, headers=HTMX)
    before.post("/sign-out")
    at = counter(shop)
    assert at.address == left
    assert "Soap" in at.shows()
    at.scan("2")
    assert "Tea" in at.shows()


def test_a_bill_in_nobodys_browser_is_on_no_display(shop: Shop) -> None:
    at = counter(shop)
    cart_with(shop, shop.product("Rice"))
    assert at.kind() == "welcome"


def test_it_speaks_the_shops_language_whatever_the_cashier_reads(shop: Shop) -> None:
    users.change_own_profile(shop.ben, language="en")
    shop.settings(language="hi")
    at = counter(shop)
    at.display.set_cookie("language", "en")
    text = at.display.get("/display").text
    assert '<html lang="hi"' in text
    assert "Welcome" not in text
    assert 'lang="hi"' in shop.client().get("/display").text


def test_the_till_of_a_drawer_works_beside_it(shop: Shop) -> None:
    shop.settings(cash_sessions_enabled=True)
    drawer.open_session(shop.ben, "500")
    at = counter(shop)
    at.scan("1")
    at.pay(cash="40", shown_total="40")
    assert at.kind() == "thanks"


def test_who_takes_the_place_by_pin_takes_the_display_over_and_shows_nothing_of_before(shop: Shop) -> None:
    at, chitra = counter(shop), person("chitra", "Chitra Rao", "cashier")
    own_pin.set_pin(chitra, PASSWORD, "8352")
    at.scan("2")
    code = offered_code(shop, at.cashier)
    assert "Tea" in at.shows()
    at.cashier.post("/change-person", data={"person": str(chitra.id), "pin": "8352"})
    assert at.kind() == "welcome"
    assert shop.client().post("/display", data={"code": code}).status_code == 400
    at.address = at.cashier.get("/till").location
    at.scan("1")
    assert "Soap" in at.shows()
    assert "Tea" not in at.shows()
    at.cashier.post("/sign-out")
    assert at.kind() == "join"
