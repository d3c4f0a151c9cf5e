"""Who reviews a submission: without a conflict of interest, balanced by load, and by lot where loads are equal."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Hindrance(StrEnum):
    """What keeps a reviewer from a submission."""

    SELF = "self"
    PRINCIPAL = "principal"
    SUBORDINATE = "subordinate"
    SAME_SCHOOL = "same school"
    DECLARED = "declared conflict"
    HAS_REVIEWED = "has reviewed"
    UNCALIBRATED = "not calibrated"


@dataclass(frozen=True)
class Author:
    """Who handed the evidence in, as far as a conflict of interest goes."""

    id: int
    school_ids: frozenset[int] = frozenset()
    led_school_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A reviewer, and what this submission means to them.

    `has_reviewed` tells of a review of this very submission that stands or was declined; `has_seen` of a look at it
    that was set aside, or of a review of an earlier try.
    """

    id: int
    school_ids: frozenset[int] = frozenset()
    led_school_ids: frozenset[int] = frozenset()
    has_declared_conflict: bool = False
    has_reviewed: bool = False
    has_seen: bool = False
    is_calibrated: bool = True
    open_reviews: int = 0


def hindrance(candidate: Candidate, author: Author) -> Hindrance | None:
    """Why the candidate may not review what the author handed in, or None."""
    reasons = {
        Hindrance.SELF: candidate.id == author.id,
        Hindrance.PRINCIPAL: bool(candidate.led_school_ids & author.school_ids),
        Hindrance.SUBORDINATE: bool(author.led_school_ids & candidate.school_ids),
        Hindrance.SAME_SCHOOL: bool(candidate.school_ids & author.school_ids),
        Hindrance.DECLARED: candidate.has_declared_conflict,
        Hindrance.HAS_REVIEWED: candidate.has_reviewed,
        Hindrance.UNCALIBRATED: not candidate.is_calibrated,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def choose(candidates: Iterable[Candidate], author: Author, count: int, seed: str) -> list[Candidate]:
    """At most `count` candidates without a hindrance, the first choice first; the same seed chooses the same.

    Somebody who knows the evidence comes after all who do not: a second try deserves fresh eyes, but is not to wait for
    them where the district has few reviewers. Then the one with the fewest open reviews; equals draw lots.
    """
    free = [candidate for candidate in candidates if hindrance(candidate, author) is None]
    return sorted(free, key=lambda one: (one.has_seen, one.open_reviews, lot(seed, one.id)))[:count]


def lot(seed: str, number: int) -> str:
    """A lot that anybody can draw again from the seed on record, in whatever order the candidates come."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
