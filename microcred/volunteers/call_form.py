"""The shape of what is typed about a call for volunteers."""

import hashlib
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from microcred.accounts.models import School
from microcred.fields import DayField, LocalMomentField, ProseField, WholeField, choices, required
from microcred.volunteers.rules import QUEUE_RULES
from microcred.volunteers.rules.contenders import Kept
from microcred.web import Form

MOST_HOURS = 1000
MOST_PLACES = 10_000
LONGEST_PROMISE = 3000


class CallForm(Form):
    """A call. `call_form` adds a number for each school and subject for which places can be kept."""

    effort_hours = WholeField(
        _l("Hours of work in all"), 1, MOST_HOURS, is_optional=True, description=_l("Meetings, lessons, and evidence.")
    )
    promise = ProseField(
        _l("What one gets"), LONGEST_PROMISE, is_optional=True, description=_l("Time, help, credit. Markdown is shown.")
    )
    rule = RadioField(
        _l("How places are given"),
        [required],
        choices=choices({slug: rule.title for slug, rule in QUEUE_RULES.items()}),
        description=_l("Once somebody is in the queue, the rule and what belongs to it cannot change any more."),
    )
    draws_at = LocalMomentField(_l("The lots are drawn"), description=_l("Day and time at your schools."))
    released_on = DayField(
        _l("Kept places are open to all from"), is_optional=True, description=_l("From the first moment of that day.")
    )
    groups: dict[str, Kept] = {}  # noqa: RUF012 — set by `call_form`, for each class of its own

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.draws_at.validators = [Optional()]
        self.draws_at.flags.required = False

    @property
    def kept(self) -> list[Kept]:
        """The places that are kept, of each group with a number."""
        typed = ((group, self[name].data) for name, group in self.groups.items())
        return [group._replace(places=places) for group, places in typed if places]


def call_form(schools: Iterable[School], subjects: Iterable[str]) -> type[CallForm]:
    """The form with a number of kept places for each of these schools and subjects."""
    groups, fields = {}, {}
    for school in schools:
        name = f"school_{school.id}"
        groups[name], fields[name] = Kept(0, school_id=school.id), _number(school.name)
    for subject in subjects:
        name = f"subject_{hashlib.sha256(subject.encode()).hexdigest()[:12]}"
        groups[name] = Kept(0, subject=subject)
        fields[name] = _number(_("Teachers of %(subject)s", subject=subject))
    return type("CallForm", (CallForm,), fields | {"groups": groups})


def _number(label: str) -> WholeField:
    return WholeField(label, 0, MOST_PLACES, is_optional=True)
