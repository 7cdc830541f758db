"""The proof of the books finds every figure that was tampered with, and nothing in an honest shop."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from pos.core.db import db, execute
from pos.reports import books
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from tests.shop import Shop


@pytest.fixture
def bill(shop: Shop) -> UUID:
    """A bill on credit with a discount and tax."""
    tea, chitra = shop.product(price="100", stock="5"), shop.customer()
    line = CheckoutLine(tea, Decimal(2), discount=Decimal(5))
    return complete_sale(shop.ben, Checkout((line,), (Tender("CASH", Decimal(100)),), chitra)).sale_id


def tamper(app_shop: Shop, statement: str) -> list[str]:
    """What the proof says after somebody changed the database by hand, triggers and all."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        execute(text("SET session_replication_role = replica"))
    else:
        for (name,) in execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            execute(text(f"DROP TRIGGER {name}"))
    execute(text(statement))
    found = list(books.differences())
    db.session.rollback()
    return found


def test_an_honest_shop_has_no_differences(shop: Shop, bill: UUID) -> None:
    assert list(books.differences()) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE products SET stock_quantity_milli = 4000", "stock of Tea 250 g: 4 is kept, the movements say 3"),
        ("UPDATE customers SET credit_balance_paise = 1", "khata of Chitra Rao: ₹0.01 is kept, ₹99.50 is right"),
        ("UPDATE sale_items SET taxable_paise = taxable_paise + 1", "total of BILL-"),
        ("UPDATE sale_items SET tax_paise = tax_paise + 1, taxable_paise = taxable_paise - 1", "tax of BILL-"),
        ("UPDATE payments SET amount_paise = 9000", "payments of BILL-"),
        ("DELETE FROM credit_transactions", "credit of BILL-"),
        ("DELETE FROM stock_movements WHERE movement_type = 'SALE'", "stock of BILL-"),
        ("UPDATE bill_counters SET last_number = 2", "the counter stands at 2, there are 1 from 1 to 1"),
        ("UPDATE audit_log SET actor_name = 'Nobody' WHERE number = 2", "entry 2 was changed after it was written"),
        ("DELETE FROM audit_log WHERE number = 2", "entry 2 is missing"),
    ],
)
def test_what_was_tampered_with_is_named(shop: Shop, bill: UUID, statement: str, sentence: str) -> None:
    assert any(sentence in found for found in tamper(shop, statement))


def test_the_command_prints_each_difference_and_exits_1(shop: Shop, bill: UUID) -> None:
    runner = shop.app.test_cli_runner()
    clean = runner.invoke(args=["audit"])
    assert (clean.exit_code, "right to the paisa" in clean.output) == (0, True)
    execute(text("UPDATE products SET stock_quantity_milli = 4000"))
    db.session.commit()
    wrong = runner.invoke(args=["audit"])
    assert wrong.exit_code == 1
    assert "stock of Tea 250 g: 4 is kept" in wrong.output
