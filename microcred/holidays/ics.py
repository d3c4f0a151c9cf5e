"""Reading days off from a calendar's file (iCalendar, RFC 5545), and telling what was left out of it and why."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from icalendar import Calendar

from microcred.errors import Refused
from microcred.holidays.events import NotRead, days_of, local_day, name_of, unreadable, value_of

LARGEST_FILE = 1_000_000
MOST_EVENTS = 5_000
MOST_DAYS = 2_000
SHORT = 40
"""How much of a name suffices to know the event again."""

OWN_ZONE = re.compile(r"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE\r?\n?", re.DOTALL | re.IGNORECASE | re.MULTILINE)
"""A time zone that a file describes itself: only known ones are trusted, for its rules could go on for ever."""


@dataclass
class DaysFound:
    """The days off that a file names; the events left out are counted by the reason, with the first one's name."""

    days: dict[date, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def leave_out(self, name: str, reason: str) -> None:
        """Note that an event gave no day."""
        self.left_out[reason] += 1
        self.examples.setdefault(reason, name[:SHORT])

    @property
    def omissions(self) -> list[str]:
        """What was left out and why, a sentence for each reason, the most frequent first."""
        return [self._omission(reason, count - 1) for reason, count in self.left_out.most_common()]

    def _omission(self, reason: str, others: int) -> str:
        named = {"name": self.examples[reason], "reason": reason}
        if not others:
            return _("Left out (%(reason)s): “%(name)s”.", **named)
        return ngettext(
            "Left out (%(reason)s): “%(name)s” and %(num)s more.",
            "Left out (%(reason)s): “%(name)s” and %(num)s more.",
            others,
            **named,
        )


def read_days_off(content: bytes, zone: ZoneInfo, today: date, words: Sequence[str] = ()) -> DaysFound:
    """The days from Monday to Friday that the all-day events of a file cover, in the district's time zone.

    With `words`, only events with one of them in their name. What happens every year is read from this year on. Refused
    whole when the file is too large or no calendar, when a date in it is broken, and when it gives no day.
    """
    found, events = DaysFound(), _events(content)
    moved = _moved(events, zone)
    for event in events:
        try:
            _refuse_unwanted(event, words)
            for day in days_of(event, zone, today, moved[_series(event)]):
                found.days.setdefault(day, name_of(event))
        except NotRead as reason:
            found.leave_out(name_of(event), str(reason))
        if len(found.days) > MOST_DAYS:
            raise Refused(_("The file names more than %(count)s days off.", count=MOST_DAYS))
    if not found.days:
        raise Refused(" ".join([_("None of its events gives a whole school day off."), *found.omissions]))
    return found


def _events(content: bytes) -> list[Any]:
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than %(count)s MB.", count=LARGEST_FILE // 1_000_000))
    calendars = _calendars(content)
    if not calendars:
        raise Refused(_("This is no calendar file, or a part of it is missing. Export it as iCalendar (.ics) again."))
    events = [event for each in calendars for event in each.walk("VEVENT")]
    if len(events) > MOST_EVENTS:
        raise Refused(_("The file has more than %(count)s events.", count=MOST_EVENTS))
    return events


def _calendars(content: bytes) -> list[Any]:
    try:
        parts = Calendar.from_ical(OWN_ZONE.sub("", content.decode("utf-8-sig")), multiple=True)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return []
    return [part for part in parts if part.name == "VCALENDAR"]


def _moved(events: Sequence[Any], zone: ZoneInfo) -> defaultdict[str | None, set[date]]:
    """For each series the days on which it does not happen after all, because another event takes their place."""
    moved: defaultdict[str | None, set[date]] = defaultdict(set)
    for event in events:
        instead_of = value_of(event, "RECURRENCE-ID")
        if isinstance(instead_of, date):
            moved[str(event.get("UID"))].add(_day_of(event, instead_of, zone))
    return moved


def _day_of(event: Any, moment: date, zone: ZoneInfo) -> date:
    try:
        return local_day(moment, zone)
    except OverflowError:
        raise unreadable(event) from None


def _series(event: Any) -> str | None:
    """What the days taken out of its series are kept under; None for an event that takes the place of another."""
    return None if "RECURRENCE-ID" in event else str(event.get("UID"))


def _refuse_unwanted(event: Any, words: Sequence[str]) -> None:
    name = name_of(event).casefold()
    if words and not any(word.casefold() in name for word in words):
        raise NotRead(_("without any of your words"))
