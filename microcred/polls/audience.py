"""Whom a poll asks: its pilot's schools or some of them, some subjects there, who joined, or every teacher."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from microcred.accounts.models import Account, Role, RoleName, TaughtSubject
from microcred.db import db
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.queries import is_told

if TYPE_CHECKING:
    from microcred.polls.models import Poll

AUDIENCES = {
    "schools": _l("the teachers of the pilot’s schools, or of some of them"),
    "subjects": _l("those who teach certain subjects at the pilot’s schools"),
    "pilot": _l("those who joined the pilot"),
    "everyone": _l("every teacher of the district"),
}


def asked(poll: "Poll") -> Select[Any]:
    """Everyone whom a poll asks and who can still sign in, by name."""
    teaches = Account.id.in_(select(Role.account_id).where(Role.name == RoleName.TEACHER))
    statement = select(Account).where(teaches, Account.disabled_at.is_(None), *_narrowed(poll))
    return statement.order_by(Account.name, Account.id)


def _narrowed(poll: "Poll") -> list[ColumnElement[bool]]:
    if poll.audience == "everyone":
        return []
    if poll.audience == "pilot":
        here = select(Volunteer.person_id).where(Volunteer.pilot_id == poll.pilot_id, *_joined())
        return [Account.id.in_(here)]
    at_schools = Account.school_id.in_(school_ids(poll))
    if poll.audience == "schools":
        return [at_schools]
    teaching = TaughtSubject.subject.in_(poll.asked_subjects)
    return [at_schools, Account.id.in_(select(TaughtSubject.account_id).where(teaching))]


def school_ids(poll: "Poll") -> list[int]:
    """The schools whose teachers are asked: the pilot's, or those that were chosen of them."""
    chosen = poll.asked_school_ids if poll.audience == "schools" else []
    return [school_id for school_id in poll.pilot.school_ids if not chosen or school_id in chosen]


def asks(poll: "Poll", person: Account) -> bool:
    """Whether somebody is one of those asked."""
    return poll.id in asking([poll], person)


def asking(polls: Sequence["Poll"], person: Account, *, near: Collection[int] | None = None) -> set[int]:
    """The ids of those of these polls that ask somebody.

    Who knows in which pilots the person's school takes part gives their ids as `near`, and saves reading the schools.
    """
    if not person.is_teacher:
        return set()
    joined = _joined_pilots(person) if any(poll.audience == "pilot" for poll in polls) else set()
    return {poll.id for poll in polls if _reaches(poll, person, joined, near)}


def _joined_pilots(person: Account) -> set[int]:
    return set(db.session.scalars(select(Volunteer.pilot_id).where(Volunteer.person_id == person.id, *_joined())))


def _joined() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whose answer is not told yet has not joined as far as anybody is shown."""
    return Volunteer.state == VolunteerState.JOINED, is_told()


def _reaches(poll: "Poll", person: Account, joined: Collection[int], near: Collection[int] | None) -> bool:
    if poll.audience == "everyone":
        return True
    if poll.audience == "pilot":
        return poll.pilot_id in joined
    is_near = poll.pilot.has_school(person.school_id) if near is None else poll.pilot_id in near
    if poll.audience == "schools":
        return is_near and (not poll.asked_school_ids or person.school_id in poll.asked_school_ids)
    return is_near and not set(poll.asked_subjects).isdisjoint(person.subjects)


def described(poll: "Poll") -> str:
    """Whom a poll asks, in the reader's language."""
    if poll.audience == "everyone":
        return _("every teacher of the district")
    if poll.audience == "pilot":
        return _("those who joined the pilot")
    if poll.audience == "subjects":
        return _("those who teach %(subjects)s at the pilot’s schools", subjects=", ".join(poll.asked_subjects))
    if poll.asked_school_ids:
        names = [school.name for school in poll.pilot.schools if school.id in school_ids(poll)]
        return _("the teachers of %(schools)s", schools=", ".join(names))
    return _("the teachers of the pilot’s schools")


def is_wider(poll: "Poll", audience: str, chosen_schools: Collection[int], chosen_subjects: Collection[str]) -> bool:
    """Whether this audience holds everyone whom the poll asks already."""
    if audience == "everyone":
        return True
    if audience == "schools":
        all_schools = not set(poll.pilot.school_ids) - set(chosen_schools) or not chosen_schools
        return poll.audience != "everyone" and (all_schools or _has_all_schools(poll, chosen_schools))
    is_same = audience == poll.audience
    return is_same and (audience != "subjects" or set(poll.asked_subjects) <= set(chosen_subjects))


def _has_all_schools(poll: "Poll", chosen_schools: Collection[int]) -> bool:
    return poll.audience == "schools" and set(school_ids(poll)) <= set(chosen_schools)
