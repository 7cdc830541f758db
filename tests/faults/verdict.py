"""What the tills know against what the database holds."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from pos.core.db import db, execute
from pos.core.idempotency import own_key
from tests.races.crowd import books_in_order, numbers_in_order
from tests.shop import Shop

# Each kind of deed: the scope of its keys, and the statement that gives the ids of all that such deeds made.
KINDS = {
    "sell": ("api", "SELECT id FROM sales WHERE cart_id IS NULL"),
    "pay": ("credit_payment", "SELECT id FROM credit_transactions WHERE transaction_type = 'PAYMENT_MADE'"),
    "return": ("return", "SELECT id FROM credit_notes"),
    "void": ("void", "SELECT id FROM sales WHERE payment_status = 'VOIDED'"),
}


class Told:
    """The tills' logs: by kind what was sent, and what was acknowledged with what it made."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.sent: dict[str, set[str]] = defaultdict(set)
        self.seen: dict[str, dict[str, str]] = defaultdict(dict)
        self.refused: Counter[str] = Counter()
        self.open: set[str] = set()
        for file in files:
            for line in file.read_text(encoding="utf-8").splitlines():
                self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        kind, key = line["kind"], line["key"]
        if line["word"] == "sent":
            self.sent[kind].add(key)
            self.open.add(key)
            return
        self.open.discard(key)
        if line["word"] == "done":
            self.seen[kind][key] = line["told"]
        else:
            self.refused[f"{kind} {line['told']}"] += 1


def complaints(shop: Shop, told: Told) -> list[str]:
    """Everything that is wrong: nothing at all, if the shop keeps its promises."""
    db.session.rollback()
    found = [f"never answered: {key}" for key in sorted(told.open)]
    for kind, (scope, statement) in KINDS.items():
        found += _of_kind(shop, told, kind, scope, _ids(statement))
    carts = [f"/till/{one}" for one in _ids("SELECT cart_id FROM sales WHERE cart_id IS NOT NULL")]
    found += [f"cart sold {times} times: {cart}" for cart, times in Counter(carts).items() if times > 1]
    found += [f"acknowledged and lost: {cart}" for cart in told.seen["cart"].keys() - set(carts)]
    found += [f"sold and never sent: {cart}" for cart in set(carts) - told.sent["cart"]]
    return found + numbers_in_order() + _moments_in_order() + books_in_order() + _file_in_order()


def _of_kind(shop: Shop, told: Told, kind: str, scope: str, kept: list[str]) -> list[str]:
    found = execute(text("SELECT key, result_id FROM idempotency_keys WHERE scope = :scope"), {"scope": scope})
    made = {row.key: str(UUID(str(row.result_id))) for row in found}
    of_sent = {key: made.get(own_key(shop.asha, key)) for key in told.sent[kind]}
    wrong = [f"{kind} acknowledged and lost: {key}" for key, one in told.seen[kind].items() if one not in kept]
    wrong += [f"{kind} kept and never sent: {one}" for one in set(kept) - set(of_sent.values())]
    wrong += [f"{kind} {key} was told {one}, its key says {of_sent[key]}" for key, one in told.seen[kind].items()
              if of_sent[key] != one]  # fmt: skip
    twice = Counter(one for one in of_sent.values() if one and kind != "void")
    return wrong + [f"{kind} {one} has {times} keys" for one, times in twice.items() if times > 1]


def _ids(statement: str) -> list[str]:
    return [str(UUID(str(one))) for one in execute(text(statement)).scalars()]


def _moments_in_order() -> list[str]:
    """A later number has an earlier moment only where the owner said that the clock, set back, is right."""
    said = execute(text("SELECT COUNT(*) FROM audit_log WHERE action = 'clock.accepted'")).scalar_one()
    found = []
    for table, order in (("sales", "bill_year, bill_sequence"), ("credit_notes", "note_year, note_sequence")):
        moments = [str(one) for one in execute(text(f"SELECT created_at FROM {table} ORDER BY {order}")).scalars()]
        back = sum(later < earlier for earlier, later in itertools.pairwise(moments))
        if back > said:
            found.append(f"{table}: the time goes back {back} times, the owner agreed to {said}")
    return found


def _file_in_order() -> list[str]:
    if db.engine.dialect.name != "sqlite":
        return []
    said = execute(text("PRAGMA integrity_check")).scalar()
    return [] if said == "ok" else [f"integrity: {said}"]
