"""The application with careless routes planted in it: one looks, then writes; one has no key. The races must see it."""

import secrets

from flask import Blueprint
from sqlalchemy import text

from microcred import create_app
from microcred.accounts.actions import create_school
from microcred.db import db, writing
from microcred.permissions import may_be_here
from microcred.web import post

planted = Blueprint("planted", __name__)


@post(planted, "/planted", may=may_be_here)
def give_carelessly() -> str:
    """Give one piece if the stock says so; between the look and the write anybody else may do the same."""
    with db.engine.begin() as connection:
        left = connection.scalar(text("SELECT stock - given FROM planted_stock"))
    if not left or left <= 0:
        return "none left"
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE planted_stock SET given = given + 1"))
    return "given"


@post(planted, "/planted/schools", may=may_be_here)
def add_school_carelessly() -> str:
    """Add a school for each click: nothing tells the second click from the first."""
    with writing():
        create_school(f"School {secrets.token_hex(8)}", by=None)
    return "added"


app = create_app()
app.register_blueprint(planted)
