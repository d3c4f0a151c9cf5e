"""How far reviewers agree, in the coefficients that the field reads.

Ratings are a list of raters, each a list over the same units, with None where a rater did not rate. A coefficient is 1
for perfect agreement, 0 for agreement at the level of chance, and less for worse. None means undefined: no unit has two
ratings, or the ratings do not vary, so that chance alone explains them all. Sums are exact fractions: the order of
raters, units or categories cannot change the last digit.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

Ratings = Sequence[Sequence[Any]]
Table = Sequence[Sequence[int]]
Pairs = Sequence[tuple[Any, Any]]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["linear", "quadratic"]
Difference = Callable[[Any, Any], Fraction]

POWERS = {None: 0, "linear": 1, "quadratic": 2}


def percent_agreement(ratings: Ratings) -> float | None:
    """The share of agreeing pairs of ratings, from 0 to 1, averaged over the units that two or more raters rated.

    For two raters it is the share of units on which they agree. Uncorrected for chance; defined even without variation.
    Source: Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014), chapter 2, p_a with missing ratings.
    """
    units = [unit for unit in _units(ratings) if unit.total() > 1]
    return float(_observed(units)) if units else None


def cohen_kappa(
    table_or_pairs: Table | Pairs, weights: Weights | None = None, *, levels: Sequence[Hashable] | None = None
) -> float | None:
    """Cohen's kappa of two raters: 1 - sum(v o) / sum(v e), with o observed and e expected by chance, for each cell.

    Lists are the rows of a square table of counts; tuples are pairs of ratings, and a pair with a None does not count.
    The disagreement v of categories i and j is 1, |i - j| ("linear") or (i - j)^2 ("quadratic"), by their places in
    `levels`, else in the sorted ratings: name the levels when one of them may be unused. Undefined when chance leaves
    nothing to disagree on: no ratings, or one category for both raters. ValueError for a table that is not square.
    Source: Cohen, Educational and Psychological Measurement 20 (1960); Psychological Bulletin 70 (1968).
    """
    table = _cross(table_or_pairs, levels)
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    cells = [(i, j) for i in range(len(table)) for j in range(len(table)) if i != j]
    apart = {(i, j): abs(i - j) ** POWERS[weights] for i, j in cells}
    observed = sum(apart[i, j] * table[i][j] for i, j in cells)
    expected = sum(apart[i, j] * rows[i] * columns[j] for i, j in cells)
    return float(1 - Fraction(observed * sum(rows), expected)) if expected else None


def fleiss_kappa(counts: Table) -> float | None:
    """Fleiss' kappa: (P - Pe) / (1 - Pe), from a row a unit of how many raters chose each category.

    P is the mean share of agreeing pairs, Pe the sum of the squared shares of the categories. Undefined without units
    or when all ratings are one category. ValueError unless every unit has the same number of raters, at least two.
    Source: Fleiss, Psychological Bulletin 76 (1971).
    """
    if len({sum(row) for row in counts}) > 1 or any(sum(row) < 2 or min(row) < 0 for row in counts):
        raise ValueError("Every unit needs the same number of ratings, two or more.")
    units = [Counter(dict(enumerate(row))) for row in counts]
    shares = _shares(units)
    return _corrected(_observed(units), sum((share**2 for share in shares), Fraction(0))) if units else None


def gwet_ac1(ratings: Ratings, *, categories: int | None = None) -> float | None:
    """Gwet's AC1: (pa - pe) / (1 - pe), with pe = sum(s (1 - s)) / (q - 1) over the shares s of q categories.

    pa is the percent agreement; a share is the mean, over the rated units, of the part of a unit's ratings it has.
    `categories` is q, else the number that occur: give it when one may be unused. Steady where kappa collapses because
    nearly all ratings are alike; 1 when all of them are one category. Undefined when no unit has two ratings.
    Source: Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008); Handbook, 4th ed. (2014).
    """
    units = [unit for unit in _units(ratings) if unit]
    shared = [unit for unit in units if unit.total() > 1]
    if not shared:
        return None
    shares = _shares(units)
    count = len(shares) if categories is None else categories
    if count < len(shares):
        raise ValueError("More categories occur than there are said to be.")
    variation = sum((share * (1 - share) for share in shares), Fraction(0))
    return _corrected(_observed(shared), variation / max(count - 1, 1))


def krippendorff_alpha(ratings: Ratings, level: Level = "nominal") -> float | None:
    """Krippendorff's alpha: 1 - (n - 1) sum(o d) / sum(n_c n_k d), over all pairs of different values c and k.

    n is the number of ratings in units with two or more of them, n_c those of value c; o adds, unit by unit, the pairs
    of c and k divided by the unit's ratings less one. The difference d is squared and depends on the level: nominal 1;
    ordinal the ratings between c and k, their own counted half; interval c - k; ratio (c - k) / (c + k). Undefined when
    no unit has two ratings or those ratings are all alike. ValueError for an unknown level, or a ratio below zero.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
    """
    units = [unit for unit in _units(ratings) if unit.total() > 1]
    values: Counter[Any] = sum(units, Counter())
    difference = _difference(level, values)
    observed = sum(_apart(unit, difference) / (unit.total() - 1) for unit in units)
    expected = _apart(values, difference)
    return float(1 - (values.total() - 1) * observed / expected) if expected else None


def _apart(values: Counter[Any], difference: Difference) -> Fraction:
    pairs = combinations(values, 2)
    return sum((values[one] * values[other] * difference(one, other) for one, other in pairs), Fraction(0))


def _difference(level: Level, values: Counter[Any]) -> Difference:
    if level == "nominal":
        return lambda _one, _other: Fraction(1)
    if level == "ordinal":
        middles = _middles(values)
        return lambda one, other: (middles[one] - middles[other]) ** 2
    if level == "interval":
        return lambda one, other: (Fraction(one) - Fraction(other)) ** 2
    if level == "ratio" and min(values, default=0) >= 0:
        return lambda one, other: ((Fraction(one) - Fraction(other)) / (Fraction(one) + Fraction(other))) ** 2
    raise ValueError("The level is nominal, ordinal, interval or ratio, and no ratio lies below zero.")


def _middles(values: Counter[Any]) -> dict[Any, Fraction]:
    """The middle rank of each value: two of them lie as far apart as the ordinal difference says."""
    middles, below = {}, 0
    for value in sorted(values):
        middles[value] = below + Fraction(values[value], 2)
        below += values[value]
    return middles


def _units(ratings: Ratings) -> list[Counter[Any]]:
    """How often each value was given to each unit."""
    if len({len(rater) for rater in ratings}) > 1:
        raise ValueError("Every rater needs an entry for every unit; None where there is no rating.")
    return [Counter(value for value in unit if value is not None) for unit in zip(*ratings, strict=True)]


def _observed(units: Sequence[Counter[Any]]) -> Fraction:
    """The mean share of agreeing pairs; every unit has two ratings or more."""
    return _mean([Fraction(_pairs(unit.values()), _pairs([unit.total()])) for unit in units])


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) for count in counts)


def _shares(units: Sequence[Counter[Any]]) -> list[Fraction]:
    """The mean share of each category in a unit's ratings."""
    categories = sum(units, Counter())
    return [_mean([Fraction(unit[category], unit.total()) for unit in units]) for category in categories]


def _mean(shares: Sequence[Fraction]) -> Fraction:
    return sum(shares, Fraction(0)) / len(shares)


def _corrected(observed: Fraction, chance: Fraction) -> float | None:
    return float((observed - chance) / (1 - chance)) if chance != 1 else None


def _cross(table_or_pairs: Table | Pairs, levels: Sequence[Hashable] | None) -> Table:
    if all(isinstance(row, tuple) for row in table_or_pairs):
        return _tabulate([(one, other) for one, other in table_or_pairs if None not in (one, other)], levels)
    if any(len(row) != len(table_or_pairs) or min(row) < 0 for row in table_or_pairs):
        raise ValueError("The table must be square, with no count below zero.")
    return table_or_pairs


def _tabulate(pairs: Pairs, levels: Sequence[Hashable] | None) -> Table:
    categories = sorted({value for pair in pairs for value in pair}) if levels is None else levels
    if not {value for pair in pairs for value in pair} <= set(categories):
        raise ValueError("A rating is not among the levels.")
    counts = Counter(pairs)
    return [[counts[one, other] for other in categories] for one in categories]
