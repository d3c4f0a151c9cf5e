"""Evidence of the demo that its author lends: reviewers practise on it, and teachers see it as an example."""

from sqlalchemy import select

from microcred.accounts.models import RoleName
from microcred.catalog.models import Criterion
from microcred.db import db
from microcred.demo.people import District, days_ago, read
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring import actions as scoring
from microcred.scoring import anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchors import Reference
from microcred.scoring.barring import barred
from microcred.scoring.models import Review
from microcred.scoring.seats import criteria_of
from microcred.scoring.training import practise_again, start_training

UNSURE = 2
"""Every second reviewer sees one criterion otherwise at first; the last one of them has not practised again yet."""


def lend_an_example(district: District) -> None:
    """Ask the first who earned one micro-credential, describe what the evidence shows, and let reviewers practise."""
    told = read("anchor")
    earned = select(Submission).where(
        Submission.state == SubmissionState.EARNED,
        Submission.micro_credential_id == district.courses[told["micro_credential"]].id,
    )
    source = db.session.scalars(earned.order_by(Submission.id)).first()
    if source is None:
        raise LookupError("nobody in the demo has earned what the anchor is about")
    with days_ago(20, 11):
        anchor = anchors.propose_anchor(source, by=district.coordinator)
    with days_ago(19, 17):
        anchors.answer_proposal(anchor, training=True, example=True, by=source.person)
    with days_ago(18, 10):
        written = {each.id: _reference(each, told["levels"][each.code]) for each in source.rubric.criteria}
        anchors.write_levels(anchor, written, by=district.coordinator)
        anchors.change_uses(anchor, training=True, example=True, by=district.coordinator)
    _practise(district, anchor)


def _reference(criterion: Criterion, told: dict[str, str]) -> Reference:
    return Reference(next(each.position for each in criterion.levels if each.code == told["level"]), told["why"])


def _practise(district: District, anchor: Anchor) -> None:
    reviewers = district.holding(RoleName.REVIEWER)
    closed = barred([anchor], reviewers)
    free = [each for each in reviewers if (anchor.id, each.id) not in closed]
    for number, reviewer in enumerate(free):
        is_unsure = number % UNSURE == 1
        with days_ago(16 - number, 18):
            look = start_training(anchor.source.micro_credential, by=reviewer)
            _score(district, anchor, look, is_unsure=is_unsure)
        if is_unsure and reviewer is not free[-1]:
            with days_ago(12 - number, 19):
                _score(district, anchor, practise_again(look, by=reviewer), is_unsure=False)


def _score(district: District, anchor: Anchor, review: Review, *, is_unsure: bool) -> None:
    """Score an anchor as its keepers do; whoever is unsure is a level too kind in the first criterion."""
    phrases = district.voices["feedback"][anchor.source.micro_credential.code]
    for place, criterion in enumerate(criteria_of(review)):
        right = anchor.level_of(criterion)
        position = (right.level_position if right else 0) + (is_unsure and place == 0)
        feedback = phrases[criterion.code][criterion.levels[position].code][0]
        scoring.save_score(review, criterion, position, feedback, by=review.reviewer)
    scoring.finish_review(review, "", by=review.reviewer)
