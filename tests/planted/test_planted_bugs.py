"""The planted bugs still fit the shop: `python -m tests.planted` plants them, and says what caught each."""

from __future__ import annotations

import pytest

from tests.named import exists
from tests.planted.bugs import BOTH, BUGS, Bug
from tests.planted.planting import ROOT, Caught, with_mistake


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_it_can_still_be_planted_and_who_must_catch_it_is_there(bug: Bug) -> None:
    right = (ROOT / bug.file).read_text(encoding="utf-8")
    wrong = with_mistake(right, bug)
    assert wrong != right
    compile(wrong, bug.file, "exec")
    assert [test for test in bug.tests if not exists(test)] == []


def test_there_are_at_least_ten() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 10


def test_a_text_that_stands_no_longer_is_told() -> None:
    with pytest.raises(ValueError, match="plant 'gone' anew"):
        with_mistake("rows", Bug("gone", "pos/x.py", {"no such text": ""}, ()))


def test_a_mistake_is_caught_only_where_a_test_failed_on_every_engine_that_it_harms() -> None:
    bug = Bug("one", "pos/x.py", {}, ())
    assert Caught(BOTH, ("test",), ()).by(bug)
    assert not Caught(("sqlite",), ("test",), ()).by(bug)
    assert not Caught(BOTH, ("test",), ("another",)).by(bug)
    assert not Caught((), (), ()).by(bug)
