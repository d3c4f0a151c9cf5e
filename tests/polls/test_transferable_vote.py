"""The count follows the Scottish rules stage by stage, as in print, and gives every large enough group its share."""

import json
import re
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from microcred.polls.transferable_vote import VOTE, Count, Round, Tie, count

Ballots = dict[tuple[str, ...], int]

# The ballots of the steering committee of the Green Party of the United States, 24 July 2005: 94 voters, 13 candidates,
# named here by the letters A to M. Published with the Droop package (Jonathan Lundell, version 0.11, 2010).
COMMITTEE = """
GHIKL GHIKL MGEDBA EMBGDA MDAB DBMACH DMBG GHLAMIBDKE AMCDGEB DAMGCEB DAMGCEB ADMBGECIHLK GAHIMCBDLEK GHIKL GAHIMCBDLEK
GHIKL GHIKL GHIKL EAMCBDG GHICLBMEAD CMAB CMAB DGME DEMCBA GHIKL GIHLKBM GHIKL GHIKL DCMA DCMA MCDAGBE CMDAGBE MCDABEG
MADBECG MDCABE CMADBGE DCMH DCMA ADMG ADMG GCDMAE IKHG GHIKL MCEB DEBCM MEBDACG MEBAGCH GHILK GHDIL MDGBH DMBGAH GHKIL
HDGKMI GDBM MAGD DABMIE ADMECB GEDHKBMACIL DHGEMBACI CDGBLMHAE GHIKL GHKI GHKI GHIKL GHIKL GHIKL MBDGEA GHIKL GHIK GHIKL
BGHLMKAEI DGHB DMEBAC MDGCAEHBI DCMAG MDAC DAMCBGH BDME BCDAMG CADM DCABK CADMBG DABHC DAEMBC DAEMBC GHIKL GHIKL MGCBEDA
MEGBDA GHIKL AMCGBDE MABGDEC MABGDEC CADBMGIEH
"""


def _read(text: str) -> Ballots:
    return dict(Counter(tuple(ballot) for ballot in text.split()))


def _votes(stage: Round, options: str) -> str:
    """The votes of some options after a stage, as they are printed."""
    votes = dict(stage.votes)
    return " ".join(_printed(votes[option]) for option in options)


def _printed(votes: int) -> str:
    return f"{votes // VOTE}.{votes % VOTE:05}"


@pytest.fixture(scope="module")
def committee() -> Count:
    ballots = _read(COMMITTEE)
    assert sum(ballots.values()) == 94
    return count(ballots, "ABCDEFGHIJKLM", seats=4, lots="MLKJIHGFEDCBA")


def test_a_printed_count_by_the_scottish_rules_is_reproduced_stage_by_stage(committee: Count) -> None:
    """Droop 0.11 (Lundell, 2010) prints this count under its rule “Scottish STV”, in fixed point of five places."""
    assert (committee.quota, committee.elected) == (19, ("G", "D", "M", "C"))
    told = [(stage.event, stage.option, "".join(stage.elected)) for stage in committee.rounds]
    assert told == [
        ("first preferences", None, "GD"),
        ("surplus", "G", ""),
        ("surplus", "D", ""),
        *[("exclusion", code, "") for code in "FJKLI"],
        ("exclusion", "E", "M"),
        ("surplus", "M", ""),
        *[("exclusion", code, "") for code in "BAH"],
        ("last vacancies", None, "C"),
    ]


@pytest.mark.parametrize(
    ("stage", "options", "printed", "non_transferable", "remainder"),
    [
        (0, "ABCDEGHIM", "6 3 8 22 2 33 1 1 18", "0.00000", "0.00000"),
        (1, "ABCDEGHIM", "6.84848 3.42424 8.42424 22 2.42424 19 12.45448 1.42424 18", "0.00000", "0.00008"),
        (2, "ABCDEGHIM", "7.80300 3.56060 9.24240 19 2.69696 19 12.72720 1.42424 18.54544", "0.00000", "0.00016"),
        (7, "ABCEHIM", "7.80300 3.56060 9.24240 2.69696 14.15144 0 18.54544", "0.00000", "0.00016"),
        (8, "ABCEHM", "8.80300 3.69696 9.24240 0 14.57568 19.68180", "0.00000", "0.00016"),
        (9, "ABCHM", "9.01084 3.95360 9.45496 14.57568 19", "0.00472", "0.00020"),
        (10, "ABCH", "9.36448 0 10.59132 15.61032", "1.43368", "0.00020"),
        (11, "ACH", "0 16.62204 16.59988", "3.77788", "0.00020"),
        (12, "CH", "18.59172 0", "18.40808", "0.00020"),
    ],
)
def test_every_printed_number_of_that_count_is_reproduced(
    committee: Count, stage: int, options: str, printed: str, non_transferable: str, remainder: str
) -> None:
    expected = " ".join(number if "." in number else f"{number}.00000" for number in printed.split())
    after = committee.rounds[stage]
    found = (_votes(after, options), _printed(after.non_transferable), _printed(after.remainder))
    assert found == (expected, non_transferable, remainder)


