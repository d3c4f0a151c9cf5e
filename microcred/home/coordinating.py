"""The coordinator's numbers: all that tells where a pilot needs a hand, in one statement."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import CoachTalk, Submission, SubmissionState
from microcred.home.standing import Standing, count
from microcred.noticeboard.models import Announcement, Post
from microcred.pilots.models import Pilot
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.scoring.models import IS_OF_EVIDENCE, OPEN, Review
from microcred.scoring.releasing import is_look_due
from microcred.scoring.vacancy import vacancy_count
from microcred.volunteers.models import Volunteer, VolunteerState


class Numbers(NamedTuple):
    """What a coordinator wants to know of a pilot, beyond its standing."""

    micro_credentials: int
    unanswered: int
    waiting: int
    draft_poll_id: int | None
    open_poll_id: int | None
    closed_poll_id: int | None
    voted: int
    begun: int
    not_yet: int
    vacant_seats: int
    to_look_at: int
    late: int
    talks: int
    due: int
    given: int
    announcements: int
    posts: int


class Coordinating(NamedTuple):
    """A pilot's standing and its numbers."""

    standing: Standing
    numbers: Numbers


def coordinating(standing: Standing | None) -> Coordinating | None:
    """What the home of a coordinator is made of; None without a pilot."""
    if standing is None:
        return None
    statement = select(*_numbers()).select_from(Pilot).where(Pilot.id == standing.pilot.id)
    return Coordinating(standing, Numbers(*db.session.execute(statement).one()))


def _numbers() -> list[Any]:
    return [
        _catalogue(),
        count(Volunteer, Volunteer.state == VolunteerState.APPLIED),
        count(Volunteer, Volunteer.state == VolunteerState.WAITING),
        _poll(Poll.opened_at.is_(None)),
        _poll(Poll.opened_at.is_not(None), Poll.closed_at.is_(None)),
        _poll(Poll.closed_at.is_not(None), Poll.decided_at.is_(None)),
        _turnout(),
        count(Submission, Submission.state == SubmissionState.DRAFT),
        count(Submission, Submission.state == SubmissionState.NOT_YET),
        _vacant_seats(),
        count(Submission, is_look_due()),
        _late(),
        _talks(),
        _due(),
        _given(),
        count(Announcement, Announcement.taken_back_at.is_(None)),
        count(Post, Post.taken_back_at.is_(None)),
    ]


def _catalogue() -> Any:
    return select(func.count(MicroCredential.id)).where(MicroCredential.archived_at.is_(None)).scalar_subquery()


def _poll(*conditions: ColumnElement[bool]) -> Any:
    return select(func.min(Poll.id)).where(Poll.pilot_id == Pilot.id, *conditions).scalar_subquery()


def _turnout() -> Any:
    """How many voted in the open poll that comes first."""
    votes = select(func.count()).select_from(Participation)
    is_open = _poll(Poll.opened_at.is_not(None), Poll.closed_at.is_(None))
    return votes.where(Participation.poll_id == is_open).correlate(Pilot).scalar_subquery()


def _vacant_seats() -> Any:
    """In every state: a third look or an appeal waits for a reviewer just as what was handed in does."""
    seats = select(func.coalesce(func.sum(vacancy_count()), 0)).where(Submission.pilot_id == Pilot.id)
    return seats.correlate(Pilot).scalar_subquery()


def _late() -> Any:
    reviews = select(func.count()).select_from(Review).join(Submission, Submission.id == Review.submission_id)
    late = reviews.where(Review.state.in_(OPEN), Review.due_at < utcnow(), IS_OF_EVIDENCE)
    return late.where(Submission.pilot_id == Pilot.id).correlate(Pilot).scalar_subquery()


def _talks() -> Any:
    """How many talks with a coach are still to be held."""
    talks = select(func.count()).select_from(CoachTalk).join(Submission, Submission.id == CoachTalk.submission_id)
    to_hold = talks.where(CoachTalk.held_on.is_(None), Submission.pilot_id == Pilot.id)
    return to_hold.correlate(Pilot).scalar_subquery()


def _thank_yous(*conditions: Any) -> Any:
    due = select(func.count()).select_from(Entitlement).join(Giveaway, Giveaway.id == Entitlement.giveaway_id)
    people = due.join(Account, Account.id == Entitlement.person_id).where(*conditions)
    return people.where(Giveaway.pilot_id == Pilot.id).correlate(Pilot).scalar_subquery()


def _is_given() -> Any:
    return exists().where(HandOut.entitlement_id == Entitlement.id, HandOut.undone_at.is_(None))


def _due() -> Any:
    waits = (~_is_given(), Entitlement.declined_at.is_(None), Giveaway.archived_at.is_(None))
    return _thank_yous(*waits, Account.disabled_at.is_(None))


def _given() -> Any:
    return _thank_yous(_is_given())
