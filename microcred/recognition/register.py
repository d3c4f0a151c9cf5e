"""The log of hand-outs as a table to take along."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from microcred.recognition.eligibility import why
from microcred.recognition.models import HandOut


def columns() -> list[str]:
    """What stands above each column, in the reader's language."""
    return [
        _("Given at"),
        _("Person"),
        _("E-mail address"),
        _("School"),
        _("Giveaway"),
        _("Reason"),
        _("Value"),
        _("Currency"),
        _("Given by"),
        _("Collected by"),
        _("Acknowledged at"),
        _("Undone at"),
        _("Undone by"),
        _("Why undone"),
    ]


def rows(hand_outs: Iterable[HandOut]) -> Iterator[list[Any]]:
    """One line for each hand-out, undone ones too; moments and values as such."""
    for hand_out in hand_outs:
        entitlement = hand_out.entitlement
        person = entitlement.person
        yield [
            hand_out.given_at,
            person.name,
            person.email,
            person.school.name if person.school else "",
            entitlement.giveaway.title,
            why(entitlement),
            Decimal(hand_out.value_cents).scaleb(-2),
            hand_out.currency or current_app.config["MICROCRED_CURRENCY"],
            hand_out.given_by.name,
            hand_out.collected_by.name if hand_out.collected_by else "",
            hand_out.acknowledged_at,
            hand_out.undone_at,
            hand_out.undone_by.name if hand_out.undone_by else "",
            hand_out.undone_reason or "",
        ]
