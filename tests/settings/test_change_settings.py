"""The store's terms: read by everybody, changed by the owner, on one page."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from pos.core.audit import AuditEntry
from pos.core.db import one_unit
from pos.core.errors import Forbidden, Invalid
from pos.customers import people
from pos.customers.models import Customer
from pos.settings import store
from pos.settings.checks import gstin_check_sign
from pos.settings.forms import StoreForm
from pos.settings.models import StoreSettings
from pos.settings.store import Store
from tests.accounts.together import at_once
from tests.shop import Shop, open_shop

GSTIN = "27AAPFU0939F1ZV"
WHOLE_PAGE = {
    "store_name": "Asha Kirana & Sons",
    "contact_number": "+91 98765 43210",
    "address": "12, Station Road\nPune 411001",
    "receipt_header": "FSSAI 11223344556677",
    "receipt_footer": "धन्यवाद, फिर आइए",
    "receipt_size": "58mm",
    "bill_year_start_month": "4",
    "gst_mode": "regular",
    "gstin": GSTIN.lower(),
    "tax_rate": "12.5",
    "prices_include_tax": "y",
    "round_to_rupee": "y",
    "upi_id": "asha@okbank",
    "upi_name": "Asha",
    "min_stock_default": "2.5",
    "expiry_alert_days": "45",
    "loyalty_enabled": "y",
    "loyalty_rupees_per_point": "50",
    "loyalty_point_worth": "0.50",
    "cash_sessions_enabled": "y",
    "language": "hi",
    "timezone": "Asia/Kathmandu",
    "currency_symbol": "₹",
    "credit_limit_default": "3000",
    "cashier_discount_cap": "12.5",
}


def test_before_the_set_up_the_store_has_the_defaults_of_the_plan(app: Flask) -> None:
    terms = store.current()
    assert (terms.tax_rate, terms.min_stock_default) == (Decimal("5.00"), Decimal(10))
    assert (terms.currency_symbol, terms.gst_mode, terms.bill_year_start_month) == ("₹", "none", 1)
    assert not terms.prices_include_tax
    assert not store.exists()


def test_the_row_begins_with_the_same_defaults_as_the_code(app: Flask) -> None:
    open_shop(app)
    assert store.current() == Store(store_name="Asha Kirana")


def test_the_page_saves_every_term_of_the_store(shop: Shop) -> None:
    assert set(WHOLE_PAGE) == {field.name for field in fields(Store)}
    answer = shop.client("asha").post("/settings", data=WHOLE_PAGE)
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert store.current() == Store(
        store_name="Asha Kirana & Sons",
        contact_number="+91 98765 43210",
        address="12, Station Road\nPune 411001",
        currency_symbol="₹",
        tax_rate=Decimal("12.50"),
        min_stock_default=Decimal("2.500"),
        receipt_header="FSSAI 11223344556677",
        receipt_footer="धन्यवाद, फिर आइए",
        timezone="Asia/Kathmandu",
        language="hi",
        prices_include_tax=True,
        gst_mode="regular",
        gstin=GSTIN,
        round_to_rupee=True,
        upi_id="asha@okbank",
        upi_name="Asha",
        bill_year_start_month=4,
        receipt_size="58mm",
        expiry_alert_days=45,
        loyalty_enabled=True,
        loyalty_rupees_per_point=Decimal("50.00"),
        loyalty_point_worth=Decimal("0.50"),
        cash_sessions_enabled=True,
        credit_limit_default=Decimal("3000.00"),
        cashier_discount_cap=Decimal("12.50"),
    )


def test_saving_the_page_as_it_stands_changes_nothing(shop: Shop) -> None:
    shop.settings(tax_rate="12.5", gst_mode="composition", gstin=GSTIN, prices_include_tax=True)
    before = store.current()
    page = shop.client("asha").get("/settings")
    with shop.app.test_request_context():
        form = StoreForm(data={})
    assert all(f'name="{name}"' in page.text for name in form._fields if name in WHOLE_PAGE)
    assert 'value="12.5"' in page.text
    as_it_stands = {
        **{name: str(getattr(before, name)) for name in WHOLE_PAGE if not isinstance(getattr(before, name), bool)},
        **{name: "y" for name in WHOLE_PAGE if getattr(before, name) is True},
    }
    as_it_stands = {name: "" if value == "None" else value for name, value in as_it_stands.items()}
    assert shop.client("asha").post("/settings", data=as_it_stands).status_code == 303
    assert store.current() == before
    assert len(shop.rows(AuditEntry, action="settings.changed")) == 1


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(shop: Shop) -> None:
    wrong = {"store_name": " ", "tax_rate": "many", "gstin": "abc", "upi_id": "me", "expiry_alert_days": "0"}
    wrong |= {"loyalty_point_worth": "0", "contact_number": "call me", "min_stock_default": "-1", "receipt_size": "a3"}
    answer = shop.client("asha").post("/settings", data={**WHOLE_PAGE, **wrong})
    assert answer.status_code == 400
    for name in wrong:
        assert f'id="{name}-error"' in answer.text, name
    assert 'value="many"' in answer.text
    assert "Asha Kirana &amp; Sons" not in answer.text
    assert "12, Station Road" in answer.text
    assert store.current() == Store(store_name="Asha Kirana")


@pytest.mark.parametrize("who", ["ben", "devi"])
def test_only_the_owner_changes_the_terms(shop: Shop, who: str) -> None:
    with pytest.raises(Forbidden):
        store.change_settings(getattr(shop, who), {"tax_rate": "0"})
    assert shop.client(who).get("/settings").status_code == 403
    assert shop.client(who).post("/settings", data=WHOLE_PAGE).status_code == 403


def test_terms_that_are_not_named_stay(shop: Shop) -> None:
    shop.settings(upi_id="asha@okbank", tax_rate="18")
    shop.settings(tax_rate="0")
    assert (store.current().upi_id, store.current().tax_rate) == ("asha@okbank", Decimal("0.00"))


def test_a_change_is_written_down_with_what_stood_before(shop: Shop) -> None:
    shop.settings(tax_rate="18", store_name="Asha Kirana")
    (entry,) = shop.rows(AuditEntry, action="settings.changed")
    assert json.loads(entry.change) == {"tax_rate": ["5.00", "18.00"]}
    assert entry.actor_name == "Asha Patil"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("store_name", ""),
        ("store_name", "x" * 256),
        ("tax_rate", "100.01"),
        ("tax_rate", "-1"),
        ("tax_rate", "5.005"),
        ("tax_rate", "NaN"),
        ("gst_mode", "some"),
        ("gstin", "27AAPFU0939F1ZW"),
        ("gstin", "27aapfu0939f1z"),
        ("upi_id", "asha"),
        ("upi_id", "asha@"),
        ("timezone", "Asia/Nowhere"),
        ("timezone", "../../etc/passwd"),
        ("timezone", ""),
        ("language", "xx"),
        ("bill_year_start_month", "13"),
        ("bill_year_start_month", 0),
        ("bill_year_start_month", True),
        ("receipt_size", "a3"),
        ("expiry_alert_days", "1.5"),
        ("loyalty_rupees_per_point", "0"),
        ("contact_number", "1234567890123456"),
        ("prices_include_tax", "yes"),
        ("currency_symbol", ""),
        ("address", "x" * 501),
        ("credit_limit_default", "-1"),
        ("no_such_term", "x"),
    ],
)
def test_values_that_make_no_sense_are_refused(shop: Shop, name: str, value: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        shop.settings(**{name: value})
    assert [problem.field for problem in refusal.value.problems] == [name]


@pytest.mark.parametrize("mode", ["regular", "composition"])
def test_a_registered_store_has_a_gstin(shop: Shop, mode: str) -> None:
    with pytest.raises(Invalid, match="Enter the GSTIN") as refusal:
        shop.settings(gst_mode=mode)
    assert refusal.value.field == "gstin"
    shop.settings(gst_mode=mode, gstin=GSTIN)
    with pytest.raises(Invalid):
        shop.settings(gstin="")
    shop.settings(gst_mode="none", gstin="")
    assert store.current().gstin is None


@pytest.mark.parametrize("gstin", [GSTIN, "29AAGCB7383J1Z4", "07AAGFF2194N1Z1"])
def test_real_gstins_are_taken_and_a_slip_is_noticed(gstin: str) -> None:
    assert gstin_check_sign(gstin[:14]) == gstin[14]
    for place in range(14):
        other = "B" if gstin[place] == "A" else "A"
        assert gstin_check_sign(gstin[:place] + other + gstin[place + 1 : 14]) != gstin[14] or gstin[place] == other


def test_two_owners_who_save_at_the_same_moment_both_succeed(shop: Shop) -> None:
    outcomes = at_once(
        shop.app,
        lambda: store.change_settings(shop.asha, {"upi_id": "asha@okbank"}),
        lambda: store.change_settings(shop.asha, {"tax_rate": "18"}),
    )
    assert outcomes == ["done", "done"]
    assert (store.current().upi_id, store.current().tax_rate) == ("asha@okbank", Decimal("18.00"))
    assert len(shop.rows(StoreSettings)) == 1


def test_there_is_one_store(shop: Shop) -> None:
    answer = shop.client("asha").post("/settings", data=WHOLE_PAGE)
    assert answer.status_code == 303
    assert len(shop.rows(StoreSettings)) == 1


def test_a_receipt_text_is_shown_as_text_whatever_it_is(shop: Shop) -> None:
    shop.settings(receipt_footer="</textarea><script>alert(1)</script>{{ 7 * 7 }}")
    page = shop.client("asha").get("/settings").text
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page


def test_what_another_owner_changed_meanwhile_is_told_before_it_is_written_over(shop: Shop) -> None:
    asha = shop.client("asha")
    seen = store.changed_at()
    assert seen is not None
    shop.settings(tax_rate="18")
    told = asha.post("/settings", data={**WHOLE_PAGE, "seen_at": seen.isoformat()})
    assert (told.status_code, "Somebody else changed the settings" in told.text) == (409, True)
    assert 'value="+91 98765 43210"' in told.text
    assert store.current().tax_rate == Decimal("18.00")
    now = store.changed_at()
    assert now is not None
    assert f'value="{now.isoformat()}"' in told.text
    assert asha.post("/settings", data={**WHOLE_PAGE, "seen_at": now.isoformat()}).status_code == 303


def test_a_new_customer_may_owe_what_the_store_says(shop: Shop) -> None:
    shop.settings(credit_limit_default="750")
    assert 'value="750.00"' in shop.client("ben").get("/customers/new").text
    customer = people.add_customer(shop.ben, name="Chitra Rao", phone=None)
    assert shop.row(Customer, customer).credit_limit == Decimal("750.00")


def test_a_unit_looks_the_terms_up_once_and_sees_its_own_changes(shop: Shop, count_queries: Any) -> None:
    @one_unit
    def renamed() -> list[str]:
        before = [store.current().store_name, store.current().store_name]
        store.change_settings(shop.asha, {"store_name": "Asha's New Store"})
        return [*before, store.current().store_name]

    with count_queries() as seen:
        names = renamed()
    assert names[0] == names[1] != names[2] == "Asha's New Store"
    assert len([one for one in seen if "FROM store_settings" in one and "store_name" in one]) == 4
