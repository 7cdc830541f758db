"""What the owner fills in to bring a backup in, and to make the shop what it says."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FileField, PasswordField, StringField

from pos.core.form_parts import Needed
from pos.core.language import lazy_gettext as _l


class BringForm(FlaskForm):
    """A backup file from a stick, or from another computer."""

    file = FileField(_l("The file of a backup"))


class RestoreForm(FlaskForm):
    """What it takes to put a backup in the place of the shop."""

    key = StringField(_l("Secret key of the backup"), [Needed()])
    password = PasswordField(_l("Your password"), [Needed()])
