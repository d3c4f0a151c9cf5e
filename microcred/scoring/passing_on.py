"""Reviews that go on to the next reviewer: unanswered offers, late beginnings, the coordinator's click, empty seats.

A review is held by who has it: nobody else is given its seat but here and by reassigning, each under the lock of its
submission, and one live review for each seat is what the database allows.
"""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission
from microcred.history import record
from microcred.row_by_row import each
from microcred.scoring.assigning import fill_vacant_seats, lock_open, offer_seat, set_aside
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.drawing import free_candidates, keep_drawing, new_seed
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.parties import refuse_party
from microcred.scoring.vacancy import is_waiting

PASSED_ON, SET_ASIDE = "review_passed_on", "review_set_aside"
"""The mail to who had it: because they did not answer or begin, or for another reason that is not told."""


def pass_on_by_click(review: Review, *, by: Account) -> Review:
    """Take an open review from its reviewer and offer the seat to the next one, drawn by lot.

    Refused for a party of the case, when the review is no longer open, and when nobody else can take it at the moment.
    """
    refuse_party(lock_open(review), by)
    offered = offer_to_next(review, SET_ASIDE, by=by)
    if offered is None:
        raise Refused(_("Nobody else can take this review at the moment. It stays with its reviewer."))
    return offered


def offer_to_next(review: Review, told_by: str, *, by: Account | None) -> Review | None:
    """Set a locked open review aside and offer its seat by lot; None, and nothing changes, when nobody is free."""
    submission, seed = review.submission, new_seed()
    between = free_candidates(submission) if review.seat != AN_ANCHORS else []
    if not between:
        return None
    drawn = keep_drawing(submission, [review.seat], between, seed, by=by)
    set_aside(review, told_by)
    details = {"drawing": drawn.id, "instead_of": review.reviewer_id}
    return offer_seat(submission, review.seat, drawn.chosen_ids[0], by=by, seed=seed, **details)


def pass_on_unanswered_offers() -> list[Review]:
    """Give every offer that nobody answered in time to the next reviewer; while nobody else is free it stays open.

    An anchor's is set aside alone. Returns the reviews that went on.
    """
    unanswered = select(Review).where(_is_unanswered()).order_by(Review.submission_id, Review.id)
    return [review for review in each(db.session.scalars(unanswered).all(), _pass_on_unanswered) if review]


def _is_unanswered() -> ColumnElement[bool]:
    return and_(Review.state == ReviewState.OFFERED, Review.answer_by < utcnow())


def _pass_on_unanswered(review: Review) -> Review | None:
    """Under the lock it may turn out that it was answered at the same moment."""
    lock(review.submission)
    lock(review)
    still = db.session.scalar(select(Review.id).where(Review.id == review.id, _is_unanswered()))
    return review if still and pass_on(review) else None


def pass_on(review: Review) -> bool:
    """Pass a locked review on because its time is over; False while nobody else is free."""
    if review.seat == AN_ANCHORS:
        set_aside(review, PASSED_ON)
    elif offer_to_next(review, PASSED_ON, by=None) is None:
        return False
    review.escalated_at = utcnow()
    record(None, "passed on", review, seat=review.seat)
    return True


def fill_waiting_seats() -> list[Review]:
    """Look again for reviewers of whatever waits for one: somebody may be back, or have finished something else."""
    waiting = db.session.scalars(select(Submission).where(is_waiting()).order_by(Submission.id)).all()
    return [review for offered in each(waiting, _fill) for review in offered]


def _fill(submission: Submission) -> list[Review]:
    lock(submission)
    still = db.session.scalar(select(Submission.id).where(Submission.id == submission.id, is_waiting()))
    return fill_vacant_seats(submission, by=None) if still else []
