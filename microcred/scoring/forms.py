"""The shape of what reviewers and the coordinator type."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from microcred.fields import ProseField, choices
from microcred.scoring.models import DeclinedReason
from microcred.web import Form

LONGEST = 5000
REASONS = {
    DeclinedReason.NO_TIME.value: _l("I do not have the time"),
    DeclinedReason.CONFLICT.value: _l("I have a conflict of interest: I know, or think I know, whose evidence this is"),
}


class ScoreForm(Form):
    """The level of one criterion, and feedback on it; there is one on the desk for every criterion."""

    level = IntegerField(_l("Level"), [Optional()])
    feedback = ProseField(_l("Feedback"), LONGEST, is_optional=True)


class FinishForm(Form):
    """A word on the whole."""

    comment = ProseField(_l("Overall comment"), LONGEST, is_optional=True)


class DeclineForm(Form):
    """Why not."""

    reason = RadioField(_l("Why?"), choices=choices(REASONS), validators=[InputRequired(_l("Choose a reason."))])


class IncompleteForm(Form):
    """What is missing."""

    missing = ProseField(_l("What is missing?"), LONGEST)


class DenyForm(Form):
    """Which rule was broken."""

    denied_reason = ProseField(_l("Which rule was broken?"), LONGEST)


class ReassignForm(Form):
    """Who reviews instead."""

    reviewer = SelectField(_l("Give it to"), [InputRequired(_l("Choose somebody."))], coerce=int)
