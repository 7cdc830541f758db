"""The form of a device that is to become a customer's display."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField

from pos.core.language import lazy_gettext as _l

# Typed with a gap or a hyphen by some.
LONGEST = 20


class JoinForm(FlaskForm):
    """Which display?"""

    code = StringField(
        _l("Code"),
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": LONGEST,
        },
    )
