"""The shape of what is typed about people, schools and signing in."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from microcred.accounts.models import EMAIL_PATTERN, Account, RoleName, School, role_titles
from microcred.accounts.passwords import LONGEST
from microcred.accounts.subjects import LONGEST_SUBJECT, MOST_SUBJECTS
from microcred.fields import LineField, at_most
from microcred.web import Form

required = DataRequired(_l("Please fill this in."))


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_l("E-mail address"), [required, at_most(254)], filters=[_stripped])
    password = PasswordField(_l("Password"), [required, at_most(LONGEST)])


class PasswordForm(Form):
    """A new password."""

    password = PasswordField(_l("New password"), [required, at_most(LONGEST)])


class SchoolForm(Form):
    """A school."""

    name = StringField(_l("Name of the school"), [required, at_most(120)], filters=[_stripped])


class PersonForm(Form):
    """A person."""

    name = StringField(_l("Name"), [required, at_most(120)], filters=[_stripped])
    email = EmailField(
        _l("E-mail address"),
        [
            required,
            at_most(254),
            Regexp(re.compile(EMAIL_PATTERN.pattern + "$"), message=_l("This does not look like an e-mail address.")),
        ],
        filters=[_stripped],
    )
    school = SelectField(_l("School"), [Optional()])
    roles = SelectMultipleField(
        _l("Roles"),
        [InputRequired(_l("Choose at least one role."))],
        choices=lambda: [(name.value, title) for name, title in role_titles().items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    subjects = LineField(_l("Subjects, separated by commas"), MOST_SUBJECTS * (LONGEST_SUBJECT + 2), is_optional=True)

    def offer_schools(self, schools: Iterable[School]) -> None:
        """Let the person be of one of these schools, or of none."""
        self.school.choices = [("", _l("none: works for the district"))] + [
            (str(each.id), each.name) for each in schools
        ]

    def role_names(self) -> list[RoleName]:
        """The roles that were ticked."""
        return [RoleName(name) for name in self.roles.data or []]

    @property
    def taught(self) -> list[str]:
        """The subjects that were typed."""
        return (self.subjects.data or "").split(",")


class DeputyForm(Form):
    """One of several people: who becomes deputy, or is deputy no more."""

    person = SelectField(_l("Who"), [InputRequired(_l("Choose somebody."))])

    def __init__(self, people: Iterable[Account], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._people = {str(each.id): each for each in people}
        self.person.choices = [("", ""), *((id_, each.name) for id_, each in self._people.items())]

    @property
    def chosen(self) -> Account:
        """Who was chosen."""
        return self._people[self.person.data or ""]


class PeopleFileForm(Form):
    """A file of people."""

    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file."))])
