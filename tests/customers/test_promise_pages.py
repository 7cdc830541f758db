"""Promises on the screen and for programs: one customer's, the list, what else shows them, in counted queries."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pos.core import clock
from pos.core.ids import uuid7
from pos.customers.models import Promise
from pos.customers.promises import promise_payment
from pos.reports.deeds import sentence
from tests.api import Program
from tests.customers.owing import debtor, paid
from tests.customers.test_reminders import said
from tests.shop import Shop

HTMX = {"HX-Request": "true"}
BY_STATE = {"late": 2, "today": 1, "coming": 1}


def at(day: int, hour: int = 6) -> AbstractContextManager[None]:
    """Hold the clock on a day of November."""
    return clock.frozen(datetime(2026, 11, day, hour, tzinfo=UTC))


def form(due_date: str = "2026-11-28", **values: str) -> dict[str, str]:
    return {"due_date": due_date, "amount": "500", **values}


@pytest.fixture
def four(shop: Shop) -> dict[str, UUID]:
    """Who promised what on the 20th; looked at on the 23rd two are late."""
    found = {}
    with at(20):
        for place, (name, day) in enumerate([("Amit", 21), ("Bina", 22), ("Chitra", 23), ("Dilip", 28)]):
            found[name] = debtor(shop, "1200", name, phone=f"900000000{place}")
            promise_payment(shop.ben, found[name], due_date=date(2026, 11, day), amount="500")
        kept = debtor(shop, "700", "Esha", phone="9000000009")
        promise_payment(shop.ben, kept, due_date=date(2026, 11, 21), amount="300")
    with at(21):
        paid(shop, kept, "300")
        paid(shop, found["Bina"], "100.50")
    return found


def test_the_page_writes_it_down_and_the_customers_page_shows_it(shop: Shop, count_queries: Any) -> None:
    with at(23):
        amit, client = debtor(shop), shop.client("ben")
        assert "Promised to pay by…" in client.get(f"/customers/{amit}").text
        page = client.get(f"/customers/{amit}/promise").text
        for shown in ('value="1200.00"', "Tomorrow", 'data-value="2026-12-01"', 'type="date"'):
            assert shown in page
        assert "Remove the promise" not in page
        done = client.post(f"/customers/{amit}/promise", data=form(notes="After the wages"))
        assert (done.status_code, done.location) == (303, f"/customers/{amit}")
        with count_queries() as seen:
            page = client.get(f"/customers/{amit}").text
        assert len(seen) <= 10, seen
        for shown in (
            "The promise of Amit Patel is written down.",
            "in 5 days",
            "Promised ₹500.00 by 28 Nov 2026",
            "After the wages",
            "Change the promise",
        ):
            assert shown in page
        assert "missing" not in page
    with at(28):
        client = shop.client("ben")
        paid(shop, amit, "200")
        page = client.get(f"/customers/{amit}").text
        assert "Due today" in page
        assert "₹300.00 missing" in page
        assert "Promised: ₹300.00" in client.get(f"/customers/{amit}/pay").text
    with at(30):
        client = shop.client("ben")
        assert "2 days late" in client.get(f"/customers/{amit}").text
        paid(shop, amit, "300")
        page = client.get(f"/customers/{amit}").text
        assert "Kept" in page
        assert "Promised to pay by…" in page
        assert "Promised: ₹" not in client.get(f"/customers/{amit}/pay").text


def test_the_page_begins_with_what_is_open_of_the_promise(shop: Shop, four: dict[str, UUID]) -> None:
    with at(23):
        page = shop.client("ben").get(f"/customers/{four['Bina']}/promise").text
        for shown in ('value="399.50"', 'value="2026-11-22"', "A new promise takes its place.", "Remove the promise"):
            assert shown in page
        asked = shop.client("ben").get(f"/customers/{four['Bina']}/promise?due_date=2026-12-01&amount=7").text
    for shown in ('value="7"', 'value="2026-12-01"'):
        assert shown in asked


def test_from_a_bill_on_credit_it_leads_back_to_the_bill(shop: Shop) -> None:
    with at(23):
        amit, client = debtor(shop), shop.client("ben")
        address = f"/customers/{amit}/promise?next=/till/done"
        assert "next=/till/done" in client.get(address).text
        assert client.post(address, data=form()).location == "/till/done"
        elsewhere = f"/customers/{amit}/promise?next=https://example.com/"
        assert client.post(elsewhere, data=form()).location == f"/customers/{amit}"


def test_the_page_keeps_what_was_typed_beside_each_sentence(shop: Shop) -> None:
    with at(23):
        amit, client = debtor(shop), shop.client("ben")
        refused = client.post(f"/customers/{amit}/promise", data=form("2026-11-01", amount="x", notes="Wages"))
        assert refused.status_code == 400
        for shown in ("That day is over.", "is not an amount", 'value="2026-11-01"', 'value="x"', 'value="Wages"'):
            assert shown in refused.text
        refused = client.post(f"/customers/{amit}/promise", data=form(amount="1200.01"))
        assert (refused.status_code, "A promise cannot be more than that." in refused.text) == (409, True)
        assert client.post(f"/customers/{uuid7()}/promise", data=form()).status_code == 404
    assert shop.rows(Promise) == []


def test_it_is_removed_and_a_second_tap_does_no_harm(shop: Shop, four: dict[str, UUID]) -> None:
    client = shop.client("ben")
    for told in (True, False):
        done = client.post(f"/customers/{four['Amit']}/promise/remove")
        assert (done.status_code, done.location) == (303, f"/customers/{four['Amit']}")
        assert ("The promise of Amit is removed." in client.get(done.location).text) is told
    assert len(shop.rows(Promise)) == 4


def listed_in_few_queries(client: Any, count_queries: Any) -> str:
    client.get("/customers/promises")
    with count_queries() as seen:
        page: str = client.get("/customers/promises").text
    assert len(seen) <= 6, seen
    return page


def test_the_list_has_who_is_late_first_and_nobody_who_kept_it(
    shop: Shop, four: dict[str, UUID], count_queries: Any
) -> None:
    client = shop.client("ben")
    with at(23):
        page = listed_in_few_queries(client, count_queries)
        places = [page.index(f"/customers/{four[name]}") for name in ("Amit", "Bina", "Chitra", "Dilip")]
        assert places == sorted(places)
        for shown in ("4 promises", "2 days late", "1 day late", "Due today", "in 5 days", "₹899.50", "Reminded"):
            assert shown in page.replace("Not reminded", "Reminded")
        assert "Esha" not in page
        # One touch leads to a payment of exactly what is missing.
        assert f"/customers/{four['Bina']}/pay?amount=399.50" in page
        for state, count in BY_STATE.items():
            assert page.count(f"show={state}") == 1
            part = client.get(f"/customers/promises?show={state}", headers=HTMX).text
            assert part.lstrip().startswith('<section id="promises"')
            assert f"{count} promise" in part
        assert "Bina" in client.get("/customers/promises?q=bin").text
        assert "No promise fits." in client.get("/customers/promises?q=zz").text
        assert "4 promises" in client.get("/customers/promises?show=nonsense&page=99").text


def test_an_empty_list_says_where_promises_are_written_down(shop: Shop) -> None:
    page = shop.client("ben").get("/customers/promises").text
    assert "Nobody has promised anything that is still open." in page
    assert shop.client("devi").get("/customers/promises").status_code == 403


def test_many_promises_come_a_page_at_a_time_in_as_many_queries(shop: Shop, count_queries: Any) -> None:
    with at(20):
        for number in range(45):
            one = debtor(shop, "100", f"Family {number:02}", phone=f"90000000{number:02}")
            promise_payment(shop.ben, one, due_date="2026-11-23")
    client = shop.client("ben")
    with at(23):
        page = listed_in_few_queries(client, count_queries)
        assert "45 promises" in page
        assert "1 to 20 shown" in page
        assert "Family 44" in client.get("/customers/promises?page=3").text


def test_the_khata_shows_them_and_reminds_of_them(shop: Shop, four: dict[str, UUID], count_queries: Any) -> None:
    shop.settings(upi_id="asha@okaxis")
    client = shop.client("ben")
    with at(23):
        client.get("/customers/khata")
        with count_queries() as seen:
            page = client.get("/customers/khata").text
        assert len(seen) <= 8, seen
        assert (page.count("Promised: ₹"), page.count("Promised: ₹399.50")) == (4, 1)
        link = client.get(f"/customers/{four['Bina']}").text.partition('href="https://wa.me/')[2].partition('"')[0]
    message = said("https://wa.me/" + link.replace("&amp;", "&"))
    assert message.startswith(
        "Dear Bina, your khata at Asha Kirana stands at ₹1,099.50."
        " You promised to pay ₹399.50 by 22 Nov 2026. Thank you.\nPay by UPI to asha@okaxis: "
    )
    assert "am=399.50" in message


def test_todays_page_tells_what_was_promised_for_today(shop: Shop, four: dict[str, UUID], count_queries: Any) -> None:
    with at(23):
        client = shop.client("ben")
        page = client.get("/").text if client.get("/").status_code == 200 else client.get("/dashboard").text
        for shown in ("Promised for today", "₹500.00", "1 customer · 2 late in the last 7 days", "/customers/promises"):
            assert shown in page
        assert "Promised for today" not in shop.client("devi").get("/dashboard").text
    with at(20):
        assert "Promised for today" not in shop.client("ben").get("/dashboard").text


def test_programs_write_down_read_list_and_remove(shop: Shop, four: dict[str, UUID]) -> None:
    with at(23):
        ben, devi = Program(shop, "ben"), Program(shop, "devi")
        path = f"/customers/{four['Bina']}/promise"
        told = ben.get(path).json["data"]["promise"]
        assert told == {
            "customerId": str(four["Bina"]),
            "customerName": "Bina",
            "customerPhone": "9000000001",
            "creditBalance": 1099.5,
            "dueDate": "2026-11-22",
            "amount": 500,
            "missing": 399.5,
            "state": "late",
            "notes": None,
            "createdAt": "2026-11-20T06:00:00.000000Z",
        }
        listed = ben.get("/credit/promises", limit=2).json["data"]
        assert [one["customerName"] for one in listed["promises"]] == ["Amit", "Bina"]
        assert listed["pagination"]["total"] == 4
        assert listed["summary"] == {
            "late": {"count": 2, "missing": 899.5},
            "today": {"count": 1, "missing": 500},
            "coming": {"count": 1, "missing": 500},
        }
        assert len(ben.get("/credit/promises", state="today").json["data"]["promises"]) == 1
        made = ben.put(path, {"dueDate": "2026-11-23", "notes": "Today for sure"}).json["data"]["promise"]
        assert (made["amount"], made["state"], made["notes"]) == (1099.5, "today", "Today for sure")
        assert [ben.delete(path).json["data"]["promise"] for _time in range(2)] == [None, None]
        assert ben.get(path).json["data"]["promise"] is None
        for answer in (devi.get(path), devi.put(path, {"dueDate": "2026-11-23"}), devi.get("/credit/promises")):
            assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"dueDate": "2026-11-22"}, 400, "VALIDATION_ERROR", "dueDate"),
        ({}, 400, "VALIDATION_ERROR", "dueDate"),
        ({"dueDate": "soon"}, 400, "VALIDATION_ERROR", "dueDate"),
        ({"dueDate": "2026-11-28", "amount": 0}, 400, "VALIDATION_ERROR", "amount"),
        ({"dueDate": "2026-11-28", "amount": 1200.01}, 409, "PROMISE_EXCEEDS_BALANCE", "amount"),
    ],
)
def test_programs_are_told_what_is_wrong(shop: Shop, body: dict[str, Any], status: int, code: str, field: str) -> None:
    amit = debtor(shop)
    with at(23):
        refused = Program(shop, "ben").put(f"/customers/{amit}/promise", body)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert refused.json["details"][0]["field"] == field


def test_programs_hear_that_nothing_is_owed_and_of_nobody(shop: Shop) -> None:
    with at(23):
        ben, body = Program(shop, "ben"), {"dueDate": "2026-11-28"}
        assert ben.put(f"/customers/{shop.customer()}/promise", body).json["code"] == "NOTHING_OWED"
        for answer in (ben.put(f"/customers/{uuid7()}/promise", body), ben.get(f"/customers/{uuid7()}/promise")):
            assert answer.json["code"] == "CUSTOMER_NOT_FOUND"


def test_the_audit_log_tells_it_in_sentences(shop: Shop) -> None:
    change = {"amount": str(Decimal("500.00")), "by": "2026-11-28", "notes": None}
    with shop.app.test_request_context():
        assert sentence("credit.promised", "Ben", "Amit", change) == (
            "Ben wrote down that Amit pays ₹500.00 by 28 Nov 2026"
        )
        assert sentence("credit.promise_removed", "Ben", "Amit", change) == (
            "Ben removed the promise of Amit to pay ₹500.00 by 28 Nov 2026"
        )
