"""How each action of evidence and scoring is done on a stage."""

from collections.abc import Callable

from microcred.db import utcnow
from microcred.errors import Refused
from microcred.evidence import actions as evidence
from microcred.evidence.describing import describe_artefact
from microcred.evidence.models import Artefact, Privacy
from microcred.evidence.ordering import Step, move_artefact
from microcred.evidence.storage import KeptFile
from microcred.evidence.talks import ask_for_talk, lead_talk, note_talk, talk_of
from microcred.pilots.models import Offer
from microcred.schooldays import local
from microcred.scoring import actions as scoring
from microcred.scoring.anchors import propose_anchor
from microcred.scoring.appeals import file_appeal, unmet_outcomes
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.passing_on import pass_on_by_click
from microcred.scoring.releasing import look_at, release, release_all
from microcred.scoring.returning import return_review
from microcred.scoring.seats import has_begun
from tests.scoring.reviewing import MET
from tests.scoring.stages import SCORED, Stage, complete

Act = Callable[[Stage], object]


def _artefact(stage: Stage) -> Artefact:
    return stage.submission.artefacts[0]


def _link(stage: Stage) -> object:
    part = stage.submission.micro_credential.parts[1]
    return evidence.attach_link(stage.submission, part, "https://x.org", caption="", privacy=Privacy.NO_PUPIL)


def _file(stage: Stage) -> object:
    part, kept = stage.submission.micro_credential.parts[1], KeptFile("name", "image/png", ".png", 1, "0" * 64)
    return evidence.attach_kept_file(stage.submission, part, kept, caption="", privacy=Privacy.NO_PUPIL)


def _talk(stage: Stage) -> object:
    talk = talk_of(stage.submission)
    if talk is None:
        raise Refused("No page offers it.")
    if talk.noted_by_id is None:
        lead_talk(talk, by=stage.cast.cora)
    return note_talk(talk, local(utcnow()).date(), by=stage.cast.cora)


def _offer(stage: Stage) -> Offer:
    return next(each for each in stage.course.pilot.offers if each.micro_credential is stage.course.micro_credential)


def _appeal(stage: Stage) -> object:
    reasons = {outcome.criterion_id: "Look again." for outcome in unmet_outcomes(stage.submission)}
    return file_appeal(stage.submission, reasons, by=stage.person)


def _score(stage: Stage) -> object:
    criteria = scoring.criteria_of(stage.review) or stage.submission.rubric.criteria
    return scoring.save_score(stage.review, criteria[0], MET, "Clear.", by=stage.review.reviewer)


def _finish(stage: Stage) -> object:
    if stage.review.is_open and stage.submission.state in SCORED:
        complete(stage.review, MET)
    return scoring.finish_review(stage.review, "", by=stage.review.reviewer)


def _take_back(stage: Stage) -> object:
    """As the page does it: the offers are withdrawn in the same transaction."""
    evidence.take_back(stage.submission, by=stage.person, has_begun=has_begun)
    scoring.withdraw_reviews(stage.submission, by=stage.person)
    return stage.submission


ACTIONS: dict[str, Act] = {
    "start_submission": lambda stage: evidence.start_submission(_offer(stage), stage.person),
    "save_text": lambda stage: evidence.save_text(
        stage.submission, stage.submission.micro_credential.parts[0], "Anew.", 1
    ),
    "attach_file": _file,
    "attach_link": _link,
    "describe_artefact": lambda stage: describe_artefact(_artefact(stage), caption="Else", privacy=Privacy.CONSENT),
    "move_artefact": lambda stage: move_artefact(_artefact(stage), Step.UP),
    "remove_artefact": lambda stage: evidence.remove_artefact(_artefact(stage)),
    "submit": lambda stage: evidence.submit(stage.submission, by=stage.person),
    "take_back": _take_back,
    "give_up": lambda stage: evidence.give_up(stage.submission, by=stage.person),
    "resubmit": lambda stage: evidence.resubmit(stage.submission, by=stage.person),
    "ask_for_talk": lambda stage: ask_for_talk(stage.submission, by=stage.person),
    "note_talk": _talk,
    "assign_reviewers": lambda stage: scoring.assign_reviewers(stage.submission, by=stage.cast.cora),
    "offer_by_hand": lambda stage: offer_by_hand(stage.submission, stage.other, by=stage.cast.cora),
    "reassign_review": lambda stage: scoring.reassign_review(stage.review, stage.other, by=stage.cast.cora),
    "pass_on_by_click": lambda stage: pass_on_by_click(stage.review, by=stage.cast.cora),
    "accept_review": lambda stage: scoring.accept_review(stage.review, by=stage.review.reviewer),
    "decline_review": lambda stage: scoring.decline_review(stage.review, "no time", by=stage.review.reviewer),
    "save_score": _score,
    "save_comment": lambda stage: scoring.save_comment(stage.review, "On the whole", by=stage.review.reviewer),
    "finish_review": _finish,
    "mark_incomplete": lambda stage: scoring.mark_incomplete(stage.submission, "A photo", by=stage.cast.cora),
    "deny": lambda stage: scoring.deny(stage.submission, "Copied", by=stage.cast.cora),
    "return_review": lambda stage: return_review(stage.review, "Once more.", by=stage.cast.cora),
    "look_at": lambda stage: look_at(stage.submission, by=stage.cast.cora),
    "release": lambda stage: release(stage.submission, by=stage.cast.cora),
    "release_all": lambda stage: release_all([stage.submission], by=stage.cast.cora),
    "file_appeal": _appeal,
    "propose_anchor": lambda stage: propose_anchor(stage.submission, by=stage.cast.cora),
}
"""How each action is done, in its own words."""


def finish_as_it_is(stage: Stage) -> object:
    """Make the review final with the scores that it has."""
    return scoring.finish_review(stage.review, "", by=stage.review.reviewer)
