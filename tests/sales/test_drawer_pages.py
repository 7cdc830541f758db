"""The pages of the cash drawer: opened in the morning, counted in the evening, X and Z reports to the paisa."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader

from pos.core import clock
from pos.core.db import db
from pos.sales import drawer
from pos.sales.drawer_sums import drawer_report
from pos.sales.models import Payment
from pos.sales.voiding import void_sale
from pos.settings import tills
from pos.settings.models import CashSession
from tests.sales.selling import sold
from tests.shop import Shop

EVENING = datetime(2026, 11, 23, 15, tzinfo=UTC)
MOST_QUERIES = 20
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def counted_drawer(shop: Shop) -> None:
    """A shop that counts its drawer, and sells without tax."""
    shop.settings(cash_sessions_enabled=True, tax_rate="0")


@pytest.fixture
def session_id(shop: Shop) -> UUID:
    return drawer.open_session(shop.ben, "500").id


def missing(page: str, *words: str) -> list[str]:
    return [word for word in words if word not in page]


def test_the_drawer_is_opened_and_its_device_remembers_the_till(shop: Shop) -> None:
    client = shop.client("ben")
    assert missing(client.get("/drawer").text, "Open the drawer", 'value="Till 1"') == []
    answer = client.post("/drawer/open", data={"till": "Back door", "opening_float": "500", "form_key": "o"})
    assert (answer.status_code, answer.location) == (303, "/drawer")
    assert missing(client.get("/drawer").text, "Back door · open since", "₹500.00", "Count and close") == []
    cookie = client.get_cookie("till")
    assert cookie is not None
    assert (cookie.decoded_value, cookie.http_only, cookie.same_site) == ("Back door", True, "Lax")


def test_money_goes_into_the_drawer_of_the_device(shop: Shop, session_id: UUID) -> None:
    back_door = drawer.open_session(shop.ben, "0", "Back door").id
    client = shop.client("asha")
    chitra = shop.customer()
    sold(shop, (shop.product("Tea", "100"), "1"), paid="0", customer_id=chitra)
    assert client.post("/drawer/till", data={"till": "Back door"}).status_code == 303
    assert "Back door · open since" in client.get("/drawer").text
    client.post(f"/customers/{chitra}/pay", data={"amount": "40", "payment_method": "CASH"})
    db.session.rollback()
    assert [drawer_report(one).sums.cash.khata for one in (session_id, back_door)] == [0, 40]


def test_a_float_that_is_none_is_asked_again(shop: Shop) -> None:
    answer = shop.client("ben").post("/drawer/open", data={"till": "Till 1", "opening_float": "lots"})
    assert (answer.status_code, 'value="lots"' in answer.text) == (400, True)
    assert shop.rows(CashSession) == []


def test_a_till_that_is_open_is_not_opened_again(shop: Shop, session_id: UUID) -> None:
    client = shop.client("ben")
    client.set_cookie("till", "Till 9")
    answer = client.post("/drawer/open", data={"till": "Till 1", "opening_float": "5"})
    assert (answer.status_code, "The drawer of Till 1 is open already." in answer.text) == (409, True)


def test_cash_is_put_in_and_taken_out_with_a_reason(shop: Shop, session_id: UUID) -> None:
    client = shop.client("ben")
    assert "₹500.00 should be there" in client.get(f"/drawer/{session_id}/out").text
    client.post(f"/drawer/{session_id}/in", data={"amount": "100", "reason": "bank", "form_key": "i"})
    for _press in range(2):
        client.post(f"/drawer/{session_id}/out", data={"amount": "30", "reason": "tea", "form_key": "t"})
    assert missing(client.get("/drawer").text, "₹30.00 taken out.", "₹570.00", "₹100.00 in, ₹30.00 out") == []
    refused = client.post(f"/drawer/{session_id}/out", data={"amount": "30", "reason": " "})
    assert (refused.status_code, "Say what for" in refused.text) == (400, True)


def test_the_count_is_added_up_by_the_server(shop: Shop, session_id: UUID) -> None:
    client = shop.client("ben")
    pieces = {"pieces_200": "2", "pieces_50": "1", "pieces_20": "2"}
    shown = client.post(f"/drawer/{session_id}/close/count", data=pieces, headers=FRAGMENT).text
    assert shown.strip().startswith('<section id="drawer-count"')
    assert missing(shown, "₹490.00", "Short", "-₹10.00", 'name="seen" value="500.00"') == []
    assert missing(client.post(f"/drawer/{session_id}/close/count", data=pieces).text, "<!doctype html>", "Short") == []
    fits = client.post(f"/drawer/{session_id}/close/count", data={"counted": "500"}, headers=FRAGMENT).text
    assert missing(fits, "It fits") == []
    odd = client.post(f"/drawer/{session_id}/close/count", data={"pieces_500": "one"}, headers=FRAGMENT)
    assert (odd.status_code, shop.row(CashSession, session_id).closed_at) == (200, None)


def test_ten_rupees_short_is_closed_with_a_note(shop: Shop, session_id: UUID) -> None:
    sold(shop, (shop.product("Tea", "100"), "1"), paid="500")
    client = shop.client("ben")
    count = {"pieces_500": "1", "pieces_50": "1", "pieces_20": "2", "seen": "600.00", "form_key": "c"}
    refused = client.post(f"/drawer/{session_id}/close", data=count)
    assert (refused.status_code, "Say what may have caused the difference." in refused.text) == (400, True)
    assert 'value="2"' in refused.text
    answer = client.post(f"/drawer/{session_id}/close", data=count | {"note": "no idea"})
    assert (answer.status_code, answer.location) == (303, f"/drawer/{session_id}")
    page = client.get(answer.location).text
    assert missing(page, "Z report", "600.00", "590.00", "-10.00", "Short", "no idea", "₹20 × 2", "-400.00") == []
    assert client.get(f"/drawer/{session_id}/close").location == f"/drawer/{session_id}"
    assert missing(client.get("/drawer").text, "Open the drawer", "no idea", "-₹10.00") == []


def test_a_drawer_that_is_empty_is_counted_as_nothing(shop: Shop, session_id: UUID) -> None:
    client, count = shop.client("ben"), {"pieces_500": "0", "pieces_1": "0", "seen": "500.00"}
    shown = client.post(f"/drawer/{session_id}/close/count", data=count, headers=FRAGMENT).text
    assert missing(shown, "Short", "-₹500.00") == []
    client.post(f"/drawer/{session_id}/close", data=count | {"note": "all to the bank"})
    assert shop.row(CashSession, session_id).counted == 0


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"pieces_500": "x"}, 400, "in whole numbers"),
        ({"counted": "lots"}, 400, "lots"),
        ({}, 400, "id="),
        ({"counted": "500", "seen": "400.00"}, 409, "Money moved while you counted"),
        ({"counted": "500", "seen": "nonsense"}, 400, "id="),
    ],
)
def test_a_count_that_is_wrong_closes_nothing(
    shop: Shop, session_id: UUID, given: dict[str, str], status: int, sentence: str
) -> None:
    answer = shop.client("ben").post(f"/drawer/{session_id}/close", data=given)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert shop.row(CashSession, session_id).closed_at is None


@pytest.mark.parametrize("size", ["80mm", "58mm"])
def test_x_and_z_are_printed_on_a_roll(shop: Shop, session_id: UUID, size: str) -> None:
    client = shop.client("ben")
    tea = shop.product("Tea", "100")
    sold(shop, (tea, "2"), paid="500")
    sold(shop, (tea, "1"), paid="100", method="UPI")
    drawer.cash_out(shop.ben, session_id, "30.50", "tea")
    x = words_of(client.get(f"/drawer/{session_id}?format=pdf&size={size}").data)
    assert missing(x, "X report 1", "As it stands", "669.50", "Out: tea", "-30.50", "-300.00", "UPI", "100.00") == []
    drawer.close_session(shop.ben, session_id, counted="669.50")
    z = words_of(client.get(f"/drawer/{session_id}?format=pdf&size={size}").data)
    assert missing(z, "Z report 1", "Closed", "Counted", "669.50", "It fits") == []
    assert client.get(f"/drawer/{session_id}?size=a4").status_code == 400


def words_of(pdf: bytes) -> str:
    """What stands on a PDF, with plain spaces."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\u2007", " ").split()).replace("- ", "-")


