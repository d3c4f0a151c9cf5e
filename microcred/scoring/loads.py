"""What each reviewer has to do and has done, how much they take on, what they know, and when they are away."""

from collections.abc import Set
from datetime import date, datetime
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from microcred.accounts.models import Account, Role, RoleName, TaughtSubject
from microcred.db import db, utcnow
from microcred.schooldays import local, school_days_between
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import IS_WORK, OPEN, Review, ReviewState
from microcred.scoring.reviewer_models import MOST_OPEN, Absence, ReviewerProfile


class Load(NamedTuple):
    """One reviewer; `median_days` are the school days from a yes to the final score, None before there is one."""

    account_id: int
    name: str
    most_open: int
    subjects: str
    away_from: date | None
    away_until: date | None
    open_count: int
    late_count: int
    final_count: int
    median_days: float | None

    @property
    def is_full(self) -> bool:
        """Whether nothing more is offered."""
        return self.open_count >= self.most_open

    @property
    def is_away(self) -> bool:
        """Whether the next absence has begun."""
        return self.away_from is not None and self.away_from <= local(utcnow()).date()


def loads(out: Set[date]) -> list[Load]:
    """Every reviewer who can sign in, by name; what an unannounced anchor asks counts as open, but is no statistic.

    `out` are the days off.
    """
    held = select(Role.account_id).where(Role.name == RoleName.REVIEWER)
    counted = and_(Review.reviewer_id == Account.id, IS_WORK, Review.state.in_((*OPEN, ReviewState.FINAL)))
    statement = (
        select(
            Account.id,
            Account.name,
            func.coalesce(ReviewerProfile.most_open, MOST_OPEN),
            _subjects(),
            _next_absence(Absence.starts_on),
            _next_absence(Absence.ends_on),
            Review.state,
            Review.seat,
            Review.due_at,
            Review.answer_by,
            func.coalesce(Review.started_at, Review.offered_at),
            Review.final_at,
        )
        .outerjoin(ReviewerProfile, ReviewerProfile.reviewer_id == Account.id)
        .outerjoin(Review, counted)
        .where(Account.id.in_(held), Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    rows = db.session.execute(statement).all()
    return [_load(list(found), out) for _id, found in groupby(rows, key=lambda row: row[0])]


def _subjects() -> ColumnElement[str | None]:
    listed = select(func.aggregate_strings(TaughtSubject.subject, ", ")).where(TaughtSubject.account_id == Account.id)
    return listed.correlate(Account).scalar_subquery()


def _next_absence(column: Any) -> ColumnElement[date | None]:
    mine = select(column).where(Absence.reviewer_id == Account.id, Absence.ends_on >= local(utcnow()).date())
    return mine.order_by(Absence.starts_on, Absence.id).limit(1).correlate(Account).scalar_subquery()


class _Row(NamedTuple):
    state: str | None
    seat: int | None
    due_at: datetime
    answer_by: datetime | None
    started_at: datetime
    final_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        is_unanswered = self.state == ReviewState.OFFERED and self.answer_by is not None and self.answer_by < utcnow()
        return self.is_open and (is_unanswered or self.due_at < utcnow())


def _load(found: list[Any], out: Set[date]) -> Load:
    person = found[0][:6]
    reviews = [_Row._make(row[6:]) for row in found]
    done = [review for review in reviews if review.final_at and review.seat != AN_ANCHORS]
    days = [school_days_between(review.started_at, review.final_at, out) for review in done if review.final_at]
    counts = sum(review.is_open for review in reviews), sum(review.is_late for review in reviews), len(done)
    return Load._make([*person[:3], person[3] or "", *person[4:], *counts, median(days) if days else None])
