"""Who reviews a submission: without a conflict of interest, balanced by load, and by lot where loads are equal."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from microcred.scoring.reviewer_models import MOST_OPEN

FIRST_SHARE_DIGITS = 8


class Hindrance(StrEnum):
    """What keeps a reviewer from a submission."""

    SELF = "self"
    PRINCIPAL = "principal"
    SUBORDINATE = "subordinate"
    SAME_SCHOOL = "same school"
    DECLARED = "declared conflict"
    CO_AUTHOR = "co-author"
    HAS_REVIEWED = "has reviewed"
    UNCALIBRATED = "not calibrated"
    AWAY = "away"
    FULL = "has enough to do"


CONFLICTS = frozenset(
    {
        Hindrance.SELF,
        Hindrance.PRINCIPAL,
        Hindrance.SUBORDINATE,
        Hindrance.SAME_SCHOOL,
        Hindrance.DECLARED,
        Hindrance.CO_AUTHOR,
    }
)
"""What ends a review that is under way, should it turn up later; the others only keep one from beginning."""


@dataclass(frozen=True)
class Author:
    """Who handed the evidence in, as far as a conflict of interest goes."""

    id: int
    school_ids: frozenset[int] = frozenset()
    led_school_ids: frozenset[int] = frozenset()
    allows_same_school: bool = False


@dataclass(frozen=True)
class Candidate:
    """A reviewer, and what this submission means to them.

    `has_reviewed` tells of a review of this very submission that stands or was declined, or of a lead's look at its
    scores; `has_seen` of a review of it that was set aside, or of one of an earlier try; `has_let_pass` of an offer of
    it that went unanswered or of a review that was too late.
    """

    id: int
    school_ids: frozenset[int] = frozenset()
    led_school_ids: frozenset[int] = frozenset()
    has_declared_conflict: bool = False
    is_co_author: bool = False
    has_reviewed: bool = False
    has_let_pass: bool = False
    has_seen: bool = False
    is_calibrated: bool = True
    is_away: bool = False
    is_expert: bool = False
    open_reviews: int = 0
    most_open: int = MOST_OPEN

    @property
    def load(self) -> float:
        """Open reviews as a part of how many there may be at a time."""
        return self.open_reviews / max(self.most_open, 1)


def hindrance(candidate: Candidate, author: Author) -> Hindrance | None:
    """Why the candidate may not review what the author handed in, or None."""
    is_colleague = bool(candidate.school_ids & author.school_ids)
    reasons = {
        Hindrance.SELF: candidate.id == author.id,
        Hindrance.PRINCIPAL: bool(candidate.led_school_ids & author.school_ids),
        Hindrance.SUBORDINATE: bool(author.led_school_ids & candidate.school_ids),
        Hindrance.SAME_SCHOOL: is_colleague and not author.allows_same_school,
        Hindrance.DECLARED: candidate.has_declared_conflict,
        Hindrance.CO_AUTHOR: candidate.is_co_author,
        Hindrance.HAS_REVIEWED: candidate.has_reviewed,
        Hindrance.UNCALIBRATED: not candidate.is_calibrated,
        Hindrance.AWAY: candidate.is_away,
        Hindrance.FULL: candidate.open_reviews >= candidate.most_open,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def choose(candidates: Iterable[Candidate], author: Author, count: int, seed: str) -> list[Candidate]:
    """At most `count` candidates without a hindrance, the first choice first; the same seed chooses the same."""
    return ranked(free(candidates, author), seed)[:count]


def free(candidates: Iterable[Candidate], author: Author) -> list[Candidate]:
    """Those between whom lots are drawn.

    Whoever has let this submission pass may still get it from the coordinator's hand, but not by lot: else an offer
    would come back every day to somebody who does not answer.
    """
    return [one for one in candidates if hindrance(one, author) is None and not one.has_let_pass]


def ranked(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """Candidates in the order in which they are asked.

    Somebody who knows the evidence comes after all who do not: a second try deserves fresh eyes, but is not to wait for
    them where the district has few reviewers. Then whoever teaches its subject comes first, then the one with the
    fewest open reviews for how many they take on; equals draw lots.
    """
    return sorted(candidates, key=lambda one: (one.has_seen, not one.is_expert, one.load, lot(seed, one.id)))


def lot(seed: str, number: int) -> str:
    """A lot that anybody can draw again from the seed on record, in whatever order the candidates come."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def reviewers_wanted(usual: int, double_percent: int, seed: str) -> int:
    """How many score everything: as many as usual, or two in a share of cases, by a lot from the same seed.

    `double_percent` is from 0 to 100; it says nothing where two are the rule.
    """
    is_double = int(lot(seed, 0)[:FIRST_SHARE_DIGITS], 16) % 100 < double_percent
    return max(usual, 2) if is_double else usual