def test_what_was_taken_outside_any_session_is_said(shop: Shop) -> None:
    sold(shop, (shop.product("Tea", "100"), "1"))
    assert "₹100.00 in cash were taken outside any session today." in shop.client("ben").get("/drawer").text


def test_the_till_says_what_should_be_done_about_its_drawer(shop: Shop) -> None:
    client = shop.client("ben")
    with clock.frozen(EVENING):
        assert "The drawer of Till 1 is not open" in client.get("/till", follow_redirects=True).text
        drawer.open_session(shop.ben, "500")
        assert "till-says" not in client.get("/till", follow_redirects=True).text
    with clock.frozen(EVENING + timedelta(days=1)):
        assert drawer.advice(shop.ben) == "The drawer of Till 1 was not closed yesterday. Count it and close it."
        sold(shop, (shop.product("Tea", "100"), "1"))
    assert shop.rows(Payment)[0].cash_session_id is not None


def test_every_drawer_left_open_is_said_with_how_long(shop: Shop) -> None:
    with clock.frozen(EVENING - timedelta(days=2)):
        drawer.open_session(shop.ben, "500", "Back door")
    with clock.frozen(EVENING):
        drawer.open_session(shop.ben, "500", "Till 2")
    with clock.frozen(EVENING + timedelta(days=1)):
        drawer.open_session(shop.ben, "500")
        page = shop.client("asha").get("/drawer").text
    told = ["Back door has been open for 3 days. Count it", "Till 2 was not closed yesterday. Count it"]
    assert missing(page, *told) == []
    assert page.count("Count it and close it.") == 2


