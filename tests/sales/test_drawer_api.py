"""The cash drawer for programs: opened, moved, counted and reported by the same verbs."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from pos.reports import books
from tests.api import Program
from tests.shop import Shop


@pytest.fixture
def ben(shop: Shop) -> Program:
    shop.settings(cash_sessions_enabled=True, tax_rate="0")
    return Program(shop, "ben")


def test_a_day_at_the_drawer(shop: Shop, ben: Program) -> None:
    made = ben.post("/cash-sessions", {"openingFloat": 500}, Idempotency_Key="o")
    assert made.status_code == 201
    session = made.json["data"]["session"]
    assert (session["till"], session["closedAt"]) == ("Till 1", None)
    assert ben.post("/cash-sessions", {"openingFloat": "500"}, Idempotency_Key="o").headers["Idempotent-Replayed"]
    path = f"/cash-sessions/{session['id']}"
    tea = {"productId": str(shop.product("Tea", "100")), "quantity": 1}
    assert ben.post("/sales", {"items": [tea], "paymentMethod": "CASH", "amountPaid": 500}).status_code == 201
    moved = ben.post(f"{path}/movements", {"direction": "OUT", "amount": 30, "reason": "tea"}, Idempotency_Key="m")
    sums = moved.json["data"]["session"]
    assert (moved.status_code, sums["bills"]) == (201, 1)
    figures = {name: Decimal(str(sums[name])) for name in ("expected", "handedOver", "change", "cashOut", "cashIn")}
    assert figures == {"expected": 570, "handedOver": 500, "change": 400, "cashOut": 30, "cashIn": 0}
    assert Decimal(str(sums["methods"][0]["net"])) == 100
    short = ben.post(f"{path}/close", {"denominations": {"500": 1, "20": 3}})
    assert (short.status_code, short.json["error"]) == (400, "Say what may have caused the difference.")
    closed = ben.post(f"{path}/close", {"denominations": {"500": 1, "20": 3}, "note": "ten short"})
    kept = closed.json["data"]["session"]
    assert (closed.status_code, float(kept["expected"]), float(kept["counted"])) == (200, 570, 560)
    again = ben.post(f"{path}/close", {"counted": 560})
    assert (again.status_code, again.json["code"]) == (409, "CASH_SESSION_CLOSED")
    assert ben.get(path).json["data"]["session"]["note"] == "ten short"
    assert ben.get("/cash-sessions").json["data"]["pagination"]["total"] == 1
    assert list(books.differences()) == []


def test_a_request_names_its_till(shop: Shop, ben: Program) -> None:
    for till in ("Till 1", "Back door"):
        ben.post("/cash-sessions", {"openingFloat": 0, "till": till})
    tea = {"productId": str(shop.product("Tea", "100")), "quantity": 1}
    ben.post("/sales", {"items": [tea], "paymentMethod": "CASH", "amountPaid": 100}, X_Till="Back door")
    sessions = ben.get("/cash-sessions").json["data"]["sessions"]
    sums = {one["till"]: ben.get(f"/cash-sessions/{one['id']}").json["data"]["session"] for one in sessions}
    assert {till: float(one["expected"]) for till, one in sums.items()} == {"Till 1": 0, "Back door": 100}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cash-sessions", {}),
        ("/cash-sessions", {"openingFloat": -1}),
        ("/cash-sessions", {"openingFloat": 1, "till": "x" * 41}),
        ("/cash-sessions/{id}/movements", {"direction": "UP", "amount": 1, "reason": "x"}),
        ("/cash-sessions/{id}/movements", {"direction": "IN", "amount": 0, "reason": "x"}),
        ("/cash-sessions/{id}/movements", {"direction": "IN", "amount": 1}),
        ("/cash-sessions/{id}/close", {"denominations": {"3": 1}}),
        ("/cash-sessions/{id}/close", {"denominations": {"500": -1}}),
        ("/cash-sessions/{id}/close", {}),
    ],
)
def test_bad_input_is_a_400(ben: Program, path: str, body: dict[str, object]) -> None:
    session = ben.post("/cash-sessions", {"openingFloat": 500, "till": "Till 9"}).json["data"]["session"]
    refused = ben.post(path.format(id=session["id"]), body)
    assert (refused.status_code, refused.json["success"]) == (400, False), refused.text


def test_refusals_have_their_codes(shop: Shop, ben: Program) -> None:
    ben.post("/cash-sessions", {"openingFloat": 500})
    assert ben.post("/cash-sessions", {"openingFloat": 500}).json["code"] == "CASH_SESSION_OPEN"
    assert ben.get(f"/cash-sessions/{uuid4()}").json["code"] == "CASH_SESSION_NOT_FOUND"
    shop.settings(cash_sessions_enabled=False)
    assert ben.post("/cash-sessions", {"openingFloat": 1, "till": "2"}).json["code"] == "NO_CASH_SESSIONS"


def test_staff_have_no_hand_in_it(shop: Shop, ben: Program) -> None:
    devi = Program(shop, "devi")
    for answer in (devi.get("/cash-sessions"), devi.post("/cash-sessions", {"openingFloat": 1})):
        assert answer.status_code == 403
