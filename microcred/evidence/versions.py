"""How often each version of a rubric has been used: what was begun by it, and what was earned by it."""

from typing import NamedTuple

from sqlalchemy import func, select

from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.queries import IS_OWN


class Use(NamedTuple):
    """How many submissions were begun by a version, and how many of those have earned."""

    begun: int = 0
    earned: int = 0


def uses_of(micro_credential: MicroCredential) -> dict[int, Use]:
    """The use of each version of its rubric, by the version's id; a version that was never used is left out."""
    earned = func.count().filter(Submission.state == SubmissionState.EARNED)
    statement = select(Submission.rubric_id, func.count(), earned).group_by(Submission.rubric_id)
    rows = db.session.execute(statement.where(Submission.micro_credential_id == micro_credential.id, IS_OWN))
    return {rubric_id: Use(begun, earned) for rubric_id, begun, earned in rows}
