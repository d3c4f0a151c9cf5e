"""Evidence that is scored and waits for its release, under rules that hold answers back."""

from datetime import time
from typing import Any

from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring import actions
from microcred.scoring.models import ScoringRules
from microcred.scoring.rules import change_rules
from tests.cast import Cast
from tests.scoring.reviewing import MET, Course, finish, seated

THURSDAY = 3
AT_THREE = time(15)
BY_HAND: dict[str, Any] = {
    "double_percent": 0,
    "allows_same_school": False,
    "shows_others": False,
    "lead_looks": False,
    "release_weekday": None,
    "release_time": None,
}
IN_BATCHES = {"release_weekday": THURSDAY, "release_time": AT_THREE}


def rule(course: Course, cast: Cast, **changed: Any) -> ScoringRules:
    """Set the rules of the course's pilot: one word for each that is not as usual."""
    rules = change_rules(course.pilot, **BY_HAND | changed, by=cast.cora)
    db.session.commit()
    return rules


def scored(submission: Submission, *seats: dict[str, int]) -> Submission:
    """Let two reviewers score it, with these levels each, or all met."""
    actions.assign_reviewers(submission)
    for seat, levels in enumerate(seats or ({}, {}), start=1):
        finish(seated(submission, seat), **{"plan": MET, "ask": MET, "extra": MET} | levels)
    db.session.commit()
    return submission
