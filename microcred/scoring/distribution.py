"""How evidence is spread over the levels of a criterion, and what of it may be shown of few people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from microcred.polls.secrecy import FEWEST, without_small_cells

FEWEST_PEOPLE = FEWEST
"""What is told of fewer might tell how one of them fared."""

Places = Iterable[tuple[int, int]]
"""The level (its position, 0 is the lowest) that a piece of evidence reached, and the id of its author."""


class Spread(NamedTuple):
    """The pieces of evidence at each level, the lowest first; the people they are of; and the people all together."""

    pieces: list[int]
    people: list[int]
    everyone: int

    @property
    def is_of_few(self) -> bool:
        """Whether so few people stand behind it that nothing may be told."""
        return self.everyone < FEWEST_PEOPLE

    def without_small_groups(self) -> list[int | None]:
        """The pieces, with None for what would tell of fewer than five people, or could be worked out to."""
        kept = without_small_cells(self.people, [self.everyone] * len(self.people))
        return [None if cell is None else self.pieces[place] for place, cell in enumerate(kept)]


def spread(places: Places, level_count: int) -> Spread:
    """Count what reached which of the levels."""
    reached = list(places)
    pieces = Counter(position for position, _person in reached)
    people = Counter(position for position, _person in set(reached))
    return Spread(
        pieces=[pieces[position] for position in range(level_count)],
        people=[people[position] for position in range(level_count)],
        everyone=len({person for _position, person in reached}),
    )


def met_by_all_or_none(pieces: Sequence[int], required_position: int) -> bool | None:
    """True when every piece meets the criterion, False when none does: either way it tells no evidence from another.

    None when some do and others do not, and when there is nothing yet to tell by.
    """
    met, missed = sum(pieces[required_position:]), sum(pieces[:required_position])
    if not met and not missed:
        return None
    return True if not missed else False if not met else None
