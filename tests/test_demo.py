"""The demo: a shop to try things on, whose books are as right as a real one's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from pos.accounts import setup, signin, users
from pos.accounts.models import User
from pos.accounts.roles import COMMAND_LINE
from pos.catalog import barcodes
from pos.catalog.models import Product
from pos.catalog.stock import move
from pos.core import clock
from pos.core.db import db, execute, table
from pos.customers import promised
from pos.customers.models import CreditTransaction, Customer
from pos.demo import demo
from pos.demo.goods import KINDS, shelf
from pos.demo.people import neighbourhood
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Payment, Sale, SaleItem
from tests.conftest import make_app
from tests.engines import drop_database, fresh_database
from tests.shop import Shop

EVENING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
SMALL = ("--products", "120", "--customers", "15", "--bills", "150")
PASSWORD = "namaste-ji-9"


def run(app: Flask, *asked: str, password: str | None = None) -> Result:
    with clock.frozen(EVENING):
        return app.test_cli_runner(env={"POS_PASSWORD": password}).invoke(args=["demo", *(asked or SMALL)])


def counted(model: Any) -> int:
    return int(execute(select(func.count()).select_from(table(model))).scalar_one())


def bills() -> list[tuple[Any, ...]]:
    """What can be compared between two shops: everything but ids."""
    names = (
        "bill_number total_amount tax_amount credit_amount amount_tendered payment_method customer_name business_day"
    )
    columns = (table(Sale).c[name] for name in f"{names} created_at saving round_off".split())
    order = select(*columns).order_by(table(Sale).c.bill_sequence)
    return [tuple(row) for row in execute(order)]


@pytest.fixture
def by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a small shop is written as a large one is."""
    monkeypatch.setattr(demo, "MOST_BY_VERBS", {"products": 0})


def test_a_small_shop_has_what_was_asked_for_and_right_books(app: Flask) -> None:
    done = run(app, password=PASSWORD)
    assert done.exit_code == 0, done.output
    assert (counted(Product), counted(Customer), counted(Sale)) == (120, 15, 150)
    assert "120 products, 15 customers, 150 bills" in done.output
    assert list(books.differences()) == []
    promises = promised.sums(date(2026, 11, 23))
    assert (promises["today"].count, promises["late"].count) == (1, 1)


def test_it_says_how_to_sign_in_when_it_made_an_owner(app: Flask) -> None:
    done = run(app, password=PASSWORD)
    assert "Sign in as owner@example.com with the password of POS_PASSWORD." in done.output
    assert PASSWORD not in done.output
    assert signin.sign_in("owner@example.com", PASSWORD, "pages", "127.0.0.1", "test")


def test_without_a_password_nobody_owns_the_shop(app: Flask) -> None:
    done = run(app)
    assert done.exit_code == 0
    assert "set up its owner" in done.output
    assert setup.is_open()
    assert {row.role for row in users.everybody()} == {"cashier"}


def test_a_weak_password_makes_nothing(app: Flask) -> None:
    done = run(app, password="password")
    assert done.exit_code == 1
    assert counted(Product) == counted(User) == 0


def test_the_owner_that_is_there_stays(app: Flask, shop: Shop) -> None:
    done = run(app, password=PASSWORD)
    assert done.exit_code == 0, done.output
    assert "Sign in as" not in done.output
    assert {row.full_name for row in users.everybody() if row.role == "owner"} == {"Asha Patil"}


def test_a_shop_in_use_is_left_alone(app: Flask, shop: Shop) -> None:
    shop.product()
    done = run(app)
    assert done.exit_code == 1
    assert "This shop is in use: it has 0 bills, 1 products and 0 customers." in done.stderr
    assert counted(Product) == 1
    assert counted(Sale) == 0


def test_a_large_shop_is_written_as_the_verbs_would(app: Flask, engine_name: str, by_rows: None) -> None:
    done = run(app, password=PASSWORD)
    assert done.exit_code == 0, done.output
    assert list(books.differences()) == []
    assert counted(Sale) == 150
    rows = bills()
    assert rows == sorted(rows, key=lambda row: row[8])
    assert counted(SaleItem) > 300


