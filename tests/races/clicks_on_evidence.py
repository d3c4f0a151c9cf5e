"""The forms about evidence, reviews, thank-yous and reports, each with a row of its own to click on."""

from typing import Any

from microcred.evidence import actions as evidence
from microcred.evidence.models import Artefact, Privacy, Submission
from microcred.recognition import actions as recognition
from microcred.scoring import actions as scoring
from microcred.scoring.models import Review
from microcred.scoring.seats import criteria_of
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World, _picture


def start_submission(world: World) -> Click:
    volunteer = making.joined(world)
    return Click(volunteer.person, {"offer_id": volunteer.pilot.offers[0].id})


def _own(submission: Submission, **fields: str) -> Click:
    return Click(submission.person, {"submission_id": submission.id}, fields)


def _part(submission: Submission, place: int, **fields: Any) -> Click:
    part = submission.micro_credential.parts[place]
    return Click(submission.person, {"submission_id": submission.id, "part_id": part.id}, fields)


ABOUT = {"caption": "A page", "privacy": Privacy.NO_PUPIL.value}


def _link(world: World) -> Artefact:
    submission = making.draft(world)
    part = submission.micro_credential.parts[1]
    return evidence.attach_link(submission, part, "https://example.org", caption="A page", privacy=Privacy.NO_PUPIL)


def describe_artefact(world: World) -> Click:
    link = _link(world)
    return Click(link.submission.person, {"artefact_id": link.id}, ABOUT | {"caption": "Another page"})


def move_artefact(world: World) -> Click:
    link = _link(world)
    evidence.attach_link(link.submission, link.part, "https://example.net", caption="Two", privacy=Privacy.NO_PUPIL)
    return Click(link.submission.person, {"artefact_id": link.id}, {"step": "down"})


def remove_artefact(world: World) -> Click:
    link = _link(world)
    return Click(link.submission.person, {"artefact_id": link.id})


def take_back(world: World) -> Click:
    return _own(making.offered_reviews(world)[0].submission)


def _review(review: Review, **fields: str) -> Click:
    return Click(review.reviewer, {"review_id": review.id}, fields)


def save_score(world: World) -> Click:
    review = making.offered_reviews(world)[0]
    scoring.accept_review(review, by=review.reviewer)
    thing = {"review_id": review.id, "criterion_id": criteria_of(review)[0].id}
    return Click(review.reviewer, thing, {"level": "1", "feedback": "Clear."})


def finish_review(world: World) -> Click:
    """The last review: the submission is decided, its badge awarded, its author thanked."""
    first, last = making.scored_reviews(world)
    scoring.finish_review(first, "Good to read.", by=first.reviewer)
    return _review(last, comment="Good to read.")


def mark_incomplete(world: World) -> Click:
    review = making.offered_reviews(world)[0]
    return _review(scoring.accept_review(review, by=review.reviewer), missing="The plan.")


def _case(world: World, submission: Submission, **fields: str) -> Click:
    return Click(world.cast.cora, {"code_name": submission.code_name}, fields)


def reassign_review(world: World) -> Click:
    review = making.offered_reviews(world)[0]
    other = making.reviewer()
    return Click(world.cast.cora, {"review_id": review.id}, {"reviewer": str(other.id)})


def accept_after_all(world: World) -> Click:
    entitlement = making.entitlement(world)
    recognition.decline(entitlement, by=entitlement.person)
    return Click(entitlement.person, {"entitlement_id": entitlement.id})


def decline(world: World) -> Click:
    entitlement = making.entitlement(world)
    return Click(entitlement.person, {"entitlement_id": entitlement.id})


def acknowledge(world: World) -> Click:
    hand_out = making.hand_out(world)
    return Click(hand_out.entitlement.person, {"hand_out_id": hand_out.id})


GIVEAWAY = {"name": "A typed clip", "picture": "", "value_cents": "2.50", "rule": "volunteered"}

CASES: dict[str, Case] = {
    "evidence.attach_file": lambda world: _part(making.draft(world), 1, file=(_picture(), "A photo.png")),
    "evidence.attach_link": lambda world: _part(making.draft(world), 1, link="https://example.org", **ABOUT),
    "evidence.describe_artefact": describe_artefact,
    "evidence.give_up": lambda world: _own(making.draft(world)),
    "evidence.move_artefact": move_artefact,
    "evidence.remove_artefact": remove_artefact,
    "evidence.resubmit": lambda world: _own(making.decided(world, level=0)),
    "evidence.save_text": lambda world: _part(making.draft(world), 0, text="Anew.", revision="1"),
    "evidence.start_submission": start_submission,
    "evidence.submit": lambda world: _own(making.draft(world), has_looked="y"),
    "evidence.take_back": take_back,
    "recognition.accept_after_all": accept_after_all,
    "recognition.acknowledge": acknowledge,
    "recognition.archive_giveaway": lambda world: Click(world.cast.cora, {"giveaway_id": making.giveaway(world).id}),
    "recognition.change_giveaway": lambda world: Click(
        world.cast.cora, {"giveaway_id": making.giveaway(world).id}, GIVEAWAY
    ),
    "recognition.create_giveaway": lambda world: Click(
        world.cast.cora, {"pilot_id": making.applicant(world).pilot_id}, GIVEAWAY
    ),
    "recognition.decline": decline,
    "recognition.download_log": lambda world: Click(world.cast.pia, {}),
    "recognition.give": lambda world: Click(world.cast.pia, {"entitlement_id": making.entitlement(world).id}),
    "recognition.give_all": lambda world: Click(world.cast.pia, {"account_id": making.entitlement(world).person_id}),
    "recognition.owe": lambda world: Click(world.cast.pia, {"entitlement_id": making.entitlement(world).id}),
    "recognition.undo_hand_out": lambda world: Click(world.cast.pia, {"hand_out_id": making.hand_out(world).id}),
    "reports.download": lambda world: Click(world.cast.cora, {"slug": "funnel"}),
    "scoring.accept_review": lambda world: _review(making.offered_reviews(world)[0]),
    "scoring.assign_reviewers": lambda world: _case(world, making.handed_in(world)),
    "scoring.decline_review": lambda world: _review(making.offered_reviews(world)[0], reason="no time"),
    "scoring.deny": lambda world: _case(world, making.offered_reviews(world)[0].submission, denied_reason="Copied."),
    "scoring.finish_review": finish_review,
    "scoring.give_back": lambda world: _case(world, making.offered_reviews(world)[0].submission, missing="A part."),
    "scoring.mark_incomplete": mark_incomplete,
    "scoring.reassign_review": reassign_review,
    "scoring.save_score": save_score,
}
