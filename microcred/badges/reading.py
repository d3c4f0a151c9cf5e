"""Reading a badge back: what a verified document says, in the shape that a page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from microcred.badges.credential import identity_hash
from microcred.badges.linked_data import Document


@dataclass(frozen=True)
class Reading:
    """The words of a badge; what it does not say is an empty text. `results` are pairs of criterion and level."""

    id: str
    issuer_id: str
    issuer_name: str
    name: str
    description: str
    criteria: str
    valid_from: str
    started: str
    ended: str
    hours: str
    credits: str
    results: tuple[tuple[str, str], ...]
    status_list: str
    status_index: int | None


def read_badge(document: Mapping[str, Any]) -> Reading:
    """Return what a badge says; raise ValueError when the document is no Open Badge, however well it is signed."""
    if "OpenBadgeCredential" not in _texts(document, "type"):
        raise ValueError("This document is signed, but it is not an Open Badge.")
    issuer, subject = _one(document, "issuer"), _one(document, "credentialSubject")
    achievement, status = _one(subject, "achievement"), _one(document, "credentialStatus")
    return Reading(
        id=_text(document, "id"),
        issuer_id=_text(issuer, "id"),
        issuer_name=_text(issuer, "name"),
        name=_text(achievement, "name"),
        description=_text(achievement, "description"),
        criteria=_text(_one(achievement, "criteria"), "narrative"),
        valid_from=_text(document, "validFrom"),
        started=_text(subject, "activityStartDate"),
        ended=_text(subject, "activityEndDate"),
        hours=_text(achievement, "creditsAvailable"),
        credits=_text(subject, "creditsEarned"),
        results=tuple(_results(subject, achievement)),
        status_list=_text(status, "statusListCredential"),
        status_index=_index(_text(status, "statusListIndex")),
    )


def is_for(document: Mapping[str, Any], email: str) -> bool:
    """Tell whether a badge was given to the person with this address."""
    identities = _all(_one(document, "credentialSubject"), "identifier")
    return any(_text(each, "identityHash") == identity_hash(email, _text(each, "salt")) for each in identities)


def _results(subject: Document, achievement: Document) -> Iterator[tuple[str, str]]:
    criteria = {_text(each, "id"): each for each in _all(achievement, "resultDescription")}
    for result in _all(subject, "result"):
        criterion = criteria.get(_text(result, "resultDescription"), {})
        levels = {_text(each, "id"): _text(each, "name") for each in _all(criterion, "rubricCriterionLevel")}
        yield _text(criterion, "name"), levels.get(_text(result, "achievedLevel"), "")


def _one(members: Mapping[str, Any], name: str) -> Document:
    found = _all(members, name)
    return found[0] if len(found) == 1 else {}


def _all(members: Mapping[str, Any], name: str) -> list[Document]:
    return [each for each in _listed(members.get(name)) if isinstance(each, dict)]


def _texts(members: Mapping[str, Any], name: str) -> list[str]:
    return [each for each in _listed(members.get(name)) if isinstance(each, str)]


def _text(members: Mapping[str, Any], name: str) -> str:
    found = members.get(name)
    return str(found) if isinstance(found, str | int | float) else ""


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _index(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
