"""Ballots without whose they are, and what a poll asks of them: all that counting has to know."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Vote(NamedTuple):
    """A ballot without its mark: its codes as the method keeps them, and the school where it may be named."""

    school_id: int | None
    choice: tuple[str, ...]
    most_wanted: str | None = None

    @property
    def approved(self) -> frozenset[str]:
        """The codes approved, whatever the way of voting."""
        return frozenset(self.choice)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the ballots: which options, how they are counted, and what limits the answer.

    `counts_by` is "coverage", "transfer" or "dots". `hours` are those that reviewers spend on each option; with a
    `budget` of them they limit the answer, else `seats` do. `requires` names what an option builds on.
    """

    codes: tuple[str, ...]
    lots: tuple[str, ...]
    hours: Mapping[str, int]
    seats: int | None = None
    budget: int | None = None
    counts_by: str = "coverage"
    requires: Mapping[str, str] = field(default_factory=dict)
    has_most_wanted: bool = False

    @property
    def limits(self) -> dict[str, Any]:
        """What every search for a set of courses is told."""
        costs = None if self.budget is None else self.hours
        return {
            "seats": self.seats,
            "costs": costs,
            "budget": self.budget,
            "requires": self.requires,
            "lots": self.lots,
        }


def approval_ballots(votes: Sequence[Vote]) -> Counter[frozenset[str]]:
    """How often each set of approved codes was cast."""
    return Counter(vote.approved for vote in votes)


def approvals(votes: Sequence[Vote], codes: Sequence[str]) -> dict[str, int]:
    """How many ballots approve each option."""
    counted = Counter(code for vote in votes for code in vote.approved)
    return {code: counted[code] for code in codes}


def covered(votes: Sequence[Vote], courses: Collection[str], at_least: int = 1) -> int:
    """How many ballots approve at least so many of these."""
    return sum(1 for vote in votes if len(vote.approved.intersection(courses)) >= at_least)
