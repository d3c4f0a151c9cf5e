"""A conflict of interest that turns up later ends the review, keeps what was written, and names nobody."""

from collections.abc import Callable

import pytest

from microcred.accounts.models import Role, RoleName
from microcred.db import db, utcnow
from microcred.evidence.models import Artefact, CoAuthor, Submission
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.scoring import actions
from microcred.scoring.late_conflicts import conflicting_finals, end_reviews_in_conflict
from microcred.scoring.models import Review, ScoringRules
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from tests.cast import Cast
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, finish, score, seated

Turn = Callable[[Cast, Review], None]


@pytest.fixture
def submission(cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Evidence with one reviewer, who has begun to write."""
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    score(seated(submission, 1), {"plan": MET})
    return submission


def _named(cast: Cast, review: Review) -> None:
    db.session.add(
        Conflict(
            reviewer_id=review.reviewer_id, person_id=cast.amara.id, source=ConflictSource.NAMED, declared_at=utcnow()
        )
    )


def _moved(cast: Cast, review: Review) -> None:
    review.reviewer.school_id = cast.north.id


def _became_principal(cast: Cast, review: Review) -> None:
    review.reviewer.roles.append(Role(name=RoleName.PRINCIPAL, school_id=cast.north.id))


def _became_their_teacher(cast: Cast, review: Review) -> None:
    cast.amara.roles.append(Role(name=RoleName.PRINCIPAL, school_id=cast.south.id))
    review.reviewer.school_id = cast.south.id


def _was_named_co_author(_cast: Cast, review: Review) -> None:
    part = review.submission.micro_credential.parts[1]
    shared = Artefact(submission=review.submission, part=part, number=1, link="https://a.example", added_at=utcnow())
    shared.co_authors = [CoAuthor(person_id=review.reviewer_id, named_at=utcnow())]
    db.session.add(shared)


@pytest.mark.parametrize("turn", [_named, _moved, _became_principal, _became_their_teacher, _was_named_co_author])
def test_the_review_is_set_aside_kept_and_offered_to_the_next(cast: Cast, submission: Submission, turn: Turn) -> None:
    review = seated(submission, 1)
    assert end_reviews_in_conflict() == []
    turn(cast, review)
    db.session.flush()
    assert end_reviews_in_conflict() == [review]
    assert (review.state, len(review.scores)) == ("set aside", 1)
    after = seated(submission, 1)
    assert (after.state, after.reviewer_id != review.reviewer_id) == ("offered", True)
    assert end_reviews_in_conflict() == []


def test_the_mail_is_the_one_for_any_review_that_is_not_needed(cast: Cast, submission: Submission) -> None:
    review = seated(submission, 1)
    _named(cast, review)
    end_reviews_in_conflict()
    mail = db.session.query(Mail).filter_by(person_id=review.reviewer_id).order_by(Mail.id).all()[-1]
    assert mail.subject == f"You are no longer asked to review: {submission.code_name}"
    assert [word for word in ("Amara", "Okafor", "conflict") if word in mail.subject + mail.text] == []


def test_taking_a_named_conflict_back_brings_no_review_back(cast: Cast, submission: Submission) -> None:
    review = seated(submission, 1)
    _named(cast, review)
    end_reviews_in_conflict()
    db.session.query(Conflict).filter_by(source=ConflictSource.NAMED).delete()
    for _time in range(2):
        actions.decline_review(seated(submission, 1), "no time", by=seated(submission, 1).reviewer)
    assert actions.assign_reviewers(submission) == []


def test_a_pilot_that_allows_colleagues_ends_no_review_for_a_move(
    cast: Cast, submission: Submission, course: Course
) -> None:
    db.session.add(ScoringRules(pilot_id=course.pilot.id, allows_same_school=True))
    _moved(cast, seated(submission, 1))
    db.session.flush()
    assert end_reviews_in_conflict() == []


def test_a_final_review_stays_and_the_history_tells_of_it_once(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.chloe)
    actions.assign_reviewers(submission)
    first, second = seated(submission, 1), seated(submission, 2)
    finish(first, plan=MET, ask=MET, extra=NOT_MET)
    first.reviewer.school_id = cast.south.id
    for _time in range(2):
        assert end_reviews_in_conflict() == []
        db.session.commit()
    assert (first.state, second.state) == ("final", "offered")
    assert conflicting_finals(submission) == {first.id}
    told = db.session.query(Entry).filter_by(verb="found in conflict").all()
    assert [(entry.thing, entry.thing_id) for entry in told] == [("Review", str(first.id))]


def test_only_the_reviews_that_are_asked_about_are_looked_at(cast: Cast, submission: Submission) -> None:
    review = seated(submission, 1)
    _named(cast, review)
    assert end_reviews_in_conflict(Review.reviewer_id == cast.cora.id) == []
    assert end_reviews_in_conflict(Review.reviewer_id == review.reviewer_id) == [review]


def test_all_reviews_are_looked_at_in_the_same_number_of_statements(
    cast: Cast, hand_in: HandIn, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def statements() -> int:
        db.session.commit()
        db.session.expire_all()
        return count_queries(end_reviews_in_conflict)

    actions.assign_reviewers(hand_in(cast.amara))
    few = statements()
    for person in (cast.bruno, cast.chloe):
        actions.assign_reviewers(hand_in(person))
    assert statements() == few
