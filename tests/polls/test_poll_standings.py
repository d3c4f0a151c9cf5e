"""The same ballots give the same standings, byte for byte, and these say how ties were broken."""

import json
import random
from typing import Any

from microcred.polls.standings import as_bytes, count
from microcred.polls.votes import Question, Vote

CODES = "ABCD"
HOURS = {"A": 6, "B": 4, "C": 2, "D": 3}
MAY_VOTE = {1: 20, 2: 15, 3: 3}


def _votes(*groups: tuple[int | None, str, int]) -> list[Vote]:
    return [Vote(school_id, tuple(codes)) for school_id, codes, number in groups for _ in range(number)]


def _asked(*, lots: str = CODES, **changes: Any) -> Question:
    limit = {} if "budget" in changes else {"seats": 2}
    return Question(codes=tuple(CODES), lots=tuple(lots), hours=HOURS, **limit | changes)


def _count(votes: list[Vote], *, lots: str = CODES, **changes: Any) -> dict[str, Any]:
    return count(votes, _asked(lots=lots, **changes), may_vote=MAY_VOTE, on_paper=0)


def test_the_standings_say_what_was_counted() -> None:
    votes = _votes((1, "AB", 8), (1, "", 2), (2, "C", 7), (2, "A", 6))
    assert count(votes, _asked(), may_vote=MAY_VOTE, on_paper=3) == {
        "version": 2,
        "counts_by": "coverage",
        "votes": 23,
        "blank": 2,
        "on_paper": 3,
        "approvals": {"A": 14, "B": 8, "C": 7, "D": 0},
        "dots": None,
        "most_wanted": None,
        "seats": 2,
        "budget_hours": None,
        "hours": HOURS,
        "requires": {},
        "lots": ["A", "B", "C", "D"],
        "suggestion": {
            "courses": ["A", "C"],
            "covered": 21,
            "is_exact": True,
            "steps": [["A", 14], ["C", 7]],
            "hours": 8,
            "lacks": {},
        },
        "rival": None,
        "ties": [],
        "transfer": None,
        "sets": [
            {
                "name": "suggested",
                "courses": ["A", "C"],
                "at_least_one": 21,
                "at_least_two": 0,
                "approved": 21,
                "hours": 8,
            },
            {
                "name": "most_approved",
                "courses": ["A", "B"],
                "at_least_one": 14,
                "at_least_two": 8,
                "approved": 22,
                "hours": 10,
            },
            {
                "name": "equal_shares",
                "courses": ["A", "B"],
                "at_least_one": 14,
                "at_least_two": 8,
                "approved": 22,
                "hours": 10,
            },
        ],
        "schools": [
            {
                "school_id": 1,
                "may_vote": 20,
                "votes": 10,
                "served": None,
                "approvals": {"A": None, "B": None, "C": None, "D": None},
            },
            {
                "school_id": 2,
                "may_vote": 15,
                "votes": 13,
                "served": None,
                "approvals": {"A": None, "B": None, "C": None, "D": None},
            },
        ],
    }


def test_the_order_of_the_ballots_does_not_change_a_byte() -> None:
    votes = _votes((1, "AB", 8), (None, "CD", 5), (2, "C", 7), (2, "DA", 6), (1, "", 1), (1, "BCA", 3))
    chance = random.Random(1)
    for counts_by in ("coverage", "transfer", "dots"):
        first = as_bytes(_count(votes, counts_by=counts_by))
        for _ in range(10):
            chance.shuffle(votes)
            assert as_bytes(_count(votes, counts_by=counts_by)) == first
        assert as_bytes(json.loads(first)) == first


def test_a_tie_names_the_other_set() -> None:
    votes = _votes((1, "A", 5), (1, "B", 3), (1, "C", 3))
    standings = _count(votes, lots="DCBA")
    assert standings["suggestion"]["courses"] == ["A", "C"]
    assert standings["rival"] == ["A", "B"]
    assert _count(votes, lots="DBCA")["rival"] == ["A", "C"]


def test_a_tie_that_no_reversal_of_the_lots_would_show_is_found() -> None:
    votes = _votes((1, "A", 3), (1, "B", 3), (1, "C", 3), (1, "D", 3))
    assert _count(votes)["rival"] is not None


def test_more_approvals_decide_before_the_lots() -> None:
    votes = _votes((1, "AB", 5), (1, "C", 5), (1, "B", 1), (1, "A", 1), (1, "AB", 1), (1, "BD", 1))
    assert _count(votes, lots="ACBD")["suggestion"]["courses"] == ["B", "C"]


def test_a_course_comes_with_the_one_it_builds_on() -> None:
    votes = _votes((1, "B", 9), (1, "C", 4), (1, "D", 3))
    assert _count(votes, requires={"B": "A"})["suggestion"]["courses"] == ["A", "B"]


