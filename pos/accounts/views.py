"""Pages of this feature: set-up, sign-in and out, one's own profile. The owner's page of people is people_views."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pos.accounts import open_sessions, pins, setup, signin, two_factor, users
from pos.accounts.doorkeeper import let_in, let_out, seat
from pos.accounts.forms import CodeForm, PasswordForm, ProfileForm, SetUpForm, SignInForm
from pos.accounts.signin import CodeNeeded, FirstStep, TooLate
from pos.core.cookies import forget_in_browser, kept_in_browser
from pos.core.errors import Invalid, PosError
from pos.core.language import COOKIE, LANGUAGES
from pos.core.language import gettext as _
from pos.core.web import (
    actor,
    attach,
    came_directly,
    client_address,
    go_to,
    local_address,
    needs,
    options,
    public,
    refusal_headers,
    see_other,
)
from pos.settings import store

blueprint = Blueprint("accounts", __name__)
# Where the cookie keeps whose password was right, until the code is.
SECOND_STEP = "second_step"


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Where each role's work begins."""
    return see_other("till.home" if actor().may("sell") else "catalog.products")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; leads on to where the visitor was going."""
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET":
        if setup.is_open():
            return see_other("accounts.set_up")
        if actor().id is not None:
            return _onward(form)
        return render_template("accounts/sign_in.html", form=form, seat=seat())
    try:
        _sign_in(form.email.data or "", form.password.data or "")
    except CodeNeeded as needed:
        cookie[SECOND_STEP] = asdict(needed.first)
        return see_other("accounts.second_step", next=local_address(form.next.data) or None)
    except PosError as error:
        attach(form, error)
        return render_template("accounts/sign_in.html", form=form, seat=seat()), error.status, refusal_headers(error)
    return _onward(form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """The second step of those who switched it on: the code from the phone, or one from paper."""
    form = CodeForm(next=request.args.get("next", ""))
    first = _first_step()
    if first is None:
        return see_other("accounts.sign_in", next=local_address(form.next.data) or None)
    if request.method == "GET":
        return render_template("accounts/second_step.html", form=form)
    try:
        _session_id, token = signin.second_step(
            first, form.code.data or "", client_address(), request.user_agent.string
        )
    except TooLate as late:
        cookie.pop(SECOND_STEP, None)
        flash(late.message, "danger")
        return see_other("accounts.sign_in", next=local_address(form.next.data) or None)
    except PosError as error:
        error.field = "code" if error.field == "otp" else error.field
        attach(form, error)
        return render_template("accounts/second_step.html", form=form), error.status, refusal_headers(error)
    _end_session()
    let_in(token)
    return _onward(form)


def _first_step() -> FirstStep | None:
    """Whose password this browser gave just now; the cookie is signed, so nobody else wrote it."""
    kept = cookie.get(SECOND_STEP)
    return FirstStep(**kept) if kept else None


def _onward(form: SignInForm | CodeForm) -> ResponseReturnValue:
    address = local_address(form.next.data)
    return go_to(address) if address else see_other("accounts.home")


def _sign_in(email: str, password: str) -> None:
    browser = request.user_agent.string
    _session_id, token = signin.sign_in(email, password, "pages", client_address(), browser)
    _end_session()
    let_in(token)


def _end_session() -> None:
    here = seat()
    if here is not None:
        signin.sign_out(here.actor, here.session_id)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    _end_session()
    let_out()
    flash(_("You are signed out."), "good")
    return see_other("accounts.sign_in")


@blueprint.route("/set-up", methods=["GET", "POST"])
@public
def set_up() -> ResponseReturnValue:
    """The first visit: names the store and its owner, signs the owner in and leads to the first steps."""
    form = SetUpForm()
    asks_code = not (came_directly() and setup.is_this_machine(client_address()))
    if request.method == "GET":
        if not setup.is_open():
            return see_other("accounts.sign_in")
        # Who reads the page in a language probably wants the shop to speak it.
        form.language.data = kept_in_browser(COOKIE)
        return render_template("accounts/set_up.html", form=form, asks_code=asks_code)
    try:
        _open_shop(form, asks_code)
    except PosError as error:
        attach(form, error)
        shown = {"form": form, "asks_code": asks_code, "too_late": error.code == "ALREADY_SET_UP"}
        return render_template("accounts/set_up.html", **shown), error.status, refusal_headers(error)
    return see_other("first_steps.home")


def _open_shop(form: SetUpForm, asks_code: bool) -> None:
    instance = current_app.extensions["pos"]["config"].instance
    if asks_code and setup.is_open():
        setup.check_code(instance, form.code.data or "", client_address())
    password = _same_twice(form)
    email = form.email.data or ""
    setup.set_up(_terms(form), email=email, full_name=form.full_name.data or "", password=password)
    setup.close(instance)
    _sign_in(email, password)


def _terms(form: SetUpForm) -> dict[str, object]:
    """The store's terms that the visitor answered; what was not asked keeps its default."""
    terms: dict[str, object] = {"store_name": form.store_name.data}
    terms |= {name: form[name].data for name in ("gst_mode", "gstin", "upi_id", "language") if form[name].raw_data}
    if form.prices_include_tax.raw_data:
        terms["prices_include_tax"] = form.prices_include_tax.data == "yes"
    return terms


