"""The parties of a case: its author and whoever was asked to review it, who leave running it to somebody else."""

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import Submission
from microcred.scoring.models import Review


def refuse_party(submission: Submission, by: Account) -> None:
    """Refuse whoever wrote a submission, or was asked to review it, to run it, look at its scores, or release it."""
    if is_party(submission, by):
        raise Refused(_("Whoever wrote this evidence, or was asked to review it, leaves this to another coordinator."))


def is_party(submission: Submission, person: Account) -> bool:
    """Whether somebody wrote it, or was asked to review it."""
    return submission.person_id == person.id or is_reviewer_of(submission, person)


def is_reviewer_of(submission: Submission, person: Account) -> bool:
    """Whether somebody has, had, or was offered a review of it."""
    asked = select(Review.id).where(Review.submission_id == submission.id, Review.reviewer_id == person.id)
    return db.session.scalar(asked.limit(1)) is not None
