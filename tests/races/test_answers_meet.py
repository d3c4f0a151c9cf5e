"""Two at the same moment about one application: an undo and the mail sender, two answers, two reminders."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import func, select

from microcred import outbox
from microcred.accounts.models import Account
from microcred.db import at, db, utcnow, writing
from microcred.errors import Refused
from microcred.outbox import Mail
from microcred.volunteers import actions, answers
from microcred.volunteers.models import ANSWER_WAITS, Volunteer, VolunteerState
from microcred.volunteers.reminders import remind_principals
from tests.races.conftest import Field
from tests.races.test_never_too_many import make_pilot, make_teachers

ROUNDS = 24
S = VolunteerState


class Postbox:
    """A mail server that takes its time, and keeps the address of each message."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def send_message(self, message: EmailMessage) -> None:
        """Keep one message."""
        time.sleep(0.002)
        self.addresses.append(str(message["To"]))


def together(app: Flask, *acts: Callable[[], Any]) -> list[str]:
    """Do each in a thread and a transaction of its own, at once; what each came to: done, or refused."""
    start = threading.Barrier(len(acts))
    came_to = ["lost"] * len(acts)

    def run(number: int) -> None:
        with app.test_request_context():
            start.wait()
            try:
                with writing():
                    acts[number]()
                came_to[number] = "done"
            except Refused:
                came_to[number] = "refused"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


@pytest.fixture
def entries(field: Field) -> list[int]:
    """So many who applied; their principal is Pia."""
    with field.prepared() as people:
        pilot = make_pilot([people.north], people.cora)
        teachers = make_teachers(ROUNDS, people.north)
        made = [actions.volunteer(pilot, teacher, "Yes.") for teacher in teachers]
        db.session.execute(Mail.__table__.delete())  # type: ignore[attr-defined]
        db.session.commit()
        return [entry.id for entry in made]


def one(model: Any, **narrowed: Any) -> Any:
    return db.session.scalars(select(model).filter_by(**narrowed)).one()


def approve(entry_id: int, name: str = "pia") -> None:
    answers.approve(one(Volunteer, id=entry_id), by=one(Account, email=f"{name}@school.local"))


def decline(entry_id: int, name: str) -> None:
    answers.decline(one(Volunteer, id=entry_id), "Not now.", by=one(Account, email=f"{name}@school.local"))


def undo(entry_id: int, moment: datetime) -> None:
    with at(moment):
        answers.take_back_answer(one(Volunteer, id=entry_id), by=one(Account, email="pia@school.local"))


def send(postbox: Postbox, moment: datetime) -> None:
    with at(moment):
        for mail in outbox.waiting():
            outbox.send(mail, cast("Any", postbox), "microcred@localhost")


def test_no_answer_is_both_taken_back_and_sent(field: Field, entries: list[int]) -> None:
    outcomes: Counter[tuple[str, bool, str]] = Counter()
    for entry_id in entries:
        postbox, moment = Postbox(), utcnow()
        with field.app.app_context(), at(moment), writing():
            approve(entry_id)
        last = moment + ANSWER_WAITS - timedelta(seconds=1)
        acts = [lambda: undo(entry_id, last), lambda: send(postbox, moment + ANSWER_WAITS)]  # noqa: B023
        came_to = together(field.app, *(acts if entry_id % 2 else acts[::-1]))[:: 1 if entry_id % 2 else -1]
        with field.app.app_context():
            outcomes[came_to[0], bool(postbox.addresses), str(one(Volunteer, id=entry_id).state)] += 1
            db.session.remove()
    assert outcomes.keys() <= {("done", False, "applied"), ("refused", True, "joined")}
    assert outcomes.total() == ROUNDS


def test_of_two_answers_at_once_one_is_given(field: Field, entries: list[int]) -> None:
    outcomes: Counter[tuple[str, ...]] = Counter()
    for entry_id in entries[:12]:
        acts = (lambda: approve(entry_id), lambda: decline(entry_id, "cora"))  # noqa: B023
        outcomes[tuple(sorted(together(field.app, *acts)))] += 1
    assert outcomes == {("done", "refused"): 12}
    with field.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 12
        states = set(db.session.scalars(select(Volunteer.state).where(Volunteer.answered_at.is_not(None))))
        assert states <= {S.JOINED, S.DECLINED}


def test_a_reminder_that_runs_twice_at_once_is_sent_once(field: Field, entries: list[int]) -> None:
    def remind() -> None:
        with at(utcnow() + timedelta(days=9)):
            remind_principals()

    assert together(field.app, *[remind] * 4) == ["done"] * 4
    with field.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 1
        assert db.session.scalars(select(Volunteer.id).where(Volunteer.reminded_at.is_(None))).all() == []