def test_the_lots_exclude_those_without_any_vote_one_by_one(committee: Count) -> None:
    ties = [stage.tie for stage in committee.rounds if stage.tie]
    assert ties == [
        Tie(("F", "J", "K", "L"), "F", "lot"),
        Tie(("J", "K", "L"), "J", "lot"),
        Tie(("K", "L"), "K", "lot"),
    ]


def test_the_example_of_a_party_is_counted_as_in_print() -> None:
    """Wikipedia, “Single transferable vote”, as of 2012: food for a party, 20 guests, three dishes, quota 6.

    Only the papers of the first preference are ever transferred as a surplus, where the rules of the example and of
    Scotland coincide, but for the remainder: 6 of 12 votes go on, so that there is none.
    """
    ballots = {("O",): 4, ("P", "O"): 2, ("C", "S"): 8, ("C", "W"): 4, ("S",): 1, ("W",): 1}
    result = count(ballots, "OPCSW", seats=3, lots="OPCSW")
    assert (result.quota, result.elected) == (6, ("C", "O", "S"))
    assert [_votes(stage, "OPCSW").replace(".00000", "") for stage in result.rounds] == [
        "4 2 12 1 1",
        "4 2 6 5 3",
        "6 0 6 5 3",
        "6 0 6 5 0",
        "6 0 6 5 0",
    ]


def test_a_tie_for_exclusion_is_broken_by_the_latest_earlier_stage() -> None:
    """Droop 0.11 (Lundell, 2010), example “weak tiebreak for defeat of candidate”: B and C at 3, earlier 2 and 3."""
    ballots = {("A", "B"): 1, ("B",): 2, ("C",): 3, ("D",): 4, ("E",): 5}
    result = count(ballots, "ABCDE", seats=2, lots="BCDEA")
    assert [stage.option for stage in result.rounds] == [None, "A", "B", "C", None]
    assert result.rounds[2].tie == Tie(("B", "C"), "B", "earlier stage")
    assert (result.elected, result.rounds[3].non_transferable) == (("E", "D"), 6 * VOTE)


def test_of_two_earlier_stages_the_later_one_breaks_a_tie() -> None:
    """Rule 52(2)(a): B and C at 5; before that 5 and 4, and at first 3 and 4."""
    ballots = {("A", "B"): 2, ("B",): 3, ("C",): 4, ("D", "C"): 1, ("D",): 2, ("E",): 9}
    result = count(ballots, "ABCDE", seats=1, lots="BCDEA")
    assert [stage.option for stage in result.rounds[:4]] == [None, "A", "D", "C"]
    assert result.rounds[3].tie == Tie(("B", "C"), "C", "earlier stage")


def test_a_candidate_at_the_quota_has_no_surplus_to_transfer() -> None:
    """Droop 0.11 (Lundell, 2010), example “weak tiebreak for surplus transfer”, in which B and C reach just the quota.

    That package goes through the motions of transferring nothing; rule 49(1) asks for more votes than the quota.
    """
    ballots = {("A", "C"): 10, ("B",): 8, ("C",): 6, ("D",): 5, ("E", "D"): 3, ("F", "D"): 3}
    result = count(ballots, "ABCDEF", seats=4, lots="ABCDFE")
    assert (result.quota, result.elected) == (8, ("A", "B", "C", "D"))
    assert [(stage.event, stage.option) for stage in result.rounds[1:]] == [("surplus", "A"), ("exclusion", "E")]
    assert result.rounds[2].tie == Tie(("E", "F"), "E", "lot")


def test_equal_surpluses_go_in_the_order_of_the_latest_earlier_stage() -> None:
    """Rule 50(2): A and B both have 9 once E is excluded, where B had 7 and A had 6 before."""
    ballots = {("A", "D"): 6, ("B", "D"): 7, ("E", "A"): 3, ("E", "B"): 2, ("D",): 6, ("F",): 6}
    result = count(ballots, "ABDEF", seats=3, lots="ABDEF")
    assert (result.rounds[1].option, result.rounds[1].elected) == ("E", ("B", "A"))
    assert (result.rounds[2].option, result.rounds[2].tie) == ("B", Tie(("A", "B"), "B", "earlier stage"))


