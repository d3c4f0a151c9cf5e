"""A pilot of both schools with two courses, and verbs that fill the home pages row by row."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.catalog.models import MicroCredential, Rubric, Stack
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.home.standing import today
from microcred.noticeboard.models import Announcement
from microcred.pilots.actions import create_pilot, offer
from microcred.pilots.models import Pilot
from microcred.polls.models import Poll
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.stores import district_store, first_variant
from microcred.scoring.models import Review
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast

Added = TypeVar("Added")


@dataclass
class World:
    """A pilot and its courses, with verbs that add one row each."""

    cast: Cast
    pilot: Pilot
    courses: list[MicroCredential]

    def entry(self, person: Account, state: VolunteerState = VolunteerState.JOINED) -> Volunteer:
        joined_at = utcnow() if state == VolunteerState.JOINED else None
        return self._added(
            Volunteer(
                pilot=self.pilot,
                person=person,
                school=person.school,
                state=state,
                why="To try.",
                applied_at=utcnow() - timedelta(days=2),
                approved_at=utcnow(),
                turn=1,
                joined_at=joined_at,
            )
        )

    def poll(self, question: str = "Which courses?", **changes: Any) -> Poll:
        now = utcnow()
        wanted: dict[str, Any] = {
            "opened_at": now,
            "closes_at": now + timedelta(days=5),
            "seats": 2,
            "created_at": now,
        } | changes
        return self._added(Poll(pilot=self.pilot, question=question, **wanted))

    def submission(
        self, person: Account, state: SubmissionState = SubmissionState.IN_REVIEW, course: int = 0
    ) -> Submission:
        is_draft = state == SubmissionState.DRAFT
        return self._added(
            Submission(
                code_name=f"grey heron {secrets.token_hex(4)}",
                person=person,
                pilot=self.pilot,
                micro_credential=self.courses[course],
                rubric=self.courses[course].rubric,
                state=state,
                started_at=utcnow(),
                submitted_at=None if is_draft else utcnow(),
                answer_due_at=None if is_draft else utcnow() + timedelta(days=9),
            )
        )

    def award(self, person: Account, course: int = 0) -> Award:
        submission = self.submission(person, SubmissionState.EARNED, course)
        return self._added(
            Award(
                code=secrets.token_hex(6),
                submission=submission,
                person=person,
                micro_credential=self.courses[course],
                issued_at=utcnow(),
                hours=6,
                credential="{}",
                status_index=submission.id,
            )
        )

    def review(self, reviewer: Account, submission: Submission, seat: int = 1) -> Review:
        due_at = utcnow() + timedelta(days=seat)
        return self._added(
            Review(submission=submission, reviewer=reviewer, seat=seat, offered_at=utcnow(), due_at=due_at)
        )

    def due(self, person: Account, reason: str = "voted:1") -> Entitlement:
        code = secrets.token_hex(4)
        giveaway = Giveaway(
            pilot=self.pilot,
            code=code,
            switched_on_at=utcnow(),
            announced_at=utcnow(),
            name="Note clip",
            value_cents=300,
            stock=3,
            rule="voted",
        )
        return self._added(
            Entitlement(person=person, giveaway=giveaway, reason=reason, because={"name": "…"}, due_at=utcnow())
        )

    def hand_over(self, due: Entitlement) -> HandOut:
        where = {"variant": first_variant(due.giveaway), "store": district_store()}
        return self._added(
            HandOut(entitlement=due, given_at=utcnow(), given_by=self.cast.pia, value_cents=300, **where)
        )

    def announcement(self, title: str = "Welcome") -> Announcement:
        return self._added(
            Announcement(pilot=self.pilot, author=self.cast.cora, title=title, text="Hello.", posted_at=utcnow())
        )

    def offer(self, course: int = 0) -> None:
        offer(self.pilot, self.courses[course], by=self.cast.cora)

    def _added(self, row: Added) -> Added:
        db.session.add(row)
        db.session.commit()
        return row


@pytest.fixture
def world(cast: Cast) -> World:
    """A pilot of both schools with two places, open since yesterday, and four courses that are not offered yet."""
    stack = Stack(code="asking", title="Asking", description="Asking well", design="lantern")
    courses = [_course(stack, title) for title in ("Wait time", "Exit tickets", "Number talks", "Reading aloud")]
    pilot = create_pilot(
        title="Questions that think",
        purpose="Better questions.",
        success="More pupils ask.",
        schools=[cast.north, cast.south],
        places=2,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=today() + timedelta(days=7),
        ends_on=today() + timedelta(days=60),
        reviewers_per_submission=2,
        by=cast.cora,
    )
    db.session.commit()
    return World(cast, pilot, courses)


def _course(stack: Stack, title: str) -> MicroCredential:
    code = title.lower().replace(" ", "-")
    course = MicroCredential(code=code, stack=stack, title=title, skill="A skill.", why="It helps.", effort_hours=6)
    db.session.add(course)
    db.session.flush()
    course.rubric = Rubric(micro_credential_id=course.id, version=1, hash=f"{course.id:064d}", created_at=utcnow())
    db.session.flush()
    return course
