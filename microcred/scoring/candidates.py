"""Who could review a submission, with all that the choice rests on."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.absences import away_ids
from microcred.scoring.assignment import Author, Candidate
from microcred.scoring.calibration import calibrated_ids
from microcred.scoring.leads import Leads
from microcred.scoring.models import IS_WORK, OPEN, Review, ReviewState
from microcred.scoring.people import author, partners, reviewers, school_ids
from microcred.scoring.reviewer_models import MOST_OPEN, Conflict, ReviewerProfile
from microcred.scoring.rules import rules_of

ANY_SUBJECT = "any"


def open_loads() -> dict[int, int]:
    """How many open reviews each reviewer has, unannounced anchors among them; practising is none."""
    is_open = (Review.state.in_(OPEN), IS_WORK)
    statement = select(Review.reviewer_id, func.count()).where(*is_open).group_by(Review.reviewer_id)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def author_of(submission: Submission) -> Author:
    """Who handed it in, as far as a conflict of interest goes."""
    return author(submission.person, allows_same_school=rules_of(submission.pilot).allows_same_school)


def candidates(submission: Submission) -> list[Candidate]:
    """Every reviewer, with what this submission means to them."""
    loads, conflicts, co_authors = open_loads(), _declared(submission.person_id), sharers(submission)
    reviewed, seen, let_pass = _looks(submission)
    leads = Leads(submission)
    calibrated, away, limits = calibrated_ids(submission.micro_credential_id), away_ids(), most_open()
    return [
        Candidate(
            id=person.id,
            school_ids=school_ids(person),
            led_school_ids=frozenset(person.led_school_ids),
            has_declared_conflict=person.id in conflicts,
            is_co_author=person.id in co_authors,
            has_reviewed=person.id in reviewed or leads.know(person),
            has_let_pass=person.id in let_pass,
            has_seen=person.id in seen,
            is_calibrated=calibrated is None or person.id in calibrated,
            is_away=person.id in away,
            is_expert=teaches_one_of(person.subjects, submission.micro_credential.subjects),
            open_reviews=loads.get(person.id, 0),
            most_open=limits.get(person.id, MOST_OPEN),
        )
        for person in reviewers(selectinload(Account.taught_subjects))
    ]


def most_open() -> dict[int, int]:
    """How many reviews those who have said so take on at a time."""
    statement = select(ReviewerProfile.reviewer_id, ReviewerProfile.most_open)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def teaches_one_of(taught: Iterable[str], subjects: Iterable[str]) -> bool:
    """Whether somebody teaches one of the subjects; of what is for any subject nobody knows more than others."""
    wanted = {subject.casefold() for subject in subjects}
    return ANY_SUBJECT not in wanted and not wanted.isdisjoint(subject.casefold() for subject in taught)


def _declared(person_id: int) -> set[int]:
    return set(db.session.scalars(select(Conflict.reviewer_id).where(Conflict.person_id == person_id)))


def sharers(submission: Submission) -> set[int]:
    """Who has made an artefact for this micro-credential together with its author, whoever of the two named the other.

    Whoever was named may not have named their partner: they would know the artefact all the same.
    """
    pairs = partners(Submission.micro_credential_id == submission.micro_credential_id)
    return {who for who, author_id, _about in pairs if author_id == submission.person_id}


def _looks(submission: Submission) -> tuple[set[int], set[int], set[int]]:
    """Who has reviewed this very submission, who has seen it or an earlier try only, and who has let it pass."""
    tries = select(Submission.id).where(
        Submission.person_id == submission.person_id,
        Submission.micro_credential_id == submission.micro_credential_id,
    )
    statement = select(Review.reviewer_id, Review.submission_id, Review.state, Review.escalated_at)
    reviewed: set[int] = set()
    seen: set[int] = set()
    let_pass: set[int] = set()
    for who, submission_id, state, escalated_at in db.session.execute(statement.where(Review.submission_id.in_(tries))):
        is_this = submission_id == submission.id
        (reviewed if is_this and state != ReviewState.SET_ASIDE else seen).add(who)
        let_pass |= {who} if is_this and escalated_at else set()
    return reviewed, seen, let_pass
