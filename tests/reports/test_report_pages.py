"""The owner's pages: reports, the day at a glance for every role, and the proof of the books."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import text

from pos.backups import kept
from pos.core import clock
from pos.core.db import db, execute
from pos.reports import books, promises
from pos.reports.all_reports import VIEWS
from pos.reports.periods import periods
from pos.reports.spans import Span
from pos.reports.today import today
from pos.settings import store
from tests.reports.trade import DAY, FIRST, LAST, NOON, sell, trade
from tests.shop import Shop

SPAN = f"first={FIRST}&last={LAST}"
NOT_IN_THE_TRADE = {
    *(("inventory", view) for view in ("low", "expiring", "dead", "slow")),
    *(("cash", view) for view in VIEWS["cash"]),
}


def seen(shop: Shop, who: str, address: str, **headers: str) -> str:
    with clock.frozen(NOON + 2 * DAY):
        answer = shop.client(who).get(address, headers=headers)
    assert answer.status_code == 200, answer.status
    return unescape(answer.text)


def test_every_report_is_linked_and_shows_its_sums(shop: Shop) -> None:
    trade(shop)
    index = seen(shop, "asha", "/reports")
    for name, views in VIEWS.items():
        for view in views:
            assert f"/reports/{name}?view={view}" in index
            page = seen(shop, "asha", f"/reports/{name}?view={view}&{SPAN}")
            assert f"view={view}&first={FIRST}&last={LAST}&format=xlsx" in page
            assert "<tbody" in page or (name, view) in NOT_IN_THE_TRADE, (name, view)


def test_the_days_are_chosen_by_a_press_or_typed(shop: Shop) -> None:
    trade(shop)
    page = seen(shop, "asha", f"/reports/sales?view=day&{SPAN}")
    assert f'name="first" value="{FIRST}"' in page
    assert "19 Nov 2026" in page
    assert seen(shop, "asha", "/reports/sales?view=day&first=2026-11-01&last=2026-11-02").count("Nothing to show") == 1
    assert "19 Nov 2026" in seen(shop, "asha", "/reports/sales?first=nonsense&last=")


def test_a_report_is_taken_away_as_a_file(shop: Shop) -> None:
    trade(shop)
    with clock.frozen(NOON + 2 * DAY):
        answer = shop.client("asha").get(f"/reports/tax?view=rate&{SPAN}&format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig").startswith("Rate,Billed,Returned,Taxable,CGST,SGST,Tax,With tax")


def test_days_that_run_backwards_are_refused_with_a_sentence(shop: Shop) -> None:
    answer = shop.client("asha").get(f"/reports/sales?first={LAST}&last={FIRST}")
    assert answer.status_code == 400
    assert "The first day lies after the last." in answer.text
    assert shop.client("asha").get("/reports/sales?view=moon").status_code == 404


def test_the_named_spans_are_those_of_an_indian_shop() -> None:
    spans = periods(LAST)
    assert spans["week"] == Span(LAST - timedelta(days=6), LAST)
    assert (spans["month"].first.isoformat(), spans["last_month"].last.isoformat()) == ("2026-11-01", "2026-10-31")
    assert spans["year"].first.isoformat() == "2026-04-01"
    assert periods(LAST.replace(month=2))["year"].first.isoformat() == "2025-04-01"


def test_today_is_told_by_the_hour_and_against_a_week_ago(shop: Shop) -> None:
    tea = shop.product("Tea", "100", tax_rate=Decimal(0), cost_price=Decimal(80))
    chitra = shop.customer()
    sell(shop, NOON - 7 * DAY, {tea: "2"}, ("CASH", "200"))
    sell(shop, NOON - 7 * DAY + timedelta(hours=3), {tea: "5"}, ("CASH", "500"))
    sell(shop, NOON, {tea: "1"}, ("UPI", "60"), ("CASH", "40"))
    sell(shop, NOON + timedelta(minutes=70), {tea: "3"}, ("CASH", "100"), customer=chitra)
    with clock.frozen(NOON + timedelta(hours=2)):
        found = today(shop.asha)
        page = seen_now(shop, "asha", "/dashboard")
    assert (found.week_ago, found.week_ago_whole, found.profit) == (Decimal(200), Decimal(700), Decimal(80))
    assert [(one.hour, one.amount, one.week_ago) for one in found.hours if one.amount or one.week_ago] == [
        (12, Decimal(100), Decimal(200)),
        (13, Decimal(300), Decimal(0)),
        (15, Decimal(0), Decimal(500)),
    ]
    assert found.mix == [("CASH", Decimal(140)), ("UPI", Decimal(60)), ("CREDIT", Decimal(200))]
    for told in ("₹400.00", "A week ago ₹200.00 by now, ₹700.00 in all", "13:00 to 14:00: ₹300, a week ago ₹0", "<svg"):
        assert told in page, told


def seen_now(shop: Shop, who: str, address: str, **headers: str) -> str:
    return unescape(shop.client(who).get(address, headers=headers).text)


def test_each_role_sees_of_the_day_what_it_may(shop: Shop) -> None:
    trade(shop)
    owner, cashier, staff = (seen(shop, who, "/dashboard") for who in ("asha", "ben", "devi"))
    assert "Profit" in owner
    assert "Profit" not in cashier
    for told in ("By the hour", "Paid by", "Khata"):
        assert told in cashier
        assert told not in staff.replace("Khata</a>", "")
    assert "Low stock" in staff
    assert "₹" not in staff


def test_the_day_refreshes_itself_as_a_fragment(shop: Shop) -> None:
    fragment = seen_now(shop, "ben", "/dashboard", **{"HX-Request": "true"})
    assert fragment.lstrip().startswith('<section id="today"')
    assert 'hx-trigger="every 60s"' in fragment


def test_a_glance_takes_few_queries(shop: Shop, count_queries: Any) -> None:
    trade(shop)
    with count_queries() as queries:
        seen(shop, "asha", "/dashboard")
    assert len(queries) <= 26, queries


def test_the_proof_says_each_promise_in_words_and_is_made_on_demand(shop: Shop) -> None:
    trade(shop)
    page = seen(shop, "asha", "/proof")
    assert "Prove it now" in page
    assert "right to the paisa" not in page
    proved = seen(shop, "asha", "/proof?run=1")
    assert "right to the paisa" in proved
    assert proved.count("is-right") == books.PROOFS
    assert proved.count("is-wrong") == 1
    assert "There is no backup yet. Make one now." in proved


def _backup(shop: Shop, made: datetime) -> None:
    """A file that stands for a backup: what its name says is what the page goes by."""
    folder = shop.app.extensions["pos"]["config"].instance / "backups"
    folder.mkdir(exist_ok=True)
    (folder / kept.name_for(made, is_good=True)).write_bytes(b"")


def test_the_last_backup_is_a_promise_too(shop: Shop) -> None:
    midnight = datetime.combine(store.current().today(), time())
    _backup(shop, midnight - timedelta(days=4))
    old = seen_now(shop, "asha", "/proof?run=1")
    assert old.count("is-wrong") == 1
    assert "Made on" in old
    _backup(shop, midnight - timedelta(days=1))
    fresh = seen_now(shop, "asha", "/proof?run=1")
    assert (fresh.count("is-right"), fresh.count("is-wrong")) == (books.PROOFS + 1, 0)


def test_every_promise_has_words_of_its_own() -> None:
    assert {check.name for check in books.CHECKS} | {books.LOG, books.SUMS} == promises.IN_WORDS.keys()


def test_a_broken_promise_is_red_and_names_the_figure(shop: Shop) -> None:
    shop.product("Tea", stock="5")
    execute(text("UPDATE products SET stock_quantity_milli = 7000"))
    db.session.commit()
    fragment = seen_now(shop, "asha", "/proof?run=1", **{"HX-Request": "true"})
    assert "What is in stock is what came in, less what went out." in fragment
    assert "stock of Tea: 7 is kept, the movements say 5" in fragment
    assert fragment.count("is-wrong") == 3


@pytest.mark.parametrize("address", ["/reports", "/reports/sales", "/proof"])
def test_reports_and_proof_are_the_owners_alone(shop: Shop, address: str) -> None:
    for who in ("ben", "devi"):
        assert shop.client(who).get(address).status_code == 403
