"""The district's calendar: which days count, and when a clock runs out."""

import zoneinfo
from collections.abc import Set
from datetime import date, datetime, time, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from microcred.db import Model, db, utcnow

SATURDAY = 5


class Holiday(Model):
    """A day on which school is out and no clock runs."""

    __tablename__ = "holidays"

    held_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


def time_zone() -> zoneinfo.ZoneInfo:
    """The district's time zone."""
    return _zone(current_app.config["MICROCRED_TIME_ZONE"])


@cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


def local(moment: datetime) -> datetime:
    """A moment as the clock on the school's wall shows it."""
    return moment.astimezone(time_zone())


def end_of_day(day: date) -> datetime:
    """The last moment of a day in the district, aware of its time zone."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=time_zone())


def holidays() -> frozenset[date]:
    """Every day on which school is out."""
    return frozenset(db.session.scalars(select(Holiday.held_on)))


def is_school_day(day: date, out: Set[date]) -> bool:
    """Whether a clock runs on that day."""
    return day.weekday() < SATURDAY and day not in out


def add_school_days(start: date, count: int, out: Set[date]) -> date:
    """The day that is `count` school days (0 or more) after `start`; `start` itself does not count."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_school_day(day, out)
    return day


def school_days_since(moment: datetime, out: Set[date]) -> int:
    """How many school days came after the day of a moment, today among them."""
    return school_days_between(moment, utcnow(), out)


def school_days_between(start: datetime, end: datetime, out: Set[date]) -> int:
    """How many school days come after the day of one moment, up to the day of another; none if that is earlier."""
    first, last = local(start).date(), local(end).date()
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_school_day(day, out) for day in days)


def last_start(end: date, count: int, out: Set[date]) -> date:
    """The last day from which `count` school days later is no later than `end`."""
    day = end
    while add_school_days(day, count, out) > end:
        day -= timedelta(days=1)
    return day


def has_run_out(start: datetime, count: int, out: Set[date]) -> bool:
    """Whether the day that is `count` school days after a moment is over."""
    return local(utcnow()).date() > add_school_days(local(start).date(), count, out)


def due_after(start: datetime, count: int) -> datetime:
    """The end of the day that is `count` school days after a moment."""
    return end_of_day(add_school_days(local(start).date(), count, holidays()))
