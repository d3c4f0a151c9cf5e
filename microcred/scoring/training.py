"""Practising on anchors: which one comes next, starting it, and the comparison once it is finished."""

from collections.abc import Set
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, Level, MicroCredential
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission
from microcred.history import record
from microcred.schooldays import due_after
from microcred.scoring.anchor_models import Anchor, AnchorLevel
from microcred.scoring.assignment import lot
from microcred.scoring.barring import barred, training_anchors
from microcred.scoring.calibration import Agreement, Look, Standing, agreement, finished_looks, latest, standings
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import IS_WORK, OPEN, AnchorUse, Review, ReviewState, Score


class Course(NamedTuple):
    """Where a reviewer stands in one micro-credential, what is begun, and the latest look at each of its anchors."""

    micro_credential: MicroCredential
    standing: Standing
    open_review: Review | None
    looks: list[Look]
    has_another: bool


def courses(reviewer: Account) -> list[Course]:
    """Every micro-credential with anchors in training, by title."""
    anchors = training_anchors()
    closed, found = barred(anchors, [reviewer]), standings(anchors, [reviewer])
    usable = [anchor for anchor in anchors if (anchor.id, reviewer.id) not in closed]
    begun, looks = _begun(reviewer), _latest_looks(reviewer, anchors)
    return [
        _course(
            micro_credential,
            found[reviewer.id, micro_credential.id],
            [anchor for anchor in usable if anchor.source.micro_credential_id == micro_credential.id],
            [look for look in looks if look.micro_credential_id == micro_credential.id],
            begun,
        )
        for micro_credential in _by_title(anchors)
    ]


def _by_title(anchors: list[Anchor]) -> list[MicroCredential]:
    return sorted({anchor.source.micro_credential for anchor in anchors}, key=lambda each: (each.title, each.id))


def _course(
    micro_credential: MicroCredential, standing: Standing, usable: list[Anchor], looks: list[Look], begun: list[Review]
) -> Course:
    return Course(
        micro_credential=micro_credential,
        standing=standing,
        open_review=_open_training(begun, {anchor.submission_id for anchor in usable}),
        looks=looks,
        has_another=bool(_unseen(usable, looks, begun)),
    )


def _open_training(begun: list[Review], submission_ids: Set[int | None]) -> Review | None:
    """The look for training that lies open, never one that the reviewer takes for evidence like any other."""
    mine = (each for each in begun if each.submission_id in submission_ids)
    return next((each for each in mine if each.anchor_use == AnchorUse.TRAINING), None)


def _begun(reviewer: Account) -> list[Review]:
    """The reviewer's open looks at anchors; also those that the reviewer takes for evidence like any other."""
    mine = select(Review).where(Review.reviewer_id == reviewer.id, Review.seat == AN_ANCHORS, Review.state.in_(OPEN))
    return list(db.session.scalars(mine))


def _latest_looks(reviewer: Account, anchors: list[Anchor]) -> list[Look]:
    wanted = {anchor.id for anchor in anchors}
    looks = [look for look in finished_looks(AnchorUse.TRAINING, reviewer) if look.anchor_id in wanted]
    return list(latest(looks).values())


def _unseen(anchors: list[Anchor], looks: list[Look], begun: list[Review]) -> list[Anchor]:
    """What was neither practised on yet nor lies on the desk now, where its code name would be known again."""
    seen = {look.anchor_id for look in looks}
    on_the_desk = {review.submission_id for review in begun}
    return [each for each in anchors if each.id not in seen and each.submission_id not in on_the_desk]


def start_training(micro_credential: MicroCredential, *, by: Account) -> Review:
    """Put the next anchor on the reviewer's desk, or the one that lies there unfinished.

    Refused when there is none that the reviewer may practise on and has not practised on.
    """
    lock(by)
    anchors = training_anchors(micro_credential.id)
    closed, begun = barred(anchors, [by]), _begun(by)
    usable = [anchor for anchor in anchors if (anchor.id, by.id) not in closed]
    lying_there = _open_training(begun, {anchor.submission_id for anchor in usable})
    if lying_there:
        return lying_there
    unseen = _unseen(usable, _latest_looks(by, anchors), begun)
    if not unseen:
        raise Refused(_("There is no further anchor to practise on. You can practise on one of the same again."))
    # Another order for everyone: two colleagues who sit together practise on different evidence first.
    return _start(min(unseen, key=lambda anchor: lot(str(by.id), anchor.id)), by)


