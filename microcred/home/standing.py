"""Where the pilot stands that somebody sees: every number that the pages' frame tells, in one statement."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import lazyload

from microcred.accounts.models import Account, School
from microcred.badges.models import Award
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.noticeboard.models import Announcement, Post
from microcred.pilots import queries as pilots
from microcred.pilots.models import Offer, Pilot
from microcred.polls.models import Poll
from microcred.schooldays import local
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import is_told, told_state

NEWS = timedelta(days=7)
"""How long a post counts as new."""
TAKES_PART = (VolunteerState.JOINED, VolunteerState.COMPLETED)
WITH_REVIEWERS = (SubmissionState.SUBMITTED, SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED)


class Standing(NamedTuple):
    """A pilot and its numbers; the last two are the reader's: their school's part in it, the newest entry's state."""

    pilot: Pilot
    joined: int = 0
    polls: int = 0
    undecided: int = 0
    vote_ends_at: datetime | None = None
    offers: int = 0
    in_review: int = 0
    earned: int = 0
    news: int = 0
    has_own_school: bool = False
    entry_state: str | None = None

    @property
    def takes_volunteers(self) -> bool:
        """Whether the teachers of the reader's school can apply."""
        return self.has_own_school and self.has_sign_up_opened and not self.is_over

    @property
    def has_sign_up_opened(self) -> bool:
        """Whether the moment came from which one can apply."""
        return self.pilot.sign_up_opens_at <= utcnow()

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.pilot.ends_on < today()


def today() -> date:
    """The day it is in the district."""
    return local(utcnow()).date()


def standing(user: Account) -> Standing | None:
    """The numbers of the person's current pilot; None for who has none."""
    wanted = pilots.visible_to(user).where(Pilot.ended_at.is_(None)).limit(1)
    row = db.session.execute(wanted.options(lazyload(Pilot.schools)).add_columns(*_numbers(user))).first()
    return Standing(*row) if row else None


def _numbers(user: Account) -> list[Any]:
    opened = Poll.opened_at.is_not(None)
    is_open = (opened, Poll.closed_at.is_(None), Poll.closes_at > utcnow())
    newest = select(told_state()).where(Volunteer.pilot_id == Pilot.id, Volunteer.person_id == user.id)
    return [
        count(Volunteer, Volunteer.state.in_(TAKES_PART), is_told()),
        count(Poll, opened),
        count(Poll, opened, Poll.decided_at.is_(None)),
        select(func.min(Poll.closes_at)).where(Poll.pilot_id == Pilot.id, *is_open).scalar_subquery(),
        count(Offer, Offer.withdrawn_at.is_(None)),
        count(Submission, Submission.state.in_(WITH_REVIEWERS)),
        _badges(),
        _news(Announcement) + _news(Post),
        Pilot.schools.any(School.id == user.school_id),
        newest.order_by(Volunteer.id.desc()).limit(1).scalar_subquery(),
    ]


def count(table: Any, *conditions: ColumnElement[bool]) -> Any:
    """How many rows of the pilot's table fulfil the conditions; stands inside a statement that selects pilots."""
    return select(func.count()).select_from(table).where(table.pilot_id == Pilot.id, *conditions).scalar_subquery()


def _badges() -> Any:
    badges = select(func.count()).select_from(Award).join(Submission, Submission.id == Award.submission_id)
    return badges.where(Submission.pilot_id == Pilot.id, Award.revoked_at.is_(None)).scalar_subquery()


def _news(table: Any) -> Any:
    since = utcnow() - NEWS
    return count(table, table.posted_at > since, table.taken_back_at.is_(None))
