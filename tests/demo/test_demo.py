"""The demo: the pilot that the README promises, the same in every telling, and true to every promise."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from microcred.accounts.models import Account, RoleName, School
from microcred.badges.models import Award
from microcred.db import db, is_sqlite
from microcred.demo import tell
from microcred.evidence.models import Submission, SubmissionState
from microcred.invariants import broken_promises
from microcred.polls.models import Poll
from microcred.recognition.models import Entitlement
from microcred.scoring.models import Review
from microcred.volunteers.models import Volunteer

TOLD: tuple[Any, ...] = (
    select(Account.name, Account.email).order_by(Account.id),
    select(Submission.code_name, Submission.state, Submission.submitted_at, Account.name)
    .join(Account, Account.id == Submission.person_id)
    .order_by(Submission.id),
    select(Review.seat, Review.state, Account.name).join(Account, Account.id == Review.reviewer_id).order_by(Review.id),
    select(Volunteer.pilot_id, Account.name, Volunteer.state)
    .join(Account, Account.id == Volunteer.person_id)
    .order_by(Volunteer.pilot_id, Volunteer.turn, Volunteer.id),
    select(Poll.question, Poll.closes_at, Poll.lots, Poll.standings).order_by(Poll.id),
)
"""What a visitor would notice if it were another: people, evidence, reviewers, queues and polls."""


def told() -> list[list[tuple[Any, ...]]]:
    """Tell the demo, look at it, and take it back."""
    _count_ids_anew()
    tell()
    seen = [[tuple(row) for row in db.session.execute(statement)] for statement in TOLD]
    db.session.rollback()
    return seen


def _count_ids_anew() -> None:
    """Let PostgreSQL count from 1 again, as in an empty database; SQLite does so by itself."""
    for table in db.metadata.tables.values() if not is_sqlite() else ():
        if "id" in table.columns:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            db.session.execute(select(func.setval(sequence, 1, False)))


def test_every_telling_is_the_same(rows: None) -> None:
    for first, second in zip(told(), told(), strict=True):
        assert first == second


def test_the_pilot_is_in_full_swing(rows: None) -> None:
    tell()
    db.session.commit()
    everyone = db.session.scalars(select(Account)).all()
    roles = Counter(name for person in everyone for name in person.role_names)
    assert roles == {
        RoleName.TEACHER: 40,
        RoleName.REVIEWER: 6,
        RoleName.PRINCIPAL: 3,
        RoleName.DEPUTY: 1,
        RoleName.COORDINATOR: 1,
        RoleName.ADMINISTRATOR: 1,
    }
    assert len(db.session.scalars(select(School)).all()) == 3
    states = [poll.state for poll in db.session.scalars(select(Poll).order_by(Poll.id))]
    assert states == ["decided", "closed", "open", "closed", "draft"]
    assert set(db.session.scalars(select(Submission.state))) == set(SubmissionState)
    assert len(db.session.scalars(select(Award)).all()) >= 9
    assert {each.state for each in db.session.scalars(select(Entitlement))} >= {"due", "given", "owed"}
    assert list(broken_promises()) == []
