"""The application with careless routes planted in it; the races must catch each of them."""

import secrets
import threading
import time

from flask import Blueprint, Flask, current_app, redirect, request
from sqlalchemy import text
from werkzeug.wrappers import Response

from microcred import create_app
from microcred.accounts.actions import create_school
from microcred.db import db, writing
from microcred.permissions import may_be_here
from microcred.recognition import thanking
from microcred.recognition.limits import within_limits
from microcred.recognition.reasons import everyone_due, live_giveaways
from microcred.web import me, post

SECONDS_LATE = 0.3
SECONDS_BETWEEN = 0.1

planted = Blueprint("planted", __name__)


@post(planted, "/planted", may=may_be_here)
def give_carelessly() -> str:
    """Give one piece if the stock says so; between the look and the write anybody else may do the same."""
    with db.engine.begin() as connection:
        left = connection.scalar(text("SELECT stock - given FROM planted_stock"))
    if not left or left <= 0:
        return "none left"
    time.sleep(SECONDS_BETWEEN)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE planted_stock SET given = given + 1"))
    return "given"


@post(planted, "/planted/ballots", may=may_be_here)
def vote_carelessly() -> str:
    """Look for the voter's ballot, and add one if there is none; between the two anybody else may do the same."""
    voter = {"voter": me().id}
    with db.engine.begin() as connection:
        found = connection.scalar(text("SELECT voter FROM planted_ballots WHERE voter = :voter"), voter)
    time.sleep(SECONDS_BETWEEN)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        if found is None:
            connection.execute(text("INSERT INTO planted_ballots VALUES (:voter)"), voter)
    return "voted"


@post(planted, "/planted/reviews/<int:review_id>/final", may=may_be_here, load=lambda user, review_id: review_id)
def finish_carelessly(review_id: int) -> str:
    """Look whether a review is final, and decide if it is not; between the two anybody else may do the same."""
    review = {"review": review_id}
    with db.engine.begin() as connection:
        state = connection.scalar(text("SELECT state FROM reviews WHERE id = :review"), review)
    decided = "SELECT count(*) FROM planted_decisions WHERE review_id = :review"
    with db.engine.begin() as connection:
        is_decided = connection.scalar(text(decided), review)
    time.sleep(SECONDS_BETWEEN)
    if state != "final" and not is_decided:
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text("INSERT INTO planted_decisions VALUES (:review)"), review)
    return "final"


@post(planted, "/planted/schools", may=may_be_here)
def add_school_carelessly() -> str:
    """Add a school for each click: nothing tells the second click from the first."""
    with writing():
        create_school(f"School {secrets.token_hex(8)}", by=None)
    return "added"


@post(planted, "/planted/thanks", may=may_be_here)
def thank_carelessly() -> str:
    """Look whether another may become due, and make it due a little later: meanwhile others looked too."""
    giveaways = live_giveaways()
    due = within_limits(everyone_due(giveaways, me()), giveaways)
    time.sleep(SECONDS_BETWEEN)
    with writing():
        thanking._write(due, {giveaway.id: giveaway for giveaway in giveaways})
    return "thanked"


@post(planted, "/planted/promises", may=may_be_here)
def promise_carelessly() -> Response:
    """Say that it is kept, and keep it a little later."""
    threading.Timer(SECONDS_LATE, _keep, [current_app._get_current_object(), request.form["words"]]).start()  # type: ignore[attr-defined]
    return redirect("/", 303)


def _keep(kept_in: Flask, words: str) -> None:
    with kept_in.app_context(), writing():
        db.session.execute(text("INSERT INTO planted_promises VALUES (:words)"), {"words": words})


app = create_app()
app.register_blueprint(planted)
