"""The shape of what is typed and ticked at the hand-out desk."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField

from microcred.fields import ChecksField, DayField, LineField, WholeField, at_most, paragraphs
from microcred.web import Form

LARGEST_ID = 999_999_999
MOST_TICKS = 3000
LONGEST_LIST = 100_000


class IdsField(SelectMultipleField):
    """The ids of what was ticked on a page: whole numbers, at most three thousand; what they stand for is looked up."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, validate_choice=False, choices=[], coerce=str, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was ticked; ValueError with a sentence when something else was sent."""
        self.data = None
        if len(valuelist) > MOST_TICKS or not all(map(is_id, valuelist)):
            raise ValueError(_l("This form is not complete. Open the page again."))
        self.data = [int(value) for value in valuelist]


def is_id(text: str) -> bool:
    """Whether a text can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))


class GiveForm(Form):
    """Handing one thing out: from which store, in which variant, and who collects it."""

    collected_by = LineField(_l("Collected by (name, address or code of a colleague)"), 254, is_optional=True)
    store = WholeField(_l("Store"), 1, LARGEST_ID, is_optional=True)
    variant = WholeField(_l("Which variant?"), 1, LARGEST_ID, is_optional=True)


class GiveSomeForm(GiveForm):
    """Handing several things out: what the page shows as waiting, and whether all of it is given or what is ticked."""

    everything = HiddenField()
    waiting = IdsField()
    given = IdsField(_l("Given now"))


class UndoSeveralForm(Form):
    """Undoing what was only just given at once."""


class SignatureForm(Form):
    """A signature for what was received."""

    hand_outs = IdsField(_l("Received"))
    signature = HiddenField(_l("Signature"))


class TicksForm(Form):
    """What is signed for on paper."""

    hand_outs = IdsField(_l("Signed for on paper"))


class SchoolForm(Form):
    """Which school a sheet is printed for."""

    school = SelectField(_l("School"))


class ShelfForm(Form):
    """Which shelf gets a code: which giveaway, and in which store, the district's or a school's."""

    giveaway = SelectField(_l("Giveaway"))
    place = SelectField(_l("Store"))


class ManyForm(Form):
    """Whom one would like to hand something to at once: a list, or the people of schools."""

    schools = ChecksField(_l("Schools"))
    people = TextAreaField(
        _l("Or name the people: one a line, by name, address or code"), [at_most(LONGEST_LIST)], filters=[paragraphs]
    )
    file = FileField(_l("Or a CSV file with their names, addresses or codes"))
    giveaways = ChecksField(_l("Only these giveaways"))
    store = SelectField(_l("From the store"))


class BatchForm(Form):
    """Handing out at once what was chosen after a dry run."""

    title = LineField(_l("What is the occasion?"), 160)
    store = WholeField(_l("Store"), 1, LARGEST_ID, is_optional=True)
    entitlements = IdsField(_l("Handed out"))


class LaterForm(Form):
    """From when on somebody would like to have it."""

    until = DayField(_l("From which day on?"))


class PublicForm(Form):
    """Whether one may be thanked in public."""

    is_public = BooleanField(_l("Others may read that I was thanked"))
