"""The shape of what is typed about stacks and micro-credentials, and of the file of an import."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Part
from wtforms.form import BaseForm
from wtforms.validators import Optional, ValidationError

from microcred.catalog.drafting import REMOVED, most_rows
from microcred.catalog.editing import entry_of, is_sayable
from microcred.catalog.format import DESIGNS, LONG, MOST_LEVELS, problems_of, sentence_of
from microcred.catalog.models import MicroCredential, Stack
from microcred.catalog.reading import LARGEST_FILE, read_json
from microcred.catalog.rubric_file import read_rubric
from microcred.errors import Refused
from microcred.fields import LineField, ProseField, WholeField, choices, one_line, required
from microcred.web import Form

SHOWN_NAME = 80
NEEDED = {"name", "prompt", "descriptor", "required_level"}
DESIGN_TITLES = {
    "hexagon-book": _l("hexagon with a book"),
    "shield-hands": _l("shield with hands"),
    "circle-compass": _l("circle with a compass"),
    "flower-speech": _l("flower with a speech bubble"),
    "leaf-sprout": _l("leaf with a sprout"),
    "octagon-bulb": _l("octagon with a light bulb"),
    "arch-chart": _l("arch with a chart"),
    "square-screen": _l("square with a screen"),
}


class Slip(NamedTuple):
    """Something to mend: the id of the field, what it is called, and the sentence."""

    id: str
    label: str
    sentence: str


def slips(fields: Any) -> Iterator[Slip]:
    """Everything that is wrong in a form, down to the rows within rows."""
    for field in fields:
        if isinstance(field, FormField):
            yield from slips(field.form)
        elif isinstance(field, FieldList):
            yield from slips(field)
        else:
            yield from (Slip(field.id, str(field.label.text), str(error)) for error in field.errors)


class FileForm(Form):
    """A catalogue's file, read and checked while the form is: `catalogue` is what it holds."""

    file = FileField(_l("Catalogue file"), [FileRequired(_l("Choose a file."))])
    catalogue: dict[str, Any]

    def validate_file(self, field: FileField) -> None:
        """Refuse a file that is no catalogue, with what is wrong where."""
        try:
            self.catalogue = read_json(_content(field))
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal
        problems = problems_of(self.catalogue)
        if problems:
            raise ValidationError(sentence_of(problems))


class RubricFileForm(Form):
    """A file with one rubric, read and checked while the form is: `rubric` is what it holds."""

    file = FileField(_l("File with the rubric"), [FileRequired(_l("Choose a file."))])
    rubric: dict[str, Any]

    def validate_file(self, field: FileField) -> None:
        """Refuse a file that is no rubric, with its name and what is wrong where."""
        try:
            self.rubric = read_rubric(_content(field))
        except Refused as refusal:
            name = (one_line(field.data.filename) or "")[:SHOWN_NAME]
            sentence = _l("“%(name)s” is not imported. %(problems)s", name=name, problems=refusal.sentence)
            raise ValidationError(str(sentence)) from refusal


def _content(field: FileField) -> bytes:
    with field.data.stream as upload:
        content: bytes = upload.read(LARGEST_FILE + 1)
    return content


class StackForm(Form):
    """A stack."""

    title = LineField(_l("Title"), 160)
    description = ProseField(_l("Description"), LONG)
    design = SelectField(
        _l("Shape of its badges"), [required], choices=choices({name: DESIGN_TITLES[name] for name in DESIGNS})
    )


class RowForm(Part):
    """One of several rows, which is left out when it has no name; `code` is empty while it is new."""

    code = HiddenField()
    removed = HiddenField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Each has to be filled in once its row has a name; until then the page asks the browser not to insist.
        for name in NEEDED & set(self._fields):
            self[name].flags.required = True

    @property
    def is_removed(self) -> bool:
        """Whether the row is to be left out; it stays in the form, to be taken back until it is saved."""
        return bool(self["removed"].data == REMOVED)

    @property
    def is_kept(self) -> bool:
        """Whether the row has a name, and is not to be left out."""
        return bool(self["name"].data) and not self.is_removed

    @property
    def is_begun(self) -> bool:
        """Whether something was typed beside the name."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a new row in which something was typed but no name: it would be lost. What is removed may be wrong."""
        if self.is_removed:
            return True
        is_fine = super().validate(extra_validators)
        if self.is_kept or self["code"].data or not self.is_begun:
            return is_fine
        self["name"].errors = [str(required.message)]
        return False


