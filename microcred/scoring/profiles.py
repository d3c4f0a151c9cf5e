"""What reviewers say of themselves: what they teach, how much they take on, when they are away, whom they know."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from microcred.accounts.actions import set_subjects
from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import Entry, record
from microcred.schooldays import local
from microcred.scoring.late_conflicts import end_reviews_in_conflict
from microcred.scoring.models import Review
from microcred.scoring.reviewer_models import MOST_OPEN, Absence, Conflict, ConflictSource, ReviewerProfile

MOST_ABSENCES = 30
MOST_NAMED = 200
TAKEN_BACK = "took a conflict back"


def profile_of(reviewer: Account) -> ReviewerProfile:
    """What a reviewer takes on; the profile of one who has said nothing is not in the database until it is added."""
    kept = db.session.get(ReviewerProfile, reviewer.id)
    return kept or ReviewerProfile(reviewer_id=reviewer.id, most_open=MOST_OPEN)


def change_profile(reviewer: Account, *, subjects: Iterable[str], most_open: int) -> ReviewerProfile:
    """Say what one teaches and how many reviews one takes on at a time, 0 for none for now; open ones stay.

    Refused for more than twelve subjects and for one of more than 60 characters.
    """
    set_subjects(reviewer, subjects, by=reviewer)
    profile = profile_of(reviewer)
    profile.most_open = most_open
    db.session.add(profile)
    record(reviewer, "set load", reviewer, most_open=most_open)
    return profile


def absences_of(reviewer: Account) -> list[Absence]:
    """When a reviewer is away now and later, the next time first."""
    statement = select(Absence).where(Absence.reviewer_id == reviewer.id, Absence.ends_on >= local(utcnow()).date())
    return list(db.session.scalars(statement.order_by(Absence.starts_on, Absence.ends_on, Absence.id)))


def own_absence(user: Account, absence_id: int) -> Absence | None:
    """A time that the person is away."""
    return db.session.scalar(select(Absence).where(Absence.id == absence_id, Absence.reviewer_id == user.id))


def add_absence(reviewer: Account, starts_on: date, ends_on: date) -> Absence:
    """Say that one is away from one day to another, both included; offers that fall into it go to others.

    Refused for days that are over, for a last day before the first, for days that are named already, and for too many.
    """
    lock(reviewer)
    known = absences_of(reviewer)
    if ends_on < starts_on:
        raise Refused(_("The last day comes before the first."), field="ends_on")
    if ends_on < local(utcnow()).date():
        raise Refused(_("These days are over already."), field="ends_on")
    if any(each.starts_on <= starts_on and ends_on <= each.ends_on for each in known):
        raise Refused(_("You have named these days already."), field="starts_on")
    if len(known) >= MOST_ABSENCES:
        raise Refused(_("Those are too many absences: remove one first."), field="starts_on")
    absence = Absence(reviewer_id=reviewer.id, starts_on=starts_on, ends_on=ends_on)
    db.session.add(absence)
    record(reviewer, "is away", reviewer, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    return absence


class Days(NamedTuple):
    """From one day to another, both included."""

    starts_on: date
    ends_on: date


def remove_absence(absence: Absence, *, by: Account) -> Days:
    """Say that one is not away then after all; returns the days, so that they can be named again."""
    days = Days(absence.starts_on, absence.ends_on)
    db.session.delete(absence)
    record(by, "is not away", by, starts_on=days.starts_on.isoformat(), ends_on=days.ends_on.isoformat())
    return days


def forget_past_absences() -> None:
    """Forget the days that are over: nobody needs to know any more when somebody was away."""
    for absence in db.session.scalars(select(Absence).where(Absence.ends_on < local(utcnow()).date())).all():
        db.session.delete(absence)


class Named(NamedTuple):
    """A colleague whom a reviewer has named."""

    id: int
    name: str


def named_by(reviewer: Account) -> list[Named]:
    """The conflicts that a reviewer has named, by name; one from a declined review would tell whose evidence it was."""
    statement = select(Conflict.id, Account.name).join(Account, Account.id == Conflict.person_id)
    own = statement.where(Conflict.reviewer_id == reviewer.id, Conflict.source == ConflictSource.NAMED)
    return sorted((Named._make(row) for row in db.session.execute(own)), key=lambda row: (row.name.casefold(), row.id))


def own_named(user: Account, conflict_id: int) -> Conflict | None:
    """A conflict that the person has named."""
    statement = select(Conflict).where(Conflict.id == conflict_id, Conflict.reviewer_id == user.id)
    return db.session.scalar(statement.where(Conflict.source == ConflictSource.NAMED))


def name_conflict(reviewer: Account, colleague: str) -> Conflict:
    """Say that one never wants to score the evidence of a colleague, given by e-mail or by full name.

    An open review of their evidence is set aside at once, kept, and offered to the next reviewer; nothing that is
    answered here tells whether there was one. Refused for oneself, and for a name that nobody or more than one has.
    """
    person = _colleague(colleague)
    if person.id == reviewer.id:
        raise Refused(_("That is you. Nobody reviews their own evidence anyway."), field="colleague")
    return name_again(reviewer, person)


def name_again(reviewer: Account, person: Account) -> Conflict:
    """The same for somebody whom one has named before, and has taken back."""
    named = _named(reviewer, person)
    if named is None:
        named = Conflict(reviewer_id=reviewer.id, person=person, source=ConflictSource.NAMED, declared_at=utcnow())
        _refuse_too_many(reviewer)
        db.session.add(named)
        record(reviewer, "named a conflict", reviewer, person=person.id)
    end_reviews_in_conflict(Review.reviewer_id == reviewer.id)
    return named


def _colleague(typed: str) -> Account:
    wanted = " ".join(typed.split())
    by_address = db.session.scalar(select(Account).where(Account.email == wanted.lower()))
    found = [by_address] if by_address else _people_called(wanted)
    if not found:
        raise Refused(_("Nobody here has this e-mail address or name."), field="colleague")
    if len(found) > 1:
        raise Refused(_("Several people have this name: give the e-mail address."), field="colleague")
    return found[0]


def _people_called(name: str) -> list[Account]:
    people = db.session.scalars(select(Account).where(func.lower(Account.name) == name.lower())).all()
    return list(people) or list(db.session.scalars(select(Account).where(Account.name == name)))


def _named(reviewer: Account, person: Account) -> Conflict | None:
    between = {"reviewer_id": reviewer.id, "person_id": person.id, "source": ConflictSource.NAMED}
    return db.session.scalar(select(Conflict).filter_by(**between))


def _refuse_too_many(reviewer: Account) -> None:
    if len(named_by(reviewer)) >= MOST_NAMED:
        raise Refused(_("Those are too many people: take one back first."), field="colleague")


def taken_back(user: Account, person_id: int) -> Account | None:
    """Somebody whom the person had named as a conflict, and took back: nobody else is found by a number."""
    told = Entry.actor_id == user.id, Entry.verb == TAKEN_BACK, Entry.details.is_not(None)
    people = {(details or {}).get("person") for details in db.session.scalars(select(Entry.details).where(*told))}
    return db.session.get(Account, person_id) if person_id in people else None


def take_back_conflict(conflict: Conflict, *, by: Account) -> Account:
    """Say that a conflict that one has named is none any more; returns the person.

    It does not bring a review back that was set aside for it: see `late_conflicts`.
    """
    person = conflict.person
    db.session.delete(conflict)
    record(by, TAKEN_BACK, by, person=person.id)
    return person
