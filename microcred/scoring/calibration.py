"""Who may score what: reviewers practise on anchors, and join once they agree with them often enough."""

from sqlalchemy import select

from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.anchor_models import Anchor


def calibrated_ids(micro_credential_id: int) -> frozenset[int] | None:
    """The reviewers who agree with the anchors of a micro-credential; None where it has none, and so no gate."""
    anchors = select(Anchor.id).join(Submission, Submission.id == Anchor.submission_id)
    in_use = Anchor.trains_since.is_not(None), Anchor.retired_at.is_(None)
    if not db.session.scalar(anchors.where(Submission.micro_credential_id == micro_credential_id, *in_use).limit(1)):
        return None
    return frozenset()
