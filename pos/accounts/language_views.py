"""The language of a browser in which nobody is signed in yet."""

from __future__ import annotations

from flask import make_response, request
from flask.typing import ResponseReturnValue

from pos.accounts.place_views import blueprint
from pos.core.cookies import keep_in_browser
from pos.core.language import COOKIE, LANGUAGES
from pos.core.web import go_to, local_address, public, see_other

__all__ = ["blueprint"]

KEPT_SECONDS = 400 * 24 * 3600


@blueprint.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Speak another language in this browser, to whoever has chosen none in the profile."""
    back = local_address(request.form.get("back"))
    answer = make_response(go_to(back) if back else see_other("accounts.sign_in"))
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        keep_in_browser(answer, COOKIE, chosen, KEPT_SECONDS)
    return answer
