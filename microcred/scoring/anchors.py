"""What makes evidence an anchor: its author is asked and lends a copy, the coordinator says what it shows, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.lending import give_back_copy, lend
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import record
from microcred.outbox import write_mail
from microcred.scoring.anchor_models import Anchor, AnchorLevel
from microcred.scoring.calibration import calibrated_ids
from microcred.scoring.models import OPEN, AnchorUse, Review, ReviewState
from microcred.scoring.people import reviewers
from microcred.scoring.queries import outcomes

MAY_BE_LENT = (SubmissionState.EARNED, SubmissionState.NOT_YET)


class Reference(NamedTuple):
    """What the coordinator writes about one criterion; either may still be missing."""

    level_position: int | None
    explanation: str


def propose_anchor(source: Submission, *, by: Account) -> Anchor:
    """Ask the author of decided evidence whether it may become an anchor; nothing is copied before they agree.

    Refused for evidence that is not earned or "not yet", a second time, and when the author cannot sign in to answer.
    """
    lock(source)
    if source.state not in MAY_BE_LENT:
        raise Refused(_("Only evidence that was answered with “earned” or “not yet” can become an anchor."))
    if db.session.scalar(select(Anchor.id).where(Anchor.source_id == source.id)) is not None:
        raise Refused(_("The author of this evidence has been asked already."))
    if not source.person.is_active:
        raise Refused(_("The author of this evidence cannot sign in any more, and so cannot be asked."))
    anchor = Anchor(source=source, asked_at=utcnow(), asked_by_id=by.id)
    db.session.add(anchor)
    db.session.flush()
    write_mail(source.person, "anchor_asked", submission=source)
    record(by, "proposed as an anchor", source)
    return anchor


def answer_proposal(anchor: Anchor, *, training: bool, example: bool, by: Account) -> Anchor:
    """Note what the author allows: training reviewers, showing it to teachers, both, or neither of it.

    With the first yes it is copied. Whatever is no longer allowed ends at once. Refused once it is taken back, and when
    nothing is allowed of what is lent already: that is taken back as a whole.
    """
    lock(anchor)
    _refuse_retired(anchor)
    if anchor.is_lent and not (training or example):
        raise Refused(_("To allow neither, take your evidence back: the copy is removed then."))
    anchor.answered_at, anchor.allows_training, anchor.allows_example = utcnow(), training, example
    if (training or example) and anchor.submission_id is None:
        _copy(anchor)
    if not training:
        _stop_training(anchor)
    anchor.shown_since = anchor.shown_since if example else None
    _tell_who_asked(anchor)
    record(by, "answered as an anchor", anchor, training=training, example=example)
    return anchor


def _copy(anchor: Anchor) -> None:
    """Lend the copy, with the decision as the first guess at its reference levels."""
    anchor.submission = lend(anchor.source)
    anchor.levels = [
        AnchorLevel(criterion_id=outcome.criterion_id, level_position=outcome.level_position, explanation="")
        for outcome in outcomes(anchor.source)
    ]
    db.session.flush()


def _tell_who_asked(anchor: Anchor) -> None:
    asker = db.session.get_one(Account, anchor.asked_by_id)
    if asker.is_active:
        write_mail(asker, "anchor_answered", anchor=anchor, submission=anchor.source)


def write_levels(anchor: Anchor, references: Mapping[int, Reference], *, by: Account) -> Anchor:
    """Keep the reference levels and explanations, by the id of the criterion; what is missing may follow later.

    Refused before the author agreed and after the end; for a level of another criterion; for an explanation without a
    level; and where something would be missing in an anchor that is in use.
    """
    lock(anchor)
    _refuse_unlent(anchor)
    criteria = anchor.source.rubric.criteria
    for criterion in criteria:
        _write_level(anchor, criterion, references.get(criterion.id, Reference(None, "")))
    db.session.flush()
    if (anchor.trains or anchor.is_shown) and not anchor.has_all_levels(criteria):
        raise Refused(_("This anchor is in use: every criterion needs a level and an explanation."))
    record(by, "wrote levels", anchor, levels={each.criterion_id: each.level_position for each in anchor.levels})
    return anchor


def _write_level(anchor: Anchor, criterion: Criterion, reference: Reference) -> None:
    kept, position, explanation = anchor.level_of(criterion), reference.level_position, reference.explanation.strip()
    if position is None and explanation:
        raise Refused(_("Choose a level for “%(criterion)s” first.", criterion=criterion.name))
    if position is None:
        anchor.levels[:] = [level for level in anchor.levels if level is not kept]
        return
    if position not in {level.position for level in criterion.levels}:
        raise Refused(_("Choose one of the levels of “%(criterion)s”.", criterion=criterion.name))
    if kept is None:
        kept = AnchorLevel(criterion_id=criterion.id)
        anchor.levels.append(kept)
    kept.level_position, kept.explanation = position, explanation


def change_uses(anchor: Anchor, *, training: bool, example: bool, by: Account) -> Anchor:
    """Switch training and the example on or off.

    With training switched on, whoever has to practise before they may score is told. Refused for what the author does
    not allow, and while a criterion lacks its level or its explanation.
    """
    lock(anchor)
    _refuse_unlent(anchor)
    if (training and not anchor.allows_training) or (example and not anchor.allows_example):
        raise Refused(_("The author does not allow this use."))
    if (training or example) and not anchor.has_all_levels(anchor.source.rubric.criteria):
        raise Refused(_("First write a level and an explanation for every criterion."))
    if not training:
        _stop_training(anchor)
    is_new = training and anchor.trains_since is None
    anchor.trains_since = (anchor.trains_since or utcnow()) if training else None
    if is_new:
        _ask_to_practise(anchor)
    anchor.shown_since = (anchor.shown_since or utcnow()) if example else None
    record(by, "changed the uses of", anchor, training=training, example=example)
    return anchor


def _ask_to_practise(anchor: Anchor) -> None:
    """One message each to the reviewers whom the gate keeps out now: nobody is to wonder why nothing is offered."""
    micro_credential = anchor.source.micro_credential
    calibrated = calibrated_ids(micro_credential.id) or frozenset()
    for reviewer in reviewers():
        if reviewer.id not in calibrated:
            write_mail(reviewer, "training_asked", micro_credential=micro_credential)


def retire_anchor(anchor: Anchor, *, by: Account) -> Anchor:
    """End an anchor for good: its copy is emptied, the scores on it are kept. Refused when it has ended already."""
    lock(anchor)
    _refuse_retired(anchor)
    _stop_training(anchor)
    anchor.shown_since, anchor.retired_at = None, utcnow()
    if anchor.submission is not None:
        give_back_copy(anchor.submission)
        _tell_of_the_end(anchor, by)
    record(by, "retired", anchor)
    return anchor


def _tell_of_the_end(anchor: Anchor, by: Account) -> None:
    if by.id == anchor.person_id:
        _tell_who_asked(anchor)
    elif anchor.source.person.is_active:
        write_mail(anchor.source.person, "anchor_retired", submission=anchor.source)


def _stop_training(anchor: Anchor) -> None:
    """Nobody is offered it any more, and what is open is set aside; of the unannounced ones the reviewer is told."""
    anchor.trains_since = None
    if anchor.submission is None:
        return
    lock(anchor.submission)
    looks = select(Review).where(Review.submission_id == anchor.submission_id, Review.state.in_(OPEN))
    for review in db.session.scalars(looks.order_by(Review.id)).all():
        _end_look(lock(review))
    db.session.flush()


def _end_look(review: Review) -> None:
    if not review.is_open:
        return
    review.state = ReviewState.SET_ASIDE
    if review.anchor_use == AnchorUse.DRIFT:
        write_mail(review.reviewer, "review_set_aside", review=review, submission=review.submission)


def put_aside_anchor(submission: Submission, missing: str, *, by: Account) -> Submission:
    """End a look at a locked anchor that somebody takes for incomplete evidence: nothing goes back to anybody.

    Refused without a word on what is missing, and for whoever has not accepted it.
    """
    begun = (ReviewState.ACCEPTED, ReviewState.DRAFT)
    looks = select(Review).where(Review.submission_id == submission.id, Review.reviewer_id == by.id)
    review = db.session.scalar(looks.where(Review.state.in_(begun)).limit(1))
    if review is None:
        raise Refused(_("Accept the review first."))
    if not missing.strip():
        raise Refused(_("Write what is missing."), field="missing")
    lock(review).state = ReviewState.SET_ASIDE
    record(by, "put aside", review)
    return submission


def _refuse_retired(anchor: Anchor) -> None:
    if anchor.retired_at:
        raise Refused(_("This anchor has ended."))


def _refuse_unlent(anchor: Anchor) -> None:
    _refuse_retired(anchor)
    if anchor.submission_id is None:
        raise Refused(_("The author has not agreed to lend this evidence."))
