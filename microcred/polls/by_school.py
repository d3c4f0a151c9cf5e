"""The table of a poll by school, without numbers of few people or such as these could be worked out from."""

from collections.abc import Mapping, Sequence
from typing import Any

from microcred.polls.secrecy import without_small_cells
from microcred.polls.votes import Vote, approvals, covered

OTHERS = 0
"""Stands for the schools that are not named."""


def by_school(
    votes: Sequence[Vote], codes: Sequence[str], courses: Sequence[str], may_vote: Mapping[int, int]
) -> list[dict[str, Any]]:
    """One entry a school that stands on ballots, the others last; none at all unless there are two to compare."""
    groups = sorted({vote.school_id or OTHERS for vote in votes}, key=lambda school: (school == OTHERS, school))
    if len(groups) < 2:
        return []
    members = [[vote for vote in votes if (vote.school_id or OTHERS) == group] for group in groups]
    sizes = [len(group) for group in members]
    served = without_small_cells([covered(group, courses) for group in members], sizes)
    cells = {code: _cells(members, code, sizes) for code in codes}
    if all(len(vote.approved) <= 1 for vote in votes):
        # Where everybody has one choice, a school's numbers add up to its votes: what a row hides, a column would tell.
        cells = {code: [None] * len(groups) for code in codes}
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


def _cells(members: Sequence[Sequence[Vote]], code: str, sizes: Sequence[int]) -> list[int | None]:
    return without_small_cells([approvals(group, [code])[code] for group in members], sizes)


def _may_vote(group: int, groups: Sequence[int], may_vote: Mapping[int, int]) -> int:
    return may_vote.get(group, 0) if group else sum(n for school, n in may_vote.items() if school not in groups)
