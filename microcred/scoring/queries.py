"""Finding reviews, and what was decided; what a reviewer finds never names whose evidence it is."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Bundle, selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import Submission
from microcred.scoring.assignment import lot
from microcred.scoring.models import IS_WORK, OPEN, Outcome, Review, ReviewState, Score


def own_review(user: Account, review_id: int) -> Review | None:
    """A review that was offered to the person, in whatever state it is."""
    return db.session.scalar(select(Review).where(Review.id == review_id, Review.reviewer_id == user.id))


class Sheet(NamedTuple):
    """One criterion of one review."""

    review: Review
    criterion: Criterion

    @property
    def reviewer_id(self) -> int:
        """Whose review it is."""
        return self.review.reviewer_id


def own_sheet(user: Account, review_id: int, criterion_id: int) -> Sheet | None:
    """A criterion of the rubric by which the person's review scores."""
    found = db.session.execute(
        select(Review, Criterion)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Criterion, Criterion.rubric_id == Submission.rubric_id)
        .where(Review.id == review_id, Review.reviewer_id == user.id, Criterion.id == criterion_id)
        .options(selectinload(Criterion.levels))
    ).first()
    return Sheet(found[0], found[1]) if found else None


class QueueRow(NamedTuple):
    """An open review as its reviewer sees it."""

    id: int
    state: str
    seat: int
    offered_at: datetime
    answer_by: datetime | None
    due_at: datetime
    code_name: str
    title: str
    reviewer_hours: int
    scored: int

    @property
    def is_offered(self) -> bool:
        """Whether it still waits for a yes or no."""
        return self.state == ReviewState.OFFERED

    @property
    def is_late(self) -> bool:
        """Whether its due date is past."""
        return self.due_at < utcnow()

    @property
    def is_answer_late(self) -> bool:
        """Whether the time to say yes or no is over."""
        return self.answer_by is not None and self.answer_by < utcnow()


def queue(user: Account) -> list[QueueRow]:
    """The person's open reviews, in an order by lot that stays the same and is another one for every reviewer.

    A fixed order for all would give away who handed in first, and tire every reviewer at the same submission.
    """
    scored = (
        select(func.count())
        .where(Score.review_id == Review.id, Score.level_position.is_not(None))
        .correlate(Review)
        .scalar_subquery()
    )
    statement = (
        select(
            Review.id,
            Review.state,
            Review.seat,
            Review.offered_at,
            Review.answer_by,
            Review.due_at,
            Submission.code_name,
            MicroCredential.title,
            MicroCredential.reviewer_hours,
            scored,
        )
        .join(Submission, Submission.id == Review.submission_id)
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .where(Review.reviewer_id == user.id, Review.state.in_(OPEN), IS_WORK)
    )
    rows = [QueueRow._make(row) for row in db.session.execute(statement)]
    return sorted(rows, key=lambda row: lot(row.code_name, user.id))


def next_in_queue(user: Account) -> int | None:
    """The review to go on with: the first that was begun, or else the first that is offered; None at the end."""
    rows = sorted(queue(user), key=lambda row: row.is_offered)
    return rows[0].id if rows else None


def finished(user: Account) -> Select[Any]:
    """The person's final reviews, the newest first: id, code name, title and when, to be paged."""
    columns: Bundle[Any] = Bundle(
        "finished", Review.id, Review.final_at, Submission.code_name, MicroCredential.title.label("title")
    )
    return (
        select(columns)
        .join(Submission, Submission.id == Review.submission_id)
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .where(Review.reviewer_id == user.id, Review.state == ReviewState.FINAL, IS_WORK)
        .order_by(Review.final_at.desc(), Review.id.desc())
    )


def outcomes(submission: Submission) -> list[Outcome]:
    """What was decided, criterion by criterion in the order of the rubric; nothing before the decision."""
    statement = (
        select(Outcome)
        .join(Criterion, Criterion.id == Outcome.criterion_id)
        .where(Outcome.submission_id == submission.id)
        .order_by(Criterion.position)
    )
    return list(db.session.scalars(statement.options(selectinload(Outcome.criterion).selectinload(Criterion.levels))))
