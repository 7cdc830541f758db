"""The whole API by its own document, asked by each role what nobody would ask (RELIABILITY.md row 20).

Schemathesis reads openapi.json and sends examples, edges and nonsense to every operation: nothing may fail inside, no
answer may lie outside its schema. A little in every run; `API_EXAMPLES=500 bin/test tests/test_api_fuzz.py` asks long.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from pos.accounts import sessions, tokens
from pos.catalog.models import Product
from pos.core.db import one_unit
from pos.customers.models import Customer
from pos.reports import books
from pos.sales.models import Sale, SaleItem
from tests.reports.trade import trade
from tests.shop import Shop

EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
SEED = int(os.environ.get("SEED", "20261123"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
)
WHO = {"owner": "asha", "cashier": "ben", "staff": "devi"}


@pytest.fixture
def engine_name() -> str:
    """Enough is asked of one engine; `API_ENGINE=postgresql` asks the other."""
    return os.environ.get("API_ENGINE", "sqlite")


def programs_of(shop: Shop, who: str) -> type[Any]:
    """Somebody's programs, as Schemathesis wants them: each request has a token that holds, though some end theirs."""

    class Programs:
        def get(self, _case: Any, _context: Any) -> str:
            with shop.app.app_context():
                return _issued(getattr(shop, who).id, shop.app.extensions["pos"]["config"].jwt_secret)

        def set(self, case: Any, token: str, _context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {token}"
            # Schemathesis reads what a WSGI application answers as it comes.
            case.headers["Accept-Encoding"] = "identity"

    return Programs


@one_unit
def _started(person_id: Any, lasts: timedelta) -> str:
    return sessions.start(person_id, "api", "127.0.0.1", "fuzz", lasts)[1]


def _issued(person_id: Any, secret: str) -> str:
    lasts = timedelta(hours=1)
    token = _started(person_id, lasts)
    found = sessions.find(token, "api")
    assert found is not None
    return tokens.issue(secret, found, token, lasts)


class Known:
    """Puts ids of things that are there in the place of most ids that are made up."""

    def __init__(self, shop: Shop) -> None:
        products, people = shop.rows(Product), shop.rows(Customer)
        sales, items = shop.rows(Sale), shop.rows(SaleItem)
        rows = {"product": products, "customer": people, "sale": sales, "saleItem": items, "sale_item": items}
        self.ids = {
            f"{name}{end}": [str(row.id) for row in found] for name, found in rows.items() for end in ("Id", "_id")
        }
        self.texts = {"bill_number": [row.bill_number for row in sales]}

    def there(self, part: Any, name: str = "") -> Any:
        if isinstance(part, dict):
            return {key: self.there(value, key) for key, value in part.items()}
        if isinstance(part, list):
            return [self.there(value, name) for value in part]
        if name in self.texts and isinstance(part, str):
            return self.texts[name][len(part) % len(self.texts[name])] if len(part) % 3 else part
        return self._id(part, self.ids[name]) if name in self.ids else part

    @staticmethod
    def _id(part: Any, known: list[str]) -> Any:
        try:
            number = UUID(part).int
        except (ValueError, TypeError, AttributeError):
            return part
        return known[number % len(known)] if number % 5 else part


def configuration(role: str) -> SchemathesisConfig:
    """Few examples, always the same ones, nothing kept between runs."""
    generation = {"max-examples": EXAMPLES, "deterministic": True, "database": "none"}
    checks = {"enabled": False} | {name: {"enabled": True} for name in CHECKS}
    # What is malformed is refused before anybody looks at the role: every edge is tried as the owner alone.
    edges = role == "owner" or EXAMPLES > 2
    phases = {"stateful": {"enabled": False}, "coverage": {"enabled": edges}, "examples": {"enabled": True}}
    return SchemathesisConfig.from_dict(
        {"seed": SEED, "generation": generation, "checks": checks, "phases": phases, "continue-on-failure": True}
    )


def asked(shop: Shop, role: str) -> tuple[Counter[str], Counter[int], list[str]]:
    """Ask everything as this role: how often each operation was asked, with what status, and what was wrong."""
    whole = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", shop.app, config=configuration(role))

    whole.auth(refresh_interval=None)(programs_of(shop, WHO[role]))
    known = Known(shop)

    @whole.hook
    def map_path_parameters(_context: Any, path_parameters: Any) -> Any:
        return known.there(path_parameters)

    @whole.hook
    def map_body(_context: Any, body: Any) -> Any:
        return known.there(body)

    times: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    for event in from_schema(whole).execute():
        if isinstance(event, ScenarioFinished):
            times[event.label or ""] += len(event.recorder.interactions)
            answers = [one.response for one in event.recorder.interactions.values()]
            statuses.update(answer.status_code for answer in answers if answer is not None)
            wrong += _failures(event)
        elif isinstance(event, NonFatalError):
            wrong.append(f"{event.label}: {event.value}")
        elif isinstance(event, FatalError):
            raise event.exception
    return times, statuses, wrong


def _failures(event: ScenarioFinished) -> list[str]:
    told = []
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                asked_so = event.recorder.cases[case_id].value.as_curl_command()
                told.append(f"{event.label}: {check.name}: {failure.title}: {failure.message}\n    {asked_so}")
    return told


@pytest.mark.slow
@pytest.mark.parametrize("role", WHO)
def test_nothing_that_is_asked_fails_inside_or_is_answered_outside_the_document(shop: Shop, role: str) -> None:
    trade(shop)
    times, statuses, wrong = asked(shop, role)
    print(sum(times.values()), "requests:", sorted(statuses.items()))
    assert len(times) >= 52
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert statuses[200] > 10, "too little was asked that can be answered"
    assert list(books.differences()) == []
