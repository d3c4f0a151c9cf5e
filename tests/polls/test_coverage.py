"""The suggestion is the best set there is, the same every time, and honest about when it may not be."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from time import process_time
from typing import Any

import pytest

from benchmarks.elections import independent, realistic
from benchmarks.elections import options as codes
from microcred.polls.coverage import EFFORT, suggest

Ballots = Mapping[frozenset[str], int]
SMALL = {frozenset("AB"): 3, frozenset("AC"): 2, frozenset("D"): 2, frozenset("BC"): 1}


def _covered(ballots: Ballots, courses: frozenset[str]) -> int:
    return sum(number for ballot, number in ballots.items() if ballot & courses)


def _approvals(ballots: Ballots, courses: frozenset[str]) -> int:
    return sum(number * len(ballot & courses) for ballot, number in ballots.items())


def _permitted_sets(election: dict[str, Any]) -> Iterator[frozenset[str]]:
    options, requires = election["options"], election.get("requires", {})
    for size in range(len(options) + 1):
        for courses in map(frozenset, combinations(options, size)):
            if all(requires.get(code, code) in courses for code in courses) and _fits(election, courses):
                yield courses


def _fits(election: dict[str, Any], courses: frozenset[str]) -> bool:
    if "seats" in election:
        return bool(len(courses) == min(election["seats"], len(election["options"])))
    return bool(sum(election["costs"][code] for code in courses) <= election["budget"])


def _best_set(election: dict[str, Any]) -> frozenset[str]:
    ballots, lots = election["ballots"], election.get("lots", election["options"])
    return max(
        _permitted_sets(election),
        key=lambda courses: (
            _covered(ballots, courses),
            _approvals(ballots, courses),
            -len(courses),
            [code in courses for code in lots],
        ),
    )


def _random_election(seed: int) -> dict[str, Any]:
    """Small numbers of ballots and of courses, so that ties are frequent."""
    chance = random.Random(seed)
    options = [f"C{number}" for number in range(chance.randint(1, 9))]
    voters = chance.choice([0, 3, 8, 20, 60])
    ballots = Counter(frozenset(chance.choices(options, k=chance.randint(0, 4))) for _ in range(voters))
    election: dict[str, Any] = {"ballots": ballots, "options": options}
    if seed % 2:
        election["seats"] = chance.randint(1, 6)
    else:
        election["costs"] = {code: chance.randint(1, 5) for code in options}
        election["budget"] = chance.randint(0, 14)
    if seed % 3:
        later = chance.sample(range(1, len(options)), k=(len(options) - 1) // 2)
        election["requires"] = {options[number]: options[chance.randrange(number)] for number in later}
    if seed % 5:
        election["lots"] = chance.sample(options, k=len(options))
    return election


@pytest.mark.parametrize("first_seed", range(0, 600, 50))
def test_the_suggestion_is_what_trying_every_set_finds(first_seed: int) -> None:
    for seed in range(first_seed, first_seed + 50):
        election = _random_election(seed)
        suggestion, best = suggest(**election), _best_set(election)
        assert (seed, frozenset(suggestion.courses), suggestion.is_exact) == (seed, best, True)
        assert suggestion.covered == _covered(election["ballots"], best)


@pytest.mark.parametrize("first_seed", range(0, 300, 50))
def test_the_explanation_takes_what_adds_most_among_what_may_come_next(first_seed: int) -> None:
    for seed in range(first_seed, first_seed + 50):
        election = _random_election(seed)
        steps = suggest(**election).steps
        for place, step in enumerate(steps):
            earlier = frozenset(code for code, _ in steps[:place])
            later = [code for code, _ in steps[place:]]
            assert (seed, step) == (seed, _next_step(election, earlier, later))


def _next_step(election: dict[str, Any], earlier: frozenset[str], later: list[str]) -> tuple[str, int]:
    ballots, lots, requires = (
        election["ballots"],
        election.get("lots", election["options"]),
        election.get("requires", {}),
    )
    ready = [code for code in later if code not in requires or requires[code] in earlier]
    added = {code: _covered(ballots, earlier | {code}) - _covered(ballots, earlier) for code in ready}
    code = max(ready, key=lambda code: (added[code], _approvals(ballots, frozenset([code])), -lots.index(code)))
    return code, added[code]


def test_the_steps_say_what_each_course_adds() -> None:
    suggestion = suggest(SMALL, "ABCD", seats=3)
    assert suggestion == (("A", "D", "B"), 8, True, (("A", 5), ("D", 2), ("B", 1)))


def test_the_best_set_need_not_hold_the_most_approved_course() -> None:
    ballots = {frozenset("AX"): 3, frozenset("BX"): 3, frozenset("A"): 2, frozenset("B"): 2}
    assert suggest(ballots, "XAB", seats=2).courses == ("A", "B")


def test_a_tie_in_coverage_goes_to_more_approvals() -> None:
    ballots = {frozenset("AB"): 2, frozenset("ABC"): 1, frozenset("D"): 1}
    assert suggest(ballots, "CDBA", seats=1, lots="CDBA").courses == ("B",)
    assert suggest({frozenset("AB"): 2, frozenset("AC"): 1}, "CBA", seats=2).courses == ("A", "B")


def test_a_tie_in_approvals_goes_to_the_earlier_lot() -> None:
    ballots = {frozenset("A"): 1, frozenset("B"): 1, frozenset("C"): 1}
    assert suggest(ballots, "ABC", seats=2, lots="CBA").courses == ("C", "B")


def test_seats_beyond_full_coverage_go_to_approvals_then_lots() -> None:
    ballots = {frozenset("AB"): 2, frozenset("A"): 1}
    assert suggest(ballots, "DCBA", seats=3).steps == (("A", 3), ("B", 0), ("D", 0))


def test_there_are_fewer_courses_than_seats_only_when_options_run_out() -> None:
    assert suggest({}, "AB", seats=5) == (("A", "B"), 0, True, (("A", 0), ("B", 0)))


def test_a_budget_buys_no_course_that_nobody_approves() -> None:
    costs = dict.fromkeys("ABC", 1)
    assert suggest({frozenset("B"): 1}, "ABC", costs=costs, budget=3).courses == ("B",)


def test_a_budget_prefers_two_cheap_courses_to_one_dear_one() -> None:
    ballots = {frozenset("A"): 5, frozenset("B"): 3, frozenset("C"): 3}
    assert suggest(ballots, "ABC", costs={"A": 4, "B": 2, "C": 2}, budget=4).courses == ("B", "C")


def test_a_course_comes_with_all_that_it_presupposes_and_after_it() -> None:
    requires = {"C": "B", "B": "A"}
    suggestion = suggest({frozenset("C"): 9, frozenset("D"): 1}, "CBAD", seats=3, requires=requires)
    assert suggestion.steps == (("A", 0), ("B", 0), ("C", 9))


def test_a_course_whose_prerequisite_does_not_fit_is_left_out() -> None:
    suggestion = suggest({frozenset("B"): 9, frozenset("C"): 1}, "ABC", seats=1, requires={"B": "A"})
    assert suggestion.courses == ("C",)


def test_a_ballot_that_approves_nothing_is_served_by_nothing() -> None:
    assert suggest({frozenset(): 7, frozenset("A"): 1}, "A", seats=1).covered == 1


def test_the_order_of_ballots_and_options_changes_nothing_once_lots_are_drawn() -> None:
    ballots, options = realistic(voters=300, courses=20), codes(courses=20)
    reordered = dict(reversed(ballots.items()))
    first = suggest(ballots, options, seats=5, lots=options)
    assert repr(suggest(reordered, options[::-1], seats=5, lots=options)) == repr(first)


def test_a_search_beyond_its_cap_gives_the_greedy_set_and_says_so() -> None:
    ballots = {frozenset("AX"): 3, frozenset("BX"): 3, frozenset("A"): 2, frozenset("B"): 2}
    assert suggest(ballots, "XAB", seats=2, effort=0) == (("X", "A"), 8, False, (("X", 6), ("A", 2)))


def test_a_search_given_up_halfway_forgets_what_it_found() -> None:
    chance, options = random.Random(1), [f"C{number:02}" for number in range(12)]
    ballots = Counter(frozenset(chance.sample(options, k=3)) for _ in range(60))
    greedy, best = suggest(ballots, options, seats=4, effort=0), suggest(ballots, options, seats=4)
    found = [suggest(ballots, options, seats=4, effort=effort) for effort in range(0, 250_000_000, 2_500_000)]
    assert (greedy.is_exact, best.is_exact, greedy.covered < best.covered) == (False, True, True)
    assert set(found) == {greedy, best}


def test_greedy_under_a_budget_is_the_better_of_most_and_most_for_its_cost() -> None:
    ballots = {frozenset("A"): 2, frozenset("B"): 9, frozenset("C"): 3}
    for budget, courses in {5: ("B",), 2: ("C", "A")}.items():
        suggestion = suggest(ballots, "ABC", costs={"A": 1, "B": 5, "C": 1}, budget=budget, effort=0)
        assert suggestion.courses == courses


def test_a_greedy_set_that_no_branch_can_beat_is_exact_without_any_search() -> None:
    ballots = {frozenset("A"): 3, frozenset("B"): 2, frozenset("C"): 1}
    assert suggest(ballots, "ABC", seats=2, effort=0) == (("A", "B"), 5, True, (("A", 3), ("B", 2)))


@pytest.fixture(scope="module")
def district() -> tuple[dict[frozenset[str], int], list[str]]:
    return realistic(voters=100_000, courses=60), codes(courses=60)


def test_a_district_of_100_000_ballots_gets_an_exact_answer_in_time(
    district: tuple[dict[frozenset[str], int], list[str]],
) -> None:
    ballots, options = district
    started = process_time()
    suggestion = suggest(ballots, options, seats=8)
    assert suggestion.is_exact
    assert process_time() - started < 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sixty_courses_and_20_000_ballots_get_an_exact_answer(seed: int) -> None:
    ballots = realistic(voters=20_000, courses=60, seed=seed)
    assert suggest(ballots, codes(courses=60), seats=8).is_exact


def test_a_district_gets_its_exact_answer_with_a_tenth_of_the_effort(
    district: tuple[dict[frozenset[str], int], list[str]],
) -> None:
    ballots, options = district
    assert suggest(ballots, options, seats=8, effort=EFFORT // 10) == suggest(ballots, options, seats=8)


def test_ballots_without_any_structure_stop_at_the_cap_in_time() -> None:
    ballots, options = independent(voters=20_000, courses=60), codes(courses=60)
    started = process_time()
    suggestion = suggest(ballots, options, seats=8, effort=EFFORT // 4)
    assert (suggestion.is_exact, len(suggestion.courses)) == (False, 8)
    assert process_time() - started < 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"options": ""}, "A poll needs at least one option."),
        ({"options": "ABCDA"}, "Every option must have a code of its own."),
        ({"lots": "ABC"}, "The lots must name every option once."),
        ({"lots": "ABCDD"}, "The lots must name every option once."),
        ({"ballots": {frozenset("AZ"): 1}}, "A ballot must be a frozenset of codes that are options."),
        ({"ballots": {("A",): 1}}, "A ballot must be a frozenset of codes that are options."),
        ({"ballots": {frozenset("A"): -1}}, "The number of ballots must be a whole number, 0 or more."),
        ({"ballots": {frozenset("A"): 0.5}}, "The number of ballots must be a whole number, 0 or more."),
        ({"ballots": {frozenset("A"): True}}, "The number of ballots must be a whole number, 0 or more."),
        ({"seats": None}, "Give either seats, or costs together with a budget."),
        ({"budget": 3}, "Give either seats, or costs together with a budget."),
        ({"seats": None, "budget": 3}, "Give either seats, or costs together with a budget."),
        ({"costs": dict.fromkeys("ABCD", 1)}, "Give either seats, or costs together with a budget."),
        ({"seats": 0}, "The seats must be a whole number, 1 or more."),
        ({"seats": 1.5}, "The seats must be a whole number, 1 or more."),
        (
            {"seats": None, "budget": -1, "costs": dict.fromkeys("ABCD", 1)},
            "The budget must be a whole number, 0 or more.",
        ),
        (
            {"seats": None, "budget": 1, "costs": dict.fromkeys("ABC", 1)},
            "Every option must have a cost that is a whole number, 1 or more.",
        ),
        (
            {"seats": None, "budget": 1, "costs": dict.fromkeys("ABCD", 0)},
            "Every option must have a cost that is a whole number, 1 or more.",
        ),
        ({"requires": {"A": "Z"}}, "Only options can presuppose or be presupposed."),
        ({"requires": {"Z": "A"}}, "Only options can presuppose or be presupposed."),
        ({"requires": {"A": "A"}}, "No course may presuppose itself, nor by way of others."),
        ({"requires": {"A": "B", "B": "C", "C": "A"}}, "No course may presuppose itself, nor by way of others."),
    ],
)
def test_input_that_makes_no_sense_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    question: dict[str, Any] = {"ballots": SMALL, "options": "ABCD", "seats": 2}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        suggest(**(question | changes))
