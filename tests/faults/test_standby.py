"""A shop on PostgreSQL with a streaming standby: when the primary dies, nothing that was acknowledged is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.faults.run import run_with_standby
from tests.faults.standby import pair
from tests.thorough import rounds, seeded

SECONDS = 6


@pytest.mark.slow
def test_when_the_primary_dies_the_standby_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    report = run_with_standby(seeded().randrange(1_000_000), rounds(SECONDS), tmp_path)
    assert report.wrong == []
    assert report.troubles["primary died"] == 1
    assert report.acknowledged["sell"]


@pytest.mark.slow
def test_nothing_is_acknowledged_that_the_standby_has_not() -> None:
    with pair("pair-without-standby") as both:
        both.primary.say("CREATE TABLE told (word text)")
        both.standby.stop()
        told = threading.Thread(target=both.primary.say, args=("INSERT INTO told VALUES ('paid')",), daemon=True)
        told.start()
        told.join(1)
        assert told.is_alive()
        both.standby.start()
        told.join(30)
        assert not told.is_alive()
        assert both.standby.say("SELECT word FROM told") == "paid"
