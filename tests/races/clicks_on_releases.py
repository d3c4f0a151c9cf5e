"""The forms of leads about rules, looks and releases, each with evidence of its own that waits for its release."""

from datetime import time
from typing import Any

from microcred.evidence.models import Submission
from microcred.scoring import actions as scoring
from microcred.scoring.looking import ready_for
from microcred.scoring.models import Review
from microcred.scoring.releasing import release
from microcred.scoring.rules import change_rules
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World

RULES: dict[str, Any] = {
    "double_percent": 0,
    "allows_same_school": False,
    "shows_others": False,
    "lead_looks": True,
    "release_weekday": 3,
    "release_time": time(15),
}


def held_reviews(world: World, level: int = 1, **rules: Any) -> list[Review]:
    """The final reviews of evidence that waits for its release."""
    reviews = making.scored_reviews(world, level)
    change_rules(reviews[0].submission.pilot, **RULES | rules, by=world.cast.cora)
    for review in reviews:
        scoring.finish_review(review, "Good to read.", by=review.reviewer)
    return reviews


def held(world: World, **rules: Any) -> Submission:
    """Evidence that waits for its release; with badge and thank-you once it is released."""
    return held_reviews(world, **rules)[0].submission


def _case(world: World, submission: Submission) -> Click:
    return Click(world.cast.cora, {"code_name": submission.code_name})


def return_review(world: World) -> Click:
    return Click(world.cast.cora, {"review_id": held_reviews(world)[0].id}, {"note": "Please look again."})


def release_all(world: World) -> Click:
    """What other forms left ready is released before, so that each click finds one."""
    for submission in ready_for(world.cast.cora):
        release(submission, by=world.cast.cora)
    held(world, lead_looks=False)
    return Click(world.cast.cora, {})


def change_rules_of(world: World) -> Click:
    fields = {"double_percent": "20", "release_weekday": "3", "release_time": "15:00"}
    return Click(world.cast.cora, {"pilot_id": making.pilot(world).id}, fields)


CASES: dict[str, Case] = {
    "scoring.change_rules": change_rules_of,
    "scoring.look_at": lambda world: _case(world, held(world)),
    "scoring.release": lambda world: _case(world, held(world)),
    "scoring.release_all": release_all,
    "scoring.return_review": return_review,
}
