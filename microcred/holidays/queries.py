"""Finding days off: those to come, those of a year, those that one change added."""

from datetime import date

from sqlalchemy import extract, select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.history import Entry
from microcred.holidays.models import DaysOff
from microcred.permissions import may_keep_holidays
from microcred.schooldays import Holiday

ADDED = "added"


def days_off_from(day: date) -> list[Holiday]:
    """That day and all later ones on which school is out, by date."""
    return list(db.session.scalars(select(Holiday).where(Holiday.held_on >= day).order_by(Holiday.held_on)))


def days_off_in(year: int) -> list[Holiday]:
    """The days of a year on which school is out, by date."""
    days = select(Holiday).where(Holiday.held_on.between(date(year, 1, 1), date(year, 12, 31)))
    return list(db.session.scalars(days.order_by(Holiday.held_on)))


def days_off_between(first_on: date, last_on: date) -> list[Holiday]:
    """The days off from one day to another, both included, by date."""
    days = select(Holiday).where(Holiday.held_on.between(first_on, last_on))
    return list(db.session.scalars(days.order_by(Holiday.held_on)))


def years_before(day: date) -> list[int]:
    """The years with a day off before that day, the latest first."""
    year = extract("year", Holiday.held_on)
    years = select(year).where(Holiday.held_on < day).distinct().order_by(year.desc())
    return [int(found) for found in db.session.scalars(years)]


def added_days_off(user: Account, change_id: str) -> DaysOff | None:
    """What one addition or import added, for those who may take it back."""
    told = select(Entry.details).where(
        Entry.thing == DaysOff.__name__, Entry.thing_id == change_id, Entry.verb == ADDED
    )
    details = db.session.scalar(told) if may_keep_holidays(user) and change_id.isprintable() else None
    return DaysOff(change_id, tuple(map(date.fromisoformat, details["days"]))) if details else None
