"""One review or answer that fails in a job keeps none of the others from going on, and is told by its number."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from microcred.db import at, db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.outbox import Mail
from microcred.row_by_row import failures
from microcred.scoring import actions
from microcred.scoring.late_conflicts import end_all_reviews_in_conflict
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.passing_on import pass_on_unanswered_offers
from microcred.scoring.releasing import release_due
from microcred.scoring.reminding import remind_reviewers
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from tests.cast import Cast
from tests.scoring.releasing import IN_BATCHES, rule, scored
from tests.scoring.reviewing import Course, HandIn, seated

BAD, GOOD = "Maple-bad", "Maple-good"


@pytest.fixture
def _no_mail_about_one(reviews: list[Review]) -> Iterator[None]:
    """A mail that tells of the bad one cannot be written."""

    def fail(_mapper: Any, _connection: Any, mail: Mail) -> None:
        if BAD in mail.text + mail.subject:
            raise OSError("planted")

    event.listen(Mail, "before_insert", fail)
    try:
        yield
    finally:
        event.remove(Mail, "before_insert", fail)


@pytest.fixture
def reviews(cast: Cast, hand_in: HandIn, course: Course) -> list[Review]:
    """A review on offer of each, the bad one first."""
    course.pilot.reviewers_per_submission = 1
    handed_in = [hand_in(cast.amara, code_name=BAD), hand_in(cast.bruno, code_name=GOOD)]
    for submission in handed_in:
        actions.assign_reviewers(submission)
    db.session.commit()
    return [seated(submission, 1) for submission in handed_in]


def let_run_out(reviews: list[Review]) -> None:
    for review in reviews:
        review.answer_by = utcnow()


def let_be_late(reviews: list[Review]) -> None:
    for review in reviews:
        review.state, review.due_at = ReviewState.ACCEPTED, utcnow()


def let_conflict(reviews: list[Review]) -> None:
    for review in reviews:
        between = {"reviewer_id": review.reviewer_id, "person_id": review.submission.person_id}
        db.session.add(Conflict(**between, source=ConflictSource.COACHED, declared_at=utcnow()))


def _state(review: Review) -> tuple[object, ...]:
    return review.state, review.reminded_at is not None


CASES = {
    "offers": (let_run_out, pass_on_unanswered_offers),
    "reminders": (let_be_late, remind_reviewers),
    "conflicts": (let_conflict, end_all_reviews_in_conflict),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("_no_mail_about_one")
def test_one_bad_review_keeps_no_other_from_going_on(reviews: list[Review], name: str) -> None:
    prepare, job = CASES[name]
    prepare(reviews)
    db.session.commit()
    before = [_state(review) for review in reviews]
    with at(utcnow() + timedelta(minutes=1)):
        job()
    db.session.commit()
    changed = [_state(review) != was for review, was in zip(reviews, before, strict=True)]
    assert (changed, failures()) == ([False, True], [f"Review {reviews[0].id}: OSError"])


def test_an_answer_whose_reward_fails_is_not_given_and_the_others_are(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    def reward(submission: Submission) -> None:
        if submission is bad:
            raise OSError("planted")

    rule(course, cast, **IN_BATCHES)
    bad, good = scored(hand_in(cast.amara)), scored(hand_in(cast.bruno))
    with at(utcnow() + timedelta(days=15)):
        assert release_due(reward) == [good]
    db.session.commit()
    assert (bad.state, good.state) == (SubmissionState.TO_BE_RELEASED, SubmissionState.EARNED)
    assert failures() == [f"Submission {bad.id}: OSError"]
