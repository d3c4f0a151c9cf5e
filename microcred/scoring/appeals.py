"""Appeals: criteria that an author asks to have looked at again, by somebody who did not score them."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.evidence.queries import has_later_try
from microcred.history import record
from microcred.outbox import write_mail
from microcred.schooldays import due_after, has_run_out, holidays
from microcred.scoring.assigning import fill_vacant_seats
from microcred.scoring.decision import AN_APPEALS, Levels, better_of
from microcred.scoring.models import Appeal, Outcome
from microcred.scoring.seats import final_levels

Reasons = Mapping[int, str]
"""Why a criterion should be looked at again, by the criterion's id."""


def appeals_of(submission: Submission) -> list[Appeal]:
    """The appealed criteria of a submission, in the order of the rubric."""
    statement = select(Appeal).join(Appeal.criterion).where(Appeal.submission_id == submission.id)
    loaded = selectinload(Appeal.criterion).selectinload(Criterion.levels)
    return list(db.session.scalars(statement.order_by(Criterion.position).options(loaded)))


def unmet_outcomes(submission: Submission) -> list[Outcome]:
    """What was decided to be not met yet, in the order of the rubric: what an appeal can be about."""
    statement = select(Outcome).join(Outcome.criterion)
    unmet = statement.where(Outcome.submission_id == submission.id, Outcome.is_met.is_(False))
    loaded = selectinload(Outcome.criterion).selectinload(Criterion.levels)
    return list(db.session.scalars(unmet.order_by(Criterion.position).options(loaded)))


def last_moment_to_appeal(submission: Submission) -> datetime | None:
    """Until when an answer can be appealed; None without an answer."""
    days = current_app.config["MICROCRED_APPEAL_SCHOOL_DAYS"]
    return due_after(submission.decided_at, days) if submission.decided_at else None


def why_not_appeal(submission: Submission) -> str | None:
    """None when the answer to a submission can be appealed, else the reason why not."""
    if submission.state == SubmissionState.UNDER_APPEAL:
        return _("You have appealed against this answer. Somebody else looks at it now.")
    if not submission.was_not_yet or submission.decided_at is None:
        return _("Only an answer of “not yet” can be appealed.")
    if appeals_of(submission):
        return _("This answer was appealed, and the appeal is answered: an answer is appealed once.")
    if has_later_try(submission):
        return _("You have begun the next try: what is looked at now is that one.")
    if has_run_out(submission.decided_at, current_app.config["MICROCRED_APPEAL_SCHOOL_DAYS"], holidays()):
        return _("The time to appeal against this answer is over.")
    return None


def file_appeal(submission: Submission, reasons: Reasons, *, by: Account) -> list[Appeal]:
    """Ask for another look at some criteria, each for a reason; a seat is offered to who has not scored this evidence.

    Refused unless the answer was "not yet", not too long ago, is the newest and was not appealed before; without a
    criterion, for one that is met, and without a reason. It cannot be taken back.
    """
    lock(submission.person)
    lock(submission)
    if why_not := why_not_appeal(submission):
        raise Refused(why_not)
    appeals = [_appeal(outcome, reasons[outcome.criterion_id]) for outcome in _appealed(submission, reasons)]
    db.session.add_all(appeals)
    submission.answer_due_at = submission.release_at = None
    move(submission, SubmissionState.UNDER_APPEAL)
    db.session.flush()
    fill_vacant_seats(submission, by=None)
    write_mail(submission.person, "appeal_filed", submission=submission, appeals=appeals)
    record(by, "appealed", submission, criteria=[appeal.criterion.code for appeal in appeals])
    return appeals


def _appealed(submission: Submission, reasons: Reasons) -> list[Outcome]:
    unmet = unmet_outcomes(submission)
    if not reasons or not set(reasons) <= {outcome.criterion_id for outcome in unmet}:
        raise Refused(_("Choose at least one of the criteria that are not met yet."))
    return [outcome for outcome in unmet if outcome.criterion_id in reasons]


def _appeal(outcome: Outcome, reason: str) -> Appeal:
    if not reason.strip():
        name = outcome.criterion.name
        raise Refused(
            _("Write why “%(criterion)s” should be looked at again.", criterion=name),
            field=f"reason_{outcome.criterion_id}",
        )
    return Appeal(
        submission_id=outcome.submission_id,
        criterion=outcome.criterion,
        reason=reason.strip(),
        filed_at=utcnow(),
        level_before=outcome.level_position,
    )


def settle_appeal(submission: Submission) -> None:
    """Answer the appeal of a locked submission by the final review of its own seat, and tell the author.

    Of the level before and the one seen now the better counts, so that nobody loses by asking.
    """
    levels = final_levels(submission.id)[AN_APPEALS]
    outcomes = {outcome.criterion_id: outcome for outcome in unmet_outcomes(submission)}
    appeals = appeals_of(submission)
    for appeal in appeals:
        _answer(appeal, outcomes[appeal.criterion_id], levels)
    db.session.flush()
    _move_on(submission)
    write_mail(submission.person, "appeal_answered", submission=submission)
    after = {appeal.criterion.code: appeal.level_after for appeal in appeals}
    record(None, "answered the appeal", submission, state=submission.state, levels=after)


def _answer(appeal: Appeal, outcome: Outcome, levels: Levels) -> None:
    appeal.level_after = better_of(appeal.level_before, levels[appeal.criterion_id])
    appeal.answered_at = utcnow()
    outcome.level_position = appeal.level_after
    outcome.is_met = appeal.criterion.is_met_at(appeal.level_after)


def _move_on(submission: Submission) -> None:
    """Unless it is earned now, the answer stays the one of the day on which it was given."""
    lacks = any(outcome.criterion.is_required for outcome in unmet_outcomes(submission))
    move(submission, SubmissionState.NOT_YET if lacks else SubmissionState.EARNED)
    submission.answer_due_at = None
    if not lacks:
        submission.decided_at = submission.moved_at
