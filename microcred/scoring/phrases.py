"""Sentences of feedback to use again on a criterion: everybody's, kept by the coordinator, and each reviewer's own."""

from collections import defaultdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, or_, select

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, MicroCredential
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import Entry, record
from microcred.scoring.models import Phrase

LONGEST_PHRASE = 500
MOST_PHRASES = 30
"""Of one owner for one criterion: a longer list is not read."""

REMOVED = "removed"
KEPT = ("micro_credential_id", "criterion_code", "owner_id")
"""What the history keeps of a phrase that was removed; what somebody wrote is not for the history."""


def phrases_for(micro_credential_id: int, reviewer_id: int | None = None) -> dict[str, list[Phrase]]:
    """Everybody's phrases, and then the reviewer's own, in the order they were added, by the code of the criterion."""
    whose = or_(Phrase.owner_id.is_(None), Phrase.owner_id == reviewer_id)
    statement = select(Phrase).where(Phrase.micro_credential_id == micro_credential_id, whose)
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in db.session.scalars(statement.order_by(Phrase.owner_id.is_not(None), Phrase.id)):
        found[phrase.criterion_code].append(phrase)
    return dict(found)


def own_phrase(user: Account, phrase_id: int) -> Phrase | None:
    """One of the person's own phrases, or one of everybody's for the coordinator."""
    return db.session.scalar(select(Phrase).where(Phrase.id == phrase_id, _is_kept_by(user)))


def _is_kept_by(user: Account) -> ColumnElement[bool]:
    is_own = Phrase.owner_id == user.id
    return or_(is_own, Phrase.owner_id.is_(None)) if user.is_coordinator else is_own


def micro_credential_of(phrase: Phrase) -> MicroCredential:
    """The micro-credential that a phrase is about."""
    return db.session.get_one(MicroCredential, phrase.micro_credential_id)


def add_phrase(
    micro_credential: MicroCredential, criterion_code: str, text: str, *, owner: Account | None, by: Account
) -> Phrase:
    """Keep a phrase for a criterion; without an owner it is everybody's.

    Refused when it is empty or too long, when it is there already, and when there are as many as are read.
    """
    lock(micro_credential)
    text = _checked(text)
    _refuse_again(micro_credential.id, criterion_code, text, owner and owner.id)
    phrase = Phrase(micro_credential_id=micro_credential.id, criterion_code=criterion_code, text=text)
    phrase.owner_id, phrase.added_at = owner and owner.id, utcnow()
    db.session.add(phrase)
    record(by, "added", phrase, micro_credential=micro_credential.id)
    return phrase


def keep_phrase(criterion: Criterion, micro_credential: MicroCredential, text: str, *, by: Account) -> Phrase:
    """Keep what a reviewer wrote on a criterion as a phrase of their own; refused as by `add_phrase`."""
    return add_phrase(micro_credential, criterion.code, text, owner=by, by=by)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(_("Write the phrase first."), field="text")
    if len(text) > LONGEST_PHRASE:
        raise Refused(
            _("A phrase has at most %(most)s characters. Select the part that is worth keeping.", most=LONGEST_PHRASE),
            field="text",
        )
    return text


def _refuse_again(micro_credential_id: int, criterion_code: str, text: str, owner_id: int | None) -> None:
    of_criterion = Phrase.micro_credential_id == micro_credential_id, Phrase.criterion_code == criterion_code
    mine = select(func.count()).where(*of_criterion, Phrase.owner_id == owner_id)
    read = or_(Phrase.owner_id == owner_id, Phrase.owner_id.is_(None))
    if db.session.scalar(select(Phrase.id).where(*of_criterion, read, Phrase.text == text).limit(1)):
        raise Refused(_("This phrase is there already."), field="text")
    if (db.session.scalar(mine) or 0) >= MOST_PHRASES:
        raise Refused(
            ngettext(
                "There is %(num)s phrase already. Remove one that is not used.",
                "There are %(num)s phrases already. Remove one that is not used.",
                MOST_PHRASES,
            ),
            field="text",
        )


def change_phrase(phrase: Phrase, text: str, *, by: Account) -> Phrase:
    """Word a phrase otherwise. Refused when it is empty, too long or there already, and when it was removed."""
    _hold(phrase)
    text = _checked(text)
    if text != phrase.text:
        _refuse_again(phrase.micro_credential_id, phrase.criterion_code, text, phrase.owner_id)
        phrase.text = text
        record(by, "changed", phrase)
    return phrase


def remove_phrase(phrase: Phrase, *, by: Account) -> Phrase:
    """Take a phrase away; what was written with it stays, and it can be put back. Refused when it is gone already."""
    _hold(phrase)
    record(by, REMOVED, phrase, **{name: getattr(phrase, name) for name in KEPT})
    db.session.delete(phrase)
    db.session.flush()
    return phrase


def _hold(phrase: Phrase) -> None:
    if db.session.scalar(select(Phrase.id).where(Phrase.id == phrase.id).with_for_update()) is None:
        raise Refused(_("This phrase was removed."))


def removed_phrase(user: Account, phrase_id: int) -> Entry | None:
    """The entry of the history that tells of a phrase which the person removed."""
    told = Entry.thing == Phrase.__name__, Entry.thing_id == str(phrase_id), Entry.verb == REMOVED
    statement = select(Entry).where(*told, Entry.actor_id == user.id, Entry.details.is_not(None))
    entry = db.session.scalars(statement.order_by(Entry.id.desc())).first()
    is_everybodys = bool(entry and (entry.details or {})["owner_id"] is None)
    return None if is_everybodys and not user.is_coordinator else entry


def restore_phrase(removal: Entry, text: str, *, by: Account) -> Phrase:
    """Put a removed phrase back, with the text that the way back carries; refused as by `add_phrase`."""
    told: dict[str, Any] = removal.details or {}
    micro_credential = db.session.get_one(MicroCredential, told["micro_credential_id"])
    owner = by if told["owner_id"] is not None else None
    return add_phrase(micro_credential, told["criterion_code"], text, owner=owner, by=by)
