"""A reviewer's home: what waits to be scored, by when, and what comes first."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.scoring.models import IS_WORK, Review, ReviewState
from microcred.scoring.queries import QueueRow, queue


class Reviewing(NamedTuple):
    """The open reviews in the reviewer's own order, the one that is due first, and how many are done."""

    queue: list[QueueRow]
    next: QueueRow | None
    late: int
    finished: int
    now: datetime


def reviewing(user: Account) -> Reviewing:
    """Everything that the home of a reviewer shows."""
    waiting = queue(user)
    return Reviewing(
        queue=waiting,
        next=min(waiting, key=lambda row: row.due_at, default=None),
        late=sum(row.due_at < utcnow() for row in waiting),
        finished=_finished(user),
        now=utcnow(),
    )


def _finished(user: Account) -> int:
    mine = select(func.count()).where(Review.reviewer_id == user.id, Review.state == ReviewState.FINAL, IS_WORK)
    return db.session.scalar(mine) or 0
