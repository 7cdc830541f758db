"""Ids that sort by the time they were made."""

from __future__ import annotations

import time
from threading import Thread
from uuid import RFC_4122, UUID

from pos.core.ids import uuid7


def test_ids_are_version_seven_and_carry_their_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_ids_of_one_process_grow() -> None:
    made = [uuid7() for _number in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_share_an_id() -> None:
    made: list[UUID] = []
    threads = [Thread(target=lambda: made.extend([uuid7() for _number in range(1000)])) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(made)) == 4000
