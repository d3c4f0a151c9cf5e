"""Adding days off, removing them, and taking an addition back; a date that a clock was promised is never touched."""

import secrets
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.history import record
from microcred.holidays import queries
from microcred.holidays.models import DaysOff, Span, spans, weekdays
from microcred.schooldays import Holiday, holidays

LONGEST_SPAN = 366


def add_span(first_on: date, last_on: date, name: str, *, by: Account) -> DaysOff:
    """Let school be out from one day to another, both included; weekends, on which no clock runs, are left out.

    Refused when the last day comes before the first, for more than a year, and when there is nothing to add.
    """
    if last_on < first_on:
        raise Refused(_("The last day comes before the first."), field="last_on")
    if (last_on - first_on).days >= LONGEST_SPAN:
        raise Refused(_("At most a year at once, please."), field="last_on")
    days = dict.fromkeys(weekdays(first_on, last_on), name)
    if not days:
        raise Refused(_("That is a weekend, on which no clock runs anyway."), field="first_on")
    return add_days_off(days, by=by)


def add_days_off(days: Mapping[date, str], *, by: Account) -> DaysOff:
    """Let school be out on these days, each with its name; those that are known keep theirs.

    Refused when every one of them is known.
    """
    new = sorted(days.keys() - holidays())
    if not new:
        raise Refused(_("Every one of these days is in the calendar already."), field="first_on")
    db.session.add_all(Holiday(held_on=day, name=days[day]) for day in new)
    return _recorded(by, queries.ADDED, DaysOff(secrets.token_hex(8), tuple(new), known=len(days) - len(new)))


def remove_span(first_on: date, last_on: date, *, by: Account) -> list[Span]:
    """Let school be held again from one day to another, both included; returns what was removed, as spans.

    Refused when no day between them is off.
    """
    gone = queries.days_off_between(first_on, last_on)
    if not gone:
        raise Refused(_("No day off lies between these two days."), field="first_on")
    _remove(gone, by)
    return spans(gone)


def take_back(addition: DaysOff, *, by: Account) -> DaysOff:
    """Remove what one change added, and nothing else; refused when none of it is left."""
    gone = list(db.session.scalars(select(Holiday).where(Holiday.held_on.in_(addition.days))))
    if not gone:
        raise Refused(_("None of these days is in the calendar any more."))
    return _remove(gone, by)


def _remove(gone: list[Holiday], by: Account) -> DaysOff:
    for holiday in gone:
        db.session.delete(holiday)
    return _recorded(by, "removed", DaysOff(secrets.token_hex(8), tuple(sorted(each.held_on for each in gone))))


def _recorded(by: Account, verb: str, change: DaysOff) -> DaysOff:
    record(by, verb, change, days=[day.isoformat() for day in change.days])
    return change
