"""The cast: one believable shop for every test. Asha owns it, Ben is at the till, Devi fills the shelves."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from pos.accounts import sessions, users
from pos.accounts.roles import COMMAND_LINE, actor_for
from pos.catalog.models import Product, StockMovement
from pos.core import clock
from pos.core.actor import Actor
from pos.core.db import db, execute, one_unit, table
from pos.core.ids import uuid7
from pos.core.text import search_key
from pos.customers.models import Customer
from pos.settings import store

PASSWORD = "namaste-ji-9"


class Browser(FlaskClient):
    """A test client whose requests share nothing with the test or with each other, as in a real server.

    Flask lets a request join the application context that the test holds open: the person who asked last would be
    remembered for the next one.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        ask = super().open
        answer = Context().run(lambda: ask(*args, **kwargs))
        if has_app_context():
            # What the request changed shows in the test's next look.
            db.session.rollback()
        return answer


@dataclass
class Shop:
    """A shop with its people; `client("ben")` is Ben's browser."""

    app: Flask
    asha: Actor
    ben: Actor
    devi: Actor
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str | None = None) -> FlaskClient:
        """The browser of a person who is signed in, or of nobody."""
        client = self.app.test_client()
        if who is not None:
            person = getattr(self, who)
            _session_id, token = _signed_in(person)
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    def product(self, name: str = "Tea 250 g", price: str = "12.50", stock: str = "100", **values: Any) -> UUID:
        """A product on the shelf."""
        return _product(name, Decimal(price), Decimal(stock), values)

    def customer(self, name: str = "Chitra Rao", phone: str | None = "9876543210", **values: Any) -> UUID:
        """A customer, who may owe up to 5,000 rupees unless told otherwise."""
        return _customer(name, phone, values)

    def settings(self, **values: Any) -> None:
        """Change the store's terms."""
        store.change_settings(self.asha, values)

    def row(self, model: Any, row_id: UUID) -> Any:
        """One row as the database holds it now."""
        db.session.rollback()
        return execute(select(table(model)).filter_by(id=row_id)).one()

    def rows(self, model: Any, **equal: Any) -> list[Any]:
        """All rows of a table, or those that match."""
        db.session.rollback()
        return list(execute(select(table(model)).filter_by(**equal)).all())


def open_shop(app: Flask, **terms: Any) -> Shop:
    """Set up the store and its people; call it inside an application context."""
    asha = _opened({"store_name": "Asha Kirana", **terms})
    people = {"ben": ("Ben Thomas", "cashier"), "devi": ("Devi Kale", "staff")}
    hired = {who: person(who, name, role) for who, (name, role) in people.items()}
    return Shop(app, asha, hired["ben"], hired["devi"])


@one_unit
def _opened(terms: dict[str, Any]) -> Actor:
    store.open_store(COMMAND_LINE, terms)
    return person("asha", "Asha Patil", "owner")


def person(who: str, name: str, role: str) -> Actor:
    email = f"{who}@example.com"
    return actor_for(
        users.create_user(COMMAND_LINE, email=email, full_name=name, role=role, password=PASSWORD), name, role
    )


@one_unit
def _signed_in(person: Actor) -> tuple[UUID, str]:
    assert person.id is not None
    return sessions.start(person.id, "pages", "127.0.0.1", "test")


@one_unit
def _product(name: str, price: Decimal, stock: Decimal, values: dict[str, Any]) -> UUID:
    product_id, now = uuid7(), clock.now()
    row: dict[str, Any] = {"id": product_id, "name": name, "price": price, "stock_quantity": stock}
    row |= {"min_stock_level": Decimal(10)}
    row |= {"unit": "pcs", "status": "active", "times_sold": 0, "created_at": now, "updated_at": now, **values}
    row["search_key"] = search_key(name, row.get("brand"), row.get("category"), row.get("code"), row.get("barcode"))
    execute(insert(table(Product)), row)
    if stock:
        movement = {"id": uuid7(), "product_id": product_id, "movement_type": "RESTOCK", "quantity_change": stock}
        movement |= {"stock_before": Decimal(0), "stock_after": stock, "created_at": now}
        execute(insert(table(StockMovement)), movement)
    return product_id


@one_unit
def _customer(name: str, phone: str | None, values: dict[str, Any]) -> UUID:
    customer_id, now = uuid7(), clock.now()
    row = {"id": customer_id, "name": name, "phone": phone, "phone_key": phone, "credit_limit": Decimal(5000)}
    row |= {"credit_balance": Decimal(0), "loyalty_points": 0, "total_purchases": 0, "total_spent": Decimal(0)}
    row |= {"status": "active", "search_key": search_key(name, phone), "created_at": now, "updated_at": now, **values}
    execute(insert(table(Customer)), row)
    return customer_id
