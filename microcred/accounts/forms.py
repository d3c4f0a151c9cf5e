"""The shape of what is typed about people, schools and signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from microcred.accounts.models import RoleName
from microcred.accounts.passwords import LONGEST
from microcred.web import Form

EMAIL = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$"
ROLES = {
    RoleName.TEACHER: _l("teacher"),
    RoleName.REVIEWER: _l("reviewer"),
    RoleName.PRINCIPAL: _l("principal"),
    RoleName.COORDINATOR: _l("coordinator"),
    RoleName.ADMINISTRATOR: _l("administrator"),
}
required = InputRequired(_l("Please fill this in."))


def at_most(count: int) -> Length:
    """No longer than `count` characters."""
    return Length(max=count, message=_l("At most %(max)d characters, please."))


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
        [required, at_most(254), Regexp(EMAIL, message=_l("This does not look like an e-mail address."))],
        filters=[_stripped],
    )
    school = SelectField(_l("School"), [Optional()], coerce=str)
    roles = SelectMultipleField(_l("Roles"), choices=list(ROLES.items()))
