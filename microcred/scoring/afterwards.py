"""What the author of a submission can do about its answer: try again, talk to a coach, appeal."""

from datetime import datetime
from typing import NamedTuple

from microcred.evidence.models import CoachTalk, Submission
from microcred.evidence.queries import has_later_try
from microcred.evidence.talks import comes_first, talk_of
from microcred.scoring.appeals import last_moment_to_appeal, why_not_appeal


class Afterwards(NamedTuple):
    """The ways on from "not yet"; after any other answer there is none."""

    may_try_again: bool
    needs_talk: bool
    talk: CoachTalk | None
    may_appeal: bool
    appeal_until: datetime | None


NOTHING = Afterwards(may_try_again=False, needs_talk=False, talk=None, may_appeal=False, appeal_until=None)


def afterwards(submission: Submission) -> Afterwards:
    """The ways on from the answer to a submission, which is the newest try if there are any."""
    if not submission.was_not_yet or has_later_try(submission):
        return NOTHING
    needs_talk, may_appeal = comes_first(submission), why_not_appeal(submission) is None
    return Afterwards(
        may_try_again=not needs_talk,
        needs_talk=needs_talk,
        talk=talk_of(submission),
        may_appeal=may_appeal,
        appeal_until=last_moment_to_appeal(submission) if may_appeal else None,
    )
