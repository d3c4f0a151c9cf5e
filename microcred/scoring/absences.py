"""Who is away: the days that reviewers have named, and when these keep somebody from an offer."""

from collections.abc import Set
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select

from microcred.db import db, utcnow
from microcred.schooldays import add_school_days, holidays, is_school_day, local
from microcred.scoring.reviewer_models import Absence


def away_ids() -> set[int]:
    """The reviewers who are too much away for an offer that is made now.

    That is whoever is away today, or on the day by which they would have to answer, or on half of the school days or
    more that the review may take. A day or two within these weeks hinder nobody.
    """
    today, out = local(utcnow()).date(), holidays()
    answer_on = add_school_days(today, current_app.config["MICROCRED_REVIEW_OFFER_SCHOOL_DAYS"], out)
    due_on = add_school_days(today, current_app.config["MICROCRED_REVIEW_SCHOOL_DAYS"], out)
    review_days = {day for day in _days(today + timedelta(days=1), due_on) if is_school_day(day, out)}
    gone: dict[int, set[date]] = {}
    for absence in _absences(today, max(due_on, answer_on)):
        gone.setdefault(absence.reviewer_id, set()).update(_days(absence.starts_on, min(absence.ends_on, due_on)))
    return {who for who, days in gone.items() if is_too_much(days, {today, answer_on}, review_days)}


def is_too_much(gone: Set[date], at_first: Set[date], review_days: Set[date]) -> bool:
    """Whether somebody misses one of the first days, or half of all."""
    return bool(gone & at_first) or len(gone & review_days) * 2 >= len(review_days)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _absences(first: date, last: date) -> list[Absence]:
    statement = select(Absence).where(Absence.ends_on >= first, Absence.starts_on <= last)
    return list(db.session.scalars(statement))
