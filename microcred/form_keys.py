"""The one-time key of a form, stored with what it led to: the second of two clicks gets the first one's answer."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from microcred.db import Model, db, utcnow
from microcred.errors import Refused

LONGEST_KEY = 64


class FormKey(Model):
    """A form that was sent: the key it carried, by whom, and the answer it got.

    `used_at` is the day only, in UTC: the time at which somebody voted is kept nowhere.
    """

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    owner: Mapped[str] = mapped_column(String(20))
    used_at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str | None] = mapped_column(String(500))
    said: Mapped[str | None] = mapped_column(String(500))


def new_key() -> str:
    """Draw a key for a form that is shown."""
    return secrets.token_urlsafe(18)


def claim(sent: str | None, owner: str) -> FormKey:
    """Use a key; whoever claims the same one at this moment breaks a constraint. Refused for a form without a key."""
    if not sent:
        raise Refused(_("This form is not complete. Open the page again."))
    today = utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    key = FormKey(key=sent[:LONGEST_KEY], owner=owner, used_at=today)
    db.session.add(key)
    db.session.flush()
    return key


def claimed(sent: str | None, owner: str) -> FormKey | None:
    """What the same form led to when it was sent before; refused when it was somebody else who sent it."""
    key = db.session.get(FormKey, sent[:LONGEST_KEY]) if sent and sent.isprintable() else None
    if key and key.owner != owner:
        raise Refused(_("This form was sent by somebody else. Open the page again."))
    return key
