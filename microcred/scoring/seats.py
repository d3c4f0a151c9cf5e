"""The seats of a submission's reviewers: which are vacant, who could sit there, what is scored from them."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.catalog.models import Criterion
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.decision import AN_APPEALS, THIRD, Levels, disputed
from microcred.scoring.models import LIVE, Appeal, Outcome, Review, ReviewState, Score
from microcred.scoring.vacancy import OPENED, needed_first, vacant


def vacant_seats(submission: Submission) -> list[int]:
    """The seats that somebody is still to be found for."""
    return sorted(vacant(submission.state, _wanted(submission), _seats_and_states(submission)))


def first_seats(submission: Submission) -> set[int]:
    """The seats that score everything."""
    opened = {seat for seat, state in _seats_and_states(submission) if state in OPENED}
    return needed_first(_wanted(submission), opened)


def _wanted(submission: Submission) -> int:
    return submission.reviewers_wanted or submission.pilot.reviewers_per_submission


def _seats_and_states(submission: Submission) -> list[tuple[int, str]]:
    statement = select(Review.seat, Review.state).where(Review.submission_id == submission.id)
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def live_reviews(submission: Submission) -> list[Review]:
    """The reviews that stand, by seat."""
    statement = select(Review).where(Review.submission_id == submission.id, Review.state.in_(LIVE))
    return list(db.session.scalars(statement.order_by(Review.seat)))


def criteria_in_play(rubric_id: int, previous_id: int | None) -> list[Criterion]:
    """The criteria of the rubric that an earlier try did not meet already, in the rubric's order."""
    statement = select(Criterion).where(Criterion.rubric_id == rubric_id).order_by(Criterion.position)
    carried = carried_outcomes(previous_id)
    loaded = statement.options(selectinload(Criterion.levels))
    return [criterion for criterion in db.session.scalars(loaded) if criterion.id not in carried]


def carried_outcomes(previous_id: int | None) -> dict[int, Outcome]:
    """What the earlier try met, by criterion; in another version of the rubric a criterion is not the same one."""
    if previous_id is None:
        return {}
    statement = select(Outcome).where(Outcome.submission_id == previous_id, Outcome.is_met)
    return {outcome.criterion_id: outcome for outcome in db.session.scalars(statement)}


def final_levels(submission_id: int) -> dict[int, Levels]:
    """The levels in the final reviews, by seat and criterion."""
    statement = (
        select(Review.seat, Score.criterion_id, Score.level_position)
        .outerjoin(Score, Score.review_id == Review.id)
        .where(Review.submission_id == submission_id, Review.state == ReviewState.FINAL)
    )
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    for seat, criterion_id, position in db.session.execute(statement):
        levels[seat] |= {} if position is None else {criterion_id: position}
    return dict(levels)


def criteria_to_score(submission_id: int, rubric_id: int, previous_id: int | None, seat: int) -> list[Criterion]:
    """What a seat scores: the first two all that is in play, the third what they dispute, an appeal's what it names."""
    criteria = criteria_in_play(rubric_id, previous_id)
    if seat == AN_APPEALS:
        appealed = appeal_reasons(submission_id)
        return [criterion for criterion in criteria if criterion.id in appealed]
    return disputed(criteria, final_levels(submission_id)) if seat == THIRD else criteria


def appeal_reasons(submission_id: int) -> dict[int, str]:
    """Why criteria are to be looked at again, by their ids."""
    appeals = select(Appeal.criterion_id, Appeal.reason).where(Appeal.submission_id == submission_id)
    return {row[0]: row[1] for row in db.session.execute(appeals)}


def criteria_of(review: Review) -> list[Criterion]:
    """What a review scores."""
    submission = review.submission
    return criteria_to_score(submission.id, submission.rubric_id, submission.previous_id, review.seat)


def has_begun(submission: Submission) -> bool:
    """Whether a reviewer has said yes to it, so that its author can't take it back."""
    return any(review.state != ReviewState.OFFERED for review in live_reviews(submission))
