"""Who tries what the role does not allow stands in the audit log (ASVS 16.3.2)."""

from __future__ import annotations

import json

from pos.core.audit import AuditEntry
from tests.api import Program
from tests.races.crowd import books_in_order
from tests.shop import Shop


def test_a_denial_names_who_and_what_at_the_pages_and_at_the_api(shop: Shop) -> None:
    assert shop.client("ben").get("/people").status_code == 403
    assert Program(shop, "devi").get("/sales").status_code == 403
    assert shop.client().get("/people").status_code == 303
    rows = shop.rows(AuditEntry, action="access.denied")
    assert [(row.actor_name, json.loads(row.change)) for row in rows] == [
        ("Ben Thomas", {"method": "GET", "path": "/people"}),
        ("Devi Kale", {"method": "GET", "path": "/api/v1/sales"}),
    ]
    assert books_in_order() == []
