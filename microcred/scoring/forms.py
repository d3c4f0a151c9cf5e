"""The shape of what reviewers and the coordinator type."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from microcred.fields import ProseField, at_most, choices
from microcred.scoring.models import DeclinedReason
from microcred.scoring.phrases import LONGEST_PHRASE
from microcred.web import Form

LONGEST = 5000
LONGEST_MARK = 64
REASONS = {
    DeclinedReason.NO_TIME.value: _l("I do not have the time"),
    DeclinedReason.CONFLICT.value: _l("I have a conflict of interest: I know, or think I know, whose evidence this is"),
}


class ScoreForm(Form):
    """The level of one criterion, and feedback on it; there is one on the desk for every criterion.

    `revision` is the one it was written over; `replaces` names a newer one that was seen. `phrase` is the part of the
    feedback that was selected to be kept as a phrase.
    """

    level = IntegerField(_l("Level"), [Optional()])
    feedback = ProseField(_l("Feedback"), LONGEST, is_optional=True)
    revision = IntegerField(validators=[Optional()])
    replaces = IntegerField(validators=[Optional()])
    phrase = ProseField(_l("Phrase"), LONGEST, is_optional=True)

    @property
    def base(self) -> int | None:
        """The revision that this score may take the place of; None where the page did not say."""
        return self.revision.data if self.replaces.data is None else self.replaces.data


class FinishForm(Form):
    """A word on the whole, saved as it is typed, and sent with the button that makes the review final.

    `over` is the mark of the comment it was written over; `replaces` is that of a newer one that was seen.
    """

    comment = ProseField(_l("Overall comment"), LONGEST, is_optional=True)
    over = StringField(validators=[Optional(), at_most(LONGEST_MARK)])
    replaces = StringField(validators=[Optional(), at_most(LONGEST_MARK)])

    @property
    def base(self) -> str | None:
        """The mark of the comment that this one may take the place of; None where the page did not say."""
        return self.replaces.data or self.over.data or None


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


class PhraseForm(Form):
    """A sentence of feedback to use again."""

    text = ProseField(_l("Phrase"), LONGEST_PHRASE)


class NewPhraseForm(PhraseForm):
    """A phrase for everybody, and the criterion that it is about."""

    criterion = SelectField(_l("Criterion"), [InputRequired(_l("Choose a criterion."))])
