"""The shape of what is typed about a pilot."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from microcred.accounts.models import School
from microcred.catalog.models import MicroCredential
from microcred.fields import (
    ChecksField,
    DayField,
    LineField,
    LocalMomentField,
    ProseField,
    WholeField,
    choices,
    required,
)
from microcred.web import Form

MOST_PLACES = 10_000


class PilotForm(Form):
    """A pilot."""

    title = LineField(_l("Title"), 160)
    purpose = ProseField(_l("Purpose"), 5000, description=_l("The small educational area that this pilot is about."))
    success = ProseField(
        _l("What would count as success"), 5000, description=_l("Written down before it starts, so that one can tell.")
    )
    schools = ChecksField(_l("Schools that take part"), [required], coerce=int)
    places = WholeField(_l("Places"), 1, MOST_PLACES)
    sign_up_opens_at = LocalMomentField(_l("Sign-up opens"), description=_l("Day and time at your schools."))
    starts_on = DayField(_l("First day"))
    ends_on = DayField(_l("Last day"))
    reviewers_per_submission = RadioField(
        _l("Reviewers for each piece of evidence"),
        [required],
        coerce=int,
        default=2,
        choices=choices({"1": _l("one"), "2": _l("two")}),
        description=_l("With only one, nobody can tell a severe reviewer from evidence of low quality."),
    )

    def offer_schools(self, schools: Iterable[School]) -> "PilotForm":
        """Let these schools be chosen; returns the form."""
        self.schools.choices = choices({str(school.id): school.name for school in schools})
        return self


class OfferForm(Form):
    """One more micro-credential to offer."""

    micro_credential = SelectField(_l("Micro-credential"), [required], coerce=int)

    def offer_choices(self, micro_credentials: Iterable[MicroCredential]) -> "OfferForm":
        """Let these be chosen; returns the form."""
        self.micro_credential.choices = choices({str(each.id): each.title for each in micro_credentials})
        return self
