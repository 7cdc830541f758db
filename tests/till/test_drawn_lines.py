"""Lines are drawn once and shown to everybody: each with their own token, language and rights, and never stale."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

import pytest

from pos.till import cart, drawn_views, lines
from pos.till.drawn_views import FRESH_HERE, TOKEN_HERE, DrawnLines
from pos.till.quoted import QuotedLine
from tests.shop import Shop

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def engine_name() -> str:
    """What is drawn does not depend on the engine."""
    return "sqlite"


def test_a_line_is_drawn_once_however_often_the_cart_is_shown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, draw = [], drawn_views._plain

    def noted(line: QuotedLine, *more: Any) -> tuple[str, str]:
        drawn.append(line.name)
        return draw(line, *more)

    monkeypatch.setattr(drawn_views, "_plain", noted)
    cart_id = cart.new_cart(shop.ben, None)
    for name in ("Tea", "Salt", "Rice"):
        lines.add_product(shop.ben, cart_id, shop.product(name))
    for _time in range(3):
        page = shop.client("ben").get(f"/till/{cart_id}").text
        assert page.count('class="line-name"') == 3
    assert drawn == ["Rice", "Salt", "Tea"]


def test_each_browser_gets_its_own_token(shop: Shop) -> None:
    shop.app.config["WTF_CSRF_ENABLED"] = True
    cart_id = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, cart_id, shop.product("Tea"))
    tokens: list[str] = []
    for who in ("ben", "asha"):
        page = shop.client(who).get(f"/till/{cart_id}").text
        assert TOKEN_HERE not in page
        assert FRESH_HERE not in page
        found = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
        assert len(found) == 1
        tokens += found
    shop.app.config["WTF_CSRF_ENABLED"] = False
    assert tokens[0] != tokens[1]


def test_a_touched_line_is_marked_and_the_next_answer_is_not(shop: Shop) -> None:
    cart_id, ben = cart.new_cart(shop.ben, None), shop.client("ben")
    shop.product("Tea", barcode="8901063029415")
    scanned = ben.post(f"/till/{cart_id}/scan", data={"q": "8901063029415"}, headers=FRAGMENT).text
    assert 'class="line is-fresh again' in scanned
    assert "is-fresh" not in ben.get(f"/till/{cart_id}").text


def test_what_changes_at_a_line_is_seen_at_once(shop: Shop) -> None:
    cart_id, ben, tea = cart.new_cart(shop.ben, None), shop.client("ben"), shop.product("Tea", "10", "5")
    line = lines.add_product(shop.ben, cart_id, tea)
    assert "₹10.00" in ben.get(f"/till/{cart_id}").text
    lines.set_quantity(shop.ben, cart_id, line, Decimal(9))
    page = ben.get(f"/till/{cart_id}").text
    assert "Only 5 pcs left" in page
    lines.set_discount(shop.ben, cart_id, line, Decimal(1))
    assert "₹1.00 off each" in ben.get(f"/till/{cart_id}").text


def test_names_are_escaped_in_what_is_kept(shop: Shop) -> None:
    cart_id = cart.new_cart(shop.ben, None)
    lines.add_product(shop.ben, cart_id, shop.product("<script>x</script> & Co"))
    for _time in range(2):
        assert "&lt;script&gt;x&lt;/script&gt; &amp; Co" in shop.client("ben").get(f"/till/{cart_id}").text


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_views, "MOST_KEPT", 2)
    kept, line = DrawnLines(), cast(QuotedLine, "a line")
    for key in (1, 2, 1, 3):
        kept.get(key, line, lambda key=key: (f"drawn {key}", ""))  # type: ignore[misc]
    assert kept.get(1, line, lambda: ("anew", "")) == ("drawn 1", "")
    assert kept.get(2, line, lambda: ("anew", "")) == ("anew", "")


def test_a_line_that_looks_otherwise_takes_the_place_of_the_one_before() -> None:
    kept, before, after = DrawnLines(), cast(QuotedLine, "before"), cast(QuotedLine, "after")
    assert kept.get(1, before, lambda: ("one", "")) == ("one", "")
    assert kept.get(1, after, lambda: ("two", "")) == ("two", "")
    assert kept.get(1, after, lambda: ("anew", "")) == ("two", "")
    assert kept.get(1, before, lambda: ("anew", "")) == ("anew", "")
