"""Conflicts of interest that turn up once a review is under way: it is set aside, kept, and its seat offered again."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from microcred.db import db, lock, utcnow
from microcred.evidence.models import DECIDED, Submission
from microcred.history import Entry, record
from microcred.row_by_row import each
from microcred.scoring.assigning import fill_vacant_seats, set_aside
from microcred.scoring.assignment import CONFLICTS, Candidate, Hindrance, hindrance
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import OPEN, Review, ReviewState, ScoringRules
from microcred.scoring.passing_on import SET_ASIDE
from microcred.scoring.people import author, partners, school_ids
from microcred.scoring.reviewer_models import Conflict, ConflictSource

NOTED = "found in conflict"


def end_reviews_in_conflict(*conditions: ColumnElement[bool]) -> list[Review]:
    """Set aside every open review whose reviewer has a conflict of interest by now, and offer its seat to the next.

    What is written in it is kept. A review that was final before stays, and the history tells of it once; returns the
    reviews that were set aside. `conditions` narrow down which reviews are looked at.
    """
    for review in _final_ones(*conditions):
        _note(review)
    return [review for review in _open_ones(*conditions) if _end(review)]


def end_all_reviews_in_conflict() -> None:
    """Do the same everywhere, as a job: a review for which that fails keeps none of the others from being set aside."""
    each(_final_ones(), _note)
    each(_open_ones(), _end)


def _final_ones(*conditions: ColumnElement[bool]) -> list[Review]:
    return _found(Review.state == ReviewState.FINAL, Submission.state.not_in(DECIDED), *conditions)


def _open_ones(*conditions: ColumnElement[bool]) -> list[Review]:
    return _found(Review.state.in_(OPEN), *conditions)


def conflicting_finals(submission: Submission) -> set[int]:
    """The ids of its final reviews whose reviewers have a conflict of interest by now."""
    return {review.id for review in _found(Review.state == ReviewState.FINAL, Submission.id == submission.id)}


def _found(*conditions: ColumnElement[bool]) -> list[Review]:
    statement = (
        select(Review)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Review.seat != AN_ANCHORS, *conditions)
        .options(joinedload(Review.submission).joinedload(Submission.person), joinedload(Review.reviewer))
        .order_by(Review.submission_id, Review.id)
    )
    reviews = db.session.scalars(statement).all()
    known = _Known(reviews) if reviews else None
    return [review for review in reviews if known and known.reason(review) in CONFLICTS]


class _Known:
    """What is known of the people in some reviews, found in three statements for all of them."""

    def __init__(self, reviews: Sequence[Review]) -> None:
        whose = {review.reviewer_id for review in reviews}
        declared = select(Conflict.reviewer_id, Conflict.person_id).where(Conflict.reviewer_id.in_(whose))
        self.declared = {(row[0], row[1]) for row in db.session.execute(declared)}
        self.partners = partners()
        lenient = select(ScoringRules.pilot_id).where(ScoringRules.allows_same_school)
        self.lenient_pilots = set(db.session.scalars(lenient))

    def reason(self, review: Review) -> Hindrance | None:
        """What keeps the reviewer from it by now."""
        reviewer, submission = review.reviewer, review.submission
        candidate = Candidate(
            id=reviewer.id,
            school_ids=school_ids(reviewer),
            led_school_ids=frozenset(reviewer.led_school_ids),
            has_declared_conflict=(reviewer.id, submission.person_id) in self.declared,
            is_co_author=(reviewer.id, submission.person_id, submission.micro_credential_id) in self.partners,
        )
        allows_same_school = submission.pilot_id in self.lenient_pilots
        return hindrance(candidate, author(submission.person, allows_same_school=allows_same_school))


def _end(review: Review) -> bool:
    submission = lock(review.submission)
    lock(review)
    if not review.is_open:
        return False
    set_aside(review, SET_ASIDE)
    _keep_recusal(review)
    record(None, "set aside", review, seat=review.seat)
    fill_vacant_seats(submission, by=None)
    return True


def _keep_recusal(review: Review) -> None:
    """Taking back what was named does not bring a review back, so that naming people one by one is no way to find out.

    Whoever tries it may guess whose evidence that was, and never scores it.
    """
    between = {"reviewer_id": review.reviewer_id, "person_id": review.submission.person_id}
    sources = set(db.session.scalars(select(Conflict.source).filter_by(**between)))
    if ConflictSource.NAMED in sources and ConflictSource.RECUSED not in sources:
        db.session.add(Conflict(**between, source=ConflictSource.RECUSED, declared_at=utcnow()))
        db.session.flush()


def _note(review: Review) -> None:
    told = select(Entry.id).where(Entry.verb == NOTED, Entry.thing == "Review", Entry.thing_id == str(review.id))
    if db.session.scalar(told.limit(1)) is None:
        record(None, NOTED, review, seat=review.seat)
