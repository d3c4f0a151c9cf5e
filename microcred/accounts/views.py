"""Signing in and out, one’s own page, the language."""

from typing import Any

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from microcred.accounts import accounts, actions, queries
from microcred.accounts import administration as administration
from microcred.accounts import standing_in as standing_in
from microcred.accounts.forms import PasswordForm, SignInForm
from microcred.accounts.models import Account
from microcred.accounts.sessions import forget, remember, token
from microcred.config import LANGUAGES
from microcred.permissions import anyone, may_be_here
from microcred.web import Answer, Form, attempt, get, me, own_path, post

LOOPBACK = ("127.0.0.1", "::1")


@get(accounts, "/sign-in", may=anyone)
def sign_in_page() -> Any:
    """The page on which one signs in."""
    if current_user.is_authenticated:
        return redirect(_onward())
    return render_template("accounts/sign_in.html", **_sign_in_context(SignInForm()))


@post(accounts, "/sign-in", may=anyone)
def sign_in() -> Response:
    """Sign in by address and password."""
    form = SignInForm()
    return attempt(
        form,
        lambda: remember(actions.sign_in(form.email.data or "", form.password.data or "")),
        Answer(to=_onward(), page="accounts/sign_in.html", context=lambda: _sign_in_context(form), is_once=False),
    )


def _sign_in_context(form: Form) -> dict[str, Any]:
    return {"form": form, "onward": _onward(), "cast": queries.cast() if _is_demo() else []}


def _onward() -> str:
    return own_path(request.values.get("next")) or url_for("home.index")


def _is_demo() -> bool:
    """Whether one-click sign-in is offered: the demo only, and only to the machine itself, not through a proxy."""
    local = request.remote_addr in LOOPBACK and request.host.partition(":")[0] in (*LOOPBACK, "localhost", "[")
    return bool(current_app.config["MICROCRED_DEMO"]) and local and "X-Forwarded-For" not in request.headers


def _cast_member(_user: Any, account_id: int) -> Account | None:
    return queries.cast_member(account_id) if _is_demo() else None


@post(accounts, "/demo/<int:account_id>/session", may=anyone, load=_cast_member)
def sign_in_as(member: Account) -> Response:
    """Sign in as one of the demo's people with one click."""
    return attempt(Form(), lambda: remember(actions.start_session(member)), Answer(to=_onward(), is_once=False))


@post(accounts, "/sign-out", may=may_be_here)
def sign_out() -> Response:
    """Sign out."""
    return attempt(Form(), lambda: actions.end_session(token()), Answer(to=_signed_out))


@post(accounts, "/me/sign-outs", may=may_be_here)
def sign_out_everywhere() -> Response:
    """End all of one's sessions."""
    return attempt(Form(), lambda: actions.end_all_sessions(me()), Answer(to=_signed_out))


def _signed_out(_result: None) -> str:
    forget()
    return url_for("accounts.sign_in_page")


@post(accounts, "/language", may=anyone)
def choose_language() -> Response:
    """Choose the language of the pages."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        abort(400)
    session["language"] = wanted
    onward = own_path(request.form.get("next")) or url_for("home.index")
    if not current_user.is_authenticated:
        return redirect(onward, 303)
    return attempt(Form(), lambda: actions.choose_language(me(), wanted), Answer(to=onward))


@get(accounts, "/me", may=may_be_here)
def show_me() -> str:
    """The own page: name, roles, language, password, sessions."""
    return render_template("accounts/me.html", form=PasswordForm())


@post(accounts, "/me/password", may=may_be_here)
def set_password() -> Response:
    """Choose another password; every other session ends."""
    form = PasswordForm()
    answer = Answer(
        to=url_for("accounts.show_me"),
        said=_("Your password is changed. You are signed out everywhere else."),
        page="accounts/me.html",
        context=lambda: {"form": form},
    )
    return attempt(form, lambda: remember(actions.renew_password(me(), form.password.data or "")), answer)


@get(accounts, "/welcome/<token>", may=anyone, load=lambda _user, token: queries.welcomed(token))
def welcome_page(welcomed: queries.Welcomed) -> str:
    """The end of a welcome link, where somebody chooses a first password."""
    return render_template("accounts/welcome.html", form=PasswordForm(), welcomed=welcomed)


@post(accounts, "/welcome/<token>", may=anyone, load=lambda _user, token: queries.welcomed(token))
def accept_welcome(welcomed: queries.Welcomed) -> Response:
    """Choose the first password and be signed in."""
    form = PasswordForm()
    return attempt(
        form,
        lambda: remember(actions.renew_password(welcomed.account, form.password.data or "")),
        Answer(
            to=url_for("home.index"),
            page="accounts/welcome.html",
            context=lambda: {"form": form, "welcomed": welcomed},
        ),
    )
