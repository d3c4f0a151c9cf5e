"""Hiding numbers that tell of fewer than five people, such that nobody finds them by subtraction either."""

from collections.abc import Sequence

FEWEST = 5
"""A number of people below this is not shown."""


def is_small(people: int) -> bool:
    """Whether a number is of so few people that it could tell of one of them; nobody is not few."""
    return 0 < people < FEWEST


def shielded(counts: Sequence[int], people: Sequence[int]) -> list[int | None]:
    """The counts, which add up to a sum that is shown, without those that are of fewer than five people each.

    A single one that is hidden would be the rest of the sum: then the smallest of the others is hidden with it.
    """
    hidden = {at for at, number in enumerate(people) if is_small(number)}
    if len(hidden) == 1:
        others = [at for at in range(len(counts)) if at not in hidden]
        hidden |= set(sorted(others, key=lambda at: (counts[at] == 0, counts[at]))[:1])
    return [None if at in hidden else count for at, count in enumerate(counts)]
