"""What one version of a rubric shows: levels reached, how far two reviewers agree, and who is how severe."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, Rubric
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.agreement import cohen_kappa, gwet_ac1, krippendorff_alpha, percent_agreement
from microcred.scoring.distribution import Spread, met_by_all_or_none, spread
from microcred.scoring.double_scores import FEWEST, double_scores
from microcred.scoring.models import Outcome
from microcred.scoring.severity import Severity, severities

Pair = tuple[int, int]
Reached = tuple[int, int, bool]
"""The level's position, the author's id, and whether it was a later try."""


class Agreement(NamedTuple):
    """How far two reviewers agree: AC1 on met or not met, which decides; kappa and alpha on levels in their order."""

    same_level: float | None
    same_side: float | None
    kappa: float | None
    ac1: float | None
    alpha: float | None

    @property
    def in_table(self) -> tuple[float | None, ...]:
        """What is easily said first: shares, then coefficients."""
        return self.same_side, self.same_level, self.ac1, self.kappa, self.alpha


class CriterionFigures(NamedTuple):
    """One criterion: how its evidence is spread, at first tries, later ones and all; agreement from ten pieces on."""

    criterion: Criterion
    first_tries: Spread
    resubmissions: Spread
    tries: Spread
    double_scored: int
    agreement: Agreement | None

    @property
    def met_by_all_or_none(self) -> bool | None:
        """True when everybody met it at every try, False when nobody ever did; None else, and of fewer than five."""
        if self.tries.is_of_few:
            return None
        return met_by_all_or_none(self.tries.pieces, self.criterion.required_position)


class Understanding(NamedTuple):
    """What one version of a rubric shows: each criterion in its order, each reviewer by name."""

    criteria: list[CriterionFigures]
    severities: list[Severity]

    @property
    def has_decided(self) -> bool:
        """Whether any evidence was decided, or scored twice, by this version."""
        return any(each.tries.everyone or each.double_scored for each in self.criteria)

    @property
    def level_names(self) -> list[str]:
        """The names of the levels, of the criterion with the most of them: pictures go by position."""
        return [level.name for level in max((each.criterion.levels for each in self.criteria), key=len, default=[])]

    @property
    def asked_for(self) -> list[str]:
        """The names of the levels that the required criteria ask for, each once."""
        required = [each.criterion for each in self.criteria if each.criterion.is_required]
        return list(dict.fromkeys(each.levels[each.required_position].name for each in required))

    @property
    def never_discriminating(self) -> list[CriterionFigures]:
        """The criteria that everybody meets or nobody does."""
        return [each for each in self.criteria if each.met_by_all_or_none is not None]


def rubric_to_understand(user: Account, rubric_id: int) -> Rubric | None:
    """One version of a rubric with criteria and levels, for the coordinator."""
    whole = joinedload(Rubric.criteria).joinedload(Criterion.levels)
    return db.session.get(Rubric, rubric_id, options=[whole]) if user.is_coordinator else None


def understanding(rubric: Rubric) -> Understanding:
    """The figures of every criterion, and the severity of everyone who scored by this version with another."""
    scored_twice = list(db.session.execute(double_scores().where(Submission.rubric_id == rubric.id)))
    return Understanding(_criterion_figures(rubric, scored_twice), severities(scored_twice))


def criterion_figures(rubric: Rubric) -> list[CriterionFigures]:
    """The figures of every criterion of a rubric, in its order; what was carried over counts where it was reached."""
    return _criterion_figures(rubric, db.session.execute(double_scores().where(Submission.rubric_id == rubric.id)))


def _criterion_figures(rubric: Rubric, scored_twice: Iterable[Any]) -> list[CriterionFigures]:
    reached, pairs = _reached(rubric), _pairs(scored_twice)
    return [_figures(each, reached.get(each.id, []), pairs.get(each.id, [])) for each in rubric.criteria]


def _figures(criterion: Criterion, reached: list[Reached], pairs: list[Pair]) -> CriterionFigures:
    count = len(criterion.levels)
    first, later = ([(place, who) for place, who, again in reached if again is which] for which in (False, True))
    return CriterionFigures(
        criterion=criterion,
        first_tries=spread(first, count),
        resubmissions=spread(later, count),
        tries=spread(first + later, count),
        double_scored=len(pairs),
        agreement=agreement(criterion, pairs),
    )


def _reached(rubric: Rubric) -> dict[int, list[Reached]]:
    statement = (
        select(Outcome.criterion_id, Outcome.level_position, Submission.person_id, Submission.attempt > 1)
        .join(Submission, Submission.id == Outcome.submission_id)
        .where(Submission.rubric_id == rubric.id, Outcome.carried_from_id.is_(None))
    )
    reached: dict[int, list[Reached]] = {}
    for criterion_id, position, person_id, is_again in db.session.execute(statement):
        reached.setdefault(criterion_id, []).append((position, person_id, bool(is_again)))
    return reached


def agreement(criterion: Criterion, pairs: Sequence[Pair]) -> Agreement | None:
    """The agreement in pairs of levels; None while there are fewer than ten."""
    if len(pairs) < FEWEST:
        return None
    raters = [[pair[place] for pair in pairs] for place in (0, 1)]
    sides = [[criterion.is_met_at(position) for position in rater] for rater in raters]
    levels = [level.position for level in criterion.levels]
    return Agreement(
        same_level=percent_agreement(raters),
        same_side=percent_agreement(sides),
        kappa=cohen_kappa([tuple(pair) for pair in pairs], "quadratic", levels=levels),
        ac1=gwet_ac1(sides, categories=2),
        alpha=krippendorff_alpha(raters, "ordinal"),
    )


def _pairs(scored_twice: Iterable[Any]) -> dict[int, list[Pair]]:
    pairs: dict[int, list[Pair]] = {}
    for row in scored_twice:
        pairs.setdefault(row.criterion_id, []).append((row.first, row.second))
    return pairs
