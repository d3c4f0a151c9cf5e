"""My next step: out of all that a teacher could do, the one thing to do now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from microcred.evidence.models import SubmissionState
from microcred.volunteers.models import VolunteerState

FRESH = timedelta(days=7)
"""How long a badge is news."""


class Do(StrEnum):
    """What there is to do, or to wait for."""

    VOLUNTEER = "volunteer"
    ANSWER_OFFER = "answer the offer"
    VOTE = "vote"
    START = "start"
    WRITE = "write"
    COMPLETE = "complete"
    TRY_AGAIN = "try again"
    ASK_FOR_TALK = "ask for a talk"
    SEE_BADGE = "see the badge"
    COLLECT = "collect"
    AWAIT_SIGN_UP = "await sign-up"
    AWAIT_ANSWER = "await the answer"
    AWAIT_PLACE = "await a place"
    AWAIT_TALK = "await the talk"
    AWAIT_APPEAL = "await the answer to the appeal"
    AWAIT_SCORE = "await the score"
    NOTHING = "nothing"


class NextStep(NamedTuple):
    """What to do, and the thing that it is done with."""

    do: Do
    thing: Any = None


@dataclass(frozen=True)
class Facts:
    """What the choice looks at: the teacher's entry, the open polls without a vote, the newest try at each course.

    `talks_due` and `talks_asked` are the tries after which a talk comes first, not asked for yet and asked for.
    """

    now: datetime
    pilot: Any = None
    takes_volunteers: bool = False
    entry: Any = None
    polls: Sequence[Any] = ()
    offers: Sequence[Any] = ()
    tries: Sequence[Any] = ()
    talks_due: Sequence[Any] = ()
    talks_asked: Sequence[Any] = ()
    awards: Sequence[Any] = ()
    thank_yous: Sequence[Any] = ()


def next_step(facts: Facts) -> NextStep:
    """The first thing that there is to do, else what one waits for, else nothing."""
    steps = (NextStep(do, thing) for do, thing in _possible(facts) if thing)
    return next(steps, NextStep(Do.NOTHING))


def _possible(facts: Facts) -> Iterator[tuple[Do, Any]]:
    """Everything in the order of its weight, with the thing that it is done with, or with None."""
    yield Do.VOLUNTEER, facts.entry is None and facts.takes_volunteers and facts.pilot
    yield Do.ANSWER_OFFER, _entry(facts, VolunteerState.OFFERED)
    yield Do.VOTE, _first(facts.polls)
    yield Do.START, not facts.tries and _entry(facts, VolunteerState.JOINED) and _first(facts.offers)
    yield Do.COMPLETE, _try(facts, SubmissionState.INCOMPLETE)
    yield Do.WRITE, _try(facts, SubmissionState.DRAFT)
    yield Do.TRY_AGAIN, _first(each for each in _all(facts, SubmissionState.NOT_YET) if each not in _talks(facts))
    yield Do.ASK_FOR_TALK, _first(facts.talks_due)
    yield Do.SEE_BADGE, _first(award for award in facts.awards if facts.now - award.issued_at < FRESH)
    yield Do.COLLECT, _first(due for due in facts.thank_yous if due.state == "due" and due.giveaway.stock)
    yield Do.AWAIT_SIGN_UP, facts.entry is None and facts.pilot and _opens_later(facts)
    yield Do.AWAIT_ANSWER, _entry(facts, VolunteerState.APPLIED)
    yield Do.AWAIT_PLACE, _entry(facts, VolunteerState.WAITING)
    yield Do.AWAIT_TALK, _first(facts.talks_asked)
    yield Do.AWAIT_APPEAL, _try(facts, SubmissionState.UNDER_APPEAL)
    yield Do.AWAIT_SCORE, _with_reviewers(facts)


def _entry(facts: Facts, state: VolunteerState) -> Any:
    return facts.entry if facts.entry and facts.entry.told_state == state else None


def _first(things: Any) -> Any:
    return next(iter(things), None)


def _try(facts: Facts, state: SubmissionState) -> Any:
    return _first(_all(facts, state))


def _all(facts: Facts, *states: SubmissionState) -> list[Any]:
    return [each for each in facts.tries if each.state in states]


def _talks(facts: Facts) -> list[Any]:
    return [*facts.talks_due, *facts.talks_asked]


def _with_reviewers(facts: Facts) -> Any:
    s = SubmissionState
    return _first(_all(facts, s.SUBMITTED, s.IN_REVIEW, s.TO_BE_AGREED, s.TO_BE_RELEASED))


def _opens_later(facts: Facts) -> Any:
    return facts.pilot if facts.pilot.sign_up_opens_at > facts.now else None