def practise_again(review: Review, *, by: Account) -> Review:
    """Put an anchor on the desk once more; whether its newest look counts then is told in `calibration`.

    Refused when it is no longer in training, or may not be scored by this reviewer any more; and while they have other
    reviews of this micro-credential open, for the same anchor could be one of them.
    """
    lock(by)
    anchor = db.session.scalar(select(Anchor).where(Anchor.submission_id == review.submission_id))
    if anchor is None or not anchor.trains or barred([anchor], [by]):
        raise Refused(_("Nobody practises on this evidence any more."))
    lying_there = _open_training(_begun(by), {anchor.submission_id})
    if lying_there is None and _has_work(by, anchor.source.micro_credential_id):
        raise Refused(_("First finish the reviews of this micro-credential that wait for you among your reviews."))
    return lying_there or _start(anchor, by)


def _has_work(reviewer: Account, micro_credential_id: int) -> bool:
    """Whether reviews wait for them; an unannounced anchor is one like any other, so that a refusal tells nothing."""
    mine = select(Review.id).join(Submission, Submission.id == Review.submission_id)
    own = mine.where(Review.reviewer_id == reviewer.id, Review.state.in_(OPEN), IS_WORK)
    return db.session.scalar(own.where(Submission.micro_credential_id == micro_credential_id).limit(1)) is not None


def _start(anchor: Anchor, reviewer: Account) -> Review:
    """Locked and looked at again, so that no look begins on a copy that is being emptied."""
    if not lock(anchor).trains:
        raise Refused(_("Nobody practises on this evidence any more."))
    now = utcnow()
    review = Review(
        submission_id=anchor.submission_id,
        reviewer=reviewer,
        seat=AN_ANCHORS,
        anchor_use=AnchorUse.TRAINING,
        state=ReviewState.ACCEPTED,
        offered_at=now,
        started_at=now,
        due_at=due_after(now, current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"]),
    )
    db.session.add(review)
    db.session.flush()
    record(reviewer, "began to practise", review)
    return review


class ComparedLine(NamedTuple):
    """One criterion: what the reviewer saw, what counts as right, and why."""

    criterion: Criterion
    own: Level | None
    feedback: str
    right: Level
    explanation: str

    @property
    def is_same(self) -> bool:
        """Whether both are the same level."""
        return self.own is not None and self.own.position == self.right.position


class Comparison(NamedTuple):
    """A finished look at an anchor beside its reference levels."""

    review: Review
    code_name: str
    micro_credential: MicroCredential
    lines: list[ComparedLine]
    trains: bool
    is_retired: bool

    @property
    def reviewer_id(self) -> int:
        """Whose look it was."""
        return self.review.reviewer_id

    @property
    def was_unannounced(self) -> bool:
        """Whether the reviewer took it for evidence like any other."""
        return self.review.anchor_use == AnchorUse.DRIFT

    @property
    def agreement(self) -> Agreement:
        """How far the levels are the same."""
        own = {line.criterion.id: line.own.position for line in self.lines if line.own is not None}
        return agreement({line.criterion.id: line.right.position for line in self.lines}, own)


def own_comparison(user: Account, review_id: int) -> Comparison | None:
    """The comparison of the person's own finished look at an anchor."""
    found = db.session.execute(
        select(Review, Anchor)
        .join(Anchor, Anchor.submission_id == Review.submission_id)
        .where(Review.id == review_id, Review.reviewer_id == user.id)
        .where(Review.state == ReviewState.FINAL, Review.seat == AN_ANCHORS)
    ).first()
    return _comparison(*found) if found else None


def _comparison(review: Review, anchor: Anchor) -> Comparison:
    scores = {score.criterion_id: score for score in review.scores}
    lines = [
        _line(level, scores.get(level.criterion_id), is_retired=bool(anchor.retired_at)) for level in anchor.levels
    ]
    return Comparison(
        review=review,
        code_name=review.submission.code_name,
        micro_credential=review.submission.micro_credential,
        lines=sorted(lines, key=lambda line: line.criterion.position),
        trains=anchor.trains,
        is_retired=bool(anchor.retired_at),
    )


def _line(reference: AnchorLevel, score: Score | None, *, is_retired: bool) -> ComparedLine:
    """The explanation may quote the evidence, and so goes with it when that is taken back."""
    levels = {level.position: level for level in reference.criterion.levels}
    own = levels.get(score.level_position) if score and score.level_position is not None else None
    return ComparedLine(
        criterion=reference.criterion,
        own=own,
        feedback=score.feedback if score else "",
        right=levels[reference.level_position],
        explanation="" if is_retired else reference.explanation,
    )
