"""What the person who is thanked says to it: no, later, after all, and whether others may read of it."""

from datetime import date, timedelta

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.models import Entitlement, ThankPreference
from microcred.schooldays import local

LONGEST_DELAY = timedelta(days=366)


def decline(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Say no to a thank-you; refused to others, and when it was given already."""
    _lock_own(entitlement, by)
    entitlement.declined_at = entitlement.declined_at or utcnow()
    record(by, "declined", entitlement)
    return entitlement


def accept_after_all(entitlement: Entitlement, *, by: Account) -> Entitlement:
    """Take back a no, or a wish to have it later; refused as for `decline`."""
    _lock_own(entitlement, by)
    entitlement.declined_at = entitlement.later_until = None
    record(by, "accepted after all", entitlement)
    return entitlement


def _lock_own(entitlement: Entitlement, by: Account) -> None:
    lock(entitlement)
    if entitlement.person_id != by.id:
        raise Refused(_("Only the person who is thanked can say so."))
    if entitlement.hand_out:
        raise Refused(_("You have received this already."))


def postpone(entitlement: Entitlement, until: date, *, by: Account) -> Entitlement:
    """Ask not to be handed it before a day; it is not shown as due until then.

    Refused to others, when it was given already, and for a day that is past or more than a year away.
    """
    _lock_own(entitlement, by)
    today = local(utcnow()).date()
    if not today < until <= today + LONGEST_DELAY:
        raise Refused(_("Choose a day after today, within a year."), field="until")
    entitlement.later_until, entitlement.declined_at = until, None
    record(by, "asked for later", entitlement, until=until.isoformat())
    return entitlement


def set_public_thanks(person: Account, *, is_public: bool) -> ThankPreference:
    """Say whether others may read that one was thanked; nobody is named who has not said yes."""
    preference = db.session.get(ThankPreference, person.id) or ThankPreference(account_id=person.id)
    preference.is_public, preference.changed_at = is_public, utcnow()
    db.session.add(preference)
    record(person, "chose public thanks" if is_public else "chose no public thanks", person)
    return preference
