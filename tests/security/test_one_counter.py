"""Pages and programs count wrong passwords together (ASVS 6.3.4)."""

from __future__ import annotations

import pytest

from tests.shop import PASSWORD, Shop


@pytest.fixture
def engine_name() -> str:
    """The counting itself is tested on both engines."""
    return "sqlite"


def test_wrong_passwords_at_the_api_are_counted_at_the_page_too(shop: Shop) -> None:
    client, person = shop.client(), {"email": "ben@example.com"}
    told = [client.post("/api/v1/auth/login", json={**person, "password": f"wrong-{n}"}).status_code for n in range(15)]
    assert 429 in told
    assert client.post("/sign-in", data={**person, "password": PASSWORD}).status_code == 429
