"""Equal shares are spent as in print, every united group gets its part, and the most approved is just that."""

import random
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest

from microcred.polls import equal_shares as module
from microcred.polls.equal_shares import bought, equal_shares, most_approved

Ballots = dict[frozenset[str], int]
Method = Callable[..., tuple[str, ...]]

# Lackner and Skowron, “Multi-Winner Voting with Approval Preferences” (2023), examples 1 and 11: twelve voters.
ELEVEN = {"ab": 3, "ac": 3, "ad": 2, "bcf": 1, "e": 1, "f": 1, "g": 1}
# The same book, example 12: eight voters.
TWELVE = {"cd": 3, "ab": 2, "ac": 2, "bd": 1}
# Equalshares.net, “Explanation of the Method of Equal Shares” (2024), example 2: five projects, eleven voters.
CITY = {"BG": 3, "BGP": 3, "PYL": 2, "Y": 1, "YL": 1, "G": 1}
CITY_COSTS = {"B": 700, "G": 400, "P": 250, "Y": 200, "L": 100}


def _ballots(groups: dict[str, int]) -> Ballots:
    return {frozenset(codes): number for codes, number in groups.items()}


def test_a_printed_example_buys_only_what_is_printed() -> None:
    """Lackner and Skowron (2023), example 11: with four seats, only a is bought, at 1/8; it leaves 5/24 to eight."""
    assert bought(_ballots(ELEVEN), "abcdefg", seats=4) == ("a",)
    paid = module._after_paying({Fraction(1, 3): Counter(_ballots(ELEVEN))}, "a", Fraction(1, 8))
    assert {money: crowd.total() for money, crowd in paid.items()} == {Fraction(5, 24): 8, Fraction(1, 3): 4}


def test_what_is_not_spent_goes_to_the_most_approved() -> None:
    assert equal_shares(_ballots(ELEVEN), "abcdefg", seats=4) == ("a", "b", "c", "d")
    assert equal_shares(_ballots(ELEVEN), "abcdefg", seats=4, lots="gfedcba") == ("a", "c", "b", "f")


def test_a_second_printed_example_is_bought_at_the_printed_prices() -> None:
    """Lackner and Skowron (2023), example 12: of three seats, first c at 1/5, then a at 13/40 or what is left."""
    assert bought(_ballots(TWELVE), "abcd", seats=3) == ("c", "a")
    prices = []
    shop = module._Shop.open(_ballots(TWELVE), "abcd", 3, None, None, None, None)
    purses: module.Purses = {Fraction(3, 8): Counter(_ballots(TWELVE))}
    for course in "ca":
        prices.append(module._prices(shop, [], purses)[course])
        purses = module._after_paying(purses, course, prices[-1])
    assert prices == [Fraction(1, 5), Fraction(13, 40)]
    left = {money: crowd.total() for money, crowd in purses.items()}
    assert left == {Fraction(7, 40): 3, Fraction(1, 20): 2, Fraction(0): 2, Fraction(3, 8): 1}


@pytest.mark.parametrize(
    ("cost", "purses", "price"),
    [
        (50, [(30, 5)], Fraction(10)),
        (50, [(0, 1), (30, 4)], Fraction(25, 2)),
        (50, [(5, 2), (30, 3)], Fraction(40, 3)),
        (50, [(10, 3), (20, 1), (30, 1)], Fraction(10)),
        (80, [(10, 3), (20, 1), (30, 1)], Fraction(30)),
        (81, [(10, 3), (20, 1), (30, 1)], None),
    ],
)
def test_a_cost_is_split_as_equally_as_the_purses_allow(
    cost: int, purses: list[tuple[int, int]], price: Fraction | None
) -> None:
    """Equalshares.net (2024), “How to split project costs equally”."""
    assert module._price(cost, [(Fraction(money), number) for money, number in purses]) == price


def test_the_city_of_the_published_example_is_asked_the_published_amounts() -> None:
    """Equalshares.net (2024), example 2: 57.14 for the gym, then 60.71 for the park and for the playground.

    The page counts in rounded 43 instead of 42.86, and so prints 60.5. It orders courses by cost for the price, which
    is another choice than that of this method; what a course asks of a voter is the same.
    """
    shop = module._Shop.open(_ballots(CITY), "BGPYL", None, CITY_COSTS, 1100, None, None)
    purses: module.Purses = {Fraction(100): Counter(_ballots(CITY))}
    asked = []
    for course in "GPY":
        asked.append(module._prices(shop, [], purses)[course])
        purses = module._after_paying(purses, course, asked[-1])
    assert asked == [Fraction(400, 7), Fraction(425, 7), Fraction(425, 7)]
    assert {"B", "L"}.isdisjoint(module._prices(shop, [], purses))


def test_a_third_of_the_voters_decides_over_a_third_of_the_seats() -> None:
    ballots = _ballots({"ABCDEF": 20, "XYZ": 10})
    assert most_approved(ballots, "ABCDEFXYZ", seats=6) == tuple("ABCDEF")
    assert equal_shares(ballots, "ABCDEFXYZ", seats=6) == ("A", "B", "C", "D", "X", "Y")


def test_under_a_budget_the_lowest_price_for_a_voter_comes_first() -> None:
    """Of 12 for 6 voters each has 2: B asks 3/3 of three, A 8/4 of four; C is then beyond its two voters' means."""
    ballots = _ballots({"A": 2, "AC": 1, "AB": 1, "B": 2})
    assert bought(ballots, "ABC", costs={"A": 7, "B": 3, "C": 2}, budget=12) == ("B", "A")


