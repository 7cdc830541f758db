"""The OpenAPI document is whole: each field, unit, refusal and example, and its page is readable without internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import jsonschema_rs
import pytest

from pos.codes import CODES
from tests.house import modules
from tests.shop import Shop

# PLAN.md section 3, line by line.
PLANNED = """
POST /auth/register, POST /auth/login, POST /auth/logout, POST /auth/refresh, GET /auth/me, PUT /auth/me,
PUT /auth/change-password, GET /products, GET /products/{}, POST /products, PUT /products/{}, DELETE /products/{},
PATCH /products/{}/stock, GET /products/low-stock, GET /products/expiring, GET /products/barcode/{}, GET /customers,
GET /customers/{}, POST /customers, PUT /customers/{}, DELETE /customers/{}, GET /customers/{}/history,
GET /customers/{}/credit, GET /customers/with-credit, GET /sales, GET /sales/{}, POST /sales, PUT /sales/{},
DELETE /sales/{}, GET /sales/today, GET /sales/date-range, GET /sales/bill/{}, GET /sales/{}/receipt, GET /credit,
GET /credit/customer/{}, POST /credit/payment, GET /credit/transactions, GET /credit/total, GET /dashboard,
GET /dashboard/alerts, GET /analytics/sales, GET /analytics/revenue, GET /analytics/top-products,
GET /analytics/top-customers, GET /settings, PUT /settings, GET /reports/sales, GET /reports/inventory,
GET /reports/credit, GET /reports/tax
"""
METHODS = ("get", "post", "put", "patch", "delete")
# What moves money or stock.
KEYED = {"productsAdd", "productsMoveStock", "customersAdd", "customersPay", "salesCheckout", "salesTakeBack"}


@pytest.fixture
def engine_name() -> str:
    """The document does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def document(shop: Shop) -> Any:
    answer = shop.client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.get_json()


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield (
                    method,
                    path,
                    item[method] | {"parameters": item.get("parameters", []) + item[method]["parameters"]},
                )


def test_every_endpoint_of_the_plan_is_there(document: Any) -> None:
    planned = {" ".join(one.split()) for one in PLANNED.split(",")}
    assert len(planned) == 50
    found = {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path.removeprefix('/api/v1'))}"
        for method, path, _operation in operations(document)
    }
    assert planned <= found


def test_every_field_says_what_it_means(document: Any) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description") or not (about.get("type") or about.get("allOf"))
    ]
    assert not silent, f"say in their metadata or in pos/glossary.py what these mean: {silent}"


def test_every_amount_says_its_unit(document: Any) -> None:
    units = {"rupees": "rupee", "quantity": "unit", "percent": "percent"}
    silent = [
        f"{name}.{field}: {about['description']}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if about.get("type") == "number" and units[about["format"]] not in about["description"].lower()
    ]
    assert not silent, silent


def test_every_parameter_is_explained(document: Any) -> None:
    silent = [
        f"{method} {path} {parameter['name']}"
        for method, path, operation in operations(document)
        for parameter in operation["parameters"]
        if not parameter.get("description")
    ]
    assert not silent, silent


def test_every_operation_says_who_may_and_how_it_is_refused(document: Any) -> None:
    ids = []
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        ids.append(operation["operationId"])
        assert operation["summary"], where
        assert operation["description"].endswith("."), where
        assert {"401", "429", "503"} <= operation["responses"].keys(), where
        assert ("403" in operation["responses"]) == bool(operation["x-roles"]), where
        assert ("security" in operation) == (path == "/api/v1/auth/login"), where
        if "requestBody" in operation:
            assert {"400", "409", "413"} <= operation["responses"].keys(), where
    assert len(ids) == len(set(ids))
    assert document["security"] == [{"bearer": []}]


def test_a_key_is_taken_wherever_money_or_stock_moves(document: Any) -> None:
    keyed = {
        operation["operationId"]
        for _method, _path, operation in operations(document)
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
    }
    assert keyed >= KEYED
    for _method, path, operation in operations(document):
        if operation["operationId"] in keyed:
            assert "422" in operation["responses"], path
            (done,) = [given for status, given in operation["responses"].items() if status.startswith("2")]
            assert "Idempotent-Replayed" in done["headers"], path


def test_every_example_fits_its_own_schema(document: Any) -> None:
    for method, path, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            media = body.get("content", {}).get("application/json")
            if media:
                assert "example" in media, (method, path)
                validator(media["schema"], document).validate(media["example"])
    for name, refusal in document["components"]["responses"].items():
        media = refusal["content"]["application/json"]
        assert media["example"]["code"] in CODES, name
        validator(media["schema"], document).validate(media["example"])


def validator(schema: Any, document: Any) -> Any:
    """The schema by today's JSON Schema, in which null is a type of its own."""
    whole = {**schema, "components": _with_null(document["components"])}
    return jsonschema_rs.Draft202012Validator(whole)


def _with_null(part: Any) -> Any:
    if isinstance(part, dict):
        made = {name: _with_null(value) for name, value in part.items()}
        if made.pop("nullable", False):
            return {"anyOf": [made, {"type": "null"}]}
        return made
    return [_with_null(value) for value in part] if isinstance(part, list) else part


def test_every_code_that_programs_meet_is_explained() -> None:
    """Codes of carts, changed places, goods in, imports and backups are met on pages alone."""
    features = r"^pos\.(till|accounts\.places|backups|cli|demo|bench|catalog\.(drafts|receiving))"
    pages = re.compile(features + r"|import|setup|engine")
    codes: set[str] = set()
    for module in modules().values():
        if not pages.search(module.name):
            text = module.path.read_text(encoding="utf-8")
            codes |= set(re.findall(r"""code(?:: str)? ?= ?"([A-Z_]{4,})\"""", text))
    codes |= {"DUPLICATE_BARCODE", "DUPLICATE_CODE", "NOT_ON_THE_BILL", "MORE_THAN_SOLD", "PRICE_CHANGED"}
    assert codes - CODES.keys() <= {"INVALID", "CSRF"}, "tell in pos/codes.py what these codes say"


def test_the_page_shows_every_operation_and_needs_nothing_from_elsewhere(shop: Shop, document: Any) -> None:
    answer = shop.client().get("/api/v1/docs")
    page = unescape(answer.text)
    for method, path, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page
        assert f"{method.upper()}</b> <code>{path}</code>" in page
    for code in CODES:
        assert f"<code>{code}</code>" in page
    addresses = re.findall(r"""(?:src|href)="([^"#]+)""", page)
    assert all(address.startswith(("/static/", "/api/v1/")) for address in addresses), addresses
    assert "style=" not in page
    assert "Set-Cookie" not in answer.headers
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_document_is_the_same_each_time(shop: Shop) -> None:
    client = shop.client()
    assert client.get("/api/v1/openapi.json").data == client.get("/api/v1/openapi.json").data
