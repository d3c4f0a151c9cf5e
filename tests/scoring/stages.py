"""Submissions in every state, each come to it by the application's own actions, and a review that goes with each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account, RoleName
from microcred.db import db, utcnow
from microcred.evidence import actions as evidence
from microcred.evidence.lending import lend
from microcred.evidence.models import PartText, Privacy, Submission, SubmissionState
from microcred.evidence.talks import ask_for_talk
from microcred.scoring import actions as scoring
from microcred.scoring.appeals import file_appeal, unmet_outcomes
from microcred.scoring.models import OPEN, AnchorUse, Review, ReviewState
from microcred.scoring.rules import change_rules
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast
from tests.scoring.releasing import AT_THREE, BY_HAND, THURSDAY
from tests.scoring.reviewing import MET, NOT_MET, Course, score

S, R = SubmissionState, ReviewState
ASKED = {S.IN_REVIEW, S.TO_BE_AGREED, S.UNDER_APPEAL}
"""Where reviews wait for their reviewers."""
SCORED = {*ASKED, S.ANCHOR}
"""Where reviews can be written; anchors wait for their reviewers always."""
numbers = count(1)
HELD: dict[str, Any] = {"release_weekday": THURSDAY, "release_time": AT_THREE}
LOOKED_AT: dict[str, Any] = HELD | {"lead_looks": True}


@dataclass
class Stage:
    """One submission in one state, the review that actions on reviews are tried on, and who could review instead."""

    cast: Cast
    course: Course
    submission: Submission
    review: Review
    other: Account

    @property
    def person(self) -> Account:
        """Who wrote it."""
        return self.submission.person


def reviewer() -> Account:
    """One more reviewer, of no school."""
    number = next(numbers)
    return create_person(
        f"Reviewer {number}", f"reviewer{number}@x.local", school=None, roles=[RoleName.REVIEWER], by=None
    )


class Maker:
    """Makes stages, with a person of their own each."""

    def __init__(self, cast: Cast, course: Course) -> None:
        self.cast, self.course = cast, course
        for _number in range(3):
            reviewer()

    def __call__(self, build: Callable[["Maker"], Submission]) -> Stage:
        """Build a submission, take its last review or give it a stray one, and keep both."""
        submission = build(self)
        statement = select(Review).where(Review.submission_id == submission.id).order_by(Review.seat.desc())
        review = db.session.scalars(statement).first() or stray(submission)
        other = reviewer()
        db.session.commit()
        return Stage(self.cast, self.course, submission, review, other)

    def person(self) -> Account:
        """One more teacher who has joined the pilot."""
        number = next(numbers)
        person = create_person(
            f"Teacher {number}", f"t{number}@x.local", school=self.cast.north, roles=[RoleName.TEACHER], by=None
        )
        joined = Volunteer(pilot=self.course.pilot, person=person, why="", state=VolunteerState.JOINED)
        joined.applied_at = joined.joined_at = utcnow()
        joined.turn, joined.school = number, self.cast.north
        db.session.add(joined)
        return person

    def draft(self, attempt: int = 1) -> Submission:
        """Evidence that only has to be handed in, with a link."""
        set_rules(self.course, self.cast)
        micro_credential = self.course.micro_credential
        submission = Submission(
            code_name=f"Stage-{next(numbers)}", person=self.person(), pilot=self.course.pilot, attempt=attempt,
            micro_credential=micro_credential, rubric=self.course.rubric, state=S.DRAFT, started_at=utcnow(),
        )  # fmt: skip
        submission.texts = [
            PartText(part=part, text="What was done.", revision=1, saved_at=utcnow()) for part in micro_credential.parts
        ]
        db.session.add(submission)
        db.session.flush()
        evidence.attach_link(
            submission, micro_credential.parts[1], "https://example.org", caption="A page", privacy=Privacy.NO_PUPIL
        )
        return submission

    def submitted(self, **rules: int) -> Submission:
        """Handed in, and nobody asked yet."""
        submission = self.draft(**rules)
        return evidence.submit(submission, by=submission.person)

    def in_review(self, **rules: int) -> Submission:
        """Offered to two."""
        submission = self.submitted(**rules)
        scoring.assign_reviewers(submission)
        return submission

    def scored(
        self, first: int, second: int, third: int | None = None, *, attempt: int = 1, **rules: Any
    ) -> Submission:
        """Scored by two, and by a third where they differ."""
        submission = self.in_review(attempt=attempt)
        set_rules(self.course, self.cast, **rules)
        for level in (first, second):
            finish_next(submission, level)
        if third is not None:
            finish_next(submission, third)
        return submission


def set_rules(course: Course, cast: Cast, **changed: Any) -> None:
    """Set the rules of the pilot."""
    change_rules(course.pilot, **BY_HAND | changed, by=cast.cora)


def finish_next(submission: Submission, level: int) -> None:
    """Let the next open review see that level in every criterion that it scores."""
    review = open_reviews(submission)[0]
    complete(review, level)
    scoring.finish_review(review, "All in all", by=review.reviewer)


def complete(review: Review, level: int) -> Review:
    """Score everything that a review scores."""
    return score(review, {criterion.code: level for criterion in scoring.criteria_of(review)})


def open_reviews(submission: Submission) -> list[Review]:
    """What waits for its reviewer, by seat."""
    waiting = select(Review).where(Review.submission_id == submission.id, Review.state.in_(OPEN))
    return list(db.session.scalars(waiting.order_by(Review.seat)))


def stray(submission: Submission) -> Review:
    """A review that nobody offered by the rules: an action on it has to look at the submission."""
    is_anchor = submission.state == S.ANCHOR
    review = Review(submission=submission, reviewer=reviewer(), seat=0 if is_anchor else 1, state=R.OFFERED)
    review.anchor_use = AnchorUse.TRAINING if is_anchor else None
    review.offered_at, review.due_at, review.comment = utcnow(), utcnow() + timedelta(days=9), ""
    db.session.add(review)
    db.session.flush()
    return review


def incomplete(make: Maker) -> Submission:
    """Given back by the coordinator."""
    return scoring.mark_incomplete(make.in_review(), "A photo", by=make.cast.cora)


def denied(make: Maker) -> Submission:
    """It broke the rules."""
    return scoring.deny(make.in_review(), "Copied", by=make.cast.cora)


def given_up(make: Maker) -> Submission:
    """Given up as a draft."""
    submission = make.draft()
    return evidence.give_up(submission, by=submission.person)


def appealed(make: Maker) -> Submission:
    """Not yet, and under appeal in everything that is not met."""
    submission = make.scored(NOT_MET, NOT_MET)
    reasons = {outcome.criterion_id: "Look at page two." for outcome in unmet_outcomes(submission)}
    file_appeal(submission, reasons, by=submission.person)
    return submission


def talked_about(make: Maker) -> Submission:
    """Not yet for the third time, and the talk with a coach is asked for."""
    submission = make.scored(NOT_MET, NOT_MET, attempt=3)
    ask_for_talk(submission, by=submission.person)
    return submission


def with_a_vacant_seat(make: Maker, build: Callable[[Maker], Submission]) -> Submission:
    """Its last reviewer said no, and nobody was found instead."""
    submission = build(make)
    open_reviews(submission)[-1].state = R.DECLINED
    db.session.flush()
    return submission


STAGES: dict[str, Callable[[Maker], Submission]] = {
    "draft": lambda make: make.draft(),
    "submitted": lambda make: make.submitted(),
    "incomplete": incomplete,
    "in review": lambda make: make.in_review(),
    "to be agreed": lambda make: make.scored(MET, NOT_MET),
    "in review, a seat vacant": lambda make: with_a_vacant_seat(make, STAGES["in review"]),
    "to be agreed, no third": lambda make: with_a_vacant_seat(make, STAGES["to be agreed"]),
    "under appeal, nobody found": lambda make: with_a_vacant_seat(make, appealed),
    "to be released, to be looked at": lambda make: make.scored(MET, MET, **LOOKED_AT),
    "to be released, agreed on": lambda make: make.scored(MET, NOT_MET, NOT_MET, **HELD),
    "earned": lambda make: make.scored(MET, MET),
    "not yet": lambda make: make.scored(NOT_MET, NOT_MET),
    "not yet, before a talk": lambda make: make.scored(NOT_MET, NOT_MET, attempt=3),
    "not yet, talk asked for": talked_about,
    "under appeal": appealed,
    "denied": denied,
    "withdrawn": given_up,
    "anchor": lambda make: lend(make.scored(MET, MET)),
}
"""At least one way into every state."""
