"""A giveaway that is limited in all: with everybody at once no more become due than that; a careless way is caught."""

import secrets
from collections import Counter
from collections.abc import Callable

from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.recognition import actions as recognition
from microcred.recognition.conditions import LIMITS, set_conditions
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers import actions as volunteers
from microcred.volunteers.models import Volunteer
from tests.cast import Cast
from tests.races.conftest import Field, session
from tests.races.test_never_too_many import THREADS, make_pilot, make_teachers
from tests.server import at_once, faults_in

PEOPLE, IN_TOTAL = 200, 50


def due() -> int:
    return db.session.scalar(select(func.count()).select_from(Entitlement)) or 0


def limited_mug(cast: Cast) -> Giveaway:
    mug = recognition.create_giveaway(
        make_pilot([cast.north], cast.cora), name="Mug", value_cents=500, rule="volunteered", by=cast.cora
    )
    limits = dict.fromkeys(LIMITS) | {"in_total": IN_TOTAL}
    return set_conditions(mug, also=[], limits=limits, starts={}, by=cast.cora)


def test_two_hundred_at_once_and_fifty_in_all(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        mug, teachers = limited_mug(cast), make_teachers(PEOPLE, cast.north)
        db.session.commit()
        path, tokens = f"/pilots/{mug.pilot_id}/volunteering", [token_of(teacher) for teacher in teachers]
    with field.served() as server:
        replies = at_once(
            [lambda t=token: session(server, t).post(path, secrets.token_hex(8), why="Yes.") for token in tokens],
            THREADS,
        )
        assert Counter(reply.status for reply in replies) == {303: PEOPLE}
        assert faults_in(field.folder) == []
    with field.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Volunteer)) == PEOPLE
        assert due() == IN_TOTAL


def test_looking_before_the_lock_makes_too_many_due(field: Field, token_of: Callable[[Account], str]) -> None:
    with field.prepared() as cast:
        mug, teachers = limited_mug(cast), make_teachers(PEOPLE, cast.north)
        for teacher in teachers:
            volunteers.volunteer(mug.pilot, teacher, "Yes.")
        db.session.commit()
        tokens = [token_of(teacher) for teacher in teachers]
    with field.served("tests.races.control:app") as server:
        at_once([lambda t=token: session(server, t).post("/planted/thanks", "x") for token in tokens], THREADS)
    with field.app.app_context():
        assert due() > IN_TOTAL
