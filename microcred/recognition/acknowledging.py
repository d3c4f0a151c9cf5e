"""Confirming what was received: on the own page, with a finger on the screen, or on paper that is ticked off later."""

import re
from collections.abc import Iterable

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.handing import refuse_other_school
from microcred.recognition.models import Acknowledgement, HandOut

PAD_WIDTH, PAD_HEIGHT = 320, 140
"""The field for a finger; a signature is a path of whole numbers within it."""

LONGEST_SIGNATURE = 6000
FEWEST_POINTS = 6
POINT = r"([0-9]{1,3}) ([0-9]{1,3})"
SIGNATURE = re.compile(r"(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})*)+")


def acknowledge(hand_out: HandOut, *, by: Account) -> HandOut:
    """Say that one has received it; refused to others, when it was undone, and a second time."""
    lock(hand_out)
    if hand_out.entitlement.person_id != by.id:
        raise Refused(_("Only the person it was given to can say so."))
    _refuse_settled(hand_out)
    _note(hand_out, Acknowledgement.PAGE)
    record(by, "acknowledged", hand_out)
    return hand_out


def sign(hand_outs: Iterable[HandOut], signature: str, *, by: Account) -> list[HandOut]:
    """Keep a signature that was drawn on the screen of whoever hands out, for several things at once.

    Refused when it is no signature, nothing was chosen, in another's school, and when one of them was undone or
    confirmed.
    """
    _refuse_scribble(signature)
    return [_signed(hand_out, signature, by) for hand_out in _held(hand_outs, by)]


def _signed(hand_out: HandOut, signature: str, by: Account) -> HandOut:
    _note(hand_out, Acknowledgement.FINGER)
    hand_out.signature = signature
    record(by, "had signed", hand_out)
    return hand_out


def tick_off(hand_outs: Iterable[HandOut], *, by: Account) -> list[HandOut]:
    """Note that the paper list bears a signature for each of these; refused as for `sign`."""
    held = _held(hand_outs, by)
    for hand_out in held:
        _note(hand_out, Acknowledgement.PAPER)
        record(by, "ticked off paper", hand_out)
    return held


def note_list(narrowed: dict[str, str], *, by: Account) -> None:
    """Keep in the history that somebody took a list for signatures along, and what it was narrowed to."""
    record(by, "printed signature list", by, **narrowed)


def _held(hand_outs: Iterable[HandOut], by: Account) -> list[HandOut]:
    held = [lock(hand_out) for hand_out in sorted(hand_outs, key=lambda each: each.id)]
    if not held:
        raise Refused(_("Tick at least one thing that was received."), field="hand_outs")
    for hand_out in held:
        refuse_other_school(hand_out.entitlement.person, by)
        _refuse_settled(hand_out)
    return held


def _refuse_settled(hand_out: HandOut) -> None:
    if hand_out.undone_at or hand_out.acknowledged_at:
        raise Refused(_("There is nothing to confirm."))


def _note(hand_out: HandOut, how: Acknowledgement) -> None:
    hand_out.acknowledged_at, hand_out.acknowledged_by = utcnow(), how


def _refuse_scribble(signature: str) -> None:
    """Only strokes within the field, long enough to be more than a slip of the finger."""
    if len(signature) > LONGEST_SIGNATURE:
        raise Refused(_("This signature has too many strokes. Wipe it and sign once more."), field="signature")
    if not SIGNATURE.fullmatch(signature) or not _is_inside(signature):
        raise Refused(_("Please sign in the field with a finger or a mouse."), field="signature")


def _is_inside(signature: str) -> bool:
    points = [(int(across), int(down)) for across, down in re.findall(POINT, signature)]
    within = all(across <= PAD_WIDTH and down <= PAD_HEIGHT for across, down in points)
    return within and len(set(points)) >= FEWEST_POINTS
