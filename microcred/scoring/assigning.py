"""Offering reviews: seats are filled without a conflict of interest, by lot or by the coordinator's hand."""

from flask import current_app
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.outbox import write_mail
from microcred.schooldays import due_after
from microcred.scoring.assignment import Hindrance, hindrance, reviewers_wanted
from microcred.scoring.candidates import author_of, candidates
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.drawing import draw, free_candidates, keep_drawing, new_seed
from microcred.scoring.drift import anchor_to_mix_in, hold_in_training
from microcred.scoring.models import AnchorUse, Review, ReviewState
from microcred.scoring.parties import refuse_party
from microcred.scoring.rules import rules_of
from microcred.scoring.seats import vacant_seats

IN_REVIEW = (SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED, SubmissionState.UNDER_APPEAL)


def assign_reviewers(submission: Submission, *, by: Account | None = None) -> list[Review]:
    """Offer every vacant seat to a reviewer without a conflict, and put the submission in review.

    With too few of them a new submission stays submitted, nothing is offered and the list is empty: it waits for a
    reviewer. One that is in review already gets as many as there are. Refused when it is not there to be reviewed.
    """
    _lock_to_assign(submission)
    return fill_vacant_seats(submission, by=by)


def _lock_to_assign(submission: Submission) -> None:
    lock(submission)
    if submission.state not in (SubmissionState.SUBMITTED, *IN_REVIEW):
        raise Refused(_("Only evidence that was handed in and is not decided yet gets reviewers."))


def fill_vacant_seats(submission: Submission, *, by: Account | None) -> list[Review]:
    """Offer the vacant seats of a locked submission by lot; the drawing goes on record. An anchor has none."""
    if submission.state == SubmissionState.ANCHOR:
        return []
    seed = new_seed()
    settle_reviewers_wanted(submission, seed)
    seats, between = vacant_seats(submission), free_candidates(submission)
    chosen = draw(between, len(seats), seed)
    if submission.state == SubmissionState.SUBMITTED:
        if len(chosen) < len(seats):
            return []
        move(submission, SubmissionState.IN_REVIEW)
    if not chosen:
        return []
    drawn = keep_drawing(submission, seats, between, seed, by=by)
    pairs = zip(drawn.seats, drawn.chosen_ids, strict=True)
    return [offer_seat(submission, seat, person_id, by=by, seed=seed, drawing=drawn.id) for seat, person_id in pairs]


def mix_in_anchor(reviewer: Account, seed: str) -> Review | None:
    """Let an anchor come with a review that was just offered, where the lot falls on it; it is offered no otherwise."""
    anchor = anchor_to_mix_in(reviewer, seed)
    if anchor is None or not hold_in_training(anchor):
        return None
    return _offer(anchor, AN_ANCHORS, reviewer.id, by=None, seed=seed)


def settle_reviewers_wanted(submission: Submission, seed: str) -> None:
    """Settle once how many score everything, so that trying again is no second throw of the dice."""
    if submission.reviewers_wanted is None:
        usual, share = submission.pilot.reviewers_per_submission, rules_of(submission.pilot).double_percent
        submission.reviewers_wanted = reviewers_wanted(usual, share, seed)
        record(None, "settled reviewers", submission, wanted=submission.reviewers_wanted, seed=seed)


def offer_seat(
    submission: Submission, seat: int, person_id: int, *, by: Account | None, seed: str | None = None, **details: int
) -> Review:
    """Offer a vacant seat of a locked submission, and tell the reviewer until when to answer; checks nothing.

    However the offer came about, an anchor may come with it: by the lot of its drawing, or else of a seed of its own.
    """
    review = _offer(submission, seat, person_id, by=by, **details)
    mix_in_anchor(review.reviewer, seed or new_seed())
    return review


