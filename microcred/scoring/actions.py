"""What reviewers do with a review: accept, decline, score, finish, send evidence back that is not complete."""

import hashlib

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.outbox import write_mail
from microcred.scoring.anchors import put_aside_anchor
from microcred.scoring.appeals import settle_appeal
from microcred.scoring.assigning import IN_REVIEW, assign_reviewers, fill_vacant_seats, reassign_review
from microcred.scoring.deciding import settle
from microcred.scoring.decision import AN_ANCHORS, AN_APPEALS
from microcred.scoring.models import DeclinedReason, Review, ReviewState, Score
from microcred.scoring.parties import refuse_party
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from microcred.scoring.seats import criteria_of, has_begun, live_reviews

__all__ = [
    "accept_review",
    "assign_reviewers",
    "criteria_of",
    "decline_review",
    "finish_review",
    "mark_incomplete",
    "mark_of",
    "reassign_review",
    "save_comment",
    "save_score",
    "withdraw_reviews",
]


def accept_review(review: Review, *, by: Account) -> Review:
    """Say yes to an offered review; refused when it is no longer on offer."""
    lock(review.submission)
    lock(review)
    _refuse_move(review, ReviewState.ACCEPTED)
    review.state, review.started_at = ReviewState.ACCEPTED, utcnow()
    record(by, "accepted", review)
    return review


def decline_review(review: Review, reason: str, *, by: Account) -> Review:
    """Say no to a review, also later on; the seat is offered to the next reviewer.

    A conflict is kept: this reviewer never gets this person's evidence again. Refused when the review is closed.
    People are locked before submissions, as wherever a conflict of interest is kept.
    """
    if reason == DeclinedReason.CONFLICT:
        lock(review.reviewer)
    submission = lock(review.submission)
    lock(review)
    _refuse_move(review, ReviewState.DECLINED)
    if reason not in set(DeclinedReason):
        raise Refused(_("Choose a reason."), field="reason")
    review.state, review.declined_reason = ReviewState.DECLINED, DeclinedReason(reason)
    if reason == DeclinedReason.CONFLICT:
        _keep_conflict(review.reviewer, submission)
    fill_vacant_seats(submission, by=None)
    record(by, "declined", review, reason=reason)
    return review


def _keep_conflict(reviewer: Account, submission: Submission) -> None:
    between = {"reviewer_id": reviewer.id, "person_id": submission.person_id, "source": ConflictSource.RECUSED}
    if db.session.scalar(select(Conflict.id).filter_by(**between)) is None:
        db.session.add(Conflict(**between, declared_at=utcnow()))
    db.session.flush()


def save_score(
    review: Review,
    criterion: Criterion,
    level_position: int | None,
    feedback: str,
    *,
    by: Account,
    revision: int | None = None,
) -> Score:
    """Keep the level and the feedback on one criterion; either may still be missing.

    `revision` is the one that this was written over. Refused when another one was saved since (nothing is overwritten
    unseen), for a level or a criterion that is not this review's to score, and once the review is closed. The history
    has no entry for it, because drafts save themselves at every pause; finishing records what counts.
    """
    lock(review)
    _refuse_move(review, ReviewState.DRAFT)
    if criterion.id not in {each.id for each in criteria_of(review)}:
        raise Refused(_("This criterion is not to be scored here."), field="level")
    if level_position is not None and level_position not in {level.position for level in criterion.levels}:
        raise Refused(_("Choose one of the levels of this criterion."), field="level")
    score, sent = _score(review, criterion), (level_position, feedback.strip())
    is_known = (score.level_position, score.feedback) == sent
    if revision not in (None, score.revision) and not is_known:
        raise Refused(_("Something newer was saved elsewhere. Yours is not saved yet: compare the two."))
    if not is_known or score.revision == 0:
        score.level_position, score.feedback = sent
        score.revision, score.saved_at = score.revision + 1, utcnow()
    db.session.add(score)
    _begin_writing(review)
    return score


def _score(review: Review, criterion: Criterion) -> Score:
    kept = select(Score).where(Score.review_id == review.id, Score.criterion_id == criterion.id)
    return db.session.scalar(kept) or Score(
        review_id=review.id, criterion_id=criterion.id, feedback="", revision=0, saved_at=utcnow()
    )


def _begin_writing(review: Review) -> None:
    review.state, review.started_at = ReviewState.DRAFT, review.started_at or utcnow()
    db.session.flush()


def save_comment(review: Review, comment: str, *, by: Account, over: str | None = None) -> Review:
    """Keep the word on the whole, as `save_score` keeps the rest; `over` marks the comment that this was written over.

    Refused when another one was saved since, and once the review is closed. The submission is locked first, because
    the button that makes the review final saves the comment as well.
    """
    lock(review.submission)
    lock(review)
    _refuse_move(review, ReviewState.DRAFT)
    comment = comment.strip()
    if over not in (None, mark_of(review.comment)) and comment != review.comment:
        raise Refused(
            _("A newer comment was saved elsewhere. Yours is not saved yet: compare the two."), field="comment"
        )
    review.comment = comment
    _begin_writing(review)
    return review


def mark_of(comment: str) -> str:
    """What tells one comment from another: the beginning of its SHA-256."""
    return hashlib.sha256(comment.encode()).hexdigest()[:16]


