"""The shape of what reviewers type about themselves."""

from datetime import date

from flask_babel import lazy_gettext as _l

from microcred.accounts.subjects import LONGEST_SUBJECT, MOST_SUBJECTS
from microcred.fields import DayField, LineField, WholeField
from microcred.web import Form

MOST_AT_A_TIME = 50
LONGEST_ADDRESS = 254


class ProfileForm(Form):
    """What one teaches, and how much one takes on."""

    subjects = LineField(_l("Subjects, separated by commas"), MOST_SUBJECTS * (LONGEST_SUBJECT + 2), is_optional=True)
    most_open = WholeField(_l("Open reviews at a time, at most"), 0, MOST_AT_A_TIME)

    @property
    def typed_subjects(self) -> list[str]:
        """The subjects that were typed."""
        return (self.subjects.data or "").split(",")


class AbsenceForm(Form):
    """From one day to another; without the second, the first alone."""

    starts_on = DayField(_l("First day away"))
    ends_on = DayField(_l("Last day away"), is_optional=True)

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the last."""
        starts_on = self.starts_on.data
        if starts_on is None:
            raise TypeError("the form was not validated")
        return starts_on, self.ends_on.data or starts_on


class ConflictForm(Form):
    """Whose evidence one never scores."""

    colleague = LineField(_l("E-mail address or full name of a colleague"), LONGEST_ADDRESS)
