"""What a rubric shows criterion by criterion: levels reached, how far two reviewers agree, and who is how severe."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, Rubric
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.agreement import cohen_kappa, gwet_ac1, krippendorff_alpha, percent_agreement
from microcred.scoring.decision import FIRST, SECOND
from microcred.scoring.models import Outcome, Review, ReviewState, Score

FEWEST = 10
"""Below this many submissions with two reviews no coefficient is shown: it would be noise."""

Pair = tuple[int, int]


class Agreement(NamedTuple):
    """How far two reviewers agree; kappa and alpha know that levels have an order, AC1 is steady where most agree."""

    same_level: float | None
    same_side: float | None
    kappa: float | None
    ac1: float | None
    alpha: float | None


class CriterionFigures(NamedTuple):
    """One criterion: how often each level was reached (by position), and the agreement from `double_scored` on."""

    criterion: Criterion
    first_tries: list[int]
    resubmissions: list[int]
    double_scored: int
    agreement: Agreement | None


def criterion_figures(rubric: Rubric) -> list[CriterionFigures]:
    """The figures of every criterion of a rubric, in its order; what was carried over counts where it was reached."""
    statement = select(Criterion).where(Criterion.rubric_id == rubric.id).order_by(Criterion.position)
    criteria = db.session.scalars(statement.options(selectinload(Criterion.levels))).all()
    reached, pairs = _reached(rubric), _pairs_by_criterion(rubric)
    return [
        CriterionFigures(
            criterion=criterion,
            first_tries=[reached.get((criterion.id, False, level.position), 0) for level in criterion.levels],
            resubmissions=[reached.get((criterion.id, True, level.position), 0) for level in criterion.levels],
            double_scored=len(pairs.get(criterion.id, [])),
            agreement=agreement(criterion, pairs.get(criterion.id, [])),
        )
        for criterion in criteria
    ]


def _reached(rubric: Rubric) -> dict[tuple[int, bool, int], int]:
    is_again = Submission.attempt > 1
    statement = (
        select(Outcome.criterion_id, is_again, Outcome.level_position, func.count())
        .join(Submission, Submission.id == Outcome.submission_id)
        .where(Submission.rubric_id == rubric.id, Outcome.carried_from_id.is_(None))
        .group_by(Outcome.criterion_id, is_again, Outcome.level_position)
    )
    return {(row[0], bool(row[1]), row[2]): row[3] for row in db.session.execute(statement)}


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
        ac1=gwet_ac1(raters, categories=len(levels)),
        alpha=krippendorff_alpha(raters, "ordinal"),
    )


def _pairs_by_criterion(rubric: Rubric) -> dict[int, list[Pair]]:
    pairs: dict[int, list[Pair]] = {}
    for row in db.session.execute(_double_scores().where(Submission.rubric_id == rubric.id)):
        pairs.setdefault(row.criterion_id, []).append((row.first, row.second))
    return pairs


def _double_scores() -> Select[*tuple[Any, ...]]:
    """Both levels wherever the first two seats scored the same criterion of the same submission."""
    one, other = aliased(Review), aliased(Review)
    first, second = aliased(Score), aliased(Score)
    return (
        select(
            first.criterion_id,
            first.level_position.label("first"),
            second.level_position.label("second"),
            one.reviewer_id.label("first_reviewer"),
            other.reviewer_id.label("second_reviewer"),
        )
        .select_from(Submission)
        .join(one, (one.submission_id == Submission.id) & (one.seat == FIRST) & (one.state == ReviewState.FINAL))
        .join(
            other, (other.submission_id == Submission.id) & (other.seat == SECOND) & (other.state == ReviewState.FINAL)
        )
        .join(first, first.review_id == one.id)
        .join(second, (second.review_id == other.id) & (second.criterion_id == first.criterion_id))
        .order_by(first.id)
    )


class Severity(NamedTuple):
    """How many levels a reviewer gives more (above 0) or less than the co-reviewer on the same evidence, on average."""

    reviewer: str
    scores: int
    difference: float | None


def severity() -> list[Severity]:
    """Every reviewer who has scored together with another, by name; no mean below ten common scores."""
    differences: dict[int, list[int]] = {}
    for row in db.session.execute(_double_scores()):
        differences.setdefault(row.first_reviewer, []).append(row.first - row.second)
        differences.setdefault(row.second_reviewer, []).append(row.second - row.first)
    statement = select(Account.id, Account.name).where(Account.id.in_(differences)).order_by(Account.name, Account.id)
    return [Severity(name, *_mean(differences[person_id])) for person_id, name in db.session.execute(statement)]


def _mean(differences: list[int]) -> tuple[int, float | None]:
    count = len(differences)
    return count, sum(differences) / count if count >= FEWEST else None