class LevelForm(RowForm):
    """One level of a criterion."""

    name = LineField(_l("Name of the level"), 80, is_optional=True)
    points = WholeField(_l("Points"), 0, 1000, is_optional=True)
    descriptor = ProseField(_l("How one recognises it"), LONG, is_optional=True)

    @property
    def is_begun(self) -> bool:
        """Whether there is a descriptor."""
        return bool(self.descriptor.data)


class CriterionForm(RowForm):
    """One criterion with its levels, the lowest first."""

    name = LineField(_l("Criterion"), 160, is_optional=True)
    is_required = BooleanField(_l("has to be met"))
    required_level = SelectField(_l("Met from"), validate_choice=True)
    levels = FieldList(FormField(LevelForm), max_entries=MOST_LEVELS)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        titles = dict(self._level_titles())
        # Where the level that was required is left out, another has to be chosen: none is by itself.
        unchosen = {} if self.required_level.data in titles else {"": _l("choose a level")}
        self.required_level.choices = choices(unchosen | titles)

    def _level_titles(self) -> Iterator[tuple[str, str]]:
        # Plain texts: what is lazy counts as markup when it is drawn, and a name is what somebody typed.
        for place, row in enumerate(self.levels):
            name = row.form["name"].data
            if not row.form.is_removed:
                title = _("level %(number)s", number=place + 1)
                yield str(place), f"{title}: {name}" if name else title

    @property
    def is_begun(self) -> bool:
        """Whether one of its levels has a descriptor."""
        return any(level.form.is_begun for level in self.levels)


class PartForm(RowForm):
    """One part of the evidence."""

    name = LineField(_l("Part"), 120, is_optional=True)
    prompt = ProseField(_l("What is asked for"), LONG, is_optional=True)
    word_limit = WholeField(_l("Word limit"), 1, 5000, is_optional=True)
    files = BooleanField(_l("files and links may be attached"))

    @property
    def is_begun(self) -> bool:
        """Whether there is a prompt."""
        return bool(self.prompt.data)


class MicroCredentialForm(Form):
    """A micro-credential with its evidence and its rubric."""

    title = LineField(_l("Title"), 160)
    stack = SelectField(_l("Stack"), [required])
    requires = SelectField(_l("Comes after"), [Optional()])
    skill = ProseField(_l("The skill"), LONG, description=_l("What a teacher can be seen to do."))
    why = ProseField(_l("Why it matters"), LONG)
    effort_hours = WholeField(_l("Hours of work"), 1, 1000)
    reviewer_hours = WholeField(_l("Hours for a reviewer"), 1, 100, default=1)
    subjects = LineField(_l("Subjects"), 500, is_optional=True, description=_l("With commas between them."))
    alignment = ProseField(
        _l("Alignment"), LONG, is_optional=True, description=_l("One on each line: framework | code | name.")
    )
    evidence = FieldList(FormField(PartForm), max_entries=most_rows("evidence"))
    criteria = FieldList(FormField(CriterionForm), max_entries=most_rows("criteria"))

    def offer(self, stacks: list[Stack], others: list[MicroCredential]) -> "MicroCredentialForm":
        """Let these be chosen; returns the form."""
        self.stack.choices = choices({stack.code: stack.title for stack in stacks})
        self.requires.choices = choices({"": _l("nothing")} | {each.code: each.title for each in others})
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what the catalogue's format could not say, beside the field."""
        return super().validate(extra_validators) and is_sayable(self, entry_of(self))

    def field_at(self, path: str) -> Field | None:
        """The field at a path of the catalogue's format, or the one that holds it; only rows that are kept count."""
        field: Any = self
        for step in path.removeprefix("rubric.").replace("[", ".").replace("]", "").split("."):
            field = _step(field, step)
        return field if isinstance(field, Field) and not isinstance(field, FieldList | FormField) else None


def _step(field: Any, step: str) -> Any:
    if isinstance(field, FieldList):
        kept = [row for row in field if row.form.is_kept]
        return kept[int(step)].form if step.isdecimal() and int(step) < len(kept) else None
    if isinstance(field, BaseForm):
        return getattr(field, step, None)
    return field
