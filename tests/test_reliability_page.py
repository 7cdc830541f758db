"""docs/reliability.md tells the truth: a row for each promise, and every test it names exists."""

from __future__ import annotations

import re

import pytest

from tests.named import ROOT, exists

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| [0-9]", line)]
PROMISES = [row for row in ROWS if re.fullmatch(r"[0-9]+", row[0])]
ASVS = [row for row in ROWS if re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", row[0])]
WANTED = {
    "1.2.1",
    "1.2.3",
    "1.2.4",
    "1.2.10",
    "1.3.6",
    "1.3.7",
    "1.4.2",
    "2.2.1",
    "2.3.2",
    "2.3.3",
    "2.3.4",
    "2.4.1",
    "15.4.2",
    "3.3.1",
    "3.3.2",
    "3.3.3",
    "3.3.4",
    "3.4.3",
    "3.4.4",
    "3.4.6",
    "3.5.1",
    "3.5.3",
    "3.7.2",
    "5.2.1",
    "5.3.2",
    "6.2.4",
    "6.2.9",
    "6.3.1",
    "6.3.2",
    "6.3.4",
    "6.3.8",
    "11.4.2",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "7.4.3",
    "7.3.1",
    "8.2.1",
    "8.2.2",
    "8.2.3",
    "15.3.3",
    "9.1.2",
    "9.2.1",
    "9.2.2",
    "13.4.2",
    "16.3.1",
    "16.5.1",
    "16.5.3",
}


def named(row: list[str]) -> list[str]:
    """The tests that a row names."""
    return re.findall(r"`(tests/[^`]+)`", " ".join(row))


def test_there_is_a_row_for_each_of_the_thirty_six_promises() -> None:
    assert [int(row[0]) for row in PROMISES] == list(range(1, 37))


def test_there_is_a_row_for_each_item_of_asvs_that_matters_here() -> None:
    assert sorted(row[0] for row in ASVS) == sorted(WANTED)


@pytest.mark.parametrize("row", [*PROMISES, *ASVS], ids=lambda row: row[0])
def test_every_row_names_tests_that_exist_or_says_that_it_is_not_kept_yet(row: list[str]) -> None:
    assert named(row) or "not kept yet" in " ".join(row)
    assert [name for name in named(row) if not exists(name)] == []


def test_a_name_that_is_none_is_found() -> None:
    assert exists("tests/test_reliability_page.py::test_a_name_that_is_none_is_found")
    assert not exists("tests/test_reliability_page.py::test_of_nothing")
    assert not exists("tests/test_nothing.py")
