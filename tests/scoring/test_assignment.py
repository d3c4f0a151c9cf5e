"""Choosing reviewers: conflicts, load, lots."""

import pytest

from microcred.scoring.assignment import Author, Candidate, Hindrance, choose, hindrance, reviewers_wanted

NORTH, SOUTH = 1, 2
AUTHOR = Author(7, frozenset({NORTH}))


@pytest.mark.parametrize(
    ("candidate", "author", "reason"),
    [
        (Candidate(7), AUTHOR, Hindrance.SELF),
        (Candidate(1, frozenset({NORTH}), frozenset({NORTH})), AUTHOR, Hindrance.PRINCIPAL),
        (Candidate(1, frozenset({SOUTH}), frozenset({NORTH})), AUTHOR, Hindrance.PRINCIPAL),
        (
            Candidate(1, frozenset({NORTH})),
            Author(7, frozenset({NORTH}), frozenset({NORTH})),
            Hindrance.SUBORDINATE,
        ),
        (Candidate(1, frozenset({NORTH, SOUTH})), AUTHOR, Hindrance.SAME_SCHOOL),
        (Candidate(1, has_declared_conflict=True), AUTHOR, Hindrance.DECLARED),
        (Candidate(1, has_reviewed=True), AUTHOR, Hindrance.HAS_REVIEWED),
        (Candidate(1, is_co_author=True), AUTHOR, Hindrance.CO_AUTHOR),
        (Candidate(1, is_calibrated=False), AUTHOR, Hindrance.UNCALIBRATED),
        (Candidate(1, is_away=True), AUTHOR, Hindrance.AWAY),
        (Candidate(1, open_reviews=5), AUTHOR, Hindrance.FULL),
        (Candidate(1, most_open=0), AUTHOR, Hindrance.FULL),
        (Candidate(1, frozenset({SOUTH}), has_seen=True, open_reviews=4), AUTHOR, None),
        (Candidate(1, frozenset({NORTH})), Author(7, frozenset({NORTH}), allows_same_school=True), None),
        (
            Candidate(1, frozenset(), frozenset({NORTH})),
            Author(7, frozenset({NORTH}), allows_same_school=True),
            Hindrance.PRINCIPAL,
        ),
        (Candidate(1), Author(7), None),
    ],
)
def test_a_conflict_of_interest_keeps_a_reviewer_away(
    candidate: Candidate, author: Author, reason: Hindrance | None
) -> None:
    assert hindrance(candidate, author) == reason
    assert choose([candidate], author, 1, "seed") == ([] if reason else [candidate])


def test_the_one_with_the_fewest_open_reviews_comes_first() -> None:
    busy, idle, middling = Candidate(1, open_reviews=4), Candidate(2), Candidate(3, open_reviews=2)
    assert choose([busy, idle, middling], AUTHOR, 2, "seed") == [idle, middling]


def test_who_takes_on_more_is_asked_for_more() -> None:
    steady, eager = Candidate(1, open_reviews=2, most_open=4), Candidate(2, open_reviews=3, most_open=12)
    assert choose([steady, eager], AUTHOR, 1, "seed") == [eager]


def test_who_teaches_the_subject_comes_before_who_has_less_to_do_and_after_fresh_eyes() -> None:
    expert, idle = Candidate(1, is_expert=True, open_reviews=4), Candidate(2)
    knowing = Candidate(3, is_expert=True, has_seen=True)
    assert choose([knowing, idle, expert], AUTHOR, 3, "seed") == [expert, idle, knowing]


def test_who_has_let_it_pass_draws_no_lot_but_is_not_hindered() -> None:
    late = Candidate(1, has_let_pass=True)
    assert (choose([late], AUTHOR, 1, "seed"), hindrance(late, AUTHOR)) == ([], None)


def test_the_share_that_gets_two_reviewers_is_about_the_share_that_was_set() -> None:
    drawn = [reviewers_wanted(1, 30, str(seed)) for seed in range(1000)]
    assert set(drawn) == {1, 2}
    assert 260 < drawn.count(2) < 340
    assert {reviewers_wanted(1, 0, str(seed)) for seed in range(200)} == {1}
    assert {reviewers_wanted(1, 100, str(seed)) for seed in range(200)} == {2}
    assert {reviewers_wanted(2, 50, str(seed)) for seed in range(200)} == {2}


def test_whoever_has_seen_the_evidence_comes_last_but_comes() -> None:
    known, fresh = Candidate(1, has_seen=True), Candidate(2, open_reviews=4)
    assert choose([known, fresh], AUTHOR, 1, "seed") == [fresh]
    assert choose([known], AUTHOR, 1, "seed") == [known]


def test_equals_draw_lots_that_the_seed_draws_again_in_any_order() -> None:
    equals = [Candidate(number) for number in range(11, 19)]
    drawn = choose(equals, AUTHOR, 8, "one")
    assert choose(equals[::-1], AUTHOR, 8, "one") == drawn
    assert choose(equals, AUTHOR, 8, "two") != drawn
    assert {choose(equals, AUTHOR, 1, str(seed))[0].id for seed in range(200)} == set(range(11, 19))
