"""Finding awards: one's own, by code, the coordinator's list, and what doesn't fit the evidence."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, distinct, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account
from microcred.badges.codes import as_written
from microcred.badges.models import Award
from microcred.badges.proof import has_first_review, has_unmet_criterion, is_met, is_unsettled
from microcred.catalog.models import Criterion, MicroCredential
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.scoring.models import Outcome, Review, ReviewState


def visible_award(user: Account, code: str) -> Award | None:
    """One award by its code: for the person who earned it, and for the coordinator."""
    statement = select(Award).where(Award.code == as_written(code)).options(*_with_person())
    if not user.is_coordinator:
        statement = statement.where(Award.person_id == user.id)
    return db.session.scalar(statement)


def award_by_code(code: str) -> Award | None:
    """One award by its code, for whoever verifies a badge."""
    return db.session.scalar(select(Award).where(Award.code == as_written(code)).options(*_with_person()))


def award_of(submission: Submission) -> Award | None:
    """The award that a submission led to, if it did."""
    return db.session.scalar(select(Award).where(Award.submission_id == submission.id))


def awards_of(person: Account) -> list[Award]:
    """What somebody earned, the newest first."""
    return list(db.session.scalars(select(Award).where(Award.person_id == person.id).order_by(Award.id.desc())))


def awards(search: str = "", *, state: str = "") -> Select[Any]:
    """Every award, the newest first, narrowed by a piece of name, title or code, and by state."""
    statement = select(Award).join(Award.person).join(Award.micro_credential).options(*_with_person())
    if search:
        statement = statement.where(_matches(search))
    if state:
        statement = statement.where((Award.revoked_at if state == "revoked" else Award.issued_at).is_not(None))
    if state == "issued":
        statement = statement.where(Award.revoked_at.is_(None))
    return statement.order_by(Award.id.desc())


def _matches(search: str) -> Any:
    found = (column.icontains(search, autoescape=True) for column in (Account.name, MicroCredential.title))
    return or_(*found, Award.code == as_written(search))


def _with_person() -> tuple[Any, ...]:
    return (joinedload(Award.person),)


def revoked_indexes() -> list[int]:
    """The places in the status list of all that was revoked."""
    return list(db.session.scalars(select(Award.status_index).where(Award.revoked_at.is_not(None))))


def is_index_taken(index: int) -> bool:
    """Whether a place in the status list is some award's."""
    return db.session.scalar(select(Award.id).where(Award.status_index == index)) is not None


def decided_outcomes(submission_id: int) -> list[Outcome]:
    """What was decided on a submission, in the order of its rubric."""
    statement = select(Outcome).join(Outcome.criterion).where(Outcome.submission_id == submission_id)
    loaded = joinedload(Outcome.criterion).selectinload(Criterion.levels)
    return list(db.session.scalars(statement.order_by(Criterion.position).options(loaded)))


def unmet_criteria(submission: Submission) -> list[Criterion]:
    """The required criteria of a submission's rubric that no final scores prove to be met."""
    required = select(Criterion).join(Submission, Submission.rubric_id == Criterion.rubric_id)
    unmet = required.where(Submission.id == submission.id, Criterion.is_required, ~is_met())
    return list(db.session.scalars(unmet.order_by(Criterion.position)))


def final_seats(submission: Submission) -> set[int]:
    """The seats of a submission whose reviews are final."""
    statement = select(Review.seat).where(Review.submission_id == submission.id, Review.state == ReviewState.FINAL)
    return set(db.session.scalars(statement))


def is_settled(submission: Submission) -> bool:
    """Whether no review is open and every appeal is answered."""
    return db.session.scalar(select(Submission.id).where(Submission.id == submission.id, ~is_unsettled())) is not None


def count_earned(pilot: Pilot) -> dict[int, int]:
    """How many people hold a badge of each micro-credential that they earned in a pilot, by its id."""
    people = func.count(distinct(Award.person_id))
    statement = select(Award.micro_credential_id, people).join(Award.submission).group_by(Award.micro_credential_id)
    held = statement.where(Submission.pilot_id == pilot.id, Award.revoked_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(held)}


def outstanding() -> list[Submission]:
    """What was earned but has no badge yet, the oldest decision first."""
    awarded = select(Award.submission_id)
    statement = select(Submission).where(Submission.state == SubmissionState.EARNED, Submission.id.not_in(awarded))
    loaded = (joinedload(Submission.person), selectinload(Submission.pilot))
    return list(db.session.scalars(statement.order_by(Submission.decided_at, Submission.id).options(*loaded)))


def unearned_awards() -> list[Award]:
    """Awards that their evidence doesn't bear out: not earned, a required criterion not met by final scores, unsettled.

    Unsettled is what has an open review or an appeal without an answer.
    """
    flaws: Iterable[Any] = (
        Submission.state != SubmissionState.EARNED,
        Submission.person_id != Award.person_id,
        Submission.micro_credential_id != Award.micro_credential_id,
        has_unmet_criterion(),
        ~has_first_review(),
        is_unsettled(),
    )
    return list(db.session.scalars(select(Award).join(Award.submission).where(or_(*flaws)).order_by(Award.id)))