def test_equal_surpluses_at_all_stages_go_by_lot() -> None:
    ballots = {("A", "C"): 5, ("B", "D"): 5, ("C",): 1, ("D",): 1}
    first = {lots[0]: count(ballots, "ABCD", seats=3, lots=lots).rounds[1] for lots in ("ABCD", "BADC")}
    assert {lot: (stage.option, stage.tie) for lot, stage in first.items()} == {
        "A": ("A", Tie(("A", "B"), "A", "lot")),
        "B": ("B", Tie(("A", "B"), "B", "lot")),
    }


def test_values_are_cut_off_and_not_rounded() -> None:
    """Rule 49(3): a surplus of 4 of 6 votes gives each paper 0.66666; what is ignored is kept apart."""
    after = count({("A", "B"): 6, ("C",): 1, ("D",): 1}, "ABCDE", seats=4, lots="ABCDE").rounds[1]
    assert (_votes(after, "AB"), _printed(after.remainder)) == ("2.00000 3.99996", "0.00004")


def test_no_more_options_than_seats_are_all_elected() -> None:
    result = count({("B",): 2, ("A",): 1}, "ABC", seats=4, lots="CAB")
    assert (result.elected, result.rounds[-1].event) == (("B", "A", "C"), "last vacancies")


@pytest.mark.parametrize("ballots", [{}, {(): 5}, {("A",): 0}])
def test_without_a_valid_ballot_the_lots_decide(ballots: Ballots) -> None:
    result = count(ballots, "ABCD", seats=2, lots="CADB")
    assert (result.quota, result.valid, result.elected) == (1, 0, ("C", "A"))


def test_a_count_can_be_kept_as_json(committee: Count) -> None:
    kept = json.loads(json.dumps(committee.as_json))
    assert (kept["elected"], kept["quota"], kept["rounds"][8]["votes"]["M"]) == (["G", "D", "M", "C"], 19, 1_968_180)
    assert kept["rounds"][3]["tie"] == {"among": ["F", "J", "K", "L"], "picked": "F", "broken_by": "lot"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"options": ""}, "A poll needs at least one option."),
        ({"lots": "AB"}, "The lots must name every option once."),
        ({"seats": 0}, "The seats must be a whole number, 1 or more."),
        ({"ballots": {("A", "Z"): 1}}, "A ballot must be a tuple of codes that are options."),
        ({"ballots": {frozenset("A"): 1}}, "A ballot must be a tuple of codes that are options."),
        ({"ballots": {("A", "B", "A"): 1}}, "A ballot must not name an option twice."),
        ({"ballots": {("A",): -1}}, "The number of ballots must be a whole number, 0 or more."),
    ],
)
def test_input_that_makes_no_sense_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    question: dict[str, Any] = {"ballots": {("A",): 1}, "options": "ABC", "seats": 1, "lots": "ABC"}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        count(**(question | changes))


unhurried = settings(deadline=None, max_examples=80, database=None)


@some.composite
def some_questions(draw: some.DrawFn) -> dict[str, Any]:
    options = "ABCDEF"[: draw(some.integers(1, 6))]
    ballot = some.permutations(options).flatmap(
        lambda order: some.integers(0, len(order)).map(lambda length: tuple(order[:length]))
    )
    return {
        "ballots": draw(some.dictionaries(ballot, some.integers(0, 9), max_size=12)),
        "options": options,
        "seats": draw(some.integers(1, 4)),
        "lots": draw(some.permutations(options)),
    }


@given(some_questions())
@unhurried
def test_every_seat_is_filled_once_and_no_vote_is_lost(question: dict[str, Any]) -> None:
    result = count(**question)
    assert len(set(result.elected)) == len(result.elected) == min(question["seats"], len(question["options"]))
    for stage in result.rounds:
        held = sum(votes for _, votes in stage.votes)
        assert held + stage.non_transferable + stage.remainder == result.valid * VOTE


@given(some_questions())
@unhurried
def test_the_order_of_the_ballots_changes_nothing(question: dict[str, Any]) -> None:
    reordered = question | {"ballots": dict(reversed(question["ballots"].items()))}
    assert repr(count(**reordered)) == repr(count(**question))


@given(some_questions())
@unhurried
def test_a_group_with_enough_quotas_gets_as_many_of_those_it_prefers_to_all_others(question: dict[str, Any]) -> None:
    """Droop’s proportionality for solid coalitions (Woodall, 1994)."""
    result = count(**question)
    for size in range(1, len(question["options"]) + 1):
        for preferred in map(set, combinations(question["options"], size)):
            solid = sum(number for ballot, number in question["ballots"].items() if set(ballot[:size]) == preferred)
            deserved = min(solid // result.quota, size, question["seats"])
            assert len(preferred & set(result.elected)) >= deserved
