"""How long the suggestion of a poll takes, whether it is exact, and what greedy would have found."""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks.elections import Ballots, chance_of, independent, options, realistic
from microcred.polls.coverage import Suggestion, suggest

REPETITIONS = 5
DEAREST = 40
HEADINGS = (
    *("ballots", "voters", "different", "courses", "limit", "median ms", "longest ms", "answer"),
    *("serves", "greedy serves"),
)
MAKERS: dict[str, Callable[[int, int], Ballots]] = {"realistic": realistic, "independent": independent}


class Case(NamedTuple):
    """How the ballots come about, how many voters and courses there are, and seats, or else a budget for eight."""

    structure: str
    voters: int
    courses: int
    seats: int | None


CASES = [
    *[Case("realistic", voters, courses, 8) for courses in (20, 40, 60) for voters in (1_000, 10_000, 100_000)],
    *[Case("realistic", 100_000, 60, seats) for seats in (2, 4, 6)],
    *[Case("realistic", voters, 60, None) for voters in (1_000, 10_000, 100_000)],
    *[Case("independent", voters, courses, 8) for courses in (20, 60) for voters in (1_000, 10_000, 100_000)],
    *[Case("independent", voters, 60, None) for voters in (200, 1_000, 100_000)],
]


def table() -> Iterator[str]:
    """The measurements as lines of a Markdown table."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{' --- |' * len(HEADINGS)}"
    for case in CASES:
        yield _line(case)


def _line(case: Case) -> str:
    """Measure the whole of `suggest` on ballots that are counted already, the making of bits included."""
    ballots = MAKERS[case.structure](case.voters, case.courses)
    ask = _question(case, ballots)
    found, greedy = ask(), ask(effort=0)
    times = [_milliseconds(ask) for _ in range(REPETITIONS)]
    limit = "budget" if case.seats is None else f"{case.seats} seats"
    cells = [
        *(case.structure, f"{case.voters:,}", f"{len(ballots):,}", f"{case.courses}", limit),
        *(f"{median(times):.0f}", f"{max(times):.0f}", "exact" if found.is_exact else "greedy, and says so"),
        *(f"{found.covered:,}", f"{greedy.covered:,}"),
    ]
    return f"| {' | '.join(cells)} |"


def _question(case: Case, ballots: Ballots) -> Callable[..., Suggestion]:
    """Ask for the seats; or else at costs from 1 to 40, with a budget for eight courses of average cost."""
    codes = options(case.courses)
    if case.seats is not None:
        return partial(suggest, ballots, codes, seats=case.seats)
    chance = chance_of(case.courses)
    costs = {code: chance.randint(1, DEAREST) for code in codes}
    return partial(suggest, ballots, codes, costs=costs, budget=sum(costs.values()) * 8 // len(codes))


def _milliseconds(ask: Callable[[], Suggestion]) -> float:
    started = perf_counter()
    ask()
    return (perf_counter() - started) * 1000
