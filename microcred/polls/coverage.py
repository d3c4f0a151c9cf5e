"""Which courses give the most voters at least one that they approved: the suggestion of a poll."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from microcred.polls.electorate import Ballots, Choice, Electorate
from microcred.polls.limits import check_question

# What a search may cost, in bits of ballots looked at: unlike a clock, it stops at the same place on every machine.
# Measured: what comes on top of the bits, for each plane, each look and each branch, takes as long as so many bits or
# looks; the longest search then takes less than a second, which leaves time for cores that are slower or busy.
EFFORT = 16_000_000_000
BITS_ON_TOP_OF_A_PLANE = 12_000
BITS_ON_TOP_OF_A_LOOK = 60_000
LOOKS_ON_TOP_OF_A_BRANCH = 20


class Suggestion(NamedTuple):
    """The courses in the order of the explanation, the ballots they serve, and what each step adds.

    Where `is_exact` is False, the search was given up: a better set may exist.
    """

    courses: tuple[str, ...]
    covered: int
    is_exact: bool
    steps: tuple[tuple[str, int], ...]


class _Branch(NamedTuple):
    """A choice about to take one more course, the most that can be worth, and what may follow, with its old gains."""

    limit: int
    choice: Choice
    course: int
    later: tuple[int, ...]
    gains: dict[int, int]


def suggest(
    ballots: Ballots,
    options: Sequence[str],
    *,
    seats: int | None = None,
    costs: Mapping[str, int] | None = None,
    budget: int | None = None,
    requires: Mapping[str, str] | None = None,
    lots: Sequence[str] | None = None,
    effort: int = EFFORT,
) -> Suggestion:
    """Find the set of courses that serves the most ballots (maximum coverage), within `seats` or within a `budget`.

    A ballot is served by any chosen course that it approves. Of sets that serve equally many, the one with more
    approvals in all is chosen; then, under a budget, the one of fewer courses; then the one that holds the earliest lot
    in which they differ. Seats are all filled; a budget buys a course nobody approves only if another presupposes
    it. A course comes with the one it `requires`. `lots` are the codes in the order drawn, else the options in theirs.

    The search is branch and bound: what a course adds only shrinks as a choice grows (submodularity), so the best
    additions of now, the last one in part, limit what a branch can become, and what a course can still be good for. A
    search that would look at more than `effort` bits is given up for the greedy set. Raises ValueError, with a
    sentence, for input that makes no sense.
    """
    requires = requires or {}
    check_question(ballots, options, seats=seats, costs=costs, budget=budget, requires=requires, lots=lots)
    limit = (seats if budget is None else budget) or 0
    electorate = Electorate.of(ballots, lots or options, costs=costs, budget=limit, requires=requires)
    chosen, is_exact = _search(electorate, _greedy(electorate), effort)
    steps = _explain(electorate, chosen)
    return Suggestion(tuple(code for code, _ in steps), sum(added for _, added in steps), is_exact, steps)


def _search(electorate: Electorate, greedy: Choice, effort: int) -> tuple[Choice, bool]:
    """Look into every branch that may beat the best choice so far; no two choices are worth the same."""
    best, nothing, look = greedy, electorate.nothing(), _cost_of_a_look(electorate)
    branches = _branches(electorate, nothing, range(len(electorate.codes)), best.worth)
    while branches:
        branch = branches.pop()
        if branch.limit <= best.worth:
            continue
        choice = electorate.take(branch.choice, branch.course)
        best = max(best, choice, key=_worth)
        courses = _promising(electorate, choice, branch.later, branch.gains, best.worth)
        effort -= look * (len(courses) + LOOKS_ON_TOP_OF_A_BRANCH)
        if effort < 0:
            return greedy, False
        branches += _branches(electorate, choice, courses, best.worth)
    return best, True


def _branches(electorate: Electorate, choice: Choice, courses: Iterable[int], floor: int) -> list[_Branch]:
    """Each course that may come next, without those before it, while that may beat the floor; the best comes last."""
    gains = {course: electorate.gain(choice.unserved, course) for course in courses}
    shares = math.lcm(*(electorate.costs[course] for course in gains))
    ranked = sorted(gains, key=lambda course: gains[course] * (shares // electorate.costs[course]), reverse=True)
    ranked = _promising(electorate, choice, ranked, gains, floor)
    branches: list[_Branch] = []
    while ranked and (limit := choice.worth + _most(electorate, ranked, gains, choice.left)) > floor:
        first, *later = ranked
        branches.append(_Branch(limit, choice, first, tuple(later), gains))
        ranked = [course for course in later if first not in electorate.presupposed[course]]
    return branches[::-1]


def _promising(
    electorate: Electorate, choice: Choice, ranked: Iterable[int], gains: Mapping[int, int], floor: int
) -> list[int]:
    """The courses that fit and, together with the best others at no more than these gains, may beat the floor."""
    fitting = [course for course in ranked if course not in choice.taken and electorate.affords(choice, course)]
    cheapest = min((electorate.costs[course] for course in fitting), default=0)
    others = choice.worth + _most(electorate, fitting, gains, choice.left - cheapest)
    return [course for course in fitting if others + gains[course] > floor]


def _most(electorate: Electorate, ranked: Iterable[int], gains: Mapping[int, int], left: int) -> int:
    """What the courses could add at most if none took a voter from another and the last could be had in part."""
    total = 0
    for course in ranked:
        gain, cost = gains[course], electorate.costs[course]
        if gain <= 0:
            break
        if cost >= left:
            return total + gain * left // cost
        total, left = total + gain, left - cost
    return total


def _greedy(electorate: Electorate) -> Choice:
    """The better of two walks: one takes what adds most, the other what adds most for its cost."""
    return max(_walk(electorate, per_cost=False), _walk(electorate, per_cost=True), key=_worth)


def _walk(electorate: Electorate, *, per_cost: bool) -> Choice:
    choice = electorate.nothing()
    while ways := [way for way in _ways(electorate, choice) if way.worth > choice.worth]:
        choice = max(ways, key=_rate_after(choice) if per_cost else _worth)
    return choice


def _rate_after(before: Choice) -> Callable[[Choice], Fraction]:
    return lambda way: Fraction(way.worth - before.worth, before.left - way.left)


def _ways(electorate: Electorate, choice: Choice) -> list[Choice]:
    courses = (course for course in range(len(electorate.codes)) if course not in choice.taken)
    return [electorate.take(choice, course) for course in courses if electorate.affords(choice, course)]


def _worth(choice: Choice) -> int:
    return choice.worth


def _explain(electorate: Electorate, chosen: Choice) -> tuple[tuple[str, int], ...]:
    """Order the chosen courses by what each adds to those before it, no course before the one it presupposes."""
    choice, steps = electorate.nothing(), []
    while unexplained := chosen.taken - choice.taken:
        ready = (course for course in unexplained if choice.taken.issuperset(electorate.presupposed[course]))
        unserved = choice.unserved
        course = max(ready, key=lambda course: electorate.gain(unserved, course))
        steps.append((electorate.codes[course], electorate.served(unserved, course)))
        choice = electorate.take(choice, course)
    return tuple(steps)


def _cost_of_a_look(electorate: Electorate) -> int:
    """How many bits it costs to ask what one course adds: those of every plane, and what comes on top."""
    return BITS_ON_TOP_OF_A_LOOK + sum(plane.bit_length() + BITS_ON_TOP_OF_A_PLANE for plane in electorate.everyone)