def finish_review(review: Review, comment: str, *, by: Account) -> Submission:
    """Make the review final, and decide the submission when it was the last that was needed; an anchor never is.

    Refused while a criterion lacks its level or its feedback, and when the review is closed. What is final never
    changes. The submission is locked first: of two reviews that become final at once, the second one decides.
    """
    submission = lock(review.submission)
    lock(review)
    _refuse_move(review, ReviewState.FINAL)
    scores = _complete_scores(review)
    review.state, review.final_at, review.comment = ReviewState.FINAL, utcnow(), comment.strip()
    db.session.flush()
    if review.seat != AN_ANCHORS:
        settle_appeal(submission) if review.seat == AN_APPEALS else settle(submission)
    record(
        by, "finished", review, seat=review.seat, levels={score.criterion_id: score.level_position for score in scores}
    )
    return submission


def _complete_scores(review: Review) -> list[Score]:
    kept = db.session.scalars(select(Score).where(Score.review_id == review.id))
    scores = {score.criterion_id: score for score in kept}
    return [_complete(scores.get(criterion.id), criterion) for criterion in criteria_of(review)]


def _complete(score: Score | None, criterion: Criterion) -> Score:
    if score is None or score.level_position is None:
        raise Refused(_("Choose a level for “%(criterion)s” first.", criterion=criterion.name))
    if not score.feedback:
        raise Refused(_("Write feedback on “%(criterion)s” first.", criterion=criterion.name))
    return score


def mark_incomplete(submission: Submission, missing: str, *, by: Account) -> Submission:
    """Give evidence back of which something is missing: that costs no attempt, and open reviews are set aside.

    Refused without a word on what is missing, for anybody but a reviewer who has accepted and a coordinator who is no
    party of the case, and once a review is final: what could be scored was complete.
    """
    lock(submission)
    if submission.state == SubmissionState.ANCHOR:
        return put_aside_anchor(submission, missing, by=by)
    reviews = [lock(review) for review in live_reviews(submission)]
    _refuse_unless_begun(submission, reviews, by)
    if not submission.may_become(SubmissionState.INCOMPLETE):
        raise Refused(_("This evidence is not in review: it cannot be given back."))
    if any(review.state == ReviewState.FINAL for review in reviews):
        raise Refused(_("One review is final already: this evidence cannot be given back as incomplete."))
    if not missing.strip():
        raise Refused(_("Write what is missing."), field="missing")
    move(submission, SubmissionState.INCOMPLETE)
    submission.missing, submission.answer_due_at = missing.strip(), None
    _set_aside(submission, reviews, by)
    write_mail(submission.person, "evidence_incomplete", submission=submission)
    record(by, "gave back", submission, reviews=[review.id for review in reviews])
    return submission


def deny(submission: Submission, reason: str, *, by: Account) -> Submission:
    """End a submission that breaks the rules, with the reason its author reads; open reviews are set aside.

    Refused without a reason, for a party of the case, and for what is not with the reviewers. What was denied can be
    neither scored nor mended.
    """
    lock(submission)
    refuse_party(submission, by)
    if not submission.may_become(SubmissionState.DENIED):
        raise Refused(_("This evidence is not in review: it cannot be denied."))
    if not reason.strip():
        raise Refused(_("Write which rule was broken."), field="denied_reason")
    move(submission, SubmissionState.DENIED)
    submission.denied_reason, submission.decided_at = reason.strip(), submission.moved_at
    submission.answer_due_at = submission.release_at = None
    _set_aside(submission, [lock(review) for review in live_reviews(submission) if review.is_open], by)
    write_mail(submission.person, "evidence_denied", submission=submission)
    record(by, "denied", submission)
    return submission


def _refuse_unless_begun(submission: Submission, reviews: list[Review], by: Account) -> None:
    begun = (ReviewState.ACCEPTED, ReviewState.DRAFT)
    if any(review.reviewer_id == by.id and review.state in begun for review in reviews):
        return
    if not by.is_coordinator:
        raise Refused(_("Accept the review first."))
    refuse_party(submission, by)


def _set_aside(submission: Submission, reviews: list[Review], by: Account) -> None:
    for review in reviews:
        review.state = ReviewState.SET_ASIDE
        if review.reviewer_id != by.id:
            write_mail(review.reviewer, "review_set_aside", review=review, submission=submission)
    db.session.flush()


def withdraw_reviews(submission: Submission, *, by: Account) -> None:
    """Set the offered reviews aside, when the author takes the evidence back; refused once a reviewer has begun."""
    lock(submission)
    reviews = [lock(review) for review in live_reviews(submission)]
    if has_begun(submission):
        raise Refused(_("A reviewer has begun: this evidence cannot be taken back any more."))
    _set_aside(submission, reviews, by)
    record(by, "withdrew", submission, reviews=[review.id for review in reviews])


def _refuse_move(review: Review, state: ReviewState) -> None:
    """A review moves as its table says, and only while its submission waits for a review of its kind."""
    is_draft_again = review.state == state == ReviewState.DRAFT
    if review.state == ReviewState.FINAL:
        raise Refused(_("This review is final. What is final does not change."))
    if not (review.may_become(state) or is_draft_again) or not _is_its_turn(review):
        raise Refused(_("This review does not wait for you any more."))


def _is_its_turn(review: Review) -> bool:
    """Whether the submission is in review, or under the appeal that the review is for; an anchor always waits."""
    state = review.submission.state
    if review.seat == AN_ANCHORS:
        return state == SubmissionState.ANCHOR
    return state in IN_REVIEW and (review.seat == AN_APPEALS) == (state == SubmissionState.UNDER_APPEAL)
