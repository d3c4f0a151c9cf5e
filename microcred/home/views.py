"""The first page, the help page, and the sign of life."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import text

from microcred.db import db
from microcred.home import home
from microcred.permissions import anyone
from microcred.web import get


@get(home, "/", may=anyone)
def index() -> Any:
    """What to do now; who has not signed in is asked to."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in_page"))
    return render_template("home/index.html")


@get(home, "/help", may=anyone)
def help_page() -> str:
    """The five steps, and who may do what."""
    return render_template("home/help.html")


@get(home, "/healthz", may=anyone)
def healthz() -> tuple[str, dict[str, str]]:
    """Alive, with the database answering."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", {"Content-Type": "text/plain"}
