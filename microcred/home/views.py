"""The first page, the help page, and the sign of life."""

from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, send_from_directory, url_for
from flask_login import current_user
from sqlalchemy import text

from microcred.accounts.models import Account, role_titles
from microcred.db import db
from microcred.evidence.models import STATES
from microcred.home import home
from microcred.home.administering import administering
from microcred.home.coordinating import coordinating
from microcred.home.five_cards import five_cards
from microcred.home.leading import leading
from microcred.home.navigation import current_standing
from microcred.home.reviewing import reviewing
from microcred.home.teaching import teaching
from microcred.home.who_may import who_may
from microcred.home.wording import worded
from microcred.permissions import anyone
from microcred.web import get, me


@get(home, "/", may=anyone)
def index() -> Any:
    """What to do now; who has not signed in is asked to."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in_page"))
    return render_template("home/index.html", **_sections(me()))


def _sections(user: Account) -> dict[str, Any]:
    """What each role of the person has on the home page; None for a role that the person doesn't hold."""
    found = current_standing()
    taught = teaching(user, found) if user.is_teacher else None
    run = coordinating(found) if user.is_coordinator else None
    return {
        "standing": found,
        "teaching": taught,
        "next": worded(taught) if taught else None,
        "reviewing": reviewing(user) if user.is_reviewer else None,
        "leading": leading(user, found) if user.is_principal else None,
        "cards": five_cards(run) if run else [],
        "administering": administering() if user.is_administrator else None,
        "states": STATES,
        "roles": role_titles(),
    }


@get(home, "/help", may=anyone)
def help_page() -> str:
    """The five steps, how votes and scores are kept, and who may do what."""
    return render_template("home/help.html", who_may=who_may())


@get(home, "/static/<fingerprint>/<path:name>", may=anyone, load=lambda _user, fingerprint, name: name)
def earlier_file(name: str) -> Any:
    """A static file asked for by a page of an earlier version, as it is now: WhiteNoise serves today's before this."""
    return send_from_directory(Path(current_app.root_path).parent / "static", name)


@get(home, "/healthz", may=anyone)
def healthz() -> tuple[str, dict[str, str]]:
    """Alive, with the database answering."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", {"Content-Type": "text/plain"}
