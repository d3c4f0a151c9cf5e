"""Reminding reviewers once on the school day before it is due and once when it is late; then telling the leads."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, or_, select

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db, lock, utcnow
from microcred.history import record
from microcred.outbox import write_mail
from microcred.row_by_row import each
from microcred.schooldays import has_run_out, holidays, is_school_day, local
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import OPEN, AnchorUse, Review, ReviewState
from microcred.scoring.passing_on import pass_on

BEGUN = (ReviewState.ACCEPTED, ReviewState.DRAFT)
A_WEEK_AND_A_BREAK = timedelta(days=40)
"""No school day before a due date is further away than the longest break."""


def remind_reviewers() -> list[Review]:
    """Remind whoever has said yes: on the last school day before it is due, and again once it is late.

    Each once: `reminded_at` lies before the due date after the first, and after it from the second on. Returns the
    reviews that somebody was reminded of.
    """
    out = holidays()
    due = [review for review in _begun() if _is_to_be_reminded(review, out)]
    return [review for review in each(due, lambda review: _remind(review, out)) if review]


def _begun() -> list[Review]:
    soon = utcnow() + A_WEEK_AND_A_BREAK
    return list(db.session.scalars(_timed().where(Review.state.in_(BEGUN), Review.due_at < soon)))


def _timed() -> Select[Review]:
    """Reviews with a clock; one that is for training has none, one that is an anchor without saying so has the same."""
    has_clock = or_(Review.seat != AN_ANCHORS, Review.anchor_use == AnchorUse.DRIFT)
    return select(Review).where(has_clock).order_by(Review.submission_id, Review.id)


def _is_to_be_reminded(review: Review, out: frozenset[date]) -> bool:
    now, reminded_at = utcnow(), review.reminded_at
    if review.due_at < now:
        return reminded_at is None or reminded_at <= review.due_at
    begins = last_school_day_before(local(review.due_at).date(), out)
    return reminded_at is None and local(now).date() >= begins


def last_school_day_before(day: date, out: frozenset[date]) -> date:
    """The last day on which a clock runs before `day`."""
    day -= timedelta(days=1)
    while not is_school_day(day, out):
        day -= timedelta(days=1)
    return day


def _remind(review: Review, out: frozenset[date]) -> Review | None:
    lock(review.submission)
    lock(review)
    if review.state not in BEGUN or not _is_to_be_reminded(review, out):
        return None
    review.reminded_at = utcnow()
    is_late = review.due_at < review.reminded_at
    write_mail(review.reviewer, "review_due", review=review, submission=review.submission, is_late=is_late)
    record(None, "reminded", review)
    return review


class Late(NamedTuple):
    """A review that is told to the leads."""

    code_name: str
    reviewer: str
    due_at: datetime
    went_on: bool


def escalate_late_reviews() -> list[Late]:
    """Tell the leads, once, of what is some school days late; what was accepted and not begun goes to the next one.

    What is being written stays with its reviewer: the leads decide. Everyone gets one message about all of them.
    """
    found = [late for late in each(_overdue(), _escalate) if late]
    for lead in leads() if found else []:
        write_mail(lead, "reviews_late", late=found)
    return found


def _overdue() -> Iterable[Review]:
    days, out = current_app.config["MICROCRED_LATE_REVIEW_SCHOOL_DAYS"], holidays()
    late = _timed().where(_is_untold(), Review.due_at < utcnow())
    return [review for review in db.session.scalars(late).all() if has_run_out(review.due_at, days, out)]


def _is_untold() -> ColumnElement[bool]:
    return and_(Review.state.in_(OPEN), Review.escalated_at.is_(None))


def _escalate(review: Review) -> Late | None:
    submission = lock(review.submission)
    lock(review)
    if not review.is_open or review.escalated_at:
        return None
    went_on = review.state == ReviewState.ACCEPTED and pass_on(review)
    review.escalated_at = utcnow()
    if review.seat == AN_ANCHORS:
        return None
    record(None, "told the leads of", review, went_on=went_on)
    return Late(submission.code_name, review.reviewer.name, review.due_at, went_on)


def leads() -> list[Account]:
    """The coordinators who can sign in."""
    held = select(Role.account_id).where(Role.name == RoleName.COORDINATOR)
    statement = select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None))
    return list(db.session.scalars(statement.order_by(Account.id)))
