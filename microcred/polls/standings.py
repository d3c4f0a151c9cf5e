"""What the ballots of a closed poll say: pure counting, the same ballots always giving the same bytes."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from microcred.polls.coverage import Suggestion, suggest
from microcred.polls.secrecy import without_small_cells

OTHERS = 0
"""Stands for the schools that are not named."""


class Vote(NamedTuple):
    """A ballot without its mark: the codes approved, and the school where it may be named."""

    school_id: int | None
    choice: frozenset[str]


def count(
    votes: Sequence[Vote],
    codes: Sequence[str],
    *,
    lots: Sequence[str],
    seats: int,
    requires: Mapping[str, str],
    may_vote: Mapping[int, int],
) -> dict[str, Any]:
    """Count a poll: approvals, suggestion, ties, and the table by school (of which `may_vote`) without small cells."""
    ballots = Counter(vote.choice for vote in votes)
    suggestion = suggest(ballots, codes, seats=seats, requires=requires, lots=lots)
    return {
        "votes": len(votes),
        "blank": ballots[frozenset()],
        "approvals": approvals(votes, codes),
        "suggestion": _written(suggestion),
        "rival": _rival(ballots, suggestion, codes, lots=lots, seats=seats, requires=requires),
        "lots": list(lots),
        "schools": _by_school(votes, codes, suggestion.courses, may_vote),
    }


def approvals(votes: Sequence[Vote], codes: Sequence[str]) -> dict[str, int]:
    """How many ballots approve each option."""
    counted = Counter(code for vote in votes for code in vote.choice)
    return {code: counted[code] for code in codes}


def covered(votes: Sequence[Vote], courses: Sequence[str]) -> int:
    """How many ballots approve at least one of these."""
    return sum(1 for vote in votes if not vote.choice.isdisjoint(courses))


def as_bytes(standings: Mapping[str, Any]) -> bytes:
    """The standings as canonical JSON: for publishing, and for comparing."""
    return json.dumps(standings, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _written(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "courses": list(suggestion.courses),
        "covered": suggestion.covered,
        "is_exact": suggestion.is_exact,
        "steps": [list(step) for step in suggestion.steps],
    }


def _rival(
    ballots: Mapping[frozenset[str], int],
    suggestion: Suggestion,
    codes: Sequence[str],
    *,
    lots: Sequence[str],
    seats: int,
    requires: Mapping[str, str],
) -> list[str] | None:
    """Another set that serves as many with as many approvals, if there is one: the lots decided between the two.

    With the lots of the suggested courses put last, the search takes any other set that is worth as much.
    """
    if not suggestion.is_exact:
        return None
    turned = sorted(lots, key=lambda code: code in suggestion.courses)
    other = suggest(ballots, codes, seats=seats, requires=requires, lots=turned)
    return None if set(other.courses) == set(suggestion.courses) else list(other.courses)


def _by_school(
    votes: Sequence[Vote], codes: Sequence[str], courses: Sequence[str], may_vote: Mapping[int, int]
) -> list[dict[str, Any]]:
    """One entry a school that stands on ballots, the others last; none at all unless there are two to compare."""
    groups = sorted({vote.school_id or OTHERS for vote in votes}, key=lambda school: (school == OTHERS, school))
    if len(groups) < 2:
        return []
    members = [[vote for vote in votes if (vote.school_id or OTHERS) == group] for group in groups]
    sizes = [len(group) for group in members]
    served = without_small_cells([covered(group, courses) for group in members], sizes)
    cells = {code: without_small_cells([approvals(group, [code])[code] for group in members], sizes) for code in codes}
    return [
        {
            "school_id": group or None,
            "may_vote": _may_vote(group, groups, may_vote),
            "votes": sizes[place],
            "served": served[place],
            "approvals": {code: cells[code][place] for code in codes},
        }
        for place, group in enumerate(groups)
    ]


def _may_vote(group: int, groups: Sequence[int], may_vote: Mapping[int, int]) -> int:
    return may_vote.get(group, 0) if group else sum(n for school, n in may_vote.items() if school not in groups)