def test_the_pages_take_the_same_few_queries_however_much_happened(shop: Shop, count_queries: Any) -> None:
    client, asked = shop.client("ben"), []
    for many in (1, 12):
        for open_one in tills.open_sessions():
            drawer.close_session(shop.ben, open_one.id, counted="1", note="-")
        for _day in range(many):
            drawer.close_session(shop.ben, drawer.open_session(shop.ben, "1").id, counted="1")
        session_id = drawer.open_session(shop.ben, "500").id
        for place in range(many):
            drawer.cash_in(shop.ben, session_id, "1", f"bank {place}")
            sold(shop, (shop.product(f"Tea {many} {place}", "100"), "1"))
        for path in ("", f"/{session_id}", f"/{session_id}/close", f"/{session_id}/out"):
            with count_queries() as seen:
                assert client.get(f"/drawer{path}").status_code == 200
            asked.append(len(seen))
    assert asked[:4] == asked[4:]
    assert max(asked) <= MOST_QUERIES


def test_a_bill_that_is_void_is_said_on_its_report(shop: Shop, session_id: UUID) -> None:
    tea = shop.product("Tea", "100")
    mistake, later = (sold(shop, (tea, "2"), paid="200") for _bill in range(2))
    void_sale(shop.asha, mistake, "mistake")
    client = shop.client("ben")
    said = ("2 bills", "1 of them void", "of which void")
    assert missing(client.get(f"/drawer/{session_id}").text, *said) == []
    drawer.close_session(shop.ben, session_id, counted="700")
    # What is voided after the close is in no report of this one.
    void_sale(shop.asha, later, "mistake")
    sums = drawer_report(session_id).sums
    assert (sums.bills, sums.sold, sums.voids, sums.voided, sums.expected) == (2, 400, 1, 200, 700)


def test_a_shop_that_wants_no_sessions_never_meets_them(shop: Shop) -> None:
    shop.settings(cash_sessions_enabled=False)
    client = shop.client("ben")
    assert client.get("/drawer").status_code == 404
    page = client.get("/till", follow_redirects=True).text
    assert missing(page, "/drawer", "till-says") == ["/drawer", "till-says"]
    assert drawer.advice(shop.ben) is None


def test_a_drawer_left_open_is_closed_even_when_nobody_counts_any_more(shop: Shop, session_id: UUID) -> None:
    shop.settings(cash_sessions_enabled=False)
    client = shop.client("ben")
    assert "Count and close" in client.get("/drawer").text
    assert client.post(f"/drawer/{session_id}/close", data={"counted": "500"}).status_code == 303
    assert shop.row(CashSession, session_id).counted == Decimal(500)


def test_a_session_that_is_none_is_not_found(shop: Shop) -> None:
    client = shop.client("ben")
    for path in ("", "/in", "/close"):
        assert client.get(f"/drawer/{uuid4()}{path}").status_code == 404
    assert client.post(f"/drawer/{uuid4()}/close", data={"counted": "1"}).status_code == 404
