"""The coefficients give the values in print, and nothing but the ratings moves them."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from microcred.scoring.agreement import (
    Level,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)

Ratings = list[list[Any]]

# Krippendorff (2011), part C: four observers, twelve units, five values, missing ratings.
KRIPPENDORFF: Ratings = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# Fleiss (1971): ten units, fourteen raters, five categories.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
ORDERED = [[2, 1, 0], [0, 2, 1], [0, 0, 4]]

COEFFICIENTS: dict[str, Callable[[Ratings], float | None]] = {
    "percent": percent_agreement,
    "ac1": gwet_ac1,
    **{f"alpha, {level}": partial(krippendorff_alpha, level=level) for level in get_args(Level)},
}
NOMINAL = [COEFFICIENTS[name] for name in ("percent", "ac1", "alpha, nominal")]

every_coefficient = pytest.mark.parametrize("coefficient", COEFFICIENTS.values(), ids=COEFFICIENTS)
every_nominal_coefficient = pytest.mark.parametrize("coefficient", NOMINAL, ids=["percent", "ac1", "alpha"])
some_tables = some.lists(some.lists(some.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3)
unhurried = settings(deadline=None, max_examples=40, database=None)


@some.composite
def some_ratings(draw: some.DrawFn) -> Ratings:
    unit_count = draw(some.integers(1, 8))
    rater = some.lists(some.none() | some.integers(0, 4), min_size=unit_count, max_size=unit_count)
    return draw(some.lists(rater, min_size=2, max_size=5))


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)]
)
def test_alpha_of_krippendorffs_example(level: Level, alpha: float) -> None:
    assert round(krippendorff_alpha(KRIPPENDORFF, level) or 0, 4) == alpha


def test_percent_agreement_and_ac1_of_krippendorffs_example() -> None:
    assert round(percent_agreement(KRIPPENDORFF) or 0, 5) == 0.81818
    assert round(gwet_ac1(KRIPPENDORFF) or 0, 5) == 0.77544


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_of_two_categories_is_the_same_under_any_weights(weights: Any) -> None:
    assert cohen_kappa([[20, 5], [10, 15]], weights) == 0.4


@pytest.mark.parametrize(
    ("weights", "kappa"), [(None, 1 - 2 / 6.5), ("linear", 1 - 2 / 8.8), ("quadratic", 1 - 2 / 13.4)]
)
def test_kappa_of_ordered_levels_is_what_the_hand_works_out(weights: Any, kappa: float) -> None:
    assert cohen_kappa(ORDERED, weights) == pytest.approx(kappa, abs=1e-15)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_pairs_and_their_table_have_the_same_kappa(weights: Any) -> None:
    pairs = [(i, j) for i, row in enumerate(ORDERED) for j, count in enumerate(row) for _ in range(count)]
    assert cohen_kappa([*pairs, (None, 1), (2, None)], weights) == cohen_kappa(ORDERED, weights)


def test_an_unused_level_still_counts_in_the_distance() -> None:
    pairs = [("none", "none"), ("none", "none"), ("part", "none"), ("full", "part"), ("full", "full")]
    assert cohen_kappa(pairs, "linear", levels=["none", "part", "full"]) == pytest.approx(1 - 2 / 4.8, abs=1e-15)
    assert cohen_kappa(pairs, "linear", levels=["none", "some", "part", "full"]) == pytest.approx(
        1 - 3 / 7.4, abs=1e-15
    )


def test_kappa_of_gwets_three_categories() -> None:
    assert round(cohen_kappa([[13, 0, 0], [0, 20, 7], [0, 4, 56]]) or 0, 7) == 0.7964094


def test_kappa_of_fleiss_example() -> None:
    assert round(fleiss_kappa(FLEISS) or 0, 4) == 0.2099


def test_ac1_of_two_raters_is_what_the_hand_works_out() -> None:
    ratings = [[1, 1, 1, 1, 0], [1, 1, 1, 0, 0]]
    assert gwet_ac1(ratings) == pytest.approx((0.8 - 0.42) / (1 - 0.42), abs=1e-15)
    assert gwet_ac1(ratings, categories=3) == pytest.approx((0.8 - 0.21) / (1 - 0.21), abs=1e-15)


def test_systematic_disagreement_is_worse_than_chance() -> None:
    assert cohen_kappa([[0, 5], [5, 0]]) == -1
    assert fleiss_kappa([[1, 1], [1, 1]]) == -1
    assert gwet_ac1([[0, 1], [1, 0]]) == -1
    assert krippendorff_alpha([[0, 1], [1, 0]]) == -0.5


@every_coefficient
def test_two_raters_who_always_agree_score_one(coefficient: Callable[[Ratings], float | None]) -> None:
    assert coefficient([[1, 2, 3, None], [1, 2, 3, 4]]) == 1


@every_coefficient
@pytest.mark.parametrize("ratings", [[], [[1, 2]], [[None, 1], [2, None]], [[None], [None]], [[], []]])
def test_without_two_ratings_of_a_unit_agreement_is_undefined(
    coefficient: Callable[[Ratings], float | None], ratings: Ratings
) -> None:
    assert coefficient(ratings) is None


def test_without_variation_kappa_and_alpha_are_undefined_but_agreement_is_whole() -> None:
    ratings = [[3, 3, 3], [3, 3, 3]]
    assert [krippendorff_alpha(ratings, level) for level in get_args(Level)] == [None] * 4
    assert (cohen_kappa([(3, 3)] * 3), cohen_kappa([[3]]), fleiss_kappa([[0, 2], [0, 2]])) == (None, None, None)
    assert (percent_agreement(ratings), gwet_ac1(ratings)) == (1, 1)


def test_a_kappa_of_nothing_is_undefined() -> None:
    assert (cohen_kappa([]), cohen_kappa([(None, 1)]), cohen_kappa([[0, 0], [0, 0]]), fleiss_kappa([])) == (None,) * 4


def test_a_ratio_of_zero_and_zero_is_no_difference() -> None:
    assert krippendorff_alpha([[0, 0, 1], [0, 0, 1]], "ratio") == 1


@every_coefficient
@unhurried
@given(drawn=some_ratings().flatmap(lambda ratings: some.tuples(some.just(ratings), some.permutations(ratings))))
def test_the_order_of_raters_changes_nothing(
    coefficient: Callable[[Ratings], float | None], drawn: tuple[Ratings, Ratings]
) -> None:
    ratings, permuted = drawn
    assert coefficient(permuted) == coefficient(ratings)


@every_coefficient
@unhurried
@given(ratings=some_ratings())
def test_a_unit_that_nobody_rated_changes_nothing(
    coefficient: Callable[[Ratings], float | None], ratings: Ratings
) -> None:
    assert coefficient([[None, *rater] for rater in ratings]) == coefficient(ratings)


@every_nominal_coefficient
@unhurried
@given(ratings=some_ratings(), names=some.permutations(["none", "some", "part", "most", "full"]))
def test_other_names_for_the_categories_change_nothing(
    coefficient: Callable[[Ratings], float | None], ratings: Ratings, names: list[str]
) -> None:
    renamed = [[None if value is None else names[value] for value in rater] for rater in ratings]
    assert coefficient(renamed) == coefficient(ratings)


@every_coefficient
@unhurried
@given(ratings=some_ratings())
def test_no_coefficient_exceeds_one(coefficient: Callable[[Ratings], float | None], ratings: Ratings) -> None:
    found = coefficient(ratings)
    assert found is None or -1 <= found <= 1


@unhurried
@given(ratings=some_ratings())
def test_ordinal_alpha_sees_only_the_order(ratings: Ratings) -> None:
    stretched = [[None if value is None else value**3 for value in rater] for rater in ratings]
    assert krippendorff_alpha(stretched, "ordinal") == krippendorff_alpha(ratings, "ordinal")


@unhurried
@given(ratings=some_ratings())
def test_interval_alpha_sees_no_shift_and_ratio_alpha_no_scale(ratings: Ratings) -> None:
    shifted = [[None if value is None else value + 7 for value in rater] for rater in ratings]
    scaled = [[None if value is None else value * 7 for value in rater] for rater in ratings]
    assert krippendorff_alpha(shifted, "interval") == krippendorff_alpha(ratings, "interval")
    assert krippendorff_alpha(scaled, "ratio") == krippendorff_alpha(ratings, "ratio")


@unhurried
@given(table=some_tables)
def test_exchanging_the_two_raters_changes_no_kappa(table: list[list[int]]) -> None:
    exchanged = [list(column) for column in zip(*table, strict=True)]
    for weights in (None, "linear", "quadratic"):
        assert cohen_kappa(exchanged, weights) == cohen_kappa(table, weights)


@unhurried
@given(table=some_tables, order=some.permutations(range(3)))
def test_other_names_for_the_categories_change_no_nominal_kappa(table: list[list[int]], order: list[int]) -> None:
    assert cohen_kappa([[table[i][j] for j in order] for i in order]) == cohen_kappa(table)


@unhurried
@given(counts=some.lists(some.permutations([0, 0, 1, 2, 4]), min_size=1, max_size=8), data=some.data())
def test_no_order_of_units_or_categories_changes_fleiss_kappa(counts: list[list[int]], data: some.DataObject) -> None:
    order = data.draw(some.permutations(range(5)))
    shuffled = data.draw(some.permutations(counts))
    assert fleiss_kappa([[row[place] for place in order] for row in shuffled]) == fleiss_kappa(counts)


@unhurried
@given(pairs=some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), max_size=9))
def test_a_pair_that_nobody_rated_changes_no_kappa(pairs: list[tuple[int, int]]) -> None:
    for weights in (None, "linear", "quadratic"):
        assert cohen_kappa([(None, None), *pairs, (None, 2)], weights) == cohen_kappa(pairs, weights)


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (
            lambda: percent_agreement([[1, 2], [1]]),
            "Every rater needs an entry for every unit; None where there is no rating.",
        ),
        (lambda: cohen_kappa([[1, 2], [1]]), "The table must be square, with no count below zero."),
        (lambda: cohen_kappa([[1, 2]]), "The table must be square, with no count below zero."),
        (lambda: cohen_kappa([[1, -2], [1, 2]]), "The table must be square, with no count below zero."),
        (lambda: cohen_kappa([(1, 4)], levels=[1, 2, 3]), "A rating is not among the levels."),
        (lambda: fleiss_kappa([[1, 1], [1, 2]]), "Every unit needs the same number of ratings, two or more."),
        (lambda: fleiss_kappa([[1, 0]]), "Every unit needs the same number of ratings, two or more."),
        (lambda: fleiss_kappa([[3, -1]]), "Every unit needs the same number of ratings, two or more."),
        (lambda: gwet_ac1([[1, 2, 3], [1, 2, 3]], categories=2), "More categories occur than there are said to be."),
        (
            lambda: krippendorff_alpha([[-1, 2], [1, 2]], "ratio"),
            "The level is nominal, ordinal, interval or ratio, and no ratio lies below zero.",
        ),
        (
            lambda: krippendorff_alpha([[1, 2], [1, 2]], "absolute"),  # type: ignore[arg-type]
            "The level is nominal, ordinal, interval or ratio, and no ratio lies below zero.",
        ),
    ],
)
def test_ratings_that_make_no_sense_are_refused_with_a_sentence(refused: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        refused()
