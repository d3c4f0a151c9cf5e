"""One event of a calendar's file: the whole days that it covers, or why it covers none."""

from collections.abc import Iterator, Set
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar.error import InvalidCalendar

from microcred.errors import Refused
from microcred.fields import EARLIEST, LATEST, one_line
from microcred.holidays.models import weekdays

LONGEST_NAME = 120
LONGEST_EVENT = 100
"""In days: what lasts longer, such as a school year, is no break."""

YEARS_AHEAD = 5
LAST_MINUTE = time(23, 59)
"""Some calendars let a whole day end so, and not at the midnight after."""

DAY = timedelta(days=1)


class NotRead(Exception):
    """An event gives no day off; the reason is a piece of a sentence."""


def name_of(event: Any) -> str:
    """What the event is called, on one line; an event without a name is a day off."""
    summary = event.get("SUMMARY")
    text = summary[0] if isinstance(summary, list) else summary
    return (one_line(str(text or "")) or _("Day off"))[:LONGEST_NAME].strip()


def local_day(value: date | datetime, zone: ZoneInfo) -> date:
    """The day of a date or a moment; a moment that names no time zone is meant in the district's own."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(zone) if value.tzinfo else value).date()


def value_of(event: Any, part: str) -> Any:
    """A part's date, moment or length; None when the event has none. Refused, with its name, when it cannot be read."""
    if part not in event:
        return None
    try:
        value = event[part].dt
    except (AttributeError, InvalidCalendar):
        value = None
    if not isinstance(value, date | timedelta):
        raise unreadable(event)
    return value


def unreadable(event: Any) -> Refused:
    """The refusal of a file in which this event's dates make no sense."""
    return Refused(_("The dates of “%(name)s” cannot be read. Nothing was added.", name=name_of(event)))


def days_of(event: Any, zone: ZoneInfo, today: date, excepted: Set[date]) -> Iterator[date]:
    """The days from Monday to Friday that an event covers, each time it happens but on the days excepted.

    Raises NotRead when it gives none; refused when its dates are broken.
    """
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise NotRead(_("cancelled"))
    try:
        first_on, length = _whole_days(event, zone)
        excepted = excepted | _exceptions(event, zone)
        for start in _starts(event, first_on, zone, today):
            if start not in excepted:
                yield from weekdays(start, start + length - DAY)
    except OverflowError:
        raise unreadable(event) from None


def _exceptions(event: Any, zone: ZoneInfo) -> set[date]:
    """The days on which an event that repeats does not happen."""
    lists = event.get("EXDATE", [])
    try:
        values = [each.dt for one in (lists if isinstance(lists, list) else [lists]) for each in one.dts]
    except (AttributeError, InvalidCalendar):
        raise unreadable(event) from None
    return {local_day(value, zone) for value in values if isinstance(value, date)}


def _whole_days(event: Any, zone: ZoneInfo) -> tuple[date, timedelta]:
    """The first day and how many there are, as a length of time."""
    start, end = value_of(event, "DTSTART"), _end(event)
    if not isinstance(start, date) or not isinstance(end, date):
        raise unreadable(event)
    first_on, after = _begins_on(start, zone), _ends_before(end, zone)
    if after < first_on:
        raise unreadable(event)
    length = max(after - first_on, DAY)
    if length > LONGEST_EVENT * DAY:
        raise NotRead(_("longer than %(count)s days", count=LONGEST_EVENT))
    return first_on, length


def _end(event: Any) -> Any:
    start = value_of(event, "DTSTART")
    end, duration = value_of(event, "DTEND"), value_of(event, "DURATION")
    if end is not None or start is None:
        return end
    if isinstance(duration, timedelta):
        return start + duration
    return start if isinstance(start, datetime) else start + DAY


def _begins_on(start: date, zone: ZoneInfo) -> date:
    if isinstance(start, datetime) and _clock(start, zone) != time():
        raise NotRead(_("not whole days"))
    return local_day(start, zone)


def _ends_before(end: date, zone: ZoneInfo) -> date:
    """The day after the last one."""
    if not isinstance(end, datetime):
        return end
    if _clock(end, zone) >= LAST_MINUTE:
        return local_day(end, zone) + DAY
    if _clock(end, zone) != time():
        raise NotRead(_("not whole days"))
    return local_day(end, zone)


def _clock(moment: datetime, zone: ZoneInfo) -> time:
    return (moment.astimezone(zone) if moment.tzinfo else moment).time()


def _starts(event: Any, first_on: date, zone: ZoneInfo, today: date) -> Iterator[date]:
    """The first day of each time that the event happens."""
    if "RDATE" in event:
        raise _repeats()
    if "RRULE" in event:
        yield from _each_year(event["RRULE"], first_on, zone, today)
    elif EARLIEST <= first_on <= LATEST:
        yield first_on
    else:
        raise NotRead(_("before 2000 or after 2099"))


def _repeats() -> NotRead:
    return NotRead(_("repeated in another way than every year"))


def _each_year(rule: Any, first_on: date, zone: ZoneInfo, today: date) -> Iterator[date]:
    """The same day of each year, from this year on and for a few years; a 29 February only in leap years."""
    interval, count, until = _yearly(rule, first_on, zone)
    for year in range(first_on.year, today.year + YEARS_AHEAD + 1, interval):
        day = _same_day(first_on, year)
        if count < 1 or (day and day > until):
            return
        count -= day is not None
        if day and year >= today.year:
            yield day


def _yearly(rule: Any, first_on: date, zone: ZoneInfo) -> tuple[int, int, date]:
    """Every how many years, how often at most, and until when a rule lets an event happen."""
    fixed = {"FREQ": ["YEARLY"], "BYMONTH": [first_on.month], "BYMONTHDAY": [first_on.day]}
    try:
        told = {str(name).upper(): list(values) for name, values in rule.items()}
        others = told.keys() - fixed.keys() - {"INTERVAL", "COUNT", "UNTIL", "WKST"}
        is_plain = told.get("FREQ") == ["YEARLY"] and all(told.get(name, same) == same for name, same in fixed.items())
        interval, count = int(told.get("INTERVAL", [1])[0]), int(told.get("COUNT", [LATEST.year])[0])
        until = local_day(told.get("UNTIL", [LATEST])[0], zone)
    except (AttributeError, InvalidCalendar, TypeError, ValueError, IndexError):
        raise _repeats() from None
    if others or not is_plain or interval < 1:
        raise _repeats()
    return interval, count, until


def _same_day(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
