"""The forms of a reviewer's desk that keep drafts and phrases."""

import secrets

from microcred.scoring import actions as scoring
from microcred.scoring import phrases
from microcred.scoring.models import Phrase, Review
from microcred.scoring.seats import criteria_of
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _sentence() -> str:
    """Another one each time: the same phrase is not kept twice."""
    return f"Seen in {secrets.token_hex(4)}."


def _begun(world: World) -> Review:
    review = making.offered_reviews(world)[0]
    return scoring.accept_review(review, by=review.reviewer)


def save_comment(world: World) -> Click:
    review = _begun(world)
    return Click(review.reviewer, {"review_id": review.id}, {"comment": "All in all.", "over": scoring.mark_of("")})


def keep_phrase(world: World) -> Click:
    review = _begun(world)
    thing = {"review_id": review.id, "criterion_id": criteria_of(review)[0].id}
    return Click(review.reviewer, thing, {"level": "1", "feedback": _sentence(), "revision": "0"})


def add_phrase(world: World) -> Click:
    course = world.courses[0]
    fields = {"criterion": "plan", "text": _sentence()}
    return Click(world.cast.cora, {"micro_credential_id": course.id}, fields)


def _phrase(world: World) -> Phrase:
    return phrases.add_phrase(world.courses[0], "plan", _sentence(), owner=None, by=world.cast.cora)


def restore_phrase(world: World) -> Click:
    gone = phrases.remove_phrase(_phrase(world), by=world.cast.cora)
    return Click(world.cast.cora, {"phrase_id": gone.id}, {"text": gone.text})


CASES: dict[str, Case] = {
    "scoring.add_phrase": add_phrase,
    "scoring.change_phrase": lambda world: Click(
        world.cast.cora, {"phrase_id": _phrase(world).id}, {"text": _sentence()}
    ),
    "scoring.keep_phrase": keep_phrase,
    "scoring.remove_phrase": lambda world: Click(world.cast.cora, {"phrase_id": _phrase(world).id}),
    "scoring.restore_phrase": restore_phrase,
    "scoring.save_comment": save_comment,
}