def _offer(submission: Submission, seat: int, person_id: int, *, by: Account | None, **details: int | str) -> Review:
    now, reviewer = utcnow(), db.session.get_one(Account, person_id)
    due = due_after(now, current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"])
    review = Review(submission=submission, reviewer=reviewer, seat=seat, state=ReviewState.OFFERED)
    review.offered_at, review.due_at, review.comment = now, due, ""
    review.answer_by = due_after(now, current_app.config["MICROCRED_REVIEW_OFFER_SCHOOL_DAYS"])
    if seat == AN_ANCHORS:
        review.anchor_use = AnchorUse.DRIFT
    else:
        submission.answer_due_at = due
    db.session.add(review)
    db.session.flush()
    write_mail(reviewer, "review_offered", review=review, submission=submission)
    record(by, "offered", review, seat=seat, reviewer=reviewer.id, **details)
    return review


def offer_by_hand(submission: Submission, reviewer: Account, *, by: Account) -> Review:
    """Offer the first vacant seat to somebody whom the coordinator has chosen.

    Refused for a party of the case, who could find its author by trying; when no seat is vacant; and for whom the
    rules keep from this submission.
    """
    _lock_to_assign(submission)
    refuse_party(submission, by)
    settle_reviewers_wanted(submission, new_seed())
    seats = vacant_seats(submission)
    if not seats:
        raise Refused(_("Every seat is taken: this evidence does not wait for a reviewer."), field="reviewer")
    _refuse_hindered(submission, reviewer)
    if submission.state == SubmissionState.SUBMITTED:
        move(submission, SubmissionState.IN_REVIEW)
    return offer_seat(submission, seats[0], reviewer.id, by=by)


def reassign_review(review: Review, reviewer: Account, *, by: Account) -> Review:
    """Take an open review from its reviewer and offer the seat to another one.

    Refused for a party of the case, who could find its author by trying; when the review is no longer open; and for
    somebody with a conflict or who has reviewed this submission.
    """
    submission = lock_open(review)
    refuse_party(submission, by)
    _refuse_hindered(submission, reviewer)
    set_aside(review, "review_set_aside")
    return offer_seat(submission, review.seat, reviewer.id, by=by, instead_of=review.reviewer_id)


def lock_open(review: Review) -> Submission:
    """Lock a review, its submission first; refused when it is no longer open, or its submission not in review."""
    submission = lock(review.submission)
    lock(review)
    if not review.is_open or submission.state not in IN_REVIEW:
        raise Refused(_("This review is no longer open: it cannot be given to somebody else."), field="reviewer")
    return submission


def set_aside(review: Review, told_by: str) -> None:
    """Set a locked review aside, kept with what is written in it, and tell its reviewer by mail."""
    review.state = ReviewState.SET_ASIDE
    db.session.flush()
    write_mail(review.reviewer, told_by, review=review, submission=review.submission)


def _refuse_hindered(submission: Submission, reviewer: Account) -> None:
    candidate = next((one for one in candidates(submission) if one.id == reviewer.id), None)
    if candidate is None:
        raise Refused(_("Only somebody who is a reviewer, and can sign in, may review."), field="reviewer")
    reason = hindrance(candidate, author_of(submission))
    if reason is not None:
        raise Refused(_sentence(reason), field="reviewer")


def _sentence(reason: Hindrance) -> str:
    sentences: dict[Hindrance, str] = {
        Hindrance.SELF: _("Nobody reviews their own evidence."),
        Hindrance.PRINCIPAL: _("A principal does not review evidence from their own school."),
        Hindrance.SUBORDINATE: _("Nobody reviews the evidence of their own principal."),
        Hindrance.SAME_SCHOOL: _("This reviewer works at the same school as the author."),
        Hindrance.DECLARED: _("This reviewer has declared a conflict of interest."),
        Hindrance.CO_AUTHOR: _("This reviewer has made something together with the author."),
        Hindrance.HAS_REVIEWED: _("This reviewer has, or had, a review of this evidence, or could see its scores."),
        Hindrance.UNCALIBRATED: _("This reviewer does not agree with the anchors of this micro-credential yet."),
        Hindrance.AWAY: _("This reviewer is away in that time."),
        Hindrance.FULL: _("This reviewer has as many open reviews as they take on at a time."),
    }
    return sentences[reason]
