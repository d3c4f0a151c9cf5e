"""Who may not score an anchor: the rules for real evidence hold for it too, and who scored its source knows it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assignment import Candidate, hindrance
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.people import author, partners, school_ids
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
    scored, conflicts, helped = _scored(anchors), _conflicts(anchors), partners()
    found: Barred = set()
    for anchor in anchors:
        whose = author(anchor.source.person)
        for person in people:
            candidate = Candidate(
                id=person.id,
                school_ids=school_ids(person),
                led_school_ids=frozenset(person.led_school_ids),
                has_declared_conflict=person.id in conflicts[whose.id],
                is_co_author=(person.id, whose.id, anchor.source.micro_credential_id) in helped,
                has_reviewed=person.id in scored[anchor.source_id],
            )
            if hindrance(candidate, whose) is not None:
                found.add((anchor.id, person.id))
    return found


def _scored(anchors: Sequence[Anchor]) -> dict[int, set[int]]:
    looks = select(Review.submission_id, Review.reviewer_id).where(Review.state != ReviewState.SET_ASIDE)
    return _sets(looks.where(Review.submission_id.in_([anchor.source_id for anchor in anchors])))


def _conflicts(anchors: Sequence[Anchor]) -> dict[int, set[int]]:
    between = select(Conflict.person_id, Conflict.reviewer_id)
    return _sets(between.where(Conflict.person_id.in_({anchor.source.person_id for anchor in anchors})))


def _sets(pairs: Select[int, int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, person_id in db.session.execute(pairs):
        found[key].add(person_id)
    return found
