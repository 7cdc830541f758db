"""Ids that sort by the time they were made."""

from __future__ import annotations

import os
import time
from threading import Thread
from uuid import RFC_4122, UUID

from pos.core import ids
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


def test_a_process_that_was_forked_makes_ids_of_its_own_chance() -> None:
    uuid7()
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tells, b"".join(uuid7().bytes[-8:] for _number in range(ids.ASKED_AT_ONCE)))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(told, 8 * ids.ASKED_AT_ONCE)
    ours = {uuid7().bytes[-8:] for _number in range(ids.ASKED_AT_ONCE)}
    assert len(theirs) == 8 * ids.ASKED_AT_ONCE
    assert not ours & {theirs[place : place + 8] for place in range(0, len(theirs), 8)}
