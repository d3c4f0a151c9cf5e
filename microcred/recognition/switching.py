"""Switching a giveaway on and off, and telling people of it."""

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.noticeboard.actions import announce as announce_in_pilot
from microcred.recognition.models import Giveaway
from microcred.recognition.thanking import thank_everyone


def switch_on(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Let a giveaway make people due from now on, and at once all whom it thanks already; twice is once.

    Refused when it is no longer handed out.
    """
    lock(giveaway)
    if giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    if giveaway.switched_on_at is None:
        giveaway.switched_on_at = utcnow()
        record(by, "switched on", giveaway)
        thank_everyone(giveaway)
    return giveaway


def switch_off(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Let nobody become due a giveaway any more; who is due it already stays so."""
    lock(giveaway)
    if giveaway.switched_on_at:
        record(by, "switched off", giveaway, since=giveaway.switched_on_at.isoformat())
        giveaway.switched_on_at = None
    return giveaway


def announce(giveaway: Giveaway, title: str, text: str, *, by: Account) -> Giveaway:
    """Tell everyone in the pilot of a giveaway, on the noticeboard and by mail; refused as for `note_announced`."""
    note_announced(giveaway, by=by)
    announce_in_pilot(giveaway.pilot, title, text, by=by)
    return giveaway


def note_announced(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Note that people know of a giveaway from now on: the moment is kept, and there is only one.

    Refused when they know already, and while it is switched off: nothing is promised that nobody would receive.
    """
    lock(giveaway)
    if giveaway.announced_at:
        raise Refused(_("People were told of it already."))
    if giveaway.switched_on_at is None or giveaway.archived_at:
        raise Refused(_("Switch it on first: what is announced is promised."))
    giveaway.announced_at = utcnow()
    record(by, "noted as announced", giveaway)
    return giveaway
