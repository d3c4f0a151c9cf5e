"""The shape of what is typed and chosen while evidence is written and handed in."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from microcred.catalog.models import EvidencePart
from microcred.evidence.actions import LONGEST_CAPTION, LONGEST_LINK, LONGEST_TEXT
from microcred.evidence.models import Privacy
from microcred.evidence.ordering import Step
from microcred.fields import LineField, ProseField, choices
from microcred.web import Form

LONGEST_ADDRESSES = 1000

PRIVACIES = {
    Privacy.NO_PUPIL: _l("No pupil can be recognised in it"),
    Privacy.CONSENT: _l("Pupils can be recognised, and consent is on record at my school"),
}
"""What an author may declare about the pupils in an artefact."""


class PartForm(Form):
    """A form that stands on the page once for each part, and so needs ids of its own."""

    def within(self, place: str) -> Self:
        """Begin the ids of the fields with a place on the page."""
        for field in self:
            field.id = f"{place}-{field.short_name}"
        return self


class TextForm(PartForm):
    """The text of one part, and the revision it was written over; `replaces` names a newer one that was seen."""

    text = ProseField(_l("Your text"), LONGEST_TEXT, is_optional=True)
    revision = IntegerField(validators=[Optional()])
    replaces = IntegerField(validators=[Optional()])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A draft may be empty, yet the page is not to call what is asked for optional.
        self.text.flags.required = True

    @property
    def base(self) -> int:
        """The revision that this text may take the place of."""
        return self.replaces.data or self.revision.data or 0


class DescriptionForm(PartForm):
    """What an artefact shows, the pupils in it, who made it too; `replaces` names what was said meanwhile and seen."""

    caption = LineField(_l("What does it show?"), LONGEST_CAPTION, is_optional=True)
    privacy = RadioField(_l("Pupils in it"), [Optional()], choices=lambda: _privacies())
    made_with = LineField(_l("Made together with"), LONGEST_ADDRESSES, is_optional=True)
    seen = HiddenField()
    replaces = HiddenField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A draft saves itself without it, yet nothing is handed in before it is said.
        self.privacy.flags.required = True

    @property
    def base(self) -> str | None:
        """What these words may take the place of."""
        return self.replaces.data or self.seen.data or None

    @property
    def description(self) -> dict[str, Any]:
        """What is said, as the actions take it."""
        chosen = (self.privacy.data or "").strip()  # white space alone passes for nothing chosen
        privacy = Privacy(chosen) if chosen else None
        return {"caption": self.caption.data or "", "privacy": privacy, "made_with": self.made_with.data or ""}


class FileForm(PartForm):
    """Files of evidence, one or several at once; what they show is said afterwards."""

    file = MultipleFileField(_l("Files"), [FileRequired(_l("Choose a file."))])

    def refuse(self, sentences: list[str]) -> None:
        """Say why files were refused: one beside the field, several one below the other."""
        if len(sentences) == 1:
            self.file.errors = [*self.file.errors, *sentences]
        else:
            self.form_errors.extend(sentences)


class LinkForm(PartForm):
    """The address of a page that is evidence, with a note on what it shows."""

    link = LineField(_l("Address of the page"), LONGEST_LINK)
    caption = LineField(_l("What does it show?"), LONGEST_CAPTION, is_optional=True)
    privacy = RadioField(
        _l("Pupils in it"),
        [InputRequired(_l("Say whether pupils can be recognised."))],
        choices=lambda: _privacies(),
    )

    @property
    def description(self) -> dict[str, Any]:
        """Note and declaration, as the actions take them."""
        return {"caption": self.caption.data or "", "privacy": Privacy(self.privacy.data)}


def _privacies() -> list[tuple[str, Any]]:
    return [(privacy.value, words) for privacy, words in PRIVACIES.items()]


class PlaceForm(Form):
    """Which way an artefact goes."""

    step = SelectField(choices=choices({step.value: step.value for step in Step}))


class HandInForm(Form):
    """The author's word to have looked for what gives the author away."""

    has_looked = BooleanField(
        _l("I have looked: neither texts nor files tell who I am or where I work."),
        [InputRequired(_l("Please look once more, then tick this."))],
    )


def text_form(part: EvidencePart, text: str) -> TextForm:
    """The unsent form of a part's text."""
    form = TextForm(formdata=None, text=text)
    return form.within(f"part-{part.id}")


def description_form(said: dict[str, Any]) -> DescriptionForm:
    """The unsent form of what is said about an artefact."""
    return DescriptionForm(formdata=None, **said)
