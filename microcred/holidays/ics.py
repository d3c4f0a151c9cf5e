"""Reading days off from a calendar's file (iCalendar, RFC 5545): which whole days its events cover, and what is left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from icalendar import Calendar
from icalendar.error import InvalidCalendar

from microcred.errors import Refused
from microcred.fields import EARLIEST, LATEST, one_line
from microcred.holidays.models import weekdays
from microcred.holidays.yearly import NotRead, each_year

LARGEST_FILE = 1_000_000
MOST_EVENTS = 5_000
MOST_DAYS = 2_000
LONGEST_EVENT = 100
"""In days: what lasts longer, such as a school year, is no break."""

LONGEST_NAME = 120
LAST_MINUTE = time(23, 59)
"""Some calendars write the end of a whole day so."""


@dataclass
class DaysFound:
    """The days off that a file names, and how many events it was left out for which reason, with the first one's name."""

    days: dict[date, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def leave_out(self, name: str, reason: str) -> None:
        """Note that an event gave no day."""
        self.left_out[reason] += 1
        self.examples.setdefault(reason, name)


def read_days_off(content: bytes, zone: ZoneInfo, today: date, words: Sequence[str] = ()) -> DaysFound:
    """The days from Monday to Friday that the all-day events of a file cover, in the district's time zone.

    With `words`, only events with one of them in their name. What happens every year is read from this year on. Refused
    whole when the file is too large or no calendar, when a date in it is broken, and when it gives no day.
    """
    found = DaysFound()
    events = _events(content)
    moved = {(str(each.get("UID")), _day_of(each["RECURRENCE-ID"], zone)) for each in events if "RECURRENCE-ID" in each}
    for event in events:
        name = _name(event)
        try:
            _refuse_unwanted(event, name, words)
            for day in _days(event, name, zone, today):
                if "RECURRENCE-ID" in event or (str(event.get("UID")), day) not in moved:
                    found.days.setdefault(day, name)
        except NotRead as reason:
            found.leave_out(name, str(reason))
        if len(found.days) > MOST_DAYS:
            raise Refused(_("The file names more than %(count)s days off.", count=MOST_DAYS))
    if not found.days:
        raise Refused(_("The file gives no day off: none of its events covers a whole school day.") + _because(found))
    return found


def _events(content: bytes) -> list[Any]:
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than %(count)s MB.", count=LARGEST_FILE // 1_000_000))
    try:
        calendars = Calendar.from_ical(content.decode("utf-8-sig"), multiple=True)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        calendars = []
    events = [event for each in calendars if each.name == "VCALENDAR" for event in each.walk("VEVENT")]
    if not any(each.name == "VCALENDAR" for each in calendars):
        raise Refused(_("This is no calendar file, or a part of it is missing. Export it as iCalendar (.ics) again."))
    if len(events) > MOST_EVENTS:
        raise Refused(_("The file has more than %(count)s events.", count=MOST_EVENTS))
    return events


def _name(event: Any) -> str:
    summary = event.get("SUMMARY")
    text = summary[0] if isinstance(summary, list) else summary
    return (one_line(str(text or "")) or _("Day off"))[:LONGEST_NAME].strip()
