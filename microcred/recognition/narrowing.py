"""What a list is narrowed to, of what somebody may choose from."""

from typing import Any

from microcred.db import db
from microcred.recognition import queries
from microcred.recognition.forms import NarrowForm
from microcred.web import me


def narrowing(typed: Any) -> NarrowForm:
    """What an address or a form asks for; what cannot be read narrows nothing."""
    user = me()
    form = NarrowForm(typed).offer_choices(
        db.session.scalars(queries.visible_giveaways(user)), queries.schools_in_reach(user)
    )
    form.validate()
    for field in form:
        if field.errors:
            field.data = None
    return form
