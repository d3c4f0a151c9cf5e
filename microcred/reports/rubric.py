"""The rubric criterion by criterion: how the levels are spread, and how far reviewers agree."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.pilots.models import Offer
from microcred.reports.shape import FEWEST, Figures, Picture, Report, Scope
from microcred.scoring.insight import CriterionFigures, criterion_figures
from microcred.words import percent


def figures(scope: Scope) -> Figures:
    """Look at the rubric of one micro-credential, the first that is offered unless another was chosen."""
    courses = _offered(scope)
    chosen = next((course for course in courses if course.id == scope.choice), courses[0] if courses else None)
    rubric = chosen and chosen.rubric
    found = criterion_figures(rubric) if rubric else []
    shown = [each for each in found if scope.sees_all or sum(each.first_tries) + sum(each.resubmissions) >= FEWEST]
    return Figures(
        columns=[
            _("Criterion"),
            _("Level"),
            _("First tries"),
            _("Later tries"),
            _("Scored twice"),
            _("Agreement"),
            _("Cohen’s kappa"),
            _("Gwet’s AC1"),
            _("Krippendorff’s alpha"),
        ],
        rows=[row for criterion in shown for row in _rows(criterion)],
        pictures=[_picture(shown)] if shown else [],
        notes=[
            _("Agreement: how often two reviewers saw a criterion alike: met, or not met."),
            _("Coefficients stand only where at least 10 pieces of evidence were scored twice."),
            _("A criterion with fewer than five decided pieces of evidence is shown to the coordinator only."),
        ],
        choices=[(course.id, course.title) for course in courses],
    )


def _offered(scope: Scope) -> list[MicroCredential]:
    statement = select(MicroCredential).join(Offer).where(Offer.pilot_id == scope.pilot.id).order_by(Offer.id)
    return list(db.session.scalars(statement))


def _rows(found: CriterionFigures) -> list[list[Any]]:
    """A row for each level; the agreement stands in the criterion's first row."""
    agreed = found.agreement
    agreement = (
        [percent(agreed.same_side), *(_coefficient(value) for value in (agreed.kappa, agreed.ac1, agreed.alpha))]
        if agreed
        else [None] * 4
    )
    return [
        [
            found.criterion.name,
            level.name,
            found.first_tries[place],
            found.resubmissions[place],
            *([found.double_scored, *agreement] if place == 0 else [None] * 5),
        ]
        for place, level in enumerate(found.criterion.levels)
    ]


def _coefficient(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _picture(found: list[CriterionFigures]) -> Picture:
    """The levels as they were first reached; criteria with other levels share the legend by position."""
    longest = max((each.criterion.levels for each in found), key=len)
    rows = [(each.criterion.name, each.first_tries) for each in found]
    return Picture(_("Levels at the first try"), rows, [level.name for level in longest])


REPORT = Report(
    title=_l("What the rubric shows"),
    lead=_l("Criterion by criterion: which levels evidence reached, and how far two reviewers agreed."),
    figures=figures,
)
