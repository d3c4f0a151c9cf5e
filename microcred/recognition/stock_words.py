"""How giveaways are shown: the address of their picture, and amounts in the currency that they are in."""

from decimal import Decimal

from flask import current_app, url_for
from flask_babel import format_currency

from microcred.recognition.models import Giveaway

FINGERPRINT = 8


def picture_url(giveaway: Giveaway) -> str:
    """Where its picture is found: its own, else the drawn one that was chosen; empty when it has none."""
    if giveaway.picture_file:
        version = giveaway.picture_file[:FINGERPRINT]
        return url_for("recognition.show_picture", giveaway_id=giveaway.id, version=version)
    static = current_app.jinja_env.globals["static"]
    return static(giveaway.picture) if giveaway.picture else ""  # type: ignore[operator]


def worth(cents: int | None, currency: str) -> str:
    """An amount in the currency that it is in; `cents` is in hundredths, an empty currency is the district's."""
    if cents is None:
        return ""
    return format_currency(Decimal(cents) / 100, currency or current_app.config["MICROCRED_CURRENCY"])
