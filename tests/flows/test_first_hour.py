"""A new owner's first hour, from a machine on which nothing was ever opened to a shop that runs: as the guide leads."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows import axe, counter
from tests.shop import PASSWORD
from tests.test_commands import ROOT, Shop, environment, running

# A backup is a process of its own, which restores and audits what it wrote.
LONGEST_BACKUP_MS = 60_000
FIRST_STEPS = re.compile("/first-steps(#.*)?$")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Shop]:
    """A server of its own on an empty folder; it makes no backup by itself."""
    with running(tmp_path, BACKUP_AT="") as shop:
        yield shop


@pytest.fixture
def shop_url(machine: Shop) -> str:
    """Where the owner's tablet finds it."""
    return f"http://127.0.0.1:{machine.port}"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A tablet, not the shop's own computer: something stands between them."""
    return {**browser_context_args, "extra_http_headers": {"Via": "1.1 wifi"}}


@pytest.mark.slow
def test_the_guide_leads_from_an_empty_machine_to_a_running_shop(page: Page, machine: Shop, tmp_path: Path) -> None:
    _opens_the_shop(page, machine, tmp_path)
    _fills_in_the_store(page)
    _takes_goods_over(page)
    _makes_the_first_bill(page)
    _skips_and_takes_up_again(page)
    _makes_the_first_udhaar(page)
    _opens_the_first_report(page)
    _makes_a_backup(page)

    expect(page.get_by_role("heading", name="Your shop is running")).to_be_visible()
    page.get_by_role("link", name="See how today goes").tap()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.locator("#steps")).to_have_count(0)
    expect(page.locator(".steps-link")).to_have_count(0)
    assert machine.stop() == 0
    _books_are_right(tmp_path)


def _opens_the_shop(page: Page, machine: Shop, instance: Path) -> None:
    code = (instance / "setup_code").read_text().strip()
    assert code in machine.said
    page.goto("/")
    page.get_by_label("One-time code").fill(code.lower())
    page.get_by_label("Name of the store").fill("Asha Kirana")
    page.get_by_label("Your name").fill("Asha Patil")
    page.get_by_label("Your email").fill("asha@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Open the shop").tap()
    expect(page).to_have_url(FIRST_STEPS)
    _stands_at(page, 0, "Your store")
    assert axe.small_controls(page) == []


def _fills_in_the_store(page: Page) -> None:
    page.get_by_role("link", name="Fill in your store").tap()
    page.get_by_label("Address").fill("12 Market Road, Pune 411001")
    page.get_by_label("UPI id").fill(counter.UPI_ID)
    page.get_by_role("button", name="Save the settings").tap()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    _back_to_the_steps(page)
    _stands_at(page, 1, "Your goods")


def _takes_goods_over(page: Page) -> None:
    """Prices by keyboard, Enter after each; a wrong one keeps what was typed."""
    page.get_by_role("link", name="Start from a ready list").tap()
    # A finger is never faster than the page's script, a test is.
    expect(page.locator("#starter-count")).to_have_text("Nothing has a price yet.")
    page.get_by_label("Price of Rice (loose)").focus()
    for price in ("60", "110", "forty"):
        page.keyboard.type(price)
        page.keyboard.press("Enter")
    page.get_by_role("checkbox", name=re.compile("Sugar, jaggery and salt")).check()
    page.get_by_label("Price of Salt 1 kg").fill("28")
    expect(page.locator("#starter-count")).to_have_text("4 with a price")
    assert axe.small_controls(page) == []
    page.get_by_role("button", name="Take over").tap()

    wrong = page.get_by_label("Price of Broken rice (loose)")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Price of Salt 1 kg")).to_have_value("28")
    wrong.fill("42")
    page.get_by_role("button", name="Take over").tap()
    expect(page).to_have_url(FIRST_STEPS)
    expect(page.get_by_text("4 products were taken over.")).to_be_visible()
    _stands_at(page, 2, "The first bill")


