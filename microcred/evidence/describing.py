"""What is said about an artefact: what it shows, the pupils in it, and who made it together with its author."""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import Account, FailedTries
from microcred.accounts.queries import account_by_email
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.evidence.actions import hold_draft
from microcred.evidence.models import Artefact, CoAuthor, Privacy
from microcred.history import record

MOST_CO_AUTHORS = 10
A_DAY = timedelta(days=1)
MOST_UNKNOWN = 10
"""Addresses a day of which somebody is told that nobody has them: a list of guesses is answered no further."""

SEPARATORS = re.compile(r"[\s,;]+")
LONGEST_SHOWN = 80


def seal(artefact: Artefact) -> str:
    """A short hash of what is said about an artefact: whether it is still what a page was drawn from."""
    return _sealed(artefact.caption, artefact.privacy, _addresses(artefact))


def _sealed(caption: str, privacy: Privacy | None, addresses: list[str]) -> str:
    said = json.dumps([caption, privacy, sorted(addresses)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def made_with(artefact: Artefact) -> str:
    """The addresses of its co-authors, as they are typed."""
    return ", ".join(_addresses(artefact))


def _addresses(artefact: Artefact) -> list[str]:
    return [each.person.email for each in artefact.co_authors]


def describe_artefact(
    artefact: Artefact, *, caption: str, privacy: Privacy | None, made_with: str = "", seen: str | None = None
) -> Artefact:
    """Change what is said about an artefact; `made_with` are the addresses of co-authors, separated by commas.

    `seen` is the seal of what this was written over. Refused when something else was said since, and when its
    submission is not a draft. For an address that is nobody's, or the author's own, only the co-authors are refused.
    The history has an entry for co-authors alone, because the rest saves itself at every pause.
    """
    hold_draft(artefact.submission, artefact.part)
    lock(artefact)
    addresses = [address.lower() for address in SEPARATORS.split(made_with) if address]
    if seen is not None and seal(artefact) not in (seen, _sealed(caption, privacy, addresses)):
        if (caption, privacy) == (artefact.caption, artefact.privacy):
            _people(artefact, addresses)  # Whoever lost the answer to what was written in part is told the same again.
        raise Refused(_("Something newer was saved in another window. Yours is not saved yet: compare the two."))
    artefact.caption, artefact.privacy = caption, privacy
    name_co_authors(artefact, addresses)
    return artefact


def name_co_authors(artefact: Artefact, addresses: list[str]) -> None:
    """Keep who made it together with its author, and thereby cannot review it. Refused when one cannot be found."""
    people = _people(artefact, addresses)
    if len(people) > MOST_CO_AUTHORS:
        most = ngettext(
            "At most one co-author can be named.", "At most %(num)s co-authors can be named.", MOST_CO_AUTHORS
        )
        raise _refused(most)
    kept = [each for each in artefact.co_authors if each.person_id in people]
    known = {each.person_id for each in kept}
    named = [CoAuthor(person=person, named_at=utcnow()) for key, person in people.items() if key not in known]
    if named or len(kept) < len(artefact.co_authors):
        artefact.co_authors = kept + named
        record(artefact.submission.person, "named co-authors", artefact, co_authors=sorted(people))
    db.session.flush()


def _people(artefact: Artefact, addresses: list[str]) -> dict[int, Account]:
    named_before = {each.person.email: each.person for each in artefact.co_authors}
    found = [named_before.get(address) or _colleague(artefact, address) for address in addresses]
    return {person.id: person for person in found}


def _colleague(artefact: Artefact, address: str) -> Account:
    guesses = _guesses(f"{artefact.person_id}")
    if guesses.count >= MOST_UNKNOWN:
        raise _refused(_("You named many that nobody here knows. Please try again tomorrow."))
    person = account_by_email(address)
    shown = {"address": address[:LONGEST_SHOWN]}
    if person is None or not person.is_active:
        _count(guesses, artefact.person_id, address)
        raise _refused(_("Nobody here has the address “%(address)s”: the co-authors are not saved yet.", **shown))
    if person.id == artefact.person_id:
        raise _refused(_("You are its author: name only the others."))
    return person


def _count(guesses: FailedTries, person_id: int, address: str) -> None:
    """Count each address once, because a draft saves itself again and again; what is half typed is no guess yet."""
    guess = _guesses(f"{person_id} {address}")
    if "." in address.partition("@")[2] and not guess.count:
        guess.count, guesses.count = 1, guesses.count + 1


def _guesses(what: str) -> FailedTries:
    """How often that was tried today."""
    key = hashlib.sha256(f"co-author {utcnow().date()} {what}".encode()).hexdigest()
    tries = db.session.get(FailedTries, key)
    if tries is None:
        tries = FailedTries(address_hash=key, count=0, heard_again_at=utcnow() + A_DAY)
        db.session.add(tries)
        db.session.flush()
    return tries


def _refused(sentence: str) -> Refused:
    """What else was said is kept all the same."""
    return Refused(sentence, field="made_with", is_noted=True)


def said_of(artefact: Artefact) -> dict[str, Any]:
    """What is said about it, as a form shows it."""
    return {"caption": artefact.caption, "privacy": artefact.privacy, "made_with": made_with(artefact)}
