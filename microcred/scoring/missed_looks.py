"""Telling the leads, once, of an answer whose moment has passed because nobody has looked at it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, func, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.evidence.models import Submission
from microcred.history import Entry, record
from microcred.outbox import write_mail
from microcred.row_by_row import each
from microcred.scoring.leads import LAID_BEFORE
from microcred.scoring.looking import Waiting, releases
from microcred.scoring.releasing import is_look_due
from microcred.scoring.reminding import leads

TOLD = "told the leads that nobody looked at"


def tell_of_missed_looks() -> list[Submission]:
    """Tell the leads of every answer that should have been given by now and waits for a look: once each time it waits.

    Everyone gets one message, about what they may look at. Returns what was told.
    """
    told = [submission for submission in each(_missed(), _note) if submission]
    for lead in leads() if told else []:
        if late := _to_look_at(lead, told):
            write_mail(lead, "looks_missed", late=late)
    return told


def _missed() -> Sequence[Submission]:
    missed = select(Submission).where(is_look_due(), Submission.answer_due_at < utcnow(), ~_is_told())
    return db.session.scalars(missed.order_by(Submission.id)).all()


def _is_told() -> ColumnElement[bool]:
    """Since it was laid before the leads the last time."""
    of_this = Entry.thing == Submission.__name__, Entry.thing_id == cast(Submission.id, String)
    laid = select(func.max(Entry.id)).where(*of_this, Entry.verb == LAID_BEFORE).correlate(Submission)
    told = select(func.max(Entry.id)).where(*of_this, Entry.verb == TOLD).correlate(Submission)
    return func.coalesce(told.scalar_subquery(), 0) > laid.scalar_subquery()


def _note(submission: Submission) -> Submission | None:
    """Under the lock it may turn out that somebody has looked, or that another run of the job was quicker."""
    lock(submission)
    if submission not in _missed():
        return None
    record(None, TOLD, submission)
    return submission


def _to_look_at(lead: Account, told: Sequence[Submission]) -> list[Waiting]:
    ids = {submission.id for submission in told}
    return [waiting for waiting in releases(lead).unseen if waiting.id in ids]
