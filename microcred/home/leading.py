"""A principal's home: volunteers to answer, who takes part, thank-yous given and owed at the school."""

from typing import Any, NamedTuple

from sqlalchemy import distinct, exists, func, select

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.home.standing import TAKES_PART, Standing
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.schooldays import holidays, school_days_since
from microcred.volunteers.models import Volunteer
from microcred.volunteers.queries import is_told, to_answer


class OwnSchool(NamedTuple):
    """A school that the principal leads, and its numbers: people in the pilot, thank-yous of the school."""

    name: str
    teachers: int
    volunteered: int
    joined: int
    handed_in: int
    earned: int
    given: int
    owed: int


class Leading(NamedTuple):
    """What a principal's home shows; `days` are the school days that each has waited."""

    to_answer: list[Volunteer]
    days: dict[int, int]
    schools: list[OwnSchool]


def leading(user: Account, standing: Standing | None) -> Leading:
    """Everything that the home of a principal shows."""
    waiting, out = to_answer(user), holidays()
    days = {each.id: school_days_since(each.applied_at, out) for each in waiting}
    return Leading(waiting, days, _schools(user, standing.pilot.id if standing else 0))


def _schools(user: Account, pilot_id: int) -> list[OwnSchool]:
    numbers = [
        _teachers(),
        _volunteers(pilot_id),
        _volunteers(pilot_id, Volunteer.state.in_(TAKES_PART), is_told()),
        _authors(pilot_id),
        _holders(pilot_id),
        _thank_yous(_is_given()),
        _thank_yous(~_is_given(), Entitlement.declined_at.is_(None), Giveaway.archived_at.is_(None)),
    ]
    statement = select(School.name, *numbers).where(School.id.in_(user.led_school_ids)).order_by(School.name)
    return [OwnSchool(*row) for row in db.session.execute(statement)]


def _teachers() -> Any:
    people = select(func.count(distinct(Role.account_id))).join(Account, Account.id == Role.account_id)
    taught = people.where(Role.name == RoleName.TEACHER, Role.school_id == School.id, Account.disabled_at.is_(None))
    return taught.correlate(School).scalar_subquery()


def _volunteers(pilot_id: int, *narrowed: Any) -> Any:
    """Who ever applied, or some of them: a number that falls would tell that somebody left."""
    people = select(func.count(distinct(Volunteer.person_id))).where(Volunteer.pilot_id == pilot_id)
    return people.where(Volunteer.school_id == School.id, *narrowed).scalar_subquery()


def _authors(pilot_id: int) -> Any:
    people = select(func.count(distinct(Submission.person_id))).join(Account, Account.id == Submission.person_id)
    handed_in = people.where(Submission.pilot_id == pilot_id, Submission.submitted_at.is_not(None))
    return handed_in.where(Account.school_id == School.id).correlate(School).scalar_subquery()


def _holders(pilot_id: int) -> Any:
    people = select(func.count(distinct(Award.person_id))).join(Account, Account.id == Award.person_id)
    earned = people.join(Submission, Submission.id == Award.submission_id).where(Submission.pilot_id == pilot_id)
    return earned.where(Award.revoked_at.is_(None), Account.school_id == School.id).correlate(School).scalar_subquery()


def _is_given() -> Any:
    return exists().where(HandOut.entitlement_id == Entitlement.id, HandOut.undone_at.is_(None))


def _thank_yous(*conditions: Any) -> Any:
    due = select(func.count()).select_from(Entitlement).join(Account, Account.id == Entitlement.person_id)
    found = due.join(Giveaway, Giveaway.id == Entitlement.giveaway_id).where(*conditions)
    return found.where(Account.school_id == School.id).correlate(School).scalar_subquery()