def test_equal_prices_go_to_more_approvals_then_to_the_earlier_lot() -> None:
    costs = {"A": 2, "B": 4, "C": 2}
    ballots = _ballots({"A": 2, "B": 4, "C": 2})
    assert bought(ballots, "ABC", costs=costs, budget=8, lots="CAB") == ("B", "C", "A")


def test_a_course_is_bought_only_after_the_one_it_requires() -> None:
    ballots = _ballots({"AB": 1, "B": 3})
    assert bought(ballots, "AB", seats=4, requires={"B": "A"}) == ("A", "B")
    assert bought(_ballots({"B": 4}), "AB", seats=2, requires={"B": "A"}) == ()
    assert equal_shares(_ballots({"B": 4}), "AB", seats=2, requires={"B": "A"}) == ("A", "B")


def test_the_most_approved_come_in_order_and_ties_go_to_the_earlier_lot() -> None:
    ballots = _ballots({"A": 1, "BC": 2, "D": 3})
    assert most_approved(ballots, "ABCD", seats=3, lots="ACBD") == ("D", "C", "B")
    assert most_approved({}, "AB", seats=5, lots="BA") == ("B", "A")


def test_what_is_too_dear_is_passed_over_and_what_nobody_approves_is_not_bought() -> None:
    ballots = _ballots({"A": 3, "B": 2, "C": 1})
    costs = {"A": 3, "B": 4, "C": 2, "D": 1}
    assert most_approved(ballots, "ABCD", costs=costs, budget=6) == ("A", "C")


def test_a_course_comes_right_after_what_it_requires_or_not_at_all() -> None:
    ballots = _ballots({"C": 9, "D": 5, "E": 1})
    requires = {"C": "B", "B": "A"}
    assert most_approved(ballots, "ABCDE", seats=4, requires=requires) == ("A", "B", "C", "D")
    assert most_approved(ballots, "ABCDE", seats=2, requires=requires) == ("D", "E")


def _random_election(seed: int) -> dict[str, Any]:
    chance = random.Random(seed)
    options = "ABCDEF"[: chance.randint(2, 6)]
    ballots = Counter(frozenset(chance.sample(options, k=chance.randint(0, len(options)))) for _ in range(9))
    election: dict[str, Any] = {"ballots": ballots, "options": options, "lots": chance.sample(options, k=len(options))}
    if seed % 2:
        return election | {"seats": chance.randint(1, 5)}
    requires = {"B": "A"} if seed % 4 else {}
    costs = {code: chance.randint(1, 5) for code in options}
    return election | {"costs": costs, "budget": chance.randint(0, 12), "requires": requires}


@pytest.mark.parametrize("method", [equal_shares, bought, most_approved])
def test_no_choice_goes_beyond_the_limit_or_names_a_course_before_what_it_requires(method: Method) -> None:
    for seed in range(200):
        election = _random_election(seed)
        chosen, costs = method(**election), election.get("costs", dict.fromkeys(election["options"], 1))
        assert sum(costs[code] for code in chosen) <= election.get("budget", election.get("seats", 0))
        assert len(set(chosen)) == len(chosen)
        requires = election.get("requires", {})
        assert all(requires[code] in chosen[:place] for place, code in enumerate(chosen) if code in requires)


@pytest.mark.parametrize("method", [equal_shares, bought, most_approved])
def test_the_order_of_ballots_changes_nothing(method: Method) -> None:
    for seed in range(100):
        election = _random_election(seed)
        reordered = election | {"ballots": dict(reversed(election["ballots"].items())), "options": election["lots"]}
        assert (seed, method(**reordered)) == (seed, method(**election))


@pytest.mark.parametrize("first_seed", range(1, 401, 100))
def test_every_united_group_has_somebody_with_as_many_courses_as_it_deserves(first_seed: int) -> None:
    """Extended justified representation (Aziz and others, 2017), which Peters and Skowron (2020) prove."""
    for seed in range(first_seed, first_seed + 100, 2):
        election = _random_election(seed)
        chosen, seats, voters = set(bought(**election)), election["seats"], election["ballots"].total()
        for size in range(1, seats + 1):
            for wanted in map(frozenset, combinations(election["options"], size)):
                neglected = sum(
                    number
                    for ballot, number in election["ballots"].items()
                    if wanted <= ballot and len(ballot & chosen) < size
                )
                assert neglected * seats < size * voters


def test_the_completion_takes_nothing_back() -> None:
    for seed in range(100):
        election = _random_election(seed)
        first = bought(**election)
        assert equal_shares(**election)[: len(first)] == first


@pytest.mark.parametrize("method", [equal_shares, bought, most_approved])
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"options": ""}, "A poll needs at least one option."),
        ({"seats": None}, "Give either seats, or costs together with a budget."),
        ({"ballots": {frozenset("Z"): 1}}, "A ballot must be a frozenset of codes that are options."),
        ({"requires": {"A": "A"}}, "No course may presuppose itself, nor by way of others."),
    ],
)
def test_input_that_makes_no_sense_is_refused_with_a_sentence(
    method: Method, changes: dict[str, Any], sentence: str
) -> None:
    question: dict[str, Any] = {"ballots": {frozenset("A"): 1}, "options": "ABC", "seats": 2}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        method(**(question | changes))
