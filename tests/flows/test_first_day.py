"""The first day of a shop, at a tablet: set up, two catalogues, ten goods, part cash and part UPI, the printed bill."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from pos.catalog.models import Product
from pos.core.db import db, execute, table
from pos.sales.models import Payment, Sale, SaleItem
from tests.engines import ENGINES
from tests.flows import counter
from tests.flows.goods import Catalogues, Good

SHOP_STOCK, LONG_STOCK = 24, 10
BY_UPI = Decimal(200)


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_shop_opens_imports_sells_and_prints(page: Page, app: Flask, files: Catalogues) -> None:
    counter.set_up_shop(page)
    page.goto("/till")
    expect(page.get_by_text("Nothing to sell yet")).to_be_visible()

    assert counter.import_products(page, files.shop_list, SHOP_STOCK) == len(files.goods)
    assert counter.import_products(page, files.long_list, LONG_STOCK) == files.long_products
    assert _products() == len(files.goods) + files.long_products

    basket = files.basket()
    due = counter.price_of(basket)
    page.goto("/till")
    counter.scan_all(page, basket)
    expect(counter.total(page)).to_have_text(counter.shown(due))

    number, change = _pay_in_two_ways(page, due)
    assert change == counter.shown(BY_UPI + counter.cash_for(due - BY_UPI) - due)
    paper = counter.pdf_text(page)
    assert number in paper
    assert counter.shown(due) in paper

    check_rows(number, due, basket)


def _pay_in_two_ways(page: Page, due: Decimal) -> tuple[str, str]:
    """Two hundred by UPI, the rest in cash with the next hundred."""
    page.get_by_role("link", name="Pay").tap()
    counter.at_payment(page)
    expect(page.locator(".due-amount").first).to_have_text(counter.shown(due))
    page.locator("#upi").tap()
    for digit in str(BY_UPI):
        page.get_by_role("group", name="Number keys").get_by_role("button", name=digit, exact=True).tap()
    page.get_by_role("button", name="Show QR").tap()
    page.get_by_role("button", name=f"{counter.shown(BY_UPI)} received").tap()
    expect(page.get_by_label("Received")).to_be_checked()
    page.locator("#cash").tap()
    for digit in str(counter.cash_for(due - BY_UPI)):
        page.get_by_role("group", name="Number keys").get_by_role("button", name=digit, exact=True).tap()
    counter.finish(page).tap()
    return counter.done(page)


def _products() -> int:
    db.session.rollback()
    return int(execute(select(func.count()).select_from(table(Product))).scalar_one())


def check_rows(number: str, due: Decimal, basket: list[Good]) -> None:
    """One bill, its lines in the order of the scans, its two payments, and the shelf that much emptier."""
    db.session.rollback()
    sale = execute(select(table(Sale))).one()
    assert (sale.bill_number, sale.total_amount, sale.payment_status) == (number, due, "PAID")
    lines = execute(select(table(SaleItem)).order_by(table(SaleItem).c.position)).all()
    assert [line.product_name for line in lines] == [good.name for good in basket]
    paid = {row.method: row.amount for row in execute(select(table(Payment)))}
    assert paid == {"UPI": BY_UPI, "CASH": due - BY_UPI}
    left = {row.name: row.stock_quantity for row in execute(select(table(Product)))}
    for line in lines:
        assert left[line.product_name] == SHOP_STOCK - line.quantity