def test_a_large_shop_goes_on_selling(app: Flask, by_rows: None) -> None:
    run(app, password=PASSWORD)
    product = execute(select(table(Product)).filter_by(unit="pcs").order_by(table(Product).c.name)).first()
    move(COMMAND_LINE, product.id, "RESTOCK", 5)
    with clock.frozen(EVENING):
        line = CheckoutLine(product.id, Decimal(1))
        sale = complete_sale(COMMAND_LINE, Checkout((line,), (Tender("CASH", Decimal(5000)),)))
    number = execute(select(table(Sale).c.bill_number).filter_by(id=sale.sale_id)).scalar()
    assert number == "BILL-2026-000151"
    assert list(books.differences()) == []


class TestAlike:
    """What does not depend on the engine."""

    @pytest.fixture
    def engine_name(self) -> str:
        return "sqlite"

    @pytest.fixture
    def made(self, app: Flask) -> list[tuple[Any, ...]]:
        run(app, password=PASSWORD)
        return bills()

    def test_both_hands_write_the_same_shop(
        self, made: list[tuple[Any, ...]], own_app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same seed by verbs and by rows: bill by bill the same, to the paisa and the second."""
        monkeypatch.setattr(demo, "MOST_BY_VERBS", {"products": 0})
        url = fresh_database("sqlite")
        other = make_app(url, own_app.extensions["pos"]["config"].instance)
        with other.app_context():
            run(other, password=PASSWORD)
            assert bills() == made
            db.session.remove()
            db.engine.dispose()
        drop_database(url)

    def test_another_seed_makes_another_shop(self, app: Flask) -> None:
        run(app, *SMALL, "--seed", "2")
        totals = [row[1] for row in bills()]
        assert len(set(totals)) > 80

    def test_people_come_in_the_morning_and_in_the_evening(self, made: list[tuple[Any, ...]]) -> None:
        hours = Counter((row[8].hour * 60 + row[8].minute + 330) // 60 % 24 for row in made)
        assert set(hours) <= set(range(7, 22))
        busy = sum(hours[hour] for hour in (8, 9, 18, 19, 20))
        assert busy > len(made) * 2 // 5

    def test_two_months_end_today(self, made: list[tuple[Any, ...]]) -> None:
        days = sorted({row[7] for row in made})
        assert str(days[0]) >= "2026-09-25"
        assert str(days[-1]) == "2026-11-23"
        assert made[-1][8] <= EVENING

    def test_people_take_on_khata_and_pay_back(self, made: list[tuple[Any, ...]]) -> None:
        kinds = Counter(execute(select(table(CreditTransaction).c.transaction_type)).scalars())
        assert kinds["CREDIT_TAKEN"] > 3
        assert kinds["PAYMENT_MADE"] > 1
        limits = select(table(Customer).c.credit_balance, table(Customer).c.credit_limit)
        assert all(balance <= limit for balance, limit in execute(limits))

    def test_bills_are_paid_in_every_way(self, made: list[tuple[Any, ...]]) -> None:
        assert {row[5] for row in made} >= {"CASH", "UPI", "CREDIT"}
        references = execute(select(table(Payment).c.reference).filter_by(method="UPI")).scalars()
        assert all(re.fullmatch(r"\d{12}", one) for one in references)

    def test_it_is_made_of_many_days_when_it_is_large(self) -> None:
        assert [demo.Size(bills=bills).days() for bills in (900, 6000, 1_000_000)] == [60, 100, 1095]


def test_goods_have_right_barcodes_and_names_of_their_own() -> None:
    goods = shelf(100_000, Random(1))
    assert len(goods) == len({good.name for good in goods}) == 100_000
    codes = [good.barcode or good.code for good in goods]
    assert len(set(codes)) == 100_000
    assert not any(barcodes.warning(good.barcode) for good in goods)
    assert {good.category for good in goods} == set(KINDS)
    assert all(0 < good.cost <= good.price <= (good.mrp or good.price) for good in goods)
    assert sum(good.is_loose for good in goods) > 30
    assert max(len(good.name) for good in goods) < 80


def test_people_have_indian_mobile_numbers_of_their_own() -> None:
    people = neighbourhood(20_000, Random(1))
    assert len({one.phone for one in people}) == 20_000
    assert all(re.fullmatch(r"[6-9]\d{9}", one.phone) for one in people)
