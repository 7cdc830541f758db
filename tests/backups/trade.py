"""A little of everything that a shop keeps, so that a backup has something to lose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select, update

from pos.backups import archive
from pos.core.db import db, execute, one_unit, table
from pos.customers import khata
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.models import Sale, SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings.models import StoreSettings
from tests.conftest import make_app
from tests.engines import drop_database, fresh_database
from tests.shop import Shop

LOGO = bytes(range(256))


def trade(shop: Shop) -> None:
    """Bills in cash and on khata, a repayment, a void, a return, a picture, and texts that need care."""
    tea = shop.product("चाय 250 g “Taaza” \\N\t😀", price="120", stock="50")
    rice = shop.product("Rice", price="62.50", stock="40.250", unit="kg", description="")
    chitra = shop.customer("Chitra Rao")
    sell(shop, tea)
    sell(shop, rice, "1.250", customer=chitra, paid="0")
    khata.take_credit_payment(shop.ben, chitra, amount=50, method="CASH")
    void_sale(shop.asha, sell(shop, tea, "2"), "typed twice")
    _give_back(shop, sell(shop, tea, "3"))
    _hang_logo()


def sell(shop: Shop, product: UUID, quantity: str = "1", customer: UUID | None = None, paid: str = "1000") -> UUID:
    line = CheckoutLine(product, Decimal(quantity))
    tenders = (Tender("CASH", Decimal(paid)),) if Decimal(paid) else ()
    return complete_sale(shop.ben, Checkout((line,), tenders, customer)).sale_id


def bill_numbers() -> set[str]:
    db.session.rollback()
    return set(execute(select(table(Sale).c.bill_number)).scalars())


def sums(file: Path) -> dict[str, str]:
    """The SHA-256 of each table in a backup; what a restore itself writes is left out."""
    with archive.opened(file) as source:
        written = {"tables/sessions.jsonl", "tables/audit_log.jsonl", archive.MANIFEST}
        return {name: total for name, total in source._sums.items() if name not in written}


@contextmanager
def other_shop(engine_name: str, instance: Path, template: bool = True) -> Iterator[Flask]:
    """Another shop program, on a database without rows, or without anything."""
    url = fresh_database(engine_name, template)
    app = make_app(url, instance, {"BACKUP_AT": ""})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def _give_back(shop: Shop, sale: UUID) -> None:
    (item,) = shop.rows(SaleItem, sale_id=sale)
    return_items(shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="torn")


@one_unit
def _hang_logo() -> None:
    execute(update(table(StoreSettings)).values(logo=LOGO))
