"""Two who make the same thing at the same moment: one makes it, the others are told, and nobody meets a fault."""

import secrets
from collections import Counter
from collections.abc import Callable

from sqlalchemy import func, select

from microcred.accounts.models import Account, School
from microcred.db import db
from tests.races.conftest import Field, session
from tests.server import at_once, faults_in

ADMINISTRATORS = 12


def test_of_those_who_add_one_school_at_once_one_does(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        token = token_of(cast.adam)
    with field.served() as server:
        adding = [lambda: session(server, token).post("/schools", secrets.token_hex(8), name="West school")]
        replies = at_once(adding * ADMINISTRATORS, ADMINISTRATORS)
        assert Counter(reply.status for reply in replies) == {303: 1, 422: ADMINISTRATORS - 1}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        named = select(func.count()).select_from(School).where(School.name == "West school")
        assert db.session.scalar(named) == 1
