"""Which seats somebody is still to be found for: one rule, asked of one submission and, in SQL, of many at once."""

from collections.abc import Iterable, Set

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select

from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.scoring.decision import AN_APPEALS, FIRST, SECOND, THIRD
from microcred.scoring.models import LIVE, Review, ReviewState

S = SubmissionState
AT_FIRST = (S.SUBMITTED, S.IN_REVIEW)
ASKED_LATER = {S.TO_BE_AGREED: THIRD, S.UNDER_APPEAL: AN_APPEALS}
"""The one seat that is filled in these states."""

OPENED = (*LIVE, ReviewState.DECLINED)


def needed_first(wanted: int, opened: Set[int]) -> set[int]:
    """The seats that score everything: as many as are wanted, and any that was opened and not set aside.

    A pilot that goes from two reviewers to one later doesn't throw away a review that is under way.
    """
    return (set(range(FIRST, wanted + 1)) | opened) & {FIRST, SECOND}


def vacant(state: str, wanted: int, reviews: Iterable[tuple[int, str]]) -> set[int]:
    """The vacant seats of a submission in that state, by the seats and states of its reviews."""
    every = list(reviews)
    held = {seat for seat, how in every if how in LIVE}
    if state in ASKED_LATER:
        return {ASKED_LATER[S(state)]} - held
    opened = {seat for seat, how in every if how in OPENED}
    return needed_first(wanted, opened) - held if state in AT_FIRST else set()


def is_waiting() -> ColumnElement[bool]:
    """Whether a submission has a vacant seat."""
    return or_(*_vacancies())


def vacancy_count() -> ColumnElement[int]:
    """How many vacant seats a submission has."""
    first, *others = (case((is_vacant, 1), else_=0) for is_vacant in _vacancies())
    return sum(others, start=first)


def _vacancies() -> list[ColumnElement[bool]]:
    """Of each seat, whether it is vacant."""
    usual = select(Pilot.reviewers_per_submission).where(Pilot.id == Submission.pilot_id).correlate(Submission)
    wants_two = func.coalesce(Submission.reviewers_wanted, usual.scalar_subquery()) >= SECOND
    at_first = Submission.state.in_(AT_FIRST)
    return [
        and_(at_first, ~_is_there(FIRST, LIVE)),
        and_(at_first, ~_is_there(SECOND, LIVE), or_(wants_two, _is_there(SECOND, OPENED))),
        *(and_(Submission.state == state, ~_is_there(seat, LIVE)) for state, seat in ASKED_LATER.items()),
    ]


def _is_there(seat: int, states: Iterable[ReviewState]) -> ColumnElement[bool]:
    own = (Review.submission_id == Submission.id, Review.seat == seat)
    return exists(literal(1)).where(*own, Review.state.in_(tuple(states))).correlate(Submission)
