"""The forms about anchors, each with evidence of its own to click on."""

from microcred.evidence import actions as evidence
from microcred.evidence.models import Submission
from microcred.scoring import actions as scoring
from microcred.scoring import anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchors import Reference
from microcred.scoring.assigning import assign_reviewers
from microcred.scoring.barring import training_anchors
from microcred.scoring.models import Review
from microcred.scoring.seats import criteria_of
from microcred.scoring.training import start_training
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World

ELSEWHERE = 2
"""The offer that no other race is about: who trains for its micro-credential stands in nobody's way."""


def decided(world: World) -> Submission:
    """Evidence for the micro-credential of that offer, to which the answer was given, while nobody trains for it."""
    for earlier in training_anchors():
        anchors.change_uses(earlier, training=False, example=False, by=world.cast.cora)
    volunteer = making.joined(world)
    submission = evidence.start_submission(volunteer.pilot.offers[ELSEWHERE], volunteer.person)
    for part in submission.micro_credential.parts:
        evidence.save_text(submission, part, "What was done.", 0)
    evidence.submit(submission, by=volunteer.person)
    for review in assign_reviewers(submission):
        _finish(scoring.accept_review(review, by=review.reviewer))
    return submission


def _finish(review: Review) -> Review:
    for criterion in criteria_of(review):
        scoring.save_score(review, criterion, 0, "Thank you for this.", by=review.reviewer)
    scoring.finish_review(review, "", by=review.reviewer)
    return review


def proposed(world: World) -> Anchor:
    """Evidence whose author has been asked."""
    return anchors.propose_anchor(decided(world), by=world.cast.cora)


def lent(world: World) -> Anchor:
    """Evidence that may be used for everything, and is described."""
    anchor = proposed(world)
    anchors.answer_proposal(anchor, training=True, example=True, by=anchor.source.person)
    written = {criterion.id: Reference(0, "That is why.") for criterion in anchor.source.rubric.criteria}
    return anchors.write_levels(anchor, written, by=world.cast.cora)


def in_training(world: World) -> Anchor:
    """Evidence that reviewers practise on."""
    return anchors.change_uses(lent(world), training=True, example=False, by=world.cast.cora)


def start(world: World) -> Click:
    course = in_training(world).source.micro_credential
    return Click(making.reviewer(), {"micro_credential_id": course.id})


def practise_again(world: World) -> Click:
    course, reviewer = in_training(world).source.micro_credential, making.reviewer()
    look = _finish(start_training(course, by=reviewer))
    return Click(reviewer, {"review_id": look.id})


def write_levels(world: World) -> Click:
    anchor = lent(world)
    first, second = (criterion.id for criterion in anchor.source.rubric.criteria)
    typed = {f"level_{first}": "1", f"why_{first}": "Because.", f"level_{second}": "0", f"why_{second}": "So."}
    return Click(world.cast.cora, {"anchor_id": anchor.id}, typed)


def _own(anchor: Anchor, **fields: str) -> Click:
    return Click(anchor.source.person, {"anchor_id": anchor.id}, fields)


CASES: dict[str, Case] = {
    "scoring.answer_proposal": lambda world: _own(proposed(world), training="y"),
    "scoring.change_uses": lambda world: Click(
        world.cast.cora, {"anchor_id": lent(world).id}, {"training": "y", "example": "y"}
    ),
    "scoring.practise_again": practise_again,
    "scoring.propose_anchor": lambda world: Click(world.cast.cora, {"code_name": decided(world).code_name}),
    "scoring.retire_anchor": lambda world: Click(world.cast.cora, {"anchor_id": lent(world).id}),
    "scoring.start_training": start,
    "scoring.take_back_anchor": lambda world: _own(lent(world)),
    "scoring.write_levels": write_levels,
}
