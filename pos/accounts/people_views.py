"""The owner's pages of people: who works here, in which role, and who no longer does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Row

from pos.accounts import open_sessions, pins, two_factor, users
from pos.accounts.forms import PersonForm
from pos.accounts.views import blueprint
from pos.core.errors import PosError
from pos.core.language import gettext as _
from pos.core.web import actor, attach, needs, refusal_headers, see_other

__all__ = ["blueprint"]


@blueprint.get("/people", endpoint="users")
@needs("manage_users")
def people() -> ResponseReturnValue:
    """Everybody, those who left at the end."""
    return render_template("accounts/people.html", people=users.everybody())


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs("manage_users")
def new_user() -> ResponseReturnValue:
    """Add somebody, with a first password that the owner tells them."""
    form = PersonForm()
    if request.method == "GET":
        return render_template("accounts/person.html", form=form, colleague=None)
    given = {name: form[name].data or "" for name in ("full_name", "email", "role", "password")}
    try:
        users.create_user(actor(), **given)
    except PosError as error:
        attach(form, error)
        return render_template("accounts/person.html", form=form, colleague=None), error.status, refusal_headers(error)
    flash(_("%(name)s can sign in now.", name=form.full_name.data), "good")
    return see_other("accounts.users")


@blueprint.route("/people/<uuid:user_id>", methods=["GET", "POST"])
@needs("manage_users")
def user(user_id: UUID) -> ResponseReturnValue:
    """One person: name, email, role, and a new password when the old one is forgotten."""
    person = users.find(user_id)
    form = PersonForm(obj=person)
    if request.method == "GET":
        return _person_page(form, person)
    given: dict[str, Any] = {n: form[n].data for n in ("full_name", "email", "role") if form[n].raw_data}
    if form.password.data:
        given["password"] = form.password.data
    try:
        users.change_user(actor(), user_id, **given)
    except PosError as error:
        attach(form, error)
        return _person_page(form, person), error.status, refusal_headers(error)
    flash(_("The changes are saved."), "good")
    return see_other("accounts.users")


def _person_page(form: PersonForm, person: Row[Any]) -> str:
    def shut_one(session_id: UUID) -> str:
        return url_for("accounts.shut_theirs", user_id=person.id, session_id=session_id)

    shown = {"sessions": open_sessions.of_person(actor(), person.id), "current_id": current_user.session_id}
    shown |= {"two_factor": two_factor.state(person.id), "pin": pins.state(person.id), "shut_one": shut_one}
    shut_all = url_for("accounts.shut_all_theirs", user_id=person.id)
    return render_template("accounts/person.html", form=form, colleague=person, shut_all=shut_all, **shown)


@blueprint.route("/people/<uuid:user_id>/deactivate", methods=["GET", "POST"])
@needs("manage_users")
def deactivate_user(user_id: UUID) -> ResponseReturnValue:
    """Ask, then keep somebody from signing in; their bills and their name on them stay."""
    person = users.find(user_id)
    if request.method == "GET":
        return render_template("accounts/deactivate.html", colleague=person, problem=None)
    try:
        users.change_user(actor(), user_id, is_active=False)
    except PosError as error:
        shown = render_template("accounts/deactivate.html", colleague=person, problem=error.message)
        return shown, error.status, refusal_headers(error)
    flash(_("%(name)s can no longer sign in.", name=person.full_name), "good")
    return see_other("accounts.users")


@blueprint.post("/people/<uuid:user_id>/reactivate")
@needs("manage_users")
def reactivate_user(user_id: UUID) -> ResponseReturnValue:
    """Let somebody sign in again, with the password and the role they had."""
    users.change_user(actor(), user_id, is_active=True)
    flash(_("%(name)s can sign in again.", name=users.find(user_id).full_name), "good")
    return see_other("accounts.users")
