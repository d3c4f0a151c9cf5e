"""Who has coached somebody reviews nothing of theirs."""

from sqlalchemy import delete, exists, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.evidence.models import CoachTalk, Submission
from microcred.scoring.late_conflicts import end_reviews_in_conflict
from microcred.scoring.models import Review
from microcred.scoring.reviewer_models import Conflict, ConflictSource


def keep_coached(coach: Account, person: Account) -> None:
    """Keep that a coach knows somebody's work, as a conflict of interest: open reviews of it go to somebody else."""
    lock(coach)
    between = {"reviewer_id": coach.id, "person_id": person.id, "source": ConflictSource.COACHED}
    if db.session.scalar(select(Conflict.id).filter_by(**between)) is None:
        db.session.add(Conflict(**between, declared_at=utcnow()))
    db.session.flush()
    end_reviews_in_conflict(Review.reviewer_id == coach.id)


def forget_coached(coach: Account, person: Account) -> None:
    """Forget it when the talk was not held after all, unless another talk of the two was."""
    lock(coach)
    talks = exists().where(CoachTalk.noted_by_id == coach.id, CoachTalk.submission_id == Submission.id)
    if db.session.scalar(select(Submission.id).where(Submission.person_id == person.id, talks).limit(1)):
        return
    between = (Conflict.reviewer_id == coach.id, Conflict.person_id == person.id)
    db.session.execute(delete(Conflict).where(*between, Conflict.source == ConflictSource.COACHED))
