"""What follows from the levels that reviewers saw, by rule: met or not met decides, points and averages never do."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from microcred.catalog.models import Criterion

AN_ANCHORS, FIRST, SECOND, THIRD, AN_APPEALS = range(5)
"""The seats of reviewers."""

Levels = Mapping[int, int]
"""The position of the level that a reviewer saw, by the id of the criterion."""


class Verdict(NamedTuple):
    """What is decided on one criterion."""

    level_position: int
    is_met: bool


def disputed(criteria: Iterable[Criterion], levels: Mapping[int, Levels]) -> list[Criterion]:
    """The required criteria that one of the first two seats sees met and the other not; one reviewer alone: none."""
    if not {FIRST, SECOND} <= set(levels):
        return []
    return [criterion for criterion in criteria if criterion.is_required and _differ(criterion, levels)]


def _differ(criterion: Criterion, levels: Mapping[int, Levels]) -> bool:
    return len({criterion.is_met_at(levels[seat].get(criterion.id)) for seat in (FIRST, SECOND)}) > 1


def to_be_agreed(criteria: Iterable[Criterion], levels: Mapping[int, Levels]) -> list[Criterion]:
    """What is in dispute and the third seat has said nothing about yet."""
    return [each for each in disputed(criteria, levels) if each.id not in levels.get(THIRD, {})]


def verdict(criterion: Criterion, levels: Mapping[int, Levels]) -> Verdict:
    """The level that counts, and whether it meets the criterion.

    The third seat has the last word on what is in dispute, and on nothing else: once a returned review agrees with the
    other one, the two suffice. Else the lower of the two levels counts: no reader of the result is promised more than
    both reviewers saw, and where the two agree on met or not met it changes no decision. What an appeal's reviewer saw
    counts where it is better.
    """
    seen = {seat: scores[criterion.id] for seat, scores in levels.items() if criterion.id in scores}
    appealed = seen.pop(AN_APPEALS, None)
    first_two = min(position for seat, position in seen.items() if seat != THIRD)
    is_agreed = THIRD not in seen or not disputed([criterion], levels)
    position = better_of(first_two if is_agreed else seen[THIRD], appealed)
    return Verdict(position, criterion.is_met_at(position))


def better_of(before: int, seen: int | None) -> int:
    """The level that counts after an appeal: never a lower one than before, so that nobody loses by asking."""
    return before if seen is None else max(before, seen)


def is_earned(criteria: Iterable[Criterion], verdicts: Mapping[int, Verdict]) -> bool:
    """Whether every required criterion is met."""
    return all(verdicts[criterion.id].is_met for criterion in criteria if criterion.is_required)
