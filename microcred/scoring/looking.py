"""What a lead sees before answers are given: what waits, and how one submission was scored, under its code name."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account, Role, RoleName
from microcred.catalog.models import Criterion, MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import DECIDED, Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.scoring.deciding import verdicts
from microcred.scoring.decision import Verdict, is_earned
from microcred.scoring.models import Review, ReviewState, Score
from microcred.scoring.parties import is_party
from microcred.scoring.releasing import looks_due
from microcred.scoring.seats import carried_outcomes

WITH_LEADS = (SubmissionState.TO_BE_RELEASED, SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED, *DECIDED)
"""Where a submission is that a lead can look at, or has come from there since."""


class Waiting(NamedTuple):
    """One submission that is scored and not answered yet; `scored_at` is when the last score that counts was in."""

    id: int
    code_name: str
    title: str
    pilot: str
    scored_at: datetime
    release_at: datetime | None
    is_look_due: bool

    @property
    def is_overdue(self) -> bool:
        """Whether its author was told an earlier moment: it waits for nothing but a look."""
        return self.is_look_due and self.release_at is not None and self.release_at < utcnow()


class Releases(NamedTuple):
    """What waits for a look, what waits for its moment only, and how much is another lead's to look at and release.

    `for_nobody` of these no coordinator may look at or release: each has a part in it, or there is no other.
    """

    unseen: list[Waiting]
    ready: list[Waiting]
    for_others: int
    for_nobody: int


def releases(user: Account) -> Releases:
    """Everything that is scored and not answered, what was promised first on top; none that the lead has a part in."""
    statement = (
        select(
            Submission.id,
            Submission.code_name,
            MicroCredential.title,
            Pilot.title.label("pilot"),
            Submission.moved_at,
            Submission.release_at,
        )
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .join(Pilot, Pilot.id == Submission.pilot_id)
        .where(Submission.state == SubmissionState.TO_BE_RELEASED)
        .order_by(Submission.release_at, Submission.moved_at, Submission.id)
    )
    rows = db.session.execute(statement).all()
    own, unseen = _own(user), looks_due([row.id for row in rows])
    waiting = [Waiting(*row, is_look_due=row.id in unseen) for row in rows if row.id not in own]
    return Releases(
        unseen=[each for each in waiting if each.is_look_due],
        ready=[each for each in waiting if not each.is_look_due],
        for_others=len(rows) - len(waiting),
        for_nobody=_without_lead(own) if own else 0,
    )


def _without_lead(submission_ids: set[int]) -> int:
    """How many of these every coordinator who can sign in wrote or was asked to review."""
    is_lead = exists().where(Role.account_id == Account.id, Role.name == RoleName.COORDINATOR)
    is_asked = exists().where(Review.submission_id == Submission.id, Review.reviewer_id == Account.id)
    outside = exists().where(is_lead, Account.disabled_at.is_(None), Account.id != Submission.person_id, ~is_asked)
    stuck = select(func.count(Submission.id)).where(Submission.id.in_(submission_ids), ~outside)
    return db.session.scalar(stuck) or 0


def _own(user: Account) -> set[int]:
    """What the person wrote or was asked to review, of what is not answered yet."""
    waits = select(Submission.id).where(Submission.state == SubmissionState.TO_BE_RELEASED)
    asked = waits.join(Review, Review.submission_id == Submission.id).where(Review.reviewer_id == user.id)
    written = waits.where(Submission.person_id == user.id)
    return set(db.session.scalars(written.union(asked)))


def ready_for(user: Account) -> Sequence[Submission]:
    """The submissions that the person may release all at once."""
    ids = [each.id for each in releases(user).ready]
    return db.session.scalars(select(Submission).where(Submission.id.in_(ids))).all()


def case_to_look_at(user: Account, code_name: str) -> Submission | None:
    """A submission, for a coordinator who neither wrote it nor has a review of it."""
    if not user.is_coordinator:
        return None
    wanted = select(Submission).where(Submission.code_name == code_name, Submission.state.in_(WITH_LEADS))
    submission = db.session.scalar(wanted)
    return submission if submission and not is_party(submission, user) else None


def review_to_return(user: Account, review_id: int) -> Review | None:
    """A review, for a coordinator who neither wrote its submission nor has a review of it."""
    review = db.session.get(Review, review_id) if user.is_coordinator else None
    return review if review and not is_party(review.submission, user) else None


class Opinion(NamedTuple):
    """What one reviewer saw in one criterion; a third reviewer has none on what is not in dispute."""

    level: str
    is_met: bool
    feedback: str


class Line(NamedTuple):
    """One criterion with what each reviewer saw in it, by the place of the review, and what follows by rule."""

    criterion: Criterion
    opinions: list[Opinion | None]
    level: str
    is_met: bool

    @property
    def is_disputed(self) -> bool:
        """Whether the reviewers differ on whether it is met."""
        return len({opinion.is_met for opinion in self.opinions if opinion}) > 1


class Look(NamedTuple):
    """How a submission was scored: the final reviews side by side, and the answer that follows; `is_due`: to be seen.

    `carried` are the criteria that an earlier try met already.
    """

    reviews: Sequence[Review]
    lines: list[Line]
    carried: Sequence[Criterion]
    is_earned: bool
    is_due: bool


def look(submission: Submission) -> Look | None:
    """How a submission was scored; None unless it waits for its release."""
    if submission.state != SubmissionState.TO_BE_RELEASED:
        return None
    reviews, found = _final_reviews(submission), verdicts(submission)
    return Look(
        reviews=reviews,
        lines=[_line(criterion, decided, reviews) for criterion, decided in found.items()],
        carried=_carried(submission),
        is_earned=is_earned(found, {criterion.id: decided for criterion, decided in found.items()}),
        is_due=bool(looks_due([submission.id])),
    )


def _final_reviews(submission: Submission) -> Sequence[Review]:
    statement = select(Review).where(Review.submission_id == submission.id, Review.state == ReviewState.FINAL)
    return db.session.scalars(statement.order_by(Review.seat).options(selectinload(Review.scores))).all()


def _line(criterion: Criterion, decided: Verdict, reviews: Sequence[Review]) -> Line:
    names = {level.position: level.name for level in criterion.levels}
    kept = [next((score for score in each.scores if score.criterion_id == criterion.id), None) for each in reviews]
    opinions = [_opinion(criterion, names, score) for score in kept]
    return Line(criterion, opinions, names[decided.level_position], decided.is_met)


def _opinion(criterion: Criterion, names: dict[int, str], score: Score | None) -> Opinion | None:
    if score is None or score.level_position is None:
        return None
    return Opinion(names[score.level_position], criterion.is_met_at(score.level_position), score.feedback)


def _carried(submission: Submission) -> Sequence[Criterion]:
    met = carried_outcomes(submission.previous_id)
    return db.session.scalars(select(Criterion).where(Criterion.id.in_(met)).order_by(Criterion.position)).all()
