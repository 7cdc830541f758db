"""Somebody else writes into the same database: a command beside the open shop, which stands in no queue of ours."""

from __future__ import annotations

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import select, update

from pos.core import db as core_db
from pos.core.db import execute, one_unit, table
from pos.customers.models import Customer
from tests.races.crowd import at_once, locks_met
from tests.shop import Shop

# Few, for whoever waits behind them all on a slow disk must not wait as long as the engine lets anybody.
HANDS, EACH = 3, 3
# All have read before the first writes, where nothing keeps them apart.
THINKS_SECONDS = 0.01
_customers = table(Customer)


@one_unit
def one_more(customer: UUID) -> None:
    """Read, then write what was read and one more."""
    row = execute(select(_customers.c.total_purchases).filter_by(id=customer).with_for_update()).one()
    time.sleep(THINKS_SECONDS)
    execute(update(_customers).filter_by(id=customer).values(total_purchases=row.total_purchases + 1))


def test_whoever_reads_and_then_writes_waits_and_meets_no_lock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_db, "writers", SimpleNamespace(turn=lambda _engine: nullcontext()))
    chitra = shop.customer()
    with locks_met() as met:
        at_once(shop, [partial(lambda: [one_more(chitra) for _turn in range(EACH)]) for _hand in range(HANDS)])
    assert (met, shop.row(Customer, chitra).total_purchases) == ([], HANDS * EACH)