def _same_twice(form: SetUpForm | PasswordForm) -> str:
    """The new password, typed alike in both fields; it cannot be seen while it is typed."""
    password = form.password.data or ""
    if password != (form.password_again.data or ""):
        raise Invalid(_("The two passwords are not the same."), field="password_again")
    return password


@blueprint.route("/profile", methods=["GET", "POST"])
@needs("change_own_profile")
def profile() -> ResponseReturnValue:
    """One's own name, email and language."""
    form = _profile_form()
    if request.method == "GET":
        return _profile_page(form, PasswordForm())
    given = {name: form[name].data for name in ("full_name", "email", "language") if form[name].raw_data}
    try:
        users.change_own_profile(actor(), **{name: value or None for name, value in given.items()})
    except PosError as error:
        attach(form, error)
        return _profile_page(form, PasswordForm()), error.status, refusal_headers(error)
    flash(_("Your profile is saved."), "good")
    answer = make_response(see_other("accounts.profile"))
    # What was chosen for everybody in this browser no longer stands against one's own choice.
    forget_in_browser(answer, COOKIE)
    return answer


@blueprint.route("/profile/password", methods=["GET", "POST"])
@needs("change_own_profile")
def password() -> ResponseReturnValue:
    """A new password for oneself; every other browser of this person has to sign in again."""
    form = PasswordForm()
    if request.method == "GET":
        return see_other("accounts.profile", _anchor="change-password")
    try:
        users.change_password(actor(), current_user.session_id, current=form.current.data or "", new=_same_twice(form))
    except PosError as error:
        attach(form, error)
        return _profile_page(_profile_form(), form), error.status, refusal_headers(error)
    flash(_("Your password is changed. Other tablets and browsers have to sign in again."), "good")
    return see_other("accounts.profile")


def _profile_form() -> ProfileForm:
    row = users.own(actor())
    form = ProfileForm(formdata=request.form if request.endpoint == "accounts.profile" else None, obj=row)
    usual = LANGUAGES.get(store.current().language, "English")
    form.language.choices = options({"": _("The store's language (%(language)s)", language=usual), **LANGUAGES})
    return form


def _profile_page(form: ProfileForm, password_form: PasswordForm) -> str:
    me = users.own(actor())
    shown = {"sessions": open_sessions.of_person(actor(), me.id), "current_id": current_user.session_id}
    shown |= {
        "two_factor": two_factor.state(me.id),
        "pin": pins.state(me.id),
        "shut_all": url_for("accounts.shut_all_own"),
    }
    return render_template(
        "accounts/profile.html", form=form, password_form=password_form, me=me, shut_one=_shut_one, **shown
    )


def _shut_one(session_id: UUID) -> str:
    return url_for("accounts.shut_own", session_id=session_id)
