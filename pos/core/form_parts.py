"""What the forms of several features share: fields that keep what was typed, a mark for what is needed, a key."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import Field, StringField


def new_key() -> str:
    """A key that makes one filled-in form happen once."""
    return uuid4().hex


def typed_moment(text: str | None) -> datetime | None:
    """The moment that a hidden field carries, like when somebody's view of a row was fresh; None for anything else."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


class Needed:
    """Marks a field that must be filled in; the verb says so when it is not."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Judge nothing here: a rule lives in one verb."""


class RupeeField(StringField):
    """An amount of money as it was typed."""


class QuantityField(StringField):
    """A quantity as it was typed."""


class PercentField(StringField):
    """A percent as it was typed."""
