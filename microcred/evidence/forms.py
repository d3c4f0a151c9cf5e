"""The shape of what is typed and chosen while evidence is written and handed in."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import InputRequired, Optional

from microcred.catalog.models import EvidencePart
from microcred.evidence.actions import LONGEST_CAPTION, LONGEST_LINK, LONGEST_TEXT
from microcred.evidence.models import Artefact, Privacy
from microcred.fields import LineField, ProseField
from microcred.web import Form

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
    """What an artefact shows, and its privacy declaration."""

    caption = LineField(_l("What does it show?"), LONGEST_CAPTION, is_optional=True)
    privacy = RadioField(
        _l("Pupils in it"),
        [InputRequired(_l("Say whether pupils can be recognised."))],
        choices=lambda: [(privacy.value, words) for privacy, words in PRIVACIES.items()],
    )

    @property
    def description(self) -> dict[str, Any]:
        """Caption and declaration, as the actions take them."""
        return {"caption": self.caption.data or "", "privacy": Privacy(self.privacy.data)}


class FileForm(DescriptionForm):
    """A file of evidence."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class LinkForm(DescriptionForm):
    """The address of a page that is evidence."""

    link = LineField(_l("Address of the page"), LONGEST_LINK)


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


def description_form(artefact: Artefact) -> DescriptionForm:
    """The unsent form of what is said about an artefact."""
    form = DescriptionForm(formdata=None, caption=artefact.caption, privacy=artefact.privacy)
    return form.within(f"artefact-{artefact.id}")
