"""Giving answers: a lead looks at what is scored where that is asked for, and each answer goes out at its moment."""

from collections.abc import Callable, Collection

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, and_, cast, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry, record
from microcred.row_by_row import each
from microcred.scoring.deciding import give_answer
from microcred.scoring.leads import LAID_BEFORE, LOOKED_AT, RELEASED, SCORED
from microcred.scoring.parties import refuse_party


def look_at(submission: Submission, *, by: Account) -> Submission:
    """Note that a lead has looked at how it was scored: it goes out at its moment, or at once if that has come.

    Refused for the author and whoever has a review of it, when it does not wait for its release, and when it was looked
    at already. The lead changes no level: whoever wants one reconsidered returns the review.
    """
    _hold(submission, by)
    if submission.id not in looks_due([submission.id]):
        raise Refused(_("A lead has looked at this already."))
    record(by, LOOKED_AT, submission)
    return release(submission, by=by) if _has_come(submission) else submission


def _has_come(submission: Submission) -> bool:
    return submission.release_at is None or submission.release_at <= utcnow()


def release(submission: Submission, *, by: Account) -> Submission:
    """Give the answer now, whatever moment was published; a lead who does so has looked.

    Refused for the author and whoever has a review of it, and when it does not wait for its release.
    """
    _hold(submission, by)
    give_answer(submission)
    record(by, RELEASED, submission)
    return submission


def _hold(submission: Submission, by: Account) -> None:
    lock(submission)
    refuse_party(submission, by)
    if submission.state != SubmissionState.TO_BE_RELEASED:
        raise Refused(_("This evidence does not wait for its release."))


def release_all(submissions: Collection[Submission], *, by: Account) -> list[Submission]:
    """Give the answers to all of these that no look is due for any more: all of them, or none.

    Refused as for one, and when none is left to be released.
    """
    locked = [lock(one) for one in sorted(submissions, key=lambda one: one.id)]
    unseen = looks_due([one.id for one in locked])
    waiting = [one for one in locked if one.state == SubmissionState.TO_BE_RELEASED and one.id not in unseen]
    if not waiting:
        raise Refused(_("Nothing is ready to be released."))
    return [release(one, by=by) for one in waiting]


def release_due(reward: Callable[[Submission], object] | None = None) -> list[Submission]:
    """Give every answer whose moment has come and for which no look is due, each together with its reward."""

    def give(submission: Submission) -> Submission | None:
        released = _released(submission)
        if released and reward:
            reward(released)
        return released

    moment_came = (Submission.state == SubmissionState.TO_BE_RELEASED) & (Submission.release_at <= utcnow())
    waiting = db.session.scalars(select(Submission).where(moment_came).order_by(Submission.id)).all()
    unseen = looks_due([submission.id for submission in waiting])
    due = [submission for submission in waiting if submission.id not in unseen]
    return [released for released in each(due, give) if released]


def _released(submission: Submission) -> Submission | None:
    """Under the lock it may turn out that somebody else was quicker."""
    lock(submission)
    is_waiting = submission.state == SubmissionState.TO_BE_RELEASED and submission.release_at is not None
    if not (is_waiting and _has_come(submission)):
        return None
    give_answer(submission)
    record(None, RELEASED, submission)
    return submission


def looks_due(submission_ids: Collection[int]) -> set[int]:
    """Which of these were laid before the leads, and not looked at since; what the history tells last counts."""
    told = select(Entry.thing_id, Entry.verb).where(
        Entry.thing == Submission.__name__,
        Entry.verb.in_((LAID_BEFORE, SCORED, LOOKED_AT)),
        Entry.thing_id.in_([str(id_) for id_ in submission_ids]),
    )
    newest = {row.thing_id: row.verb for row in db.session.execute(told.order_by(Entry.id))}
    return {int(thing_id) for thing_id, verb in newest.items() if verb == LAID_BEFORE}


def is_look_due() -> ColumnElement[bool]:
    """The same as a condition on a submission."""
    told = Entry.thing == Submission.__name__, Entry.thing_id == cast(Submission.id, String)
    newest = select(Entry.verb).where(*told, Entry.verb.in_((LAID_BEFORE, SCORED, LOOKED_AT)))
    is_laid = newest.order_by(Entry.id.desc()).limit(1).correlate(Submission).scalar_subquery() == LAID_BEFORE
    return and_(Submission.state == SubmissionState.TO_BE_RELEASED, is_laid)
