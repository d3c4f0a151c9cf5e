"""The shape of what is typed about days off: a span of days, and a calendar's file."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import ValidationError

from microcred.db import utcnow
from microcred.errors import Refused
from microcred.fields import DayField, LineField
from microcred.holidays.events import LONGEST_NAME
from microcred.holidays.ics import LARGEST_FILE, DaysFound, read_days_off
from microcred.schooldays import local, time_zone
from microcred.web import Form


class DaysForm(Form):
    """From one day to another; without the second, the first alone."""

    first_on = DayField(_l("First day"))
    last_on = DayField(_l("Last day"), is_optional=True)

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the last."""
        first_on = self.first_on.data
        if first_on is None:
            raise TypeError("the form was not validated")
        return first_on, self.last_on.data or first_on


class DaysOffForm(DaysForm):
    """Days off with what they are called."""

    name = LineField(_l("What they are called"), LONGEST_NAME)


class RemovalForm(DaysForm):
    """Days that are off no more; it stands on the same page as the form that adds some."""

    first_on = DayField(_l("First day"), id="removed_first_on")
    last_on = DayField(_l("Last day"), is_optional=True, id="removed_last_on")


class CalendarForm(Form):
    """A calendar's file, read while the form is checked: `found` is what it holds."""

    file = FileField(_l("Calendar file"), [FileRequired(_l("Choose a file."))])
    words = LineField(_l("Only events with one of these words"), 200, is_optional=True)
    found: DaysFound

    def validate_file(self, field: Any) -> None:
        """Refuse a file that gives no day off, with what is wrong with it."""
        with field.data.stream as upload:
            content = upload.read(LARGEST_FILE + 1)
        words = [word.strip() for word in (self.words.data or "").split(",") if word.strip()]
        try:
            self.found = read_days_off(content, time_zone(), local(utcnow()).date(), words)
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal
