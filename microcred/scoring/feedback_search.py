"""Looking for what reviewers wrote, criterion by criterion, without anything that leads to a person."""

from typing import Any, NamedTuple

from sqlalchemy import Row, false, select, true

from microcred.accounts.models import Account, School
from microcred.catalog.models import Rubric
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.blotting import blotted, name_words, plain
from microcred.scoring.distribution import FEWEST_PEOPLE
from microcred.scoring.models import Review, ReviewState, Score


class Remark(NamedTuple):
    """What a reviewer wrote on a criterion, with the level that was seen; not of whom, by whom or when."""

    criterion: str
    level: str
    text: str


def remarks(rubric: Rubric, wanted: str = "", criterion_id: int | None = None) -> list[Remark] | None:
    """Feedback of final reviews of decided evidence; None while it is that of fewer than five people.

    It is looked for in what is shown: whoever looks for a name finds nothing. It stands in the order of criterion,
    level and text, alike remarks once, so that no order tells of time or of people.
    """
    written = _written(rubric)
    if len({row.person_id for row in written}) < FEWEST_PEOPLE:
        return None
    chosen = [row for row in written if criterion_id in (None, row.criterion_id)]
    return [remark for remark in _without_names(rubric, chosen) if plain(wanted) in plain(remark.text)]


def _written(rubric: Rubric) -> list[Row[Any]]:
    statement = (
        select(Score.criterion_id, Score.level_position, Score.feedback, Submission.code_name, Submission.person_id)
        .join(Review, Review.id == Score.review_id)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Submission.rubric_id == rubric.id, Submission.decided_at.is_not(None))
        .where(Review.state == ReviewState.FINAL, Score.feedback != "", Score.level_position.is_not(None))
    )
    return list(db.session.execute(statement))


def _without_names(rubric: Rubric, written: list[Row[Any]]) -> list[Remark]:
    names, schools = _names()
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    shown = {
        (
            criteria[row.criterion_id].position,
            row.level_position,
            blotted(row.feedback, names, (row.code_name, *schools)),
        ): criteria[row.criterion_id]
        for row in written
    }
    return [
        Remark(criterion.name, criterion.levels[position].name, text)
        for (_place, position, text), criterion in sorted(shown.items(), key=lambda entry: entry[0])
    ]


def _names() -> tuple[set[str], list[str]]:
    """The words of everybody's name, and the names of the schools."""
    people = select(Account.name, true().label("is_person"))
    found = db.session.execute(people.union_all(select(School.name, false()))).all()
    return name_words(name for name, is_person in found if is_person), [
        name for name, is_person in found if not is_person
    ]
