"""Giving a final review back to its reviewer, as it was and with a note that nobody else reads."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.config import LOCALES
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.outbox import write_mail
from microcred.schooldays import due_after
from microcred.scoring.decision import THIRD
from microcred.scoring.models import MOVES_BACK, Return, Review, ReviewState
from microcred.scoring.parties import refuse_party
from microcred.scoring.seats import live_reviews


def return_review(review: Review, note: str, *, by: Account) -> Return:
    """Give a final review back before the answer is given; the lead who does so changes nothing in it.

    The review as it was is kept with the note. It is due anew, and once it is final again the decision is found again.
    Refused without a note, for the author and whoever has a review of it, once the answer is given, and for a review
    that is not final.
    """
    submission = lock(review.submission)
    lock(review)
    refuse_party(submission, by)
    if submission.state != SubmissionState.TO_BE_RELEASED:
        raise Refused(_("This evidence does not wait for its release: no review of it can be given back."))
    if ReviewState.DRAFT not in MOVES_BACK.get(ReviewState(review.state), ()):
        raise Refused(_("This review is not final: it cannot be given back."))
    if not note.strip():
        raise Refused(_("Write what the reviewer should look at again."), field="note")
    is_third = review.seat == THIRD
    move(submission, SubmissionState.TO_BE_AGREED if is_third else SubmissionState.IN_REVIEW)
    submission.release_at = None
    returned = _reopen(review, note.strip(), by)
    record(by, "returned", review, submission=submission.id, seat=review.seat)
    return returned


def _reopen(review: Review, note: str, by: Account) -> Return:
    returned = Return(
        review=review,
        note=note,
        returned_at=utcnow(),
        returned_by=by,
        final_at=review.final_at,
        comment=review.comment,
        scores=[(score.criterion_id, score.level_position, score.feedback) for score in review.scores],
    )
    db.session.add(returned)
    review.state, review.final_at, review.reminded_at, review.escalated_at = ReviewState.DRAFT, None, None, None
    review.due_at = due_after(utcnow(), current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"])
    review.submission.answer_due_at = review.due_at
    db.session.flush()
    write_mail(review.reviewer, "review_returned", review=review, submission=review.submission)
    return returned


def reopen_third(submission: Submission) -> None:
    """Ask a third reviewer who is done about what came to be in dispute since, because another review was returned."""
    third = next((review for review in live_reviews(submission) if review.seat == THIRD), None)
    if third is None:
        return
    with force_locale(LOCALES[third.reviewer.language or current_app.config["MICROCRED_LANGUAGE"]]):
        note = _("The first two reviewers differ in one more criterion now. Please score that one as well.")
    _reopen(lock(third), note, _last_return(submission).returned_by)


def _last_return(submission: Submission) -> Return:
    statement = select(Return).join(Review, Review.id == Return.review_id).where(Review.submission_id == submission.id)
    return db.session.scalars(statement.order_by(Return.id.desc()).limit(1)).one()


def note_on(review: Review) -> Return | None:
    """The note with which an open review came back, newest first; None once it is final again, or if none ever was."""
    statement = select(Return).where(Return.review_id == review.id).order_by(Return.id.desc()).limit(1)
    return db.session.scalar(statement) if review.is_open else None
