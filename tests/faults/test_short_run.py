"""A few seconds of every trouble in each run of the tests; `python -m tests.faults` goes on as long as it is told.

SEED=n draws the same again; THOROUGH=20 lasts twenty times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pos.core.idempotency import own_key
from pos.sales.checkout import complete_sale
from pos.sales.models import Sale
from pos.sales.voiding import void_sale
from tests.engines import ENGINES
from tests.faults.run import run
from tests.faults.tills import Deed, Log
from tests.faults.verdict import Told, complaints
from tests.races.crowd import basket
from tests.shop import Shop
from tests.thorough import rounds, seeded

SECONDS = 4


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ENGINES)
def test_every_promise_is_kept_through_a_few_seconds_of_trouble(engine_name: str, tmp_path: Path) -> None:
    report = run(engine_name, seeded().randrange(1_000_000), rounds(SECONDS), tmp_path)
    assert report.wrong == []
    assert report.acknowledged["sell"]
    assert report.troubles


@pytest.fixture
def sold(shop: Shop, tmp_path: Path) -> Callable[[str], list[str]]:
    """One bill with the key `till-1`, and what the verdict says when the tills' log has these lines."""
    tea = shop.product("Tea")
    sale = complete_sale(shop.asha, basket(tea), own_key(shop.asha, "till-1"), scope="api").sale_id
    deed = Deed("sell", "till-1", "POST", "/sales")
    lines = {
        "sent": ("sent", deed, {}),
        "acknowledged": ("done", deed, {"told": str(sale)}),
        "another sent": ("sent", Deed("sell", "till-2", "POST", "/sales"), {}),
        "another acknowledged": ("done", Deed("sell", "till-2", "POST", "/sales"), {"told": str(tea)}),
        "voided": ("sent", Deed("void", "till-3", "DELETE", "/sales"), {}),
        "void acknowledged": ("done", Deed("void", "till-3", "DELETE", "/sales"), {"told": str(sale)}),
    }

    def verdict(words: str) -> list[str]:
        log = Log(tmp_path / "till.log")
        for word in words.split(", "):
            name, about, more = lines[word]
            log.write(name, about, **more)
        log.close()
        return complaints(shop, Told([tmp_path / "till.log"]))

    return verdict


def test_what_was_sent_acknowledged_and_kept_is_right(sold: Callable[[str], list[str]]) -> None:
    assert sold("sent, acknowledged") == []


def test_the_verdict_sees_a_bill_that_nobody_sent(sold: Callable[[str], list[str]]) -> None:
    assert any("kept and never sent" in found for found in sold("another sent"))


def test_the_verdict_sees_an_acknowledged_bill_that_is_lost(sold: Callable[[str], list[str]]) -> None:
    words = "sent, acknowledged, another sent, another acknowledged"
    assert any("acknowledged and lost: till-2" in found for found in sold(words))


def test_the_verdict_sees_a_void_that_did_not_happen(sold: Callable[[str], list[str]]) -> None:
    assert any("void acknowledged and lost" in found for found in sold("sent, acknowledged, voided, void acknowledged"))


def test_the_verdict_sees_a_void_that_nobody_asked_for(shop: Shop, sold: Callable[[str], list[str]]) -> None:
    (bill,) = [row.id for row in shop.rows(Sale)]
    void_sale(shop.asha, bill, "mistake")
    assert any("void kept and never sent" in found for found in sold("sent, acknowledged"))


def test_the_verdict_sees_a_till_that_never_heard(sold: Callable[[str], list[str]]) -> None:
    assert sold("sent") == ["never answered: till-1"]
