"""The shape of what a giveaway asks besides its rule, its limits, its days at the schools, and telling of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form as PlainForm
from wtforms import FormField, SelectField
from wtforms.validators import Optional

from microcred.accounts.models import School
from microcred.catalog.models import MicroCredential
from microcred.fields import DayField, LineField, ProseField, WholeField, choices
from microcred.polls.models import Poll
from microcred.recognition.conditions import LIMITS, Also
from microcred.recognition.eligibility import RULES
from microcred.recognition.models import Giveaway
from microcred.web import Form

MOST = 100_000
MOST_DAYS = 3650
ALSO = ("also_1", "also_2")
START = "start_"


def _id(value: str | None) -> int | None:
    return int(value) if value else None


class AlsoForm(PlainForm):
    """Something else that has to be met."""

    rule = SelectField(_l("Also has to have …"), [Optional()])
    poll = SelectField(_l("Only for this poll"), [Optional()], coerce=_id)
    micro_credential = SelectField(_l("Only for this micro-credential"), [Optional()], coerce=_id)
    count = WholeField(_l("How many"), 1, 99, is_optional=True)


class ConditionsForm(Form):
    """What else is asked, and how many become due at most; a subclass has a day for each school."""

    also_1 = FormField(AlsoForm)
    also_2 = FormField(AlsoForm)
    per_person = WholeField(_l("At most so many for one person"), 1, MOST, is_optional=True)
    per_period = WholeField(_l("At most so many for one person within a while"), 1, MOST, is_optional=True)
    period_days = WholeField(_l("The while, in days"), 1, MOST_DAYS, is_optional=True)
    in_total = WholeField(_l("At most so many for all together"), 1, MOST, is_optional=True)

    def offer_choices(self, polls: Iterable[Poll], courses: Iterable[MicroCredential]) -> "ConditionsForm":
        """Let what else is asked be chosen among these; returns the form."""
        rules = {"": _l("nothing else")} | {slug: rule.title for slug, rule in RULES.items()}
        for name in ALSO:
            also = self[name].form
            also.rule.choices = choices(rules)
            also.poll.choices = choices({"": _l("any poll")} | {str(poll.id): poll.question for poll in polls})
            offered = {str(course.id): course.title for course in courses}
            also.micro_credential.choices = choices({"": _l("any micro-credential")} | offered)
        return self

    @property
    def limits(self) -> dict[str, int | None]:
        """The limits that were typed."""
        return {name: self[name].data for name in LIMITS}

    @property
    def starts(self) -> dict[int, date]:
        """From when on it is offered, by the id of the school."""
        return {int(field.short_name.removeprefix(START)): field.data for field in self.start_fields if field.data}

    @property
    def start_fields(self) -> list[Any]:
        """The field of each school."""
        return [field for field in self if field.short_name.startswith(START)]

    def also(self, polls: dict[int, Poll], courses: dict[int, MicroCredential]) -> list[Also]:
        """What else has to be met."""
        typed = [self[name].form for name in ALSO if self[name].form.rule.data]
        return [
            Also(
                each.rule.data,
                polls.get(each.poll.data),
                courses.get(each.micro_credential.data),
                each.count.data or 1,
            )
            for each in typed
        ]


def conditions_form(giveaway: Giveaway, polls: list[Poll], courses: list[MicroCredential]) -> ConditionsForm:
    """The form, with a day for each school of the pilot, filled with what holds."""
    days = {f"{START}{school.id}": _day_at(school) for school in giveaway.pilot.schools}
    form: ConditionsForm = type("ConditionsFormOfGiveaway", (ConditionsForm,), days)(data=_kept(giveaway))
    return form.offer_choices(polls, courses)


def _day_at(school: School) -> DayField:
    return DayField(school.name, is_optional=True)


def _kept(giveaway: Giveaway) -> dict[str, Any]:
    starts = {f"{START}{start.school_id}": start.starts_on for start in giveaway.starts}
    also = dict(zip(ALSO, giveaway.also, strict=False))
    return {name: getattr(giveaway, name) for name in LIMITS} | starts | also


class TellingForm(Form):
    """Telling everyone in the pilot of a giveaway."""

    title = LineField(_l("Title"), 160)
    text = ProseField(_l("Text"), 5000)
