"""What a badge says: a micro-credential, who earned it and how well, as an unsigned Open Badge 3.0.

Arrays stand wherever the schema allows one, numbers of points are strings, moments are whole seconds in UTC.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from microcred.badges.linked_data import CREDENTIALS, OPEN_BADGES, Document
from microcred.badges.signing import whole_seconds


@dataclass(frozen=True)
class Issuer:
    """Who vouches for the badge: `id` is the did:key of the signing key."""

    id: str
    name: str
    url: str | None = None


@dataclass(frozen=True)
class Level:
    """One level of a criterion: `level` is its place on the scale, `points` a number as text."""

    id: str
    name: str
    level: str
    points: str
    description: str = ""


@dataclass(frozen=True)
class Criterion:
    """One criterion of the rubric, its levels from low to high, and the level that counts as met."""

    id: str
    name: str
    levels: tuple[Level, ...]
    required_level: str | None = None


@dataclass(frozen=True)
class Alignment:
    """A standard that the micro-credential serves."""

    name: str
    url: str
    framework: str = ""
    code: str = ""
    description: str = ""


@dataclass(frozen=True)
class Achievement:
    """The micro-credential that was earned; `id` is a `urn:uuid:…` or the address of its page."""

    id: str
    name: str
    description: str
    criteria: str
    stack: str = ""
    hours: Decimal | None = None
    version: str = ""
    language: str = ""
    alignments: tuple[Alignment, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    image: str = ""  # a data URI or the address of a picture


@dataclass(frozen=True)
class Recipient:
    """Who earned the badge: the address goes in only as a hash with this salt."""

    email: str
    salt: str


@dataclass(frozen=True)
class Earned:
    """What one person did: the level (its id) reached in each criterion (its id), credits, first and last day."""

    recipient: Recipient
    levels: Mapping[str, str]
    credits: Decimal | None = None
    started_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True)
class StatusEntry:
    """Where one may look whether the badge was revoked: the address of the signed list, and the place in it."""

    list_url: str
    index: int


def open_badge(
    badge_id: str,
    issuer: Issuer,
    achievement: Achievement,
    earned: Earned,
    *,
    valid_from: datetime,
    status: StatusEntry | None = None,
) -> Document:
    """Return the unsigned credential; raise ValueError when a level is not one of its criterion's in this rubric."""
    return _present(
        {
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": badge_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": achievement.name,
            "issuer": _issuer(issuer),
            "validFrom": whole_seconds(valid_from),
            "credentialSubject": _subject(achievement, earned),
            "credentialStatus": status and _status(status),
        }
    )


def identity_hash(email: str, salt: str) -> str:
    """Return the salted hash under which a badge names its recipient; upper and lower case are one address."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def _issuer(issuer: Issuer) -> Document:
    return _present({"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url})


def _subject(achievement: Achievement, earned: Earned) -> Document:
    return _present(
        {
            "type": ["AchievementSubject"],
            "identifier": [_identity(earned.recipient)],
            "activityStartDate": earned.started_on and _first_moment(earned.started_on),
            "activityEndDate": earned.ended_on and _first_moment(earned.ended_on),
            "creditsEarned": _number(earned.credits),
            "achievement": _achievement(achievement),
            "result": _results(achievement, earned.levels),
        }
    )


def _identity(recipient: Recipient) -> Document:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(recipient.email, recipient.salt),
        "identityType": "emailAddress",
        "salt": recipient.salt,
    }


def _achievement(achievement: Achievement) -> Document:
    return _present(
        {
            "id": achievement.id,
            "type": ["Achievement"],
            "achievementType": "MicroCredential",
            "name": achievement.name,
            "description": achievement.description,
            "criteria": {"narrative": achievement.criteria},
            "creditsAvailable": _number(achievement.hours),
            "version": achievement.version,
            "inLanguage": achievement.language,
            "tag": [achievement.stack] if achievement.stack else [],
            "alignment": [_alignment(each) for each in dict.fromkeys(achievement.alignments)],
            "resultDescription": [_criterion(each) for each in achievement.rubric],
            "image": {"id": achievement.image, "type": "Image"} if achievement.image else {},
        }
    )


def _alignment(alignment: Alignment) -> Document:
    return _present(
        {
            "type": ["Alignment"],
            "targetName": alignment.name,
            "targetUrl": alignment.url,
            "targetFramework": alignment.framework,
            "targetCode": alignment.code,
            "targetDescription": alignment.description,
        }
    )


def _criterion(criterion: Criterion) -> Document:
    return _present(
        {
            "id": criterion.id,
            "type": ["ResultDescription"],
            "name": criterion.name,
            "resultType": "RubricCriterionLevel",
            "requiredLevel": criterion.required_level,
            "rubricCriterionLevel": [_level(each) for each in criterion.levels],
        }
    )


def _level(level: Level) -> Document:
    return _present(
        {
            "id": level.id,
            "type": ["RubricCriterionLevel"],
            "name": level.name,
            "description": level.description,
            "level": level.level,
            "points": level.points,
        }
    )


def _results(achievement: Achievement, levels: Mapping[str, str]) -> list[Document]:
    known = {criterion.id: {level.id for level in criterion.levels} for criterion in achievement.rubric}
    if not all(level in known.get(criterion, ()) for criterion, level in levels.items()):
        raise ValueError("A result must name a level of its own criterion, from the rubric of this micro-credential.")
    return [
        {"type": ["Result"], "resultDescription": criterion, "achievedLevel": level, "status": "Completed"}
        for criterion, level in levels.items()
    ]


def _status(status: StatusEntry) -> Document:
    return {
        "id": f"{status.list_url}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(status.index),
        "statusListCredential": status.list_url,
    }


def _first_moment(day: date) -> str:
    """Return a day as the moment at which it begins: the schema wants a time where the vocabulary wants a date."""
    return whole_seconds(datetime.combine(day, time(), UTC))


def _number(amount: Decimal | None) -> int | float | None:
    """Return an amount as the shortest number of JSON: whole numbers without a fraction, or two readers disagree."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _present(members: Document) -> Document:
    """Leave out what there is nothing to say about: an empty text, a null and an empty array state nothing."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
