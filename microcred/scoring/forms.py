"""The shape of what reviewers and the coordinator type."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from microcred.scoring.models import DeclinedReason
from microcred.web import Form

LONGEST = 5000
REASONS = {
    DeclinedReason.NO_TIME: _l("I do not have the time"),
    DeclinedReason.CONFLICT: _l("I have a conflict of interest: I know, or think I know, whose evidence this is"),
}
at_most = Length(max=LONGEST, message=_l("At most %(max)d characters, please."))


class ScoreForm(Form):
    """The level of one criterion, and feedback on it; there is one on the desk for every criterion."""

    level = IntegerField(_l("Level"), [Optional()])
    feedback = TextAreaField(_l("Feedback"), [at_most])


class FinishForm(Form):
    """A word on the whole."""

    comment = TextAreaField(_l("Overall comment"), [at_most])


class DeclineForm(Form):
    """Why not."""

    reason = RadioField(_l("Why?"), choices=list(REASONS.items()), validators=[InputRequired(_l("Choose a reason."))])


class IncompleteForm(Form):
    """What is missing."""

    missing = TextAreaField(_l("What is missing?"), [InputRequired(_l("Write what is missing.")), at_most])


class ReassignForm(Form):
    """Who reviews instead."""

    reviewer = SelectField(_l("Give it to"), [InputRequired(_l("Choose somebody."))], coerce=int)
