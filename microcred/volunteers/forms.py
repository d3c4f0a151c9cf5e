"""The shape of what is typed when volunteering and answering."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from microcred.fields import LineField, ProseField, WholeField, at_most
from microcred.volunteers.models import Volunteer
from microcred.web import Form

LONGEST_WHY = 300
LONGEST_REASON = 500
MOST_PLACES = 10_000


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


class WhyForm(Form):
    """A teacher's application: one line."""

    why = StringField(
        _l("Why you would like to take part, in one line"),
        [DataRequired(_l("Please give your reason, in a few words.")), at_most(LONGEST_WHY)],
        filters=[_stripped],
    )


class ReasonForm(Form):
    """A reason that is sent to the person; each has its own on the page."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Please give a reason: the person is told it.")), at_most(LONGEST_REASON)],
        filters=[_stripped],
    )

    def __init__(self, volunteer: Volunteer, **given: Any) -> None:
        super().__init__(**given)
        self.volunteer = volunteer
        self.reason.id = f"reason-{volunteer.id}"


class MoveForm(Form):
    """Another place in the queue, and why; each who waits has its own on the page."""

    place = WholeField(_l("New place in the queue"), 1, MOST_PLACES)
    reason = ProseField(_l("Why"), LONGEST_REASON)

    def __init__(self, volunteer: Volunteer, **given: Any) -> None:
        super().__init__(**given)
        self.volunteer = volunteer
        self.place.id, self.reason.id = f"place-{volunteer.id}", f"why-{volunteer.id}"


class PlacesForm(Form):
    """How many places the pilot has."""

    places = WholeField(_l("Places in all"), 1, MOST_PLACES)


class AddForm(Form):
    """Whom the coordinator enters, by the address, and why."""

    email = LineField(_l("Teacher’s address"), 254)
    why = LineField(_l("Why, in one line"), LONGEST_WHY)


class ReleaseForm(Form):
    """Who covers the lessons of somebody who was approved; each has its own on the page."""

    note = ProseField(_l("Who covers the lessons, and when"), LONGEST_REASON, is_optional=True)

    def __init__(self, volunteer: Volunteer, **given: Any) -> None:
        super().__init__(**given)
        self.volunteer = volunteer
        self.note.id = f"note-{volunteer.id}"


class AnswersForm(Form):
    """One answer to several applicants: who is ticked, yes or no, and for a no the reason."""

    chosen = SelectMultipleField(_l("Applicants"), coerce=int, validate_choice=False)
    answer = StringField()
    reason = TextAreaField(_l("Reason, if you decline"), [at_most(LONGEST_REASON)], filters=[_stripped])

    def __init__(self, applicants: Sequence[Volunteer], **given: Any) -> None:
        super().__init__(**given)
        self.applicants = applicants

    @property
    def ticked(self) -> list[Volunteer]:
        """The applicants who are ticked, who waits longest first."""
        return [each for each in self.applicants if each.id in (self.chosen.data or [])]

    @property
    def is_yes(self) -> bool:
        """Whether they are approved."""
        return bool(self.answer.data == "approve")

    def validate_chosen(self, field: SelectMultipleField) -> None:
        """Somebody is ticked, and everyone who is still waits for an answer."""
        if not field.data:
            raise ValidationError(_("Tick at least one person."))
        if len(self.ticked) < len(set(field.data)):
            raise ValidationError(
                _("Somebody you ticked does not wait for an answer any more. Look at the list again.")
            )

    def validate_reason(self, field: TextAreaField) -> None:
        """A no has a reason."""
        if not self.is_yes and not field.data:
            raise ValidationError(_("Please give a reason: everyone you decline is told it."))
