"""Texts that people type, tidied and made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.text import like, search_key, search_words, tidy, tidy_lines


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  Tea   250 g ", "Tea 250 g"),
        ("Tea\t250\ng", "Tea 250 g"),
        ("Tea\u00a0250\u2003g", "Tea 250 g"),
        ("nul\x00bell\x07", "nulbell"),
        ("\u202eevil", "evil"),
        ("\ud800half", "half"),
        ("Tea\ufffe\uffff", "Tea"),
        ("चाय  पत्ती", "चाय पत्ती"),
        ("   ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_line_is_tidied(typed: str | None, tidied: str | None) -> None:
    assert tidy(typed) == tidied


def test_lines_keep_their_breaks() -> None:
    assert tidy_lines("  12,  Station Road \r\n Pune\x00 \n\n") == "12, Station Road\nPune"
    assert tidy_lines(" \n ") is None
    assert tidy_lines(None) is None


def test_searching_ignores_case_width_and_composition() -> None:
    assert search_key("\uff34\uff25\uff21", None, "Café") == "tea café"
    assert search_key(unicodedata.normalize("NFD", "Café")) == search_key("CAFÉ")
    assert search_key("Straße") == "strasse"
    assert search_key("tea\x00") == "tea"


def test_a_query_is_cut_to_six_words() -> None:
    assert search_words(" Red   LABEL tea ") == ["red", "label", "tea"]
    assert len(search_words("a b c d e f g h")) == 6
    assert search_words("") == []


def test_signs_of_like_stand_for_themselves() -> None:
    assert like("100%_\\") == "%100\\%\\_\\\\%"


@given(st.text())
def test_tidying_twice_changes_nothing_and_leaves_nothing_that_cannot_be_stored(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    if once is not None:
        once.encode("utf-8")
        assert "\x00" not in once
        assert once == once.strip()


def test_a_query_that_nobody_types_is_cut() -> None:
    assert sum(map(len, search_words("x" * 100_000))) <= 200
