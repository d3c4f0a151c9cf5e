"""When answers are given: at once, or on a published day of the week, at a published time on the school's wall."""

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta

from microcred.schooldays import holidays, is_school_day, local, time_zone
from microcred.scoring.models import ScoringRules

ONE_DAY = timedelta(days=1)
SCHOOL_WEEK = range(5)
"""Monday to Friday: the weekdays on which answers can be given."""


def next_release(rules: ScoringRules, after: datetime) -> datetime | None:
    """The first published moment after a moment; None where answers are given at once."""
    if rules.release_weekday is None or rules.release_time is None:
        return None
    return release_after(after, rules.release_weekday, rules.release_time, holidays())


def release_after(after: datetime, weekday: int, at: time, out: Set[date]) -> datetime:
    """The first release after a moment: on that weekday (0 is Monday), or on the first school day after a day off.

    Raises ValueError for a weekday that is never a school day.
    """
    if weekday not in SCHOOL_WEEK:
        raise ValueError("answers are given on school days")
    day = local(after).date()
    while not (_is_release_day(day, weekday, out) and on_the_wall(day, at) > after):
        day += ONE_DAY
    return on_the_wall(day, at)


def _is_release_day(day: date, weekday: int, out: Set[date]) -> bool:
    """Whether it is a school day, and no other lies between it and the weekday that is meant."""
    if not is_school_day(day, out):
        return False
    while day.weekday() != weekday:
        day -= ONE_DAY
        if is_school_day(day, out):
            return False
    return True


def on_the_wall(day: date, at: time) -> datetime:
    """The moment, in UTC, at which the clock on the school's wall shows a time on a day.

    Where the clock shows it twice, the first one; where it is put forward over it, as much later as it is put forward.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=time_zone()).astimezone(UTC)
