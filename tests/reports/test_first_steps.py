"""The owner's first steps: ticked by the shop's own rows alone, on a page of their own and on Today."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from pos.backups import making
from pos.backups.commands import folder_of
from pos.core import clock
from pos.core.errors import Forbidden
from pos.reports.first_steps import first_steps, going_on
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.settings import first_steps as guide
from pos.settings.first_steps import STEPS
from tests.shop import Shop


def page(shop: Shop, address: str = "/first-steps") -> str:
    answer = shop.client("asha").get(address)
    assert answer.status_code == 200, answer.status
    return unescape(answer.text)


def state(shop: Shop, backed_up: datetime | None = None) -> dict[str, str]:
    steps = first_steps(shop.asha, backed_up).steps
    return {step.name: "done" if step.is_done else "skipped" if step.is_skipped else "open" for step in steps}


def sell(shop: Shop, on_credit: bool) -> None:
    customer = shop.customer() if on_credit else None
    tenders = () if on_credit else (Tender("CASH", Decimal(100)),)
    complete_sale(shop.ben, Checkout((CheckoutLine(shop.product(), Decimal(1)),), tenders, customer))


def backed_up(shop: Shop) -> None:
    making.make(folder_of(shop.app.extensions["pos"]["config"]))


def test_a_new_shop_has_everything_before_it(shop: Shop) -> None:
    assert state(shop) == dict.fromkeys(STEPS, "open")
    assert "0 of 6" in page(shop)


def test_each_step_is_done_by_what_the_shop_holds(shop: Shop) -> None:
    guide.show(shop.asha)
    done: list[str] = []

    def now_done(name: str) -> None:
        done.append(name)
        assert [step for step, what in state(shop).items() if what == "done"] == [one for one in STEPS if one in done]
        assert f"{len(done)} of 6" in page(shop)

    shop.settings(address="12 Market Road, Pune")
    now_done("store")
    shop.product()
    now_done("products")
    sell(shop, on_credit=False)
    now_done("bill")
    sell(shop, on_credit=True)
    now_done("udhaar")
    page(shop, "/reports/sales")
    now_done("report")
    assert "5 of 6" in page(shop)
    backed_up(shop)
    assert "Your shop is running" in page(shop)


def test_a_backup_of_nothing_does_not_count(shop: Shop) -> None:
    """The open shop makes one by itself in its first minutes."""
    early = clock.now() - timedelta(minutes=5)
    assert state(shop, early)["backup"] == "open"
    shop.product()
    assert state(shop, early)["backup"] == "open"
    between = clock.now()
    assert state(shop, between)["backup"] == "done"
    with clock.frozen(between + timedelta(minutes=5)):
        sell(shop, on_credit=False)
    assert state(shop, between)["backup"] == "open"
    assert state(shop, between + timedelta(minutes=6))["backup"] == "done"


def test_a_report_that_is_not_there_was_not_opened(shop: Shop) -> None:
    guide.show(shop.asha)
    assert shop.client("asha").get("/reports/sales?view=moon").status_code == 404
    assert state(shop)["report"] == "open"


def test_what_is_done_is_done_even_if_it_was_skipped(shop: Shop) -> None:
    guide.skip(shop.asha, "products")
    assert state(shop)["products"] == "skipped"
    shop.product()
    assert state(shop)["products"] == "done"


def test_a_step_is_skipped_and_taken_up_from_the_page(shop: Shop) -> None:
    asha = shop.client("asha")
    answer = asha.post("/first-steps/udhaar/skip")
    assert (answer.status_code, answer.location) == (303, "/first-steps#step-udhaar")
    shown = page(shop)
    assert "Take it up again: The first udhaar" in shown
    assert "Skip: The first udhaar" not in shown
    answer = asha.post("/first-steps/udhaar/take-up")
    assert answer.location == "/first-steps#step-udhaar"
    assert "Skip: The first udhaar" in page(shop)
    assert asha.post("/first-steps/dance/skip").status_code == 404


def test_today_shows_the_next_step_until_nothing_is_left(shop: Shop) -> None:
    assert 'id="steps"' not in page(shop, "/dashboard")
    guide.show(shop.asha)
    shown = page(shop, "/dashboard")
    assert 'id="steps"' in shown
    assert "Fill in your store" in shown
    shop.product()
    for name in STEPS[:-1]:
        guide.skip(shop.asha, name)
    assert "Make a backup" in page(shop, "/dashboard")
    backed_up(shop)
    assert 'id="steps"' not in page(shop, "/dashboard")
    assert going_on(shop.asha, clock.now()) is None


def test_today_shows_it_to_the_owner_alone_and_not_to_its_own_refresh(shop: Shop) -> None:
    guide.show(shop.asha)
    for who in ("ben", "devi"):
        assert 'id="steps"' not in shop.client(who).get("/dashboard").text
        assert shop.client(who).get("/first-steps").status_code == 403
    fragment = shop.client("asha").get("/dashboard", headers={"HX-Request": "true"})
    assert 'id="steps"' not in fragment.text


def test_it_is_put_away_and_comes_back(shop: Shop) -> None:
    guide.show(shop.asha)
    asha = shop.client("asha")
    answer = asha.post("/first-steps/put-away", follow_redirects=True)
    assert "The first steps are put away." in answer.text
    assert 'id="steps"' not in answer.text
    assert "Show them on Today" in page(shop)
    assert asha.post("/first-steps/show").location == "/first-steps"
    assert 'id="steps"' in page(shop, "/dashboard")


def test_every_page_leads_back_while_a_step_is_left(shop: Shop) -> None:
    asha = shop.client("asha")
    assert "steps-link" not in asha.get("/products").text
    guide.show(shop.asha)
    asha.get("/first-steps")
    assert "steps-link" in asha.get("/products").text
    assert "steps-link" not in shop.client("ben").get("/products").text
    asha.post("/first-steps/put-away")
    assert "steps-link" not in asha.get("/products").text


def test_the_steps_tell_what_of_the_store_is_filled_in(shop: Shop) -> None:
    shop.settings(upi_id="asha@okbank")
    facts = re.findall(r"<li[^>]*>.*?</li>", page(shop).split("guide-facts")[1].split("</ul>")[0], re.DOTALL)
    assert ["not yet" in fact for fact in facts] == [True, False]
    shop.settings(gst_mode="regular", gstin="27AAPFU0939F1ZV")
    assert "GSTIN" in page(shop)


def test_it_is_the_owners_alone(shop: Shop) -> None:
    for verb in (first_steps, going_on):
        with pytest.raises(Forbidden):
            verb(shop.ben, None)


def test_the_page_and_its_card_take_few_queries(shop: Shop, count_queries: Any) -> None:
    asha = shop.client("asha")
    with count_queries() as without:
        asha.get("/dashboard")
    guide.show(shop.asha)
    for name in STEPS[:3]:
        guide.skip(shop.asha, name)
        guide.take_up(shop.asha, name)
    with count_queries() as with_card:
        asha.get("/dashboard")
    # What the shop holds, in one; the store's terms.
    assert len(with_card) <= len(without) + 2, with_card
    with count_queries() as queries:
        asha.get("/first-steps")
    assert len(queries) <= 8, queries


def test_it_speaks_hindi(shop: Shop) -> None:
    shop.settings(language="hi")
    shown = page(shop)
    assert "आपकी दुकान में स्वागत है" in shown
    assert "6 में से 0" in shown
