"""The shape of what is typed about badges: a reason to revoke, a badge to verify."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from microcred.badges.linked_data import LARGEST
from microcred.web import Form


def at_most(count: int) -> Length:
    """No longer than `count` characters."""
    return Length(max=count, message=_l("At most %(max)d characters, please."))


class RevocationForm(Form):
    """Why a badge is revoked."""

    reason = TextAreaField(_l("Why is it revoked?"), [InputRequired(_l("Please fill this in.")), at_most(2000)])


class VerificationForm(Form):
    """A badge as a file, a text or a code; and an address, to learn whether it is that person's."""

    badge = FileField(_l("The badge’s file"), description=_l("The picture (PNG) or the text (JSON)."))
    text = TextAreaField(_l("Or its text"), [at_most(LARGEST * 4)])
    code = StringField(_l("Code of the badge"), [at_most(60)])
    email = EmailField(
        _l("E-mail address of the holder"),
        [at_most(254)],
        description=_l("A badge names nobody. Whoever knows the address can see whether it is that person’s."),
    )
