"""Two other answers to approval ballots: the method of equal shares, and simply the most approved.

The method of equal shares is that of Peters and Skowron (“Proportionality and the Limits of Welfarism”, 2020), with
costs that of Peters, Pierczyński and Skowron (“Proportional Participatory Budgeting with Additive Utilities”, 2021),
where an approved course is worth one, whatever it costs.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from microcred.polls.electorate import Ballots, foundations
from microcred.polls.limits import check_question

# What each voter still has to spend, and the ballots of those who have it.
Purses = dict[Fraction, Counter[frozenset[str]]]


def equal_shares(
    ballots: Ballots,
    options: Sequence[str],
    *,
    seats: int | None = None,
    costs: Mapping[str, int] | None = None,
    budget: int | None = None,
    requires: Mapping[str, str] | None = None,
    lots: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Choose courses so that each voter decides over an equal share of the seats or of the budget.

    First come the courses that `bought` names; what is left then goes to the most approved of the others, as
    `most_approved` would spend it (the “utilitarian” completion, by which the guarantees of the first part stay).
    Raises ValueError, with a sentence, for input that makes no sense.
    """
    shop = _Shop.open(ballots, options, seats, costs, budget, requires, lots)
    return _completed(shop, _buy(shop, ballots))


def bought(
    ballots: Ballots,
    options: Sequence[str],
    *,
    seats: int | None = None,
    costs: Mapping[str, int] | None = None,
    budget: int | None = None,
    requires: Mapping[str, str] | None = None,
    lots: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Name the courses that voters can buy with equal shares, in the order bought: the method without completion.

    Every ballot, also one that approves nothing, has an equal share of the limit. Again and again, the course is bought
    that asks the least of any one voter who approves it: all pay the same price, and those who have less pay what they
    have. Of equal prices, more approvals decide, then the earlier lot. A course that requires another comes after it.
    """
    return tuple(_buy(_Shop.open(ballots, options, seats, costs, budget, requires, lots), ballots))


def most_approved(
    ballots: Ballots,
    options: Sequence[str],
    *,
    seats: int | None = None,
    costs: Mapping[str, int] | None = None,
    budget: int | None = None,
    requires: Mapping[str, str] | None = None,
    lots: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Choose the courses with the most approvals, of equals the earlier lot, as long as seats or budget last.

    A course that requires others comes right after those, if all of them fit; else the next one is looked at. Seats are
    all filled; a budget buys no course nobody approves, unless another requires it.
    Raises ValueError, with a sentence, for input that makes no sense.
    """
    return _completed(_Shop.open(ballots, options, seats, costs, budget, requires, lots), [])


@dataclass(frozen=True, slots=True)
class _Shop:
    """The courses in the order of approvals, then of lots, with what they cost and require, and what can be spent."""

    approvals: dict[str, int]
    costs: Mapping[str, int]
    limit: int
    requires: Mapping[str, str]
    fills_up: bool

    @classmethod
    def open(
        cls,
        ballots: Ballots,
        options: Sequence[str],
        seats: int | None,
        costs: Mapping[str, int] | None,
        budget: int | None,
        requires: Mapping[str, str] | None,
        lots: Sequence[str] | None,
    ) -> Self:
        requires = requires or {}
        check_question(ballots, options, seats=seats, costs=costs, budget=budget, requires=requires, lots=lots)
        totals = _approvals(ballots)
        ranked = sorted(lots or options, key=lambda code: -totals[code])
        limit = (seats if budget is None else budget) or 0
        prices = dict.fromkeys(ranked, 1) if costs is None else costs
        return cls({code: totals[code] for code in ranked}, prices, limit, requires, fills_up=budget is None)

    def missing(self, taken: Sequence[str], course: str) -> list[str]:
        return [code for code in (*foundations(course, self.requires), course) if code not in taken]

    def cost(self, courses: Sequence[str]) -> int:
        return sum(self.costs[course] for course in courses)


def _completed(shop: _Shop, taken: list[str]) -> tuple[str, ...]:
    """Take the most approved course that fits, with what it requires before it, until none does."""
    while more := next(_fitting(shop, taken), None):
        taken = [*taken, *more]
    return tuple(taken)


def _fitting(shop: _Shop, taken: list[str]) -> Iterator[list[str]]:
    left = shop.limit - shop.cost(taken)
    for course, approvals in shop.approvals.items():
        if course not in taken and (approvals or shop.fills_up):
            missing = shop.missing(taken, course)
            if shop.cost(missing) <= left:
                yield missing


def _buy(shop: _Shop, ballots: Ballots) -> list[str]:
    taken: list[str] = []
    voters = sum(ballots.values())
    purses: Purses = {Fraction(shop.limit, voters): Counter(ballots)} if voters else {}
    while prices := _prices(shop, taken, purses):
        course = min(prices, key=lambda course: prices[course])
        taken.append(course)
        purses = _after_paying(purses, course, prices[course])
    return taken


def _prices(shop: _Shop, taken: list[str], purses: Purses) -> dict[str, Fraction]:
    """What each course that may come next asks of a voter, the more approved first; none that cannot be afforded."""
    support = [(money, _approvals(crowd)) for money, crowd in sorted(purses.items())]
    asked = {
        course: _price(shop.costs[course], [(money, approvals[course]) for money, approvals in support])
        for course in shop.approvals
        if course not in taken and shop.missing(taken, course) == [course]
    }
    return {course: price for course, price in asked.items() if price is not None}


def _approvals(crowd: Mapping[frozenset[str], int]) -> Counter[str]:
    approvals: Counter[str] = Counter()
    for ballot, number in crowd.items():
        for code in ballot:
            approvals[code] += number
    return approvals


def _price(cost: int, purses: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    """Find the least that the richest must pay when poorer voters, who come first, give at most what they have."""
    unpaid, payers = Fraction(cost), sum(number for _, number in purses)
    for money, number in purses:
        if payers and money * payers >= unpaid:
            return unpaid / payers
        unpaid, payers = unpaid - money * number, payers - number
    return None


def _after_paying(purses: Purses, course: str, price: Fraction) -> Purses:
    after: Purses = {}
    for money, crowd in purses.items():
        rest = max(money - price, Fraction())
        for ballot, number in crowd.items():
            after.setdefault(rest if course in ballot else money, Counter())[ballot] += number
    return after
