"""A day's work by a program that knows nothing but openapi.json.

It finds each operation by what the document says it does, fills in the body from the schema's own examples, and reads
answers by the schema's names. What it needs beyond that, it takes from answers before.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from pos.reports import books
from tests.shop import PASSWORD, Shop
from tests.test_openapi import validator


class Client:
    """Reads the document at run time; `do("Make a bill", ...)` finds the operation by its summary."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.document: Any = client.get("/api/v1/openapi.json").get_json()
        self.operations = {
            operation["summary"]: (method, path, item.get("parameters", []) + operation["parameters"], operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }
        self.token: str | None = None

    def do(self, what: str, path: dict[str, Any] | None = None, *, key: str | None = None, **values: Any) -> Any:
        """Ask; values go where the document has a place for them: in the query or in the body."""
        (summary,) = [summary for summary in self.operations if summary.startswith(what)]
        method, template, parameters, operation = self.operations[summary]
        query = {p["name"]: values.pop(p["name"]) for p in parameters if p["in"] == "query" and p["name"] in values}
        headers = {}
        if key:
            assert "Idempotency-Key" in [p["name"] for p in parameters if p["in"] == "header"]
            headers["Idempotency-Key"] = key
        if "security" not in operation:
            headers["Authorization"] = f"Bearer {self.token}"
        sent: dict[str, Any] = {"query_string": query, "headers": headers}
        if "requestBody" in operation:
            sent["json"] = self._body(operation["requestBody"]["content"]["application/json"]["schema"], values)
        else:
            assert not values, f"{summary} takes no {sorted(values)}"
        answer = getattr(self.client, method)(template.format(**path or {}), **sent)
        return self._read(summary, operation, answer)

    def _body(self, schema: Any, values: dict[str, Any]) -> dict[str, Any]:
        known = self._resolved(schema)
        assert values.keys() <= known["properties"].keys(), f"unknown: {values.keys() - known['properties'].keys()}"
        missing = set(known.get("required", ())) - values.keys()
        assert not missing, f"needed: {missing}"
        validator(schema, self.document).validate(values)
        return values

    def _resolved(self, schema: Any) -> Any:
        return self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]

    def _read(self, summary: str, operation: Any, answer: Any) -> Any:
        said = operation["responses"].get(str(answer.status_code))
        assert said is not None, f"{summary}: {answer.status_code} is not foreseen: {answer.text}"
        assert answer.status_code < 300, f"{summary}: {answer.text}"
        media = said["content"][answer.mimetype]
        if answer.mimetype != "application/json":
            return answer.data
        body = answer.get_json()
        validator(media["schema"], self.document).validate(body)
        return body["data"]


def new_product(client: Client, name: str, price: str, **more: Any) -> str:
    made = client.do("Add a product", name=name, price=Decimal(price), unit="pcs", minStockLevel=5, **more)
    return str(made["product"]["id"])


@pytest.fixture
def client(shop: Shop) -> Client:
    program = Client(shop.app.test_client())
    signed_in = program.do("Sign in", email="asha@example.com", password=PASSWORD)
    assert signed_in["user"]["role"] == "owner"
    program.token = signed_in["token"]
    return program


def test_a_program_written_from_the_document_alone_does_a_days_work(shop: Shop, client: Client) -> None:
    salt = new_product(client, "Tata Salt 1kg", "22.00", costPrice=Decimal("18.00"), barcode="8901234567890", taxRate=0)
    soap = new_product(client, "Lifebuoy Soap", "38.50", stockQuantity=12, taxRate=18, category="Home")
    restocked = client.do("Restock, adjust or count", {"product_id": salt}, quantityChange=50, key="restock-1")
    assert (restocked["product"]["stockQuantity"], restocked["movement"]["stockAfter"]) == (50, 50)
    assert client.do("The product with this barcode", {"code": "8901234567890"})["product"]["id"] == salt

    amit = client.do("Add a customer", name="Amit Patel", phone="9876543210", creditLimit=1000)["customer"]["id"]
    cash = client.do(
        "Make a bill",
        items=[{"productId": salt, "quantity": 2}, {"productId": soap, "quantity": 1, "discount": Decimal("1.50")}],
        paymentMethod="CASH",
        amountPaid=100,
        key="bill-1",
    )["sale"]
    assert cash["totalAmount"] == Decimal("87.66")
    again = client.do(
        "Make a bill",
        items=[{"productId": salt, "quantity": 2}, {"productId": soap, "quantity": 1, "discount": Decimal("1.50")}],
        paymentMethod="CASH",
        amountPaid=100,
        key="bill-1",
    )["sale"]
    assert again["billNumber"] == cash["billNumber"]

    owed = client.do("Make a bill", customerId=amit, items=[{"productId": soap, "quantity": 4}], paymentMethod="CREDIT")
    assert owed["sale"]["paymentStatus"] == "CREDIT"
    paid = client.do("Take money", customerId=amit, amount=100, paymentMethod="UPI", reference="4123")
    assert paid["customer"]["creditBalance"] == owed["sale"]["totalAmount"] - 100
    assert client.do("All that is owed")["customersCount"] == 1

    item = cash["items"][0]
    note = client.do(
        "Take some of a sale's goods back",
        {"sale_id": cash["id"]},
        items=[{"saleItemId": item["id"], "quantity": 1}],
        refundTo="CASH",
        reason="torn pack",
    )["creditNote"]
    assert note["refundAmount"] == 22
    gone = client.do(
        "Make a bill", items=[{"productId": soap, "quantity": 1}], paymentMethod="CARD", amountPaid=Decimal("45.43")
    )
    voided = client.do("Void a sale", {"sale_id": gone["sale"]["id"]}, reason="typed twice")
    assert (voided["sale"]["paymentStatus"], voided["refunds"]) == ("VOIDED", {"CARD": Decimal("45.43")})

    today = client.do("What was sold today")["summary"]
    assert (today["billsCount"], today["creditSales"]) == (2, 1)
    report = client.do("What was sold, by day", by="bill")["report"]
    assert len(report["rows"]) == 4
    assert report["totals"]["totalAmount"] == cash["totalAmount"] + owed["sale"]["totalAmount"] - 22
    numbers = client.do("Tax by rate and by HSN", view="documents")["report"]["rows"]
    assert [(row["documentsCount"], row["cancelledCount"]) for row in numbers] == [(3, 1), (1, 0)]
    assert client.do("Tax by rate and by HSN", view="rate", format="csv").startswith(b"\xef\xbb\xbfRate,")
    assert client.do("What the stock is worth")["report"]["rows"]
    assert client.do("Who owes how much")["report"]["totals"]["creditBalance"] == paid["customer"]["creditBalance"]
    assert "<article" in client.do("The bill on paper", {"sale_id": cash["id"]}, format="html").decode()
    assert client.do("The shop at a glance")["todaySales"]["billsCount"] == 2
    client.do("End this token")
    assert list(books.differences()) == []
