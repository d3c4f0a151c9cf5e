"""The people of scoring: who reviews, and what ties somebody to an author."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm.interfaces import ORMOption

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db
from microcred.evidence.models import Artefact, CoAuthor, Submission, SubmissionState
from microcred.scoring.assignment import Author


def reviewers(*loaded: ORMOption) -> list[Account]:
    """Everyone who scores and can sign in, by name."""
    held = select(Role.account_id).where(Role.name == RoleName.REVIEWER)
    able = select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None))
    return list(db.session.scalars(able.options(*loaded).order_by(Account.name, Account.id)))


def author(person: Account, *, allows_same_school: bool = False) -> Author:
    """A person as the author of evidence."""
    return Author(person.id, school_ids(person), frozenset(person.led_school_ids), allows_same_school)


def school_ids(person: Account) -> frozenset[int]:
    """Every school where somebody works or holds a role."""
    return frozenset({person.school_id, *(role.school_id for role in person.roles)} - {None})  # type: ignore[arg-type]


def partners(*conditions: ColumnElement[bool]) -> set[tuple[int, int, int]]:
    """Two who have made an artefact together, in both orders, and the micro-credential that it was handed in for.

    Being named in a draft bars nobody: anybody can write any name there.
    """
    statement = (
        select(CoAuthor.person_id, Submission.person_id, Submission.micro_credential_id)
        .join(Artefact, Artefact.id == CoAuthor.artefact_id)
        .join(Submission, Submission.id == Artefact.submission_id)
        .where(or_(Submission.submitted_at.is_not(None), Submission.state == SubmissionState.ANCHOR), *conditions)
    )
    rows = [(row[0], row[1], row[2]) for row in db.session.execute(statement)]
    return {*rows, *((second, first, about) for first, second, about in rows)}
