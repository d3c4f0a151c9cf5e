"""The shape of what a coordinator types about scoring rules, and a lead about a review."""

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TimeField
from wtforms.validators import Optional

from microcred.fields import ProseField, WholeField, choices
from microcred.scoring.models import ScoringRules
from microcred.web import Form

LONGEST = 5000
AT_ONCE = ""
WEEKDAYS = {
    AT_ONCE: _l("none: each answer is given at once"),
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
}


class ReturnForm(Form):
    """What a reviewer should look at again."""

    note = ProseField(_l("Your note to this reviewer"), LONGEST)


class RulesForm(Form):
    """How a pilot scores."""

    double_percent = WholeField(_l("How many get a second reviewer, in percent"), 0, 100)
    allows_same_school = BooleanField(_l("Reviewers may review evidence from their own school"))
    shows_others = BooleanField(_l("Reviewers see how others scored, once their own review is final"))
    lead_looks = BooleanField(_l("A lead looks at every result before its answer is given, except after an appeal"))
    release_weekday = SelectField(_l("Day on which answers are given"), choices=choices(WEEKDAYS))
    release_time = TimeField(_l("Time of day"), [Optional()])

    def show(self, rules: ScoringRules) -> "RulesForm":
        """Show rules as they are; returns the form."""
        weekday = rules.release_weekday
        shown: dict[str, Any] = {"release_weekday": AT_ONCE if weekday is None else str(weekday)}
        self.process(None, obj=rules, data=None, **shown)
        return self

    @property
    def weekday(self) -> int | None:
        """The day that was chosen, 0 for Monday; None for none."""
        return int(self.release_weekday.data) if self.release_weekday.data else None

    @property
    def time(self) -> time | None:
        """The time that was typed, if any."""
        typed: time | None = self.release_time.data
        return typed
