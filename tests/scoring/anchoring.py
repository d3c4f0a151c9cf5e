"""Decided evidence that is lent as an anchor, in one line."""

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring import anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchors import Reference
from microcred.scoring.models import Review
from microcred.scoring.training import practise_again, start_training
from tests.cast import Cast
from tests.scoring.reviewing import Levels, decided, finish

CODES = ("plan", "ask", "extra")


def proposed(cast: Cast, source: Submission, levels: Levels = (1, 1, 1)) -> Anchor:
    """Decided evidence whose author has been asked, and has not answered."""
    known = source if source.decided_at else decided(source, levels)
    return anchors.propose_anchor(known, by=cast.cora)


def lent(cast: Cast, source: Submission, levels: Levels = (1, 1, 1)) -> Anchor:
    """Evidence whose author allows everything, with a level and an explanation for each criterion; not in use yet."""
    anchor = proposed(cast, source, levels)
    anchors.answer_proposal(anchor, training=True, example=True, by=source.person)
    criteria = source.rubric.criteria
    written = {each.id: Reference(level, f"Why {each.code}") for each, level in zip(criteria, levels, strict=True)}
    return anchors.write_levels(anchor, written, by=cast.cora)


def in_training(cast: Cast, source: Submission, levels: Levels = (1, 1, 1)) -> Anchor:
    """An anchor that reviewers practise on, and that nobody else is shown."""
    anchor = anchors.change_uses(lent(cast, source, levels), training=True, example=False, by=cast.cora)
    db.session.commit()
    return anchor


def practised(reviewer: Account, anchor: Anchor, levels: Levels = (1, 1, 1), again: Review | None = None) -> Review:
    """A finished look at the next anchor, or once more at that of an earlier look."""
    assert anchor.submission is not None
    review = (
        practise_again(again, by=reviewer) if again else start_training(anchor.source.micro_credential, by=reviewer)
    )
    finish(review, **dict(zip(CODES, levels, strict=True)))
    db.session.commit()
    return review
