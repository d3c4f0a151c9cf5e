"""Who may not score an anchor: the rules for real evidence hold for it too, and who scored its source knows it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Artefact, CoAuthor, Submission
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assignment import Author, Candidate, hindrance
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.reviewer_models import Conflict

Barred = set[tuple[int, int]]
"""The id of an anchor, and of a reviewer who may not score it."""


def training_anchors(micro_credential_id: int | None = None) -> list[Anchor]:
    """The anchors that reviewers practise on, of one micro-credential or of all, the oldest first."""
    statement = (
        select(Anchor)
        .join(Submission, Submission.id == Anchor.submission_id)
        .where(Anchor.trains_since.is_not(None), Anchor.retired_at.is_(None))
        .order_by(Anchor.id)
    )
    if micro_credential_id is not None:
        statement = statement.where(Submission.micro_credential_id == micro_credential_id)
    return list(db.session.scalars(statement.options(joinedload(Anchor.source).joinedload(Submission.person))))


def barred(anchors: Sequence[Anchor], people: Sequence[Account]) -> Barred:
    """Whoever wrote it or helped, scored the source, or has a conflict of interest with its author."""
    scored, conflicts, helped = _scored(anchors), _conflicts(anchors), _helped(anchors)
    found: Barred = set()
    for anchor in anchors:
        author = _author(anchor.source.person)
        for person in people:
            candidate = Candidate(
                id=person.id,
                school_ids=_school_ids(person),
                led_school_ids=frozenset(person.led_school_ids),
                has_declared_conflict=person.id in conflicts[author.id],
                is_co_author=person.id in helped[anchor.source_id],
                has_reviewed=person.id in scored[anchor.source_id],
            )
            if hindrance(candidate, author) is not None:
                found.add((anchor.id, person.id))
    return found


def _author(person: Account) -> Author:
    return Author(person.id, _school_ids(person), frozenset(person.led_school_ids))


def _school_ids(person: Account) -> frozenset[int]:
    return frozenset({person.school_id, *(role.school_id for role in person.roles)} - {None})  # type: ignore[arg-type]


def _scored(anchors: Sequence[Anchor]) -> dict[int, set[int]]:
    looks = select(Review.submission_id, Review.reviewer_id).where(Review.state != ReviewState.SET_ASIDE)
    return _sets(looks.where(Review.submission_id.in_([anchor.source_id for anchor in anchors])))


def _conflicts(anchors: Sequence[Anchor]) -> dict[int, set[int]]:
    between = select(Conflict.person_id, Conflict.reviewer_id)
    return _sets(between.where(Conflict.person_id.in_({anchor.source.person_id for anchor in anchors})))


def _helped(anchors: Sequence[Anchor]) -> dict[int, set[int]]:
    """Who made an artefact together with the author, whoever of the two named the other."""
    named = select(Artefact.submission_id, CoAuthor.person_id).join(Artefact, Artefact.id == CoAuthor.artefact_id)
    by_author = _sets(named.where(Artefact.submission_id.in_([anchor.source_id for anchor in anchors])))
    naming = (
        select(CoAuthor.person_id, Submission.person_id)
        .join(Artefact, Artefact.id == CoAuthor.artefact_id)
        .join(Submission, Submission.id == Artefact.submission_id)
    )
    by_others = _sets(naming.where(CoAuthor.person_id.in_({anchor.source.person_id for anchor in anchors})))
    return {each.source_id: by_author[each.source_id] | by_others[each.source.person_id] for each in anchors}


def _sets(pairs: Select[int, int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, person_id in db.session.execute(pairs):
        found[key].add(person_id)
    return found
