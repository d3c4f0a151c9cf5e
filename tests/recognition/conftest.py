"""A pilot at both schools with giveaways, and what people did in it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential, Rubric, Stack
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.polls.models import Participation, Poll
from microcred.recognition import actions
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast


@dataclass
class World:
    """The pilot, its poll and its micro-credential, with verbs that leave the facts which rules look at."""

    cast: Cast
    pilot: Pilot
    poll: Poll
    micro_credential: MicroCredential

    def giveaway(self, rule: str = "voted", stock: int = 5, **described: Any) -> Giveaway:
        wanted = {"name": f"Thing for {rule}", "value_cents": 850, **described}
        return actions.create_giveaway(self.pilot, rule=rule, stock=stock, by=self.cast.cora, **wanted)

    def another_poll(self, question: str = "What next?") -> Poll:
        poll = Poll(
            pilot=self.pilot, question=question, seats=1, created_at=utcnow(), closes_at=utcnow() + timedelta(days=3)
        )
        db.session.add(poll)
        db.session.flush()
        return poll

    def vote(self, *people: Account, poll: Poll | None = None) -> None:
        for person in people:
            db.session.add(Participation(poll_id=(poll or self.poll).id, person_id=person.id))
        db.session.flush()

    def volunteer(self, person: Account, state: VolunteerState = VolunteerState.APPLIED) -> Volunteer:
        joined_at = utcnow() if state == VolunteerState.JOINED else None
        entry = Volunteer(
            pilot=self.pilot,
            person=person,
            school=person.school,
            state=state,
            why="",
            applied_at=utcnow(),
            joined_at=joined_at,
            turn=1,
        )
        db.session.add(entry)
        db.session.flush()
        return entry

    def hand_in(self, person: Account, state: SubmissionState = SubmissionState.SUBMITTED) -> Submission:
        submission = Submission(
            code_name=secrets.token_hex(8),
            person=person,
            pilot=self.pilot,
            micro_credential=self.micro_credential,
            rubric=self.micro_credential.rubric,
            state=state,
            started_at=utcnow(),
            submitted_at=None if state == SubmissionState.DRAFT else utcnow(),
        )
        db.session.add(submission)
        db.session.flush()
        return submission

    def due(self, person: Account, giveaway: Giveaway) -> Entitlement:
        """What a person who voted is due of a giveaway for voting."""
        self.vote(person)
        (entitlement,) = actions.thank(self.pilot, person)
        assert entitlement.giveaway_id == giveaway.id
        return entitlement


@pytest.fixture
def world(cast: Cast) -> World:
    """A pilot at both schools, with one open poll and one micro-credential."""
    made = make_recognition_world(cast)
    db.session.commit()
    return made


def make_recognition_world(cast: Cast) -> World:
    """The same, before it is committed."""
    now = utcnow()
    pilot = Pilot(
        title="Questions that think",
        purpose="Better questions",
        success="More pupils ask",
        places=5,
        sign_up_opens_at=now,
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=60),
        created_at=now,
        schools=[cast.north, cast.south],
    )
    poll = Poll(pilot=pilot, question="Which courses?", seats=2, created_at=now, closes_at=now + timedelta(days=5))
    stack = Stack(code="asking", title="Asking", description="Asking well", design="lantern")
    micro_credential = MicroCredential(
        code="wait-time", stack=stack, title="Wait time", skill="Waiting", why="Thinking takes time", effort_hours=8
    )
    db.session.add_all([pilot, poll, micro_credential])
    db.session.flush()
    micro_credential.rubric = Rubric(
        micro_credential_id=micro_credential.id, version=1, hash="0" * 64, created_at=now, criteria=[]
    )
    db.session.flush()
    return World(cast=cast, pilot=pilot, poll=poll, micro_credential=micro_credential)
