"""Offering reviews: seats are filled without a conflict of interest, by rule or by the coordinator's hand."""

from flask import current_app
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.lots import lots
from microcred.outbox import write_mail
from microcred.schooldays import due_after
from microcred.scoring.assignment import Hindrance, choose, hindrance
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.seats import author, candidates, reviewers, vacant_seats

IN_REVIEW = (SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED, SubmissionState.UNDER_APPEAL)


def assign_reviewers(submission: Submission, *, by: Account | None = None) -> list[Review]:
    """Offer every vacant seat to a reviewer without a conflict, and put the submission in review.

    With too few of them a new submission stays submitted, nothing is offered and the list is empty: it waits for a
    reviewer. One that is in review already gets as many as there are. Refused when it is not there to be reviewed.
    """
    lock(submission)
    if submission.state not in (SubmissionState.SUBMITTED, *IN_REVIEW):
        raise Refused(_("Only evidence that was handed in and is not decided yet gets reviewers."))
    return fill_vacant_seats(submission, by=by)


def fill_vacant_seats(submission: Submission, *, by: Account | None) -> list[Review]:
    """Offer the vacant seats of a locked submission; the seed of the lots goes on record."""
    seats, seed = vacant_seats(submission), f"{lots().getrandbits(64):016x}"
    chosen = choose(candidates(submission), author(submission.person), len(seats), seed)
    if submission.state == SubmissionState.SUBMITTED:
        if len(chosen) < len(seats):
            return []
        move(submission, SubmissionState.IN_REVIEW)
    people = {person.id: person for person in reviewers()}
    offered = [_offer(submission, seat, people[one.id]) for seat, one in zip(seats, chosen, strict=False)]
    for review in offered:
        record(by, "offered", review, seat=review.seat, reviewer=review.reviewer_id, seed=seed)
    return offered


def _offer(submission: Submission, seat: int, reviewer: Account) -> Review:
    now = utcnow()
    due = due_after(now, current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"])
    review = Review(submission=submission, reviewer=reviewer, seat=seat, state=ReviewState.OFFERED)
    review.offered_at, review.due_at, review.comment = now, due, ""
    submission.answer_due_at = due
    db.session.add(review)
    db.session.flush()
    write_mail(reviewer, "review_offered", review=review, submission=submission)
    return review


def reassign_review(review: Review, reviewer: Account, *, by: Account) -> Review:
    """Take an open review from its reviewer and offer the seat to another one.

    Refused when the review is no longer open, and for somebody with a conflict or who has reviewed this submission.
    """
    submission = lock(review.submission)
    lock(review)
    if not review.is_open:
        raise Refused(_("This review is no longer open: it cannot be given to somebody else."), field="reviewer")
    _refuse_hindered(submission, reviewer)
    review.state = ReviewState.SET_ASIDE
    db.session.flush()
    write_mail(review.reviewer, "review_set_aside", review=review, submission=submission)
    offered = _offer(submission, review.seat, reviewer)
    record(by, "reassigned", offered, seat=offered.seat, reviewer=reviewer.id, instead_of=review.reviewer_id)
    return offered


def _refuse_hindered(submission: Submission, reviewer: Account) -> None:
    candidate = next((one for one in candidates(submission) if one.id == reviewer.id), None)
    if candidate is None:
        raise Refused(_("Only somebody who is a reviewer, and can sign in, may review."), field="reviewer")
    reason = hindrance(candidate, author(submission.person))
    if reason is not None:
        raise Refused(_sentence(reason), field="reviewer")


def _sentence(reason: Hindrance) -> str:
    sentences: dict[Hindrance, str] = {
        Hindrance.SELF: _("Nobody reviews their own evidence."),
        Hindrance.PRINCIPAL: _("A principal does not review evidence from their own school."),
        Hindrance.SUBORDINATE: _("Nobody reviews the evidence of their own principal."),
        Hindrance.SAME_SCHOOL: _("This reviewer works at the same school as the author."),
        Hindrance.DECLARED: _("This reviewer has declared a conflict of interest."),
        Hindrance.HAS_REVIEWED: _("This reviewer has, or had, a review of this evidence already."),
        Hindrance.UNCALIBRATED: _("This reviewer does not agree with the anchors of this micro-credential yet."),
    }
    return sentences[reason]
