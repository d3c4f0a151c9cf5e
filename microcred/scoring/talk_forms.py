"""The shape of what is noted about a talk."""

from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _l

from microcred.fields import DayField
from microcred.web import Form


class TalkForm(Form):
    """The day on which a talk was held; the page has one for every talk."""

    held_on = DayField(_l("Held on"))

    @property
    def day(self) -> date:
        """The day, of a form that is valid."""
        return cast("date", self.held_on.data)
