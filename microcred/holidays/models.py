"""Days off as people speak of them: in a row under one name, and those that one change added or removed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from microcred.schooldays import SATURDAY, Holiday


@dataclass(frozen=True)
class DaysOff:
    """The days that one change added or removed, as the history names them; `known` were there before."""

    id: str
    days: tuple[date, ...]
    known: int = 0


@dataclass(frozen=True)
class Span:
    """Days off in a row under one name; `count` of them are from Monday to Friday."""

    first_on: date
    last_on: date
    name: str
    count: int = 1


def weekdays(first_on: date, last_on: date) -> Iterator[date]:
    """The days from Monday to Friday between two days, both included."""
    for number in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=number)
        if day.weekday() < SATURDAY:
            yield day


def spans(holidays: Iterable[Holiday]) -> list[Span]:
    """Days off, given by date, with those in a row under one name drawn together; a weekend does not part them."""
    found: list[Span] = []
    for holiday in holidays:
        before = found[-1] if found else None
        if before and before.name == holiday.name and _is_next(before.last_on, holiday.held_on):
            found[-1] = replace(before, last_on=holiday.held_on, count=before.count + 1)
        else:
            found.append(Span(holiday.held_on, holiday.held_on, holiday.name))
    return found


def _is_next(before: date, day: date) -> bool:
    """Whether no school day lies between the two."""
    return not any(weekdays(before + timedelta(days=1), day - timedelta(days=1)))
