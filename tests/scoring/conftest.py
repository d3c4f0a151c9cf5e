"""A course and submissions to be scored."""

from datetime import timedelta

import pytest

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import PartText, Submission, SubmissionState
from microcred.pilots.models import Offer
from tests.cast import Cast
from tests.scoring.reviewing import Course, HandIn, make_micro_credential, make_pilot, make_rubric


@pytest.fixture
def course(cast: Cast) -> Course:
    """The course, offered in a pilot of both schools with two reviewers."""
    micro_credential = make_micro_credential()
    rubric = make_rubric(micro_credential)
    pilot = make_pilot(cast)
    pilot.offers.append(Offer(micro_credential=micro_credential, offered_at=utcnow()))
    db.session.add(pilot)
    db.session.commit()
    return Course(pilot, micro_credential, rubric)


@pytest.fixture
def hand_in(course: Course) -> HandIn:
    """Hands in evidence as somebody: a row in the state submitted, with a text in each part."""
    count = 0

    def hand_in(person: Account, previous: Submission | None = None, code_name: str = "") -> Submission:
        nonlocal count
        count += 1
        submission = Submission(
            code_name=code_name or f"Maple-{count}", person=person, pilot=course.pilot,
            micro_credential=course.micro_credential, rubric=course.rubric, previous=previous,
            attempt=previous.attempt + 1 if previous else 1, state=SubmissionState.SUBMITTED,
            started_at=utcnow() - timedelta(days=3), submitted_at=utcnow(),
        )  # fmt: skip
        submission.texts = [
            PartText(part=part, text=f"Text about {part.name}", revision=1, saved_at=utcnow())
            for part in course.micro_credential.parts
        ]
        db.session.add(submission)
        db.session.commit()
        return submission

    return hand_in
