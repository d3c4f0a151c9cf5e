"""The rubric criterion by criterion: how the levels are spread, and how far reviewers agree."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from microcred.catalog.models import Criterion, MicroCredential, Rubric
from microcred.db import db
from microcred.pilots.models import Offer
from microcred.reports.shape import Figures, More, Picture, Report, Scope
from microcred.scoring.insight import CriterionFigures, criterion_figures
from microcred.scoring.readings import agreement_reading
from microcred.scoring.understanding_table import counts
from microcred.words import percent


def figures(scope: Scope) -> Figures:
    """Look at one version of the rubric of one micro-credential: the first offer's newest unless another was chosen."""
    versions = _versions(scope)
    chosen = next((each.id for each in versions if each.id == scope.choice), versions[0].id if versions else None)
    found = criterion_figures(_rubric(chosen)) if chosen else []
    shown = [each for each in found if scope.sees_all or not each.tries.is_of_few]
    return Figures(
        columns=[
            _("Criterion"),
            _("Level"),
            _("First tries"),
            _("Later tries"),
            _("Scored twice"),
            _("In words"),
            _("Agreement"),
            _("Cohen’s kappa"),
            _("Gwet’s AC1"),
            _("Krippendorff’s alpha"),
        ],
        rows=[row for criterion in shown for row in _rows(criterion, scope)],
        pictures=_pictures(shown, scope),
        notes=[
            _("Agreement: how often two reviewers saw a criterion alike: met, or not met."),
            _("Coefficients stand only where at least 10 pieces of evidence were scored twice."),
            _("Numbers of fewer than five people, and what these could be worked out by, are the coordinator’s only."),
        ],
        choices=[
            (each.id, _("%(title)s, version %(number)s", title=each.title, number=each.version)) for each in versions
        ],
        more=_more(chosen) if chosen and scope.sees_all else None,
    )


def _versions(scope: Scope) -> Sequence[Any]:
    """The versions, used or current, of what the pilot offers, in its order and the newest first."""
    statement = (
        select(Rubric.id, Rubric.version, MicroCredential.title)
        .join(MicroCredential, MicroCredential.id == Rubric.micro_credential_id)
        .join(Offer, Offer.micro_credential_id == MicroCredential.id)
        .where(
            Offer.pilot_id == scope.pilot.id, or_(Rubric.used_at.is_not(None), Rubric.id == MicroCredential.rubric_id)
        )
        .order_by(Offer.id, Rubric.version.desc())
    )
    return db.session.execute(statement).all()


def _more(rubric_id: int) -> More:
    return More(_("More of this version"), "scoring.understand", {"rubric_id": rubric_id})


def _rubric(rubric_id: int) -> Rubric:
    return db.session.get_one(Rubric, rubric_id, options=[selectinload(Rubric.criteria).selectinload(Criterion.levels)])


def _rows(found: CriterionFigures, scope: Scope) -> list[list[Any]]:
    """A row for each level; the agreement stands in the criterion's first row."""
    agreed, hides_few = found.agreement, not scope.sees_all
    first, later = counts(found.first_tries, hides_few=hides_few), counts(found.resubmissions, hides_few=hides_few)
    twice = [found.double_scored, agreement_reading(agreed)]
    agreement = (
        [percent(agreed.same_side), *(_coefficient(value) for value in (agreed.kappa, agreed.ac1, agreed.alpha))]
        if agreed
        else [None] * 4
    )
    return [
        [
            found.criterion.name,
            level.name,
            first[place],
            later[place],
            *([*twice, *agreement] if place == 0 else [None] * 6),
        ]
        for place, level in enumerate(found.criterion.levels)
    ]


def _coefficient(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _pictures(found: list[CriterionFigures], scope: Scope) -> list[Picture]:
    """The levels as they were first reached, where all may be shown; criteria share the legend by position."""
    rows = [(each.criterion.name, counts(each.first_tries, hides_few=not scope.sees_all)) for each in found]
    rows = [row for row in rows if None not in row[1]]
    longest = max((each.criterion.levels for each in found), key=len, default=[])
    return [Picture(_("Levels at the first try"), rows, [level.name for level in longest])] if rows else []


REPORT = Report(
    title=_l("What the rubric shows"),
    lead=_l("Criterion by criterion: which levels evidence reached, and how far two reviewers agreed."),
    figures=figures,
)