def _makes_the_first_bill(page: Page) -> None:
    page.get_by_role("link", name="Make a bill", exact=True).tap()
    _puts_salt_on_the_bill(page)
    page.get_by_role("link", name="Pay").tap()
    counter.at_payment(page)
    page.locator("#cash").fill("100")
    counter.finish(page).tap()
    number, change = counter.done(page)
    assert (number[-6:], change) == ("000001", "₹72.00")
    _back_to_the_steps(page)
    _stands_at(page, 3, "The first udhaar")


def _skips_and_takes_up_again(page: Page) -> None:
    page.get_by_role("button", name="Skip: The first udhaar").tap()
    _stands_at(page, 3, "The first report")
    expect(_step(page, "udhaar")).to_contain_text("Skipped")
    page.get_by_role("button", name="Take it up again: The first udhaar").tap()
    _stands_at(page, 3, "The first udhaar")
    page.goto("/dashboard")
    expect(page.locator("#steps")).to_contain_text("3 of 6")
    page.get_by_role("link", name="All steps").tap()


def _makes_the_first_udhaar(page: Page) -> None:
    page.get_by_role("link", name="Make a bill on khata").tap()
    _puts_salt_on_the_bill(page)
    page.keyboard.press("F4")
    sheet = page.get_by_role("dialog", name="Customer")
    sheet.get_by_label("Name", exact=True).fill("Chitra Rao")
    sheet.get_by_label("Phone", exact=True).fill("9876543210")
    sheet.get_by_role("button", name="Add", exact=True).tap()
    expect(page.locator("#cart_customer")).to_contain_text("Chitra Rao")
    page.get_by_role("link", name="Pay").tap()
    counter.at_payment(page)
    page.get_by_label("Rest on khata").check()
    counter.finish(page).tap()
    counter.done(page)
    expect(page.locator("#done")).to_contain_text("Chitra Rao now owes ₹28.00")
    _back_to_the_steps(page)
    _stands_at(page, 4, "The first report")


def _opens_the_first_report(page: Page) -> None:
    page.get_by_role("link", name="Open the report").tap()
    for number in ("000001", "000002"):
        expect(page.get_by_role("main")).to_contain_text(number)
    _back_to_the_steps(page)
    _stands_at(page, 5, "A backup")


def _makes_a_backup(page: Page) -> None:
    page.get_by_role("link", name="Make a backup").tap()
    page.get_by_role("button", name="Back up now").tap()
    expect(page.get_by_text("Restored and audited")).to_be_visible(timeout=LONGEST_BACKUP_MS)
    _back_to_the_steps(page)


def _puts_salt_on_the_bill(page: Page) -> None:
    expect(counter.scan_box(page)).to_be_focused()
    page.wait_for_load_state()
    page.get_by_role("button", name=re.compile("Salt 1 kg")).first.tap()
    expect(page.locator("#cart .line")).to_have_count(1)
    page.wait_for_load_state()


def _back_to_the_steps(page: Page) -> None:
    """By the link that every page bears meanwhile."""
    page.get_by_role("banner").get_by_role("link", name="First steps").tap()
    expect(page).to_have_url(FIRST_STEPS)


def _step(page: Page, name: str) -> Locator:
    return page.locator(f"#step-{name}")


def _stands_at(page: Page, done: int, title: str) -> None:
    """So many steps are done, and this one is the next."""
    expect(page.locator(".hero-progress")).to_contain_text(f"{done} of 6")
    expect(page.locator(".guide-step.is-done")).to_have_count(done)
    expect(page.locator("[aria-current=step]")).to_contain_text(title)


def _books_are_right(instance: Path) -> None:
    audit = [sys.executable, "-m", "flask", "--app", "wsgi", "audit"]
    done = subprocess.run(
        audit, cwd=ROOT, env=environment(instance), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
