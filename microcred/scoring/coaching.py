"""Who has coached somebody reviews nothing of theirs."""

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
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
