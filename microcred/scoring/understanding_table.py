"""What a rubric shows, as tables to take along: numbers stay numbers."""

from typing import Any

from flask_babel import gettext as _

from microcred.scoring.distribution import Spread
from microcred.scoring.insight import CriterionFigures, Understanding
from microcred.scoring.readings import agreement_reading, severity_reading
from microcred.scoring.severity import Severity

Row = list[Any]


def level_columns() -> list[str]:
    """The head of the table of levels."""
    agreement = [_("Scored twice"), _("In words"), _("Same side"), _("Same level")]
    coefficients = [_("Gwet’s AC1"), _("Cohen’s kappa"), _("Krippendorff’s alpha")]
    return [_("Criterion"), _("Level"), _("First tries"), _("Later tries"), *agreement, *coefficients]


def level_rows(shown: Understanding, *, hides_few: bool) -> list[Row]:
    """A row for each level of each criterion; the agreement stands in the criterion's first row."""
    return [row for figures in shown.criteria for row in _rows(figures, hides_few=hides_few)]


def _rows(figures: CriterionFigures, *, hides_few: bool) -> list[Row]:
    first, later = counts(figures.first_tries, hides_few=hides_few), counts(figures.resubmissions, hides_few=hides_few)
    agreement = _agreement(figures)
    return [
        [figures.criterion.name, level.name, first[place], later[place], *(agreement if place == 0 else [None] * 7)]
        for place, level in enumerate(figures.criterion.levels)
    ]


def counts(spread: Spread, *, hides_few: bool) -> list[int | None]:
    """The pieces of evidence at each level, with None for those that may not be told."""
    return spread.without_small_groups() if hides_few else list(spread.pieces)


def _agreement(figures: CriterionFigures) -> Row:
    agreed = figures.agreement
    rounded = [None if value is None else round(value, 2) for value in agreed.in_table] if agreed else [None] * 5
    return [figures.double_scored, agreement_reading(agreed), *rounded]


def severity_columns() -> list[str]:
    """The head of the table of reviewers."""
    return [_("Reviewer"), _("Pieces scored with another"), _("Levels above the co-reviewers"), _("In words")]


def severity_rows(severities: list[Severity]) -> list[Row]:
    """A row for each reviewer; the difference is in levels, above 0 is milder."""
    return [
        [
            each.reviewer,
            each.pieces,
            each.difference if each.difference is None else round(each.difference, 1),
            severity_reading(each.difference),
        ]
        for each in severities
    ]