def test_a_budget_of_hours_limits_the_suggestion_and_is_told() -> None:
    votes = _votes((1, "A", 9), (1, "B", 5), (1, "C", 5), (1, "D", 5))
    standings = _count(votes, budget=9)
    assert standings["suggestion"]["courses"] == ["B", "C", "D"]
    assert (standings["suggestion"]["covered"], standings["suggestion"]["hours"]) == (15, 9)
    assert [each["courses"] for each in standings["sets"][1:]] == [["A", "C"], ["A", "C"]]
    assert (standings["seats"], standings["budget_hours"]) == (None, 9)


def test_what_people_want_most_is_counted_beside_the_approvals() -> None:
    votes = [Vote(1, ("A", "B"), "B"), Vote(1, ("A",), "A"), Vote(1, ("A", "C"), "A"), Vote(1, ("A",))]
    assert _count(votes, has_most_wanted=True)["most_wanted"] == {"A": 2, "B": 1, "C": 0, "D": 0}


def test_ranks_suggest_whom_the_transferable_vote_elects() -> None:
    votes = _votes((1, "AB", 10), (1, "CD", 5), (1, "DC", 4), (1, "BA", 2))
    standings = _count(votes, counts_by="transfer", requires={"C": "B"})
    assert standings["suggestion"]["courses"] == ["A", "C"]
    assert standings["transfer"]["elected"] == ["A", "C"]
    assert (standings["transfer"]["quota"], standings["transfer"]["rounds"][0]["event"]) == (8, "first preferences")
    assert standings["suggestion"]["covered"] == 21
    assert standings["suggestion"]["steps"] == [["A", 12], ["C", 9]]
    assert standings["suggestion"]["lacks"] == {"C": "B"}
    assert [each["name"] for each in standings["sets"]] == ["suggested", "coverage", "most_approved", "equal_shares"]
    assert standings["sets"][1]["courses"] == ["A", "D"]


def test_dots_suggest_the_options_with_the_most() -> None:
    votes = _votes((1, "AAAB", 2), (1, "BC", 3), (1, "D", 1))
    standings = _count(votes, counts_by="dots")
    assert standings["dots"] == {"A": 6, "B": 5, "C": 3, "D": 1}
    assert standings["approvals"] == {"A": 2, "B": 5, "C": 3, "D": 1}
    assert standings["suggestion"]["courses"] == ["A", "B"]
    assert standings["suggestion"]["steps"] == [["B", 5], ["A", 0]]
    assert standings["ties"] == []


def test_of_equal_dots_those_of_more_people_come_first_and_then_the_lot() -> None:
    votes = _votes((1, "AAAA", 1), (1, "BB", 1), (1, "C", 1), (1, "CD", 1), (1, "D", 1))
    standings = _count(votes, counts_by="dots", lots="BADC")
    assert standings["suggestion"]["courses"] == ["A", "D"]
    assert standings["ties"] == [{"among": ["D", "C", "B"], "picked": ["D"], "broken_by": "lot"}]
    by_people = _count(votes, counts_by="dots", lots="BADC", seats=3)
    assert by_people["suggestion"]["courses"] == ["A", "D", "C"]
    assert by_people["ties"] == [{"among": ["D", "C", "B"], "picked": ["D", "C"], "broken_by": "people"}]


def test_schools_that_are_not_named_stand_together_and_last() -> None:
    votes = _votes((None, "A", 6), (2, "A", 7), (1, "B", 6))
    schools = _count(votes)["schools"]
    assert [(group["school_id"], group["may_vote"], group["votes"]) for group in schools] == [
        (1, 20, 6),
        (2, 15, 7),
        (None, 3, 6),
    ]


def test_there_is_no_table_of_a_single_group() -> None:
    assert _count(_votes((None, "A", 3)))["schools"] == []


def test_a_poll_without_ballots_is_decided_by_lot() -> None:
    for counts_by in ("coverage", "transfer", "dots"):
        standings = _count([], lots="CDAB", counts_by=counts_by)
        assert (standings["votes"], sorted(standings["suggestion"]["courses"])) == (0, ["C", "D"])


def test_with_one_choice_each_no_number_of_a_school_is_given_for_an_option() -> None:
    votes = _votes((1, "A", 9), (1, "B", 6), (2, "A", 7), (2, "B", 8))
    schools = count(votes, _asked(), may_vote=MAY_VOTE, on_paper=0)["schools"]
    assert [set(school["approvals"].values()) for school in schools] == [{None}, {None}]
    both = count([*votes, *_votes((1, "AB", 1))], _asked(), may_vote=MAY_VOTE, on_paper=0)["schools"]
    assert [school["approvals"]["A"] for school in both] == [10, 7]
