"""Reminding those who have not voted, a few times at most, and never naming them."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, update

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.polls import queries
from microcred.polls.models import Poll
from microcred.row_by_row import each
from microcred.schooldays import holidays, is_school_day, local, time_zone

PAUSE = timedelta(days=1)
"""Nobody is reminded twice within it."""


def remind_voters(poll: Poll, *, by: Account | None) -> int:
    """Write to everyone whom the poll asks and who has not voted; returns how many these are.

    Refused when the poll is not open, after the last reminder that the district allows, and within a day of another.
    """
    if not _claim(poll):
        db.session.refresh(poll)
        raise Refused(why_no_reminder(poll) or _("A reminder has just been sent."))
    people = queries.not_voted(poll)
    for person in people:
        write_mail(person, "poll_reminder", poll=poll)
    record(by, "reminded", poll, people=len(people))
    return len(people)


def _claim(poll: Poll) -> bool:
    """One statement, so that of two clicks at the same moment one counts."""
    now = utcnow()
    is_open = (Poll.opened_at.is_not(None), Poll.closed_at.is_(None), Poll.closes_at > now)
    has_rested = or_(Poll.reminded_at.is_(None), Poll.reminded_at <= now - PAUSE)
    claimed = (
        update(Poll)
        .where(Poll.id == poll.id, *is_open, has_rested, Poll.reminders_sent < most_reminders())
        .values(reminders_sent=Poll.reminders_sent + 1, reminded_at=now)
        .returning(Poll.id)
    )
    return db.session.scalar(claimed) is not None


def most_reminders() -> int:
    """How often those who have not voted in a poll are reminded at most."""
    return int(current_app.config["MICROCRED_POLL_REMINDERS"])


def why_no_reminder(poll: Poll) -> str | None:
    """None while a reminder may be sent, else the reason why not."""
    if not poll.is_open:
        return _("This poll is not open.")
    if poll.reminders_sent >= most_reminders():
        return _("They were reminded as often as is allowed.")
    if poll.reminded_at and utcnow() < poll.reminded_at + PAUSE:
        return _("They were reminded within the last day.")
    return None


def remind_voters_of_last_day() -> list[Poll]:
    """Send one reminder by itself in every poll that has less than one school day left, if the limit allows."""
    return each([poll for poll in queries.open_polls() if _is_to_be_reminded(poll)], _remind_of_last_day)


def _remind_of_last_day(poll: Poll) -> Poll:
    remind_voters(poll, by=None)
    return poll


def _is_to_be_reminded(poll: Poll) -> bool:
    """In the last school day, unless the poll opened in it or somebody reminded in it."""
    begins = _last_day_of(poll)
    is_early = poll.opened_at is not None and poll.opened_at < begins
    is_done = poll.reminded_at is not None and poll.reminded_at >= begins
    return begins <= utcnow() and is_early and not is_done and why_no_reminder(poll) is None


def _last_day_of(poll: Poll) -> datetime:
    """The same time of day as the closing, one school day before it."""
    closes, out = local(poll.closes_at), holidays()
    day = closes.date() - timedelta(days=1)
    while not is_school_day(day, out):
        day -= timedelta(days=1)
    return datetime.combine(day, closes.time(), tzinfo=time_zone())
