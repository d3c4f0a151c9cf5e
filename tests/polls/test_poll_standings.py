"""The same ballots give the same standings, byte for byte, and these say how ties were broken."""

import json
import random

from microcred.polls.standings import Vote, as_bytes, count

CODES = ["A", "B", "C", "D"]


def _votes(*groups: tuple[int | None, str, int]) -> list[Vote]:
    return [Vote(school_id, frozenset(codes)) for school_id, codes, number in groups for _ in range(number)]


def _count(votes: list[Vote], lots: str = "ABCD", seats: int = 2, **requires: str) -> dict[str, object]:
    return count(votes, CODES, lots=list(lots), seats=seats, requires=requires, may_vote={1: 20, 2: 15, 3: 3})


def test_the_standings_say_what_was_counted() -> None:
    votes = _votes((1, "AB", 8), (1, "", 2), (2, "C", 7), (2, "A", 6))
    assert _count(votes) == {
        "votes": 23,
        "blank": 2,
        "approvals": {"A": 14, "B": 8, "C": 7, "D": 0},
        "suggestion": {"courses": ["A", "C"], "covered": 21, "is_exact": True, "steps": [["A", 14], ["C", 7]]},
        "rival": None,
        "lots": ["A", "B", "C", "D"],
        "schools": [
            {
                "school_id": 1,
                "may_vote": 20,
                "votes": 10,
                "served": None,
                "approvals": {"A": 8, "B": None, "C": None, "D": None},
            },
            {
                "school_id": 2,
                "may_vote": 15,
                "votes": 13,
                "served": None,
                "approvals": {"A": 6, "B": None, "C": None, "D": None},
            },
        ],
    }


def test_the_order_of_the_ballots_does_not_change_a_byte() -> None:
    votes = _votes((1, "AB", 8), (None, "CD", 5), (2, "C", 7), (2, "AD", 6), (1, "", 1))
    first = as_bytes(_count(votes))
    chance = random.Random(1)
    for _ in range(20):
        chance.shuffle(votes)
        assert as_bytes(_count(votes)) == first
    assert as_bytes(json.loads(first)) == first


def test_a_tie_names_the_other_set() -> None:
    votes = _votes((1, "A", 5), (1, "B", 3), (1, "C", 3))
    standings = _count(votes, lots="DCBA")
    assert standings["suggestion"]["courses"] == ["A", "C"]  # type: ignore[index]
    assert standings["rival"] == ["A", "B"]
    assert _count(votes, lots="DBCA")["rival"] == ["A", "C"]


def test_a_tie_that_no_reversal_of_the_lots_would_show_is_found() -> None:
    votes = _votes((1, "A", 3), (1, "B", 3), (1, "C", 3), (1, "D", 3))
    assert _count(votes)["rival"] is not None


def test_more_approvals_decide_before_the_lots() -> None:
    votes = _votes((1, "AB", 5), (1, "C", 5), (1, "B", 1), (1, "A", 1), (1, "AB", 1), (1, "BD", 1))
    assert _count(votes, lots="ACBD")["suggestion"]["courses"] == ["B", "C"]  # type: ignore[index]


def test_a_course_comes_with_the_one_it_builds_on() -> None:
    votes = _votes((1, "B", 9), (1, "C", 4), (1, "D", 3))
    assert _count(votes, B="A")["suggestion"]["courses"] == ["A", "B"]  # type: ignore[index]


def test_schools_that_are_not_named_stand_together_and_last() -> None:
    votes = _votes((None, "A", 6), (2, "A", 7), (1, "B", 6))
    schools = _count(votes)["schools"]
    assert [(group["school_id"], group["may_vote"], group["votes"]) for group in schools] == [  # type: ignore[attr-defined]
        (1, 20, 6),
        (2, 15, 7),
        (None, 3, 6),
    ]


def test_there_is_no_table_of_a_single_group() -> None:
    assert _count(_votes((None, "A", 3)))["schools"] == []


def test_a_poll_without_ballots_is_decided_by_lot() -> None:
    standings = _count([], lots="CDAB")
    assert (standings["votes"], standings["suggestion"]["courses"]) == (0, ["C", "D"])  # type: ignore[index]
