"""The guided first hour: shown from the set-up on, steps skipped and taken up again, put away and brought back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pos.accounts import setup
from pos.core import audit
from pos.core.audit import AuditEntry
from pos.core.db import db
from pos.core.errors import Busy, Forbidden, NotFound
from pos.settings import first_steps
from pos.settings.first_steps import STEPS, Guide, guide
from tests.shop import PASSWORD, Shop


def deeds(shop: Shop) -> list[str]:
    entries = shop.rows(AuditEntry, subject_type=first_steps.SUBJECT)
    return [row.action for row in sorted(entries, key=lambda row: int(row.number))]


def test_setting_a_shop_up_begins_it(app: Flask) -> None:
    assert guide() == Guide()
    setup.set_up({"store_name": "Asha Kirana"}, email="asha@example.com", full_name="Asha", password=PASSWORD)
    assert guide() == Guide(is_shown=True)


def test_a_shop_that_was_never_guided_is_left_alone(shop: Shop) -> None:
    assert guide() == Guide()
    first_steps.put_away(shop.asha)
    first_steps.note_report(shop.asha)
    assert deeds(shop) == []


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_skipped_and_taken_up_again(shop: Shop, name: str) -> None:
    first_steps.skip(shop.asha, name)
    first_steps.skip(shop.asha, name)
    assert guide().skipped == {name}
    first_steps.take_up(shop.asha, name)
    first_steps.take_up(shop.asha, name)
    assert guide().skipped == frozenset()
    assert deeds(shop) == ["first_step.skipped", "first_step.taken_up"]
    assert not list(audit.broken_links())


def test_it_is_put_away_and_brought_back_and_keeps_what_was_skipped(shop: Shop) -> None:
    first_steps.show(shop.asha)
    first_steps.skip(shop.asha, "udhaar")
    first_steps.put_away(shop.asha)
    assert guide() == Guide(False, frozenset({"udhaar"}))
    first_steps.show(shop.asha)
    first_steps.show(shop.asha)
    assert guide() == Guide(True, frozenset({"udhaar"}))
    assert deeds(shop) == ["guide.shown", "first_step.skipped", "guide.put_away", "guide.shown"]


def test_the_first_report_is_noted_once_and_only_for_the_owner(shop: Shop) -> None:
    first_steps.show(shop.asha)
    first_steps.note_report(shop.ben)
    assert not guide().report_opened
    first_steps.note_report(shop.asha)
    first_steps.note_report(shop.asha)
    assert guide().report_opened
    assert deeds(shop) == ["guide.shown", "report.first_opened"]


def test_a_report_is_kept_from_nobody_because_it_cannot_be_noted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    first_steps.show(shop.asha)

    def too_busy(*_told: Any) -> None:
        raise Busy("very busy")

    monkeypatch.setattr(audit, "record", too_busy)
    first_steps.note_report(shop.asha)
    db.session.rollback()
    assert not guide().report_opened


@pytest.mark.parametrize("verb", ["show", "put_away", "skip", "take_up"])
def test_all_of_it_is_the_owners_alone(shop: Shop, verb: str) -> None:
    names = ["bill"] if verb in ("skip", "take_up") else []
    for person in (shop.ben, shop.devi):
        with pytest.raises(Forbidden):
            getattr(first_steps, verb)(person, *names)
    assert deeds(shop) == []


def test_there_are_no_other_steps(shop: Shop) -> None:
    with pytest.raises(NotFound):
        first_steps.skip(shop.asha, "dance")
