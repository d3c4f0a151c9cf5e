"""How evidence is spread over levels, what of it is shown of few people, and what tells nothing apart."""

import pytest

from microcred.scoring.distribution import Spread, met_by_all_or_none, spread


def test_pieces_and_people_are_counted_apart() -> None:
    reached = [(0, 1), (1, 1), (1, 2), (1, 2)]
    assert spread(reached, 3) == Spread(pieces=[1, 3, 0], people=[1, 2, 0], everyone=2)


def test_nothing_is_spread_over_no_level() -> None:
    assert spread([], 2) == Spread([0, 0], [0, 0], 0)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([6, 7, 8], [6, 7, 8]),
        ([4, 9, 8], [None, 9, None]),
        ([2, 3, 9], [None, None, 9]),
        ([1, 2, 9], [None, None, None]),
        ([0, 0, 9], [None, None, None]),
        ([1, 1, 1], [None, None, None]),
    ],
)
def test_a_number_of_fewer_than_five_is_hidden_and_one_that_would_tell_it(
    pieces: list[int], shown: list[int | None]
) -> None:
    assert Spread(pieces, pieces, sum(pieces)).without_small_groups() == shown


def test_people_count_and_not_their_pieces() -> None:
    assert Spread(pieces=[6, 8, 9], people=[3, 8, 9], everyone=20).without_small_groups() == [None, None, 9]
    assert Spread(pieces=[9], people=[4], everyone=4).is_of_few
    assert not Spread(pieces=[5], people=[5], everyone=5).is_of_few


@pytest.mark.parametrize(
    ("pieces", "required", "verdict"),
    [
        ([0, 4, 2], 1, True),
        ([3, 0, 0], 1, False),
        ([3, 1, 0], 1, None),
        ([3, 1, 0], 2, False),
        ([3, 1, 0], 0, True),
        ([0, 0, 0], 1, None),
    ],
)
def test_what_everybody_or_nobody_meets_tells_nothing_apart(
    pieces: list[int], required: int, verdict: bool | None
) -> None:
    assert met_by_all_or_none(pieces, required) is verdict
