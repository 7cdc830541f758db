"""The owner's desk in a browser: bills change while settings are typed; the password alone lets nobody in."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Page, expect

from pos.accounts import two_factor
from pos.accounts.models import User
from pos.core import clock
from pos.sales.models import Sale
from pos.settings import store
from tests.shop import PASSWORD, Shop


def test_the_bill_changes_while_its_settings_are_typed(signed_in_page: Page, shop: Shop) -> None:
    page = signed_in_page
    page.goto("/settings")
    bill = page.locator("#preview .receipt")
    expect(bill.get_by_role("heading", name="Asha Kirana")).to_be_visible()
    page.get_by_label("Name of the store").fill("Asha Super Bazaar")
    expect(bill.get_by_role("heading", name="Asha Super Bazaar")).to_be_visible()
    page.get_by_label("Registered (regular)").check()
    page.get_by_label("GSTIN").fill("27AAPFU0939F1ZV")
    expect(bill).to_contain_text("CGST")
    page.get_by_label("Paper").select_option("a5")
    expect(bill).to_have_class("receipt sheet sa5")
    page.get_by_label("UPI id").fill("asha@okaxis")
    expect(page.locator("#upi-test svg")).to_be_visible()
    expect(page.get_by_label("Name of the store")).to_have_value("Asha Super Bazaar")
    assert store.current().store_name == "Asha Kirana"
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    expect(page.locator(".brand-name")).to_have_text("Asha Super Bazaar")
    assert shop.rows(Sale) == []


def test_what_was_saved_reads_as_a_sentence_in_the_log(signed_in_page: Page, shop: Shop) -> None:
    page = signed_in_page
    shop.settings(round_to_rupee=True)
    page.goto("/audit-log")
    expect(page.get_by_text("Round each bill to the whole rupee")).to_be_visible()
    page.get_by_label("What was done").select_option("sale.voided")
    expect(page.get_by_text("No entry fits.")).to_be_visible()
    page.goto("/audit-log")
    page.get_by_role("button", name="Check every entry").click()
    expect(page.get_by_text("entries are as they were written")).to_be_visible()


def test_a_stranger_with_the_password_stays_at_the_second_step(page: Page, shop: Shop, shop_url: str) -> None:
    two_factor.begin(shop.ben, PASSWORD)
    assert shop.ben.id is not None
    secret = shop.row(User, shop.ben.id).otp_secret
    codes = two_factor.switch_on(shop.ben, None, pyotp.TOTP(secret).at(clock.now()))
    page.goto("/sign-in?next=/products")
    page.get_by_role("button", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_role("button", name="English").click()
    page.get_by_label("Email").fill("ben@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code is not right, or was used already.")).to_be_visible()
    page.goto("/products")
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto("/sign-in/code?next=/products")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Products")).to_be_visible()
