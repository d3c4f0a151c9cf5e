"""A badge rests on final scores, also where an appeal led to it; whatever else says "met" is found."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.badges import queries
from microcred.badges.actions import award_badge
from microcred.badges.proof import is_met
from microcred.catalog.models import Criterion
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring.decision import verdict
from microcred.scoring.models import Appeal, Outcome, Review, ReviewState, Score
from tests.badges.conftest import Earn
from tests.cast import Cast

Change = Callable[[Submission], None]


def criterion_of(submission: Submission) -> Criterion:
    """The first required criterion."""
    return next(each for each in submission.rubric.criteria if each.is_required)


def outcome_of(submission: Submission) -> Outcome:
    """What was decided on it."""
    criterion_id = criterion_of(submission).id
    return db.session.scalars(select(Outcome).filter_by(submission_id=submission.id, criterion_id=criterion_id)).one()


def score_of(submission: Submission, seat: int) -> Score:
    """What a seat saw in it."""
    statement = select(Score).join(Review, Review.id == Score.review_id)
    of_seat = statement.where(Review.submission_id == submission.id, Review.seat == seat)
    return db.session.scalars(of_seat.where(Score.criterion_id == criterion_of(submission).id)).one()


def lower(*seats: int) -> Change:
    """These seats saw the lowest level."""

    def change(submission: Submission) -> None:
        for seat in seats:
            score_of(submission, seat).level_position = 0
        db.session.flush()

    return change


def another_look(submission: Submission, seat: int, reviewer_id: int, state: ReviewState = ReviewState.FINAL) -> Review:
    """A further review of the first required criterion, in which it is met."""
    criterion = criterion_of(submission)
    review = Review(submission_id=submission.id, reviewer_id=reviewer_id, seat=seat, state=state)
    review.offered_at = review.due_at = review.final_at = utcnow()
    seen = Score(criterion=criterion, level_position=criterion.required_position, feedback="Yes.", saved_at=utcnow())
    review.scores = [seen]
    db.session.add(review)
    db.session.flush()
    return review


def appealed(submission: Submission, *, is_answered: bool = True) -> None:
    """The row of an appeal against the lowest level."""
    criterion = criterion_of(submission)
    appeal = Appeal(submission_id=submission.id, criterion_id=criterion.id, reason="Look.", filed_at=utcnow())
    appeal.level_before = 0
    if is_answered:
        appeal.level_after, appeal.answered_at = criterion.required_position, utcnow()
    db.session.add(appeal)
    db.session.flush()


@pytest.fixture
def by_appeal(cast: Cast, earn: Earn) -> Submission:
    """Both reviewers saw the lowest level; an appeal's reviewer saw it met."""
    submission = earn()
    lower(1, 2)(submission)
    appealed(submission)
    another_look(submission, 4, cast.rosa.id)
    return submission


def test_what_an_appeal_earned_gets_its_badge(by_appeal: Submission) -> None:
    award = award_badge(by_appeal)
    assert (award.submission_id, queries.unearned_awards()) == (by_appeal.id, [])


def test_a_third_reviewers_word_earns(cast: Cast, earn: Earn) -> None:
    submission = earn()
    lower(2)(submission)
    another_look(submission, 3, cast.rosa.id)
    award_badge(submission)
    assert queries.unearned_awards() == []


def unanswered(submission: Submission) -> None:
    appealed(submission, is_answered=False)


def without_appeal(submission: Submission) -> None:
    lower(1, 2)(submission)
    another_look(submission, 4, rosa())


def not_final(submission: Submission) -> None:
    lower(1, 2)(submission)
    appealed(submission)
    another_look(submission, 4, rosa(), ReviewState.SET_ASIDE)


def third_says_no(submission: Submission) -> None:
    lower(2)(submission)
    another_look(submission, 3, rosa()).scores[0].level_position = 0
    db.session.flush()


def carried_from_nowhere(submission: Submission) -> None:
    lower(1, 2)(submission)
    outcome_of(submission).carried_from_id = submission.id
    db.session.flush()


def rosa() -> int:
    return db.session.scalars(select(Account.id).where(Account.email == "rosa@school.local")).one()


PLANTED: dict[str, tuple[Change, str]] = {
    "nobody saw it met": (lower(1, 2), "has not been met"),
    "one of two did not see it met": (lower(2), "has not been met"),
    "the third did not see it met": (third_says_no, "has not been met"),
    "a look of an appeal that was never filed": (without_appeal, "has not been met"),
    "an appeal whose look is not final": (not_final, "has not been met"),
    "an appeal without an answer": (unanswered, "not all final"),
    "carried over from where it was not met": (carried_from_nowhere, "has not been met"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_what_final_scores_do_not_prove_gets_no_badge(earn: Earn, fault: str) -> None:
    submission = earn()
    plant, sentence = PLANTED[fault]
    plant(submission)
    with pytest.raises(Refused, match=sentence):
        award_badge(submission)


@pytest.mark.parametrize("fault", PLANTED)
def test_an_award_that_final_scores_do_not_prove_is_found(earn: Earn, fault: str) -> None:
    submission = earn()
    award = award_badge(submission)
    PLANTED[fault][0](submission)
    assert queries.unearned_awards() == [award]


def test_an_appeals_look_stands_in_for_no_missing_review(by_appeal: Submission) -> None:
    first = db.session.scalars(select(Review).filter_by(submission_id=by_appeal.id, seat=1)).one()
    first.state = ReviewState.DECLINED
    db.session.flush()
    with pytest.raises(Refused, match="not all final"):
        award_badge(by_appeal)


def test_what_was_met_in_an_earlier_try_is_proven_there(cast: Cast, earn: Earn) -> None:
    earlier, later = earn(), earn(cast.bruno)
    earlier.state, later.person = SubmissionState.NOT_YET, cast.amara
    lower(1, 2)(later)
    outcome_of(later).carried_from_id = earlier.id
    db.session.flush()
    award = award_badge(later)
    assert queries.unearned_awards() == []
    lower(1)(earlier)
    assert queries.unearned_awards() == [award]


def test_a_third_counts_for_nothing_once_the_first_two_agree_again(cast: Cast, earn: Earn) -> None:
    submission = earn()
    another_look(submission, 3, cast.rosa.id).scores[0].level_position = 0
    db.session.flush()
    award_badge(submission)
    assert queries.unearned_awards() == []


def test_the_proof_says_of_all_that_can_be_seen_what_the_rule_of_decision_says(cast: Cast, earn: Earn) -> None:
    submission = earn()
    criterion = criterion_of(submission)
    met = criterion.required_position
    appealed(submission)
    looks = {3: another_look(submission, 3, cast.rosa.id), 4: another_look(submission, 4, cast.cora.id)}
    proven = select(is_met()).join_from(Submission, Criterion, Criterion.rubric_id == Submission.rubric_id)
    for seen in product((0, met), (0, met), (None, 0, met), (None, 0, met)):
        levels = {seat: {criterion.id: level} for seat, level in enumerate(seen, 1) if level is not None}
        for seat, level in enumerate(seen, 1):
            score = looks[seat].scores[0] if seat in looks else score_of(submission, seat)
            score.level_position = level
        db.session.flush()
        assert (seen, db.session.scalar(proven.where(Criterion.id == criterion.id))) == (
            seen,
            verdict(criterion, levels).is_met,
        )
