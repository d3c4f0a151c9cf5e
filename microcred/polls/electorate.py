"""A poll as bits: who approves which course, and what any choice of courses is worth.

Equal ballots are one group. The groups whose number has a given binary digit set are the bits of one plane, so that a
weighted count is a few population counts, and a hundred thousand ballots are a few whole numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

Ballots = Mapping[frozenset[str], int]
Planes = tuple[int, ...]


class Choice(NamedTuple):
    """Courses taken so far, the ballots they leave unserved, what the choice is worth, and what is left to spend."""

    taken: frozenset[int]
    unserved: Planes
    worth: int
    left: int


@dataclass(frozen=True, slots=True)
class Electorate:
    """The courses of a poll, numbered by lot, with their planes, the highest binary digit first.

    One more ballot served is worth `ballot_worth`. The `bonus` of each course settles ties: no two sums of it differ by
    as much as that, and no two sets of courses have the same sum, so that the best set is the only one.
    """

    codes: tuple[str, ...]
    approvals: tuple[Planes, ...]
    everyone: Planes
    ballot_worth: int
    bonus: tuple[int, ...]
    costs: tuple[int, ...]
    budget: int
    presupposed: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls,
        ballots: Ballots,
        lots: Sequence[str],
        *,
        costs: Mapping[str, int] | None,
        budget: int,
        requires: Mapping[str, str],
    ) -> Self:
        """Number the courses by lot. Without costs, the budget is of seats, one a course, and each is worth filling."""
        place = {code: lot for lot, code in enumerate(lots)}
        approvals = _approvals(ballots, place)
        totals = [_count(planes) for planes in approvals]
        return cls(
            codes=tuple(lots),
            approvals=approvals,
            everyone=tuple((1 << len(groups)) - 1 for groups in _groups(ballots)),
            ballot_worth=(sum(totals) + 1) * (len(lots) + 1) << len(lots) + 1,
            bonus=_bonus(totals, per_course=1 if costs is None else -1),
            costs=tuple(1 if costs is None else costs[code] for code in lots),
            budget=budget,
            presupposed=tuple(tuple(place[other] for other in foundations(code, requires)) for code in lots),
        )

    def nothing(self) -> Choice:
        return Choice(frozenset(), self.everyone, 0, self.budget)

    def missing(self, choice: Choice, course: int) -> tuple[int, ...]:
        return (*(other for other in self.presupposed[course] if other not in choice.taken), course)

    def affords(self, choice: Choice, course: int) -> bool:
        return sum(self.costs[other] for other in self.missing(choice, course)) <= choice.left

    def take(self, choice: Choice, course: int) -> Choice:
        """Add a course, and before it whatever it presupposes."""
        for added in self.missing(choice, course):
            choice = self._add(choice, added)
        return choice

    def _add(self, choice: Choice, course: int) -> Choice:
        pairs = zip(choice.unserved, self.approvals[course], strict=True)
        return Choice(
            choice.taken | {course},
            tuple(waiting & ~approving for waiting, approving in pairs),
            choice.worth + self.gain(choice.unserved, course),
            choice.left - self.costs[course],
        )

    def gain(self, unserved: Planes, course: int) -> int:
        return self.served(unserved, course) * self.ballot_worth + self.bonus[course]

    def served(self, unserved: Planes, course: int) -> int:
        """Count the ballots still unserved that approve the course."""
        ballots = 0
        for waiting, approving in zip(unserved, self.approvals[course], strict=True):
            ballots = 2 * ballots + (waiting & approving).bit_count()
        return ballots


def foundations(code: str, requires: Mapping[str, str]) -> list[str]:
    """Everything that a course presupposes, directly or not, the first to be taken first."""
    chain: list[str] = []
    while code in requires and requires[code] not in chain:
        code = requires[code]
        chain.append(code)
    return chain[::-1]


def _groups(ballots: Ballots) -> list[list[frozenset[str]]]:
    """The groups of each plane, in one order for all courses."""
    digits = max(ballots.values(), default=0).bit_length()
    return [[ballot for ballot, number in ballots.items() if number >> digit & 1] for digit in reversed(range(digits))]


def _approvals(ballots: Ballots, place: Mapping[str, int]) -> tuple[Planes, ...]:
    planes = [_plane(groups, place) for groups in _groups(ballots)]
    return tuple(tuple(plane[course] for plane in planes) for course in place.values())


def _plane(groups: Sequence[frozenset[str]], place: Mapping[str, int]) -> list[int]:
    """One whole number a course: its bits are the groups that approve it."""
    rows = [bytearray(len(groups) // 8 + 1) for _ in place]
    for position, ballot in enumerate(groups):
        for code in ballot:
            rows[place[code]][position >> 3] |= 1 << (position & 7)
    return [int.from_bytes(row, "little") for row in rows]


def _count(planes: Planes) -> int:
    return sum(plane.bit_count() << digit for digit, plane in enumerate(reversed(planes)))


def _bonus(totals: Sequence[int], *, per_course: int) -> tuple[int, ...]:
    """Approvals before the number of courses, in a digit of its own, before the lots, one bit each."""
    count = len(totals)
    in_front = [(total * (count + 1) + per_course) << count for total in totals]
    return tuple(part + (1 << count - 1 - lot) for lot, part in enumerate(in_front))
