"""Who is signed in: a token in the signed cookie, its hash in the database, and what happens when it has run out."""

from flask import Flask, Response, make_response, redirect, render_template, request, session, url_for
from flask_login import LoginManager

from microcred.accounts.models import Nobody
from microcred.accounts.queries import signed_in_account
from microcred.faults import kept_fields

TOKEN = "_user_id"  # noqa: S105 — the name under which Flask-Login keeps it


def init_sessions(app: Flask) -> None:
    """Find who is signed in; the cookie lapses by itself after the idle time, the row in the database at its end."""
    login_manager = LoginManager(app)
    login_manager.anonymous_user = Nobody
    login_manager.session_protection = None
    login_manager.user_loader(signed_in_account)
    login_manager.unauthorized_handler(ask_to_sign_in)


def remember(token: str) -> None:
    """Keep the token of a new session, and nothing of the old one but the language."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    session[TOKEN] = token
    if language:
        session["language"] = language


def token() -> str:
    """The token of this browser's session."""
    held: str = session.get(TOKEN, "")
    return held


def forget() -> None:
    """Keep nothing of the session."""
    session.clear()


def ask_to_sign_in() -> Response:
    """Send somebody to the sign-in page, and back afterwards; what was typed is kept for after it."""
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("accounts.sign_in_page", next=_page_of_htmx())
        response.headers["X-Signed-Out"] = "1"
        return response
    if request.method == "GET":
        return make_response(redirect(url_for("accounts.sign_in_page", next=request.full_path.rstrip("?"))))
    page = render_template("accounts/signed_out.html", kept=kept_fields())
    return make_response(page, 401)


def _page_of_htmx() -> str:
    current = request.headers.get("HX-Current-URL", "")
    return "/" + current.removeprefix(request.host_url) if current.startswith(request.host_url) else "/"
