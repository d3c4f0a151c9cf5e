"""The forms that follow an answer: asking for a talk, noting it, taking that back, and an appeal."""

from sqlalchemy import select

from microcred.db import db, utcnow
from microcred.evidence import actions as evidence
from microcred.evidence import talks
from microcred.evidence.models import CoachTalk, Submission
from microcred.schooldays import local
from microcred.scoring import actions as scoring
from microcred.scoring.appeals import unmet_outcomes
from microcred.scoring.coaching import keep_coached
from microcred.scoring.models import Review
from microcred.scoring.seats import criteria_of
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def not_yet(world: World) -> Submission:
    """Evidence that was answered with "not yet", and somebody who could answer an appeal."""
    making.reviewer()
    return making.decided(world, level=0)


def third_not_yet(world: World) -> Submission:
    """Evidence that was answered with "not yet" for the third time."""
    return _again(_again(not_yet(world)))


def _again(submission: Submission) -> Submission:
    following = evidence.resubmit(submission, by=submission.person)
    evidence.submit(following, by=following.person)
    scoring.assign_reviewers(following)
    for review in db.session.scalars(select(Review).where(Review.submission_id == following.id)).all():
        _score(review)
    return following


def _score(review: Review) -> None:
    scoring.accept_review(review, by=review.reviewer)
    for criterion in criteria_of(review):
        scoring.save_score(review, criterion, 0, "Not yet to be seen.", by=review.reviewer)
    scoring.finish_review(review, "", by=review.reviewer)


def asked(world: World) -> CoachTalk:
    """A talk that was asked for."""
    submission = third_not_yet(world)
    return talks.ask_for_talk(submission, by=submission.person)


def led(world: World) -> CoachTalk:
    """A talk that the coordinator has taken on."""
    talk = talks.lead_talk(asked(world), by=world.cast.cora)
    keep_coached(world.cast.cora, talk.submission.person)
    return talk


def held(world: World) -> CoachTalk:
    """A talk that was held."""
    return talks.note_talk(led(world), local(utcnow()).date(), by=world.cast.cora)


def appeal_fields(submission: Submission) -> dict[str, str]:
    """An appeal against everything that is not met."""
    ids = [outcome.criterion_id for outcome in unmet_outcomes(submission)]
    ticked = {f"criterion_{criterion_id}": "y" for criterion_id in ids}
    return ticked | {f"reason_{criterion_id}": "Please look at the second page." for criterion_id in ids}


def file_appeal(world: World) -> Click:
    submission = not_yet(world)
    return _own(submission, **appeal_fields(submission))


def _own(submission: Submission, **fields: str) -> Click:
    return Click(submission.person, {"submission_id": submission.id}, fields)


def _led(world: World, talk: CoachTalk, **fields: str) -> Click:
    return Click(world.cast.cora, {"submission_id": talk.submission_id}, fields)


CASES: dict[str, Case] = {
    "scoring.ask_for_talk": lambda world: _own(third_not_yet(world)),
    "scoring.file_appeal": file_appeal,
    "scoring.lead_talk": lambda world: _led(world, asked(world)),
    "scoring.note_talk": lambda world: _led(world, led(world), held_on=local(utcnow()).date().isoformat()),
    "scoring.undo_talk": lambda world: _led(world, held(world)),
}
