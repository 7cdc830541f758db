"""The audit log as a page: every deed as a sentence, found by person, kind, day and word; quick however long."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import text

from pos.accounts import users
from pos.catalog import products, stock
from pos.core import audit, clock
from pos.core.audit import AuditEntry
from pos.core.db import execute, one_unit
from pos.core.errors import Forbidden
from pos.customers import khata, people
from pos.reports import audit_trail
from pos.reports.audit_trail import ON_A_PAGE, Wanted
from pos.reports.deeds import ACTIONS, DEEDS, KINDS, sentence
from pos.sales import drawer
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.prints import record_print
from pos.sales.voiding import void_sale
from tests.api import Program
from tests.flows.conftest import SHELF
from tests.flows.full_shop import fill
from tests.house import modules
from tests.shop import PASSWORD, Shop


def told(shop: Shop, **wanted: Any) -> list[str]:
    return [entry.sentence for entry in audit_trail.page(shop.asha, Wanted(**wanted)).entries]


def sold(shop: Shop, credit: bool = False) -> Any:
    customer = people.add_customer(shop.ben, name="Chitra Rao", phone=None) if credit else None
    tenders = () if credit else (Tender("CASH", Decimal(100)),)
    line = CheckoutLine(shop.product("Tea 250 g"), Decimal(1))
    return complete_sale(shop.ben, Checkout((line,), tenders, customer)).sale_id


def test_a_void_reads_as_one_would_tell_it(shop: Shop) -> None:
    with clock.frozen(datetime(2026, 4, 1, 6, 0, tzinfo=UTC)):
        bill = sold(shop)
    record_print(shop.ben, bill, "80mm")
    void_sale(shop.asha, bill, "wrong items")
    assert told(shop, kind="sale") == [
        "Asha Patil voided bill BILL-2026-000001: wrong items",
        "Ben Thomas printed bill BILL-2026-000001 on 80mm",
        "Ben Thomas made bill BILL-2026-000001 of ₹13.13",
    ]


def test_customers_products_people_and_the_drawer_read_so_too(shop: Shop) -> None:
    shop.settings(cash_sessions_enabled=True)
    tea = products.add_product(shop.asha, {"name": "Tea", "price": "10", "stock_quantity": "5"})
    products.change_product(shop.asha, tea, {"price": "12"})
    stock.count(shop.devi, tea, "4", "one was torn")
    chitra = people.add_customer(shop.ben, name="Chitra Rao", phone=None)
    khata.open_balance(shop.asha, chitra, "50")
    khata.correct_balance(shop.asha, chitra, new_balance="40", reason="was paid before")
    session = drawer.open_session(shop.ben, "500").id
    drawer.cash_out(shop.ben, session, "30", "Tea")
    drawer.close_session(shop.ben, session, counted="460", note="looked twice")
    users.change_user(shop.asha, shop.ben.id, is_active=False)  # type: ignore[arg-type]
    found = told(shop)
    for expected in (
        "Asha Patil changed the product Tea",
        "Devi Kale changed the stock of Tea from 5 to 4: one was torn",
        "Asha Patil corrected the khata of Chitra Rao from ₹50.00 to ₹40.00: was paid before",
        "Ben Thomas took ₹30.00 out of the drawer of Till 1: Tea",
        "Ben Thomas closed the drawer of Till 1 with ₹460.00, ₹10.00 short",
        "Asha Patil sent Ben Thomas home: no signing in any more",
        "Asha Patil changed the settings",
    ):
        assert expected in found
    changed = next(e for e in audit_trail.page(shop.asha, Wanted(action="product.changed")).entries)
    assert ("price", "10.00", "12.00") in changed.changes


def test_a_refused_sign_in_names_who_it_tried_to_be(shop: Shop) -> None:
    shop.client().post("/sign-in", data={"email": "ben@example.com", "password": "wrong"})
    assert told(shop)[0] == "Somebody could not sign in as ben@example.com from 127.0.0.1"


def test_every_deed_that_the_shop_writes_down_has_a_sentence() -> None:
    """Read from the source: whoever records something new gives it words."""
    missing = []
    for module in modules().values():
        for name, call in module.calls():
            if name == "audit.record" and isinstance(call.args[1], ast.Constant) and call.args[1].value not in DEEDS:
                missing.append(f"{module.shown}: {call.args[1].value!r} needs a sentence in pos/reports/deeds.py")
            if name == "audit.record" and isinstance(call.args[2], ast.Constant) and call.args[2].value not in KINDS:
                missing.append(f"{module.shown}: {call.args[2].value!r} needs a name in KINDS of pos/reports/deeds.py")
    assert not missing, "\n" + "\n".join(missing)
    assert set(ACTIONS) <= set(DEEDS)


def test_every_sentence_stands_whatever_the_entry_lacks() -> None:
    for action in DEEDS:
        assert "Asha" in sentence(action, "Asha", "it", {}), action
    assert sentence("moon.landed", "", "here", {}) == "Somebody: moon.landed here"


def test_it_is_found_by_person_kind_deed_day_and_word(shop: Shop) -> None:
    with clock.frozen(datetime(2026, 4, 1, 6, 0, tzinfo=UTC)):
        sold(shop)
    with clock.frozen(datetime(2026, 4, 2, 18, 29, tzinfo=UTC)):
        void_sale(shop.asha, sold(shop, credit=True), "came back torn")
    second = datetime(2026, 4, 2, tzinfo=UTC).date()
    assert set(told(shop, person=shop.ben.id, kind="sale")) == {
        "Ben Thomas made bill BILL-2026-000001 of ₹13.13",
        "Ben Thomas made bill BILL-2026-000002 of ₹13.13, ₹13.13 of it on khata",
    }
    assert len(told(shop, action="sale.completed")) == 2
    assert len(told(shop, action="sale.completed", first=second, last=second)) == 1
    assert told(shop, search="TORN 000002") == ["Asha Patil voided bill BILL-2026-000002: came back torn"]
    assert told(shop, search="chitra", kind="customer") == ["Ben Thomas added the customer Chitra Rao"]
    assert told(shop, search="100%_") == []


@one_unit
def _written(shop: Shop, count: int) -> None:
    for number in range(count):
        audit.record(shop.ben, "customer.added", "customer", None, {"name": f"Customer {number}"})


def test_pages_go_by_number_to_the_end_and_back(shop: Shop) -> None:
    _written(shop, 2 * ON_A_PAGE + 7)
    whole = [row.number for row in sorted(shop.rows(AuditEntry), key=lambda row: -row.number)]
    first = audit_trail.page(shop.asha, Wanted())
    seen, page = [e.number for e in first.entries], first
    while page.older:
        page = audit_trail.page(shop.asha, Wanted(), before=page.entries[-1].number)
        seen += [entry.number for entry in page.entries]
    assert seen == whole
    assert not first.newer
    back = audit_trail.page(shop.asha, Wanted(), after=whole[2 * ON_A_PAGE])
    assert [e.number for e in back.entries] == whole[ON_A_PAGE : 2 * ON_A_PAGE]
    assert back.newer


def test_the_page_leads_on_with_what_was_asked(shop: Shop) -> None:
    _written(shop, ON_A_PAGE + 5)
    asha = shop.client("asha")
    page = asha.get("/audit-log?kind=customer&q=Customer").text
    older = re.search(r'href="([^"]*before=[^"]*)"', page)
    assert older
    address = unquote(older[1]).replace("&amp;", "&")
    assert "kind=customer" in address
    assert "Customer 4</" in asha.get(address).text
    fragment = asha.get("/audit-log?q=nothing-like-it", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<section id="audit"')
    assert "No entry fits." in fragment


def test_a_page_takes_the_same_few_queries_however_much_it_shows(shop: Shop, count_queries: Any) -> None:
    fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    with count_queries() as queries:
        assert len(audit_trail.page(shop.asha, Wanted()).entries) > 10
    assert len(queries) <= 6
    _written(shop, ON_A_PAGE)
    with count_queries() as more:
        audit_trail.page(shop.asha, Wanted())
    assert len(more) <= len(queries)


def test_an_entry_leads_to_what_it_is_about(shop: Shop) -> None:
    bill = sold(shop)
    page = shop.client("asha").get("/audit-log").text
    assert f'href="/sales/{bill}"' in page
    assert f'href="/people/{shop.ben.id}"' in page


def test_every_link_of_a_busy_shop_leads_somewhere(shop: Shop) -> None:
    fill(shop, [shop.product(name, **values) for name, values in SHELF.items()])
    asha = shop.client("asha")
    links = set(re.findall(r'class="deed"><a href="([^"]+)"', asha.get("/audit-log").text))
    assert len(links) > 6
    assert {link: asha.get(link).status_code for link in links if asha.get(link).status_code != 200} == {}


def _tamper(shop: Shop, number: int) -> None:
    """Somebody with the database in hand, triggers and all."""

    @one_unit
    def change() -> None:
        if shop.app.extensions["pos"]["config"].database_url.startswith("sqlite"):
            execute(text("DROP TRIGGER audit_log_update"))
        else:
            execute(text("ALTER TABLE audit_log DISABLE TRIGGER ALL"))
        execute(text("UPDATE audit_log SET actor_name = 'Ben Thomas' WHERE number = :number"), {"number": number})

    change()


def test_an_entry_that_was_changed_is_marked_and_the_chain_says_so(shop: Shop) -> None:
    shop.settings(tax_rate="18")
    asha = shop.client("asha")
    whole = asha.get("/audit-log/chain").text
    assert "entries are as they were written, and none is missing" in whole
    _tamper(shop, 3)
    page = asha.get("/audit-log").text
    assert "An entry on this page is not as it was written" in page
    assert "Changed after it was written" in page
    broken = asha.get("/audit-log/chain", headers={"HX-Request": "true"}).text
    assert broken.lstrip().startswith('<section id="chain"')
    assert "entry 3 was changed after it was written" in broken


def test_the_file_has_all_that_was_asked_for_and_runs_nothing(shop: Shop) -> None:
    people.add_customer(shop.ben, name="=1+1", phone=None)
    _written(shop, ON_A_PAGE + 5)
    answer = shop.client("asha").get("/audit-log?kind=customer&format=csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == ON_A_PAGE + 6
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert rows[-1]["what"] == "Ben Thomas added the customer =1+1"
    assert len(rows[0]["hash"]) == 64


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_the_log_is_the_owners_alone(shop: Shop, who: str) -> None:
    with pytest.raises(Forbidden):
        audit_trail.page(getattr(shop, who), Wanted())
    with pytest.raises(Forbidden):
        audit_trail.everything(getattr(shop, who), Wanted())
    browser = shop.client(who)
    assert {browser.get(f"/audit-log{more}").status_code for more in ("", "?format=csv", "/chain")} == {403}


def test_whatever_people_typed_is_shown_as_text(shop: Shop) -> None:
    people.add_customer(shop.ben, name="<script>alert(1)</script>", phone=None)
    page = shop.client("asha").get("/audit-log").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_what_an_address_asks_nonsense_of_is_nothing(shop: Shop) -> None:
    asha = shop.client("asha")
    for query in ("before=x", "after=-1", "person=me", "kind=moon", "action=x", "first=2026-13-01", f"before={10**30}"):
        assert asha.get(f"/audit-log?{query}").status_code == 200
    assert PASSWORD not in asha.get("/audit-log").text


def test_programs_read_the_log_a_stretch_at_a_time(shop: Shop) -> None:
    _written(shop, ON_A_PAGE + 5)
    asha = Program(shop, "asha")
    first = asha.get("/audit-log", subjectType="customer").json["data"]
    assert len(first["entries"]) == ON_A_PAGE
    rest = asha.get("/audit-log", subjectType="customer", before=first["nextBefore"]).json["data"]
    assert (len(rest["entries"]), rest["nextBefore"]) == (5, None)
    entry = rest["entries"][-1]
    assert (entry["sentence"], entry["asWritten"]) == ("Ben Thomas added the customer Customer 0", True)
    assert asha.get("/audit-log", action="moon.landed").status_code == 400
    assert Program(shop, "ben").get("/audit-log").status_code == 403
