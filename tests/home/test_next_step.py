"""The one thing to do now, as a table: no database, no page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from microcred.evidence.models import SubmissionState as S
from microcred.home.next_step import Do, Facts, NextStep, next_step
from microcred.home.wording import WORDS
from microcred.volunteers.models import VolunteerState as V

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """Whatever something is done with."""

    state: Any = None
    issued_at: datetime = NOW
    giveaway: Any = None

    @property
    def told_state(self) -> Any:
        """What an entry's person knows."""
        return self.state


OPEN = SimpleNamespace(sign_up_opens_at=NOW - timedelta(days=1))
LATER = SimpleNamespace(sign_up_opens_at=NOW + timedelta(days=1))
POLL, OFFER = SimpleNamespace(name="poll"), SimpleNamespace(name="offer")
FRESH, OLD = Thing(issued_at=NOW - timedelta(days=6)), Thing(issued_at=NOW - timedelta(days=8))
DUE = Thing("due", giveaway=SimpleNamespace(stock=1))
OUT = Thing("due", giveaway=SimpleNamespace(stock=0))
OWED = Thing("owed", giveaway=SimpleNamespace(stock=1))

APPEALED, THIRD_TRY = Thing(S.UNDER_APPEAL), Thing(S.NOT_YET, giveaway=SimpleNamespace(name="third"))

JOINED = {"pilot": OPEN, "takes_volunteers": True, "entry": Thing(V.JOINED)}
SIGN_UP = {"pilot": OPEN, "takes_volunteers": True}


@pytest.mark.parametrize(
    ("facts", "do", "thing"),
    [
        ({}, Do.NOTHING, None),
        ({"pilot": LATER}, Do.AWAIT_SIGN_UP, LATER),
        (SIGN_UP, Do.VOLUNTEER, OPEN),
        (SIGN_UP | {"polls": [POLL]}, Do.VOLUNTEER, OPEN),
        ({"pilot": OPEN, "polls": [POLL]}, Do.VOTE, POLL),
        (SIGN_UP | {"entry": Thing(V.APPLIED)}, Do.AWAIT_ANSWER, Thing(V.APPLIED)),
        (SIGN_UP | {"entry": Thing(V.APPLIED), "polls": [POLL]}, Do.VOTE, POLL),
        (SIGN_UP | {"entry": Thing(V.WAITING)}, Do.AWAIT_PLACE, Thing(V.WAITING)),
        (SIGN_UP | {"entry": Thing(V.DECLINED)}, Do.NOTHING, None),
        (SIGN_UP | {"entry": Thing(V.WITHDRAWN)}, Do.NOTHING, None),
        (SIGN_UP | {"entry": Thing(V.OFFERED), "polls": [POLL]}, Do.ANSWER_OFFER, Thing(V.OFFERED)),
        (JOINED, Do.NOTHING, None),
        (JOINED | {"polls": [POLL], "offers": [OFFER]}, Do.VOTE, POLL),
        (JOINED | {"offers": [OFFER]}, Do.START, OFFER),
        (JOINED | {"offers": [OFFER], "tries": [Thing(S.DRAFT)]}, Do.WRITE, Thing(S.DRAFT)),
        (JOINED | {"tries": [Thing(S.DRAFT), Thing(S.INCOMPLETE)]}, Do.COMPLETE, Thing(S.INCOMPLETE)),
        (JOINED | {"tries": [Thing(S.NOT_YET)]}, Do.TRY_AGAIN, Thing(S.NOT_YET)),
        (JOINED | {"tries": [Thing(S.EARNED)], "awards": [FRESH]}, Do.SEE_BADGE, FRESH),
        (JOINED | {"tries": [Thing(S.EARNED)], "awards": [OLD]}, Do.NOTHING, None),
        (JOINED | {"tries": [Thing(S.IN_REVIEW)], "thank_yous": [OWED, OUT, DUE]}, Do.COLLECT, DUE),
        (JOINED | {"tries": [Thing(S.IN_REVIEW)], "thank_yous": [OWED, OUT]}, Do.AWAIT_SCORE, Thing(S.IN_REVIEW)),
        (JOINED | {"tries": [Thing(S.TO_BE_AGREED)]}, Do.AWAIT_SCORE, Thing(S.TO_BE_AGREED)),
        (JOINED | {"tries": [Thing(S.DENIED)]}, Do.NOTHING, None),
        (JOINED | {"tries": [Thing(S.TO_BE_RELEASED)]}, Do.AWAIT_SCORE, Thing(S.TO_BE_RELEASED)),
        (JOINED | {"tries": [Thing(S.IN_REVIEW), APPEALED]}, Do.AWAIT_APPEAL, APPEALED),
        (JOINED | {"tries": [THIRD_TRY], "talks_due": [THIRD_TRY]}, Do.ASK_FOR_TALK, THIRD_TRY),
        (JOINED | {"tries": [THIRD_TRY, Thing(S.NOT_YET)], "talks_due": [THIRD_TRY]}, Do.TRY_AGAIN, Thing(S.NOT_YET)),
        (JOINED | {"tries": [THIRD_TRY], "talks_asked": [THIRD_TRY]}, Do.AWAIT_TALK, THIRD_TRY),
    ],
)
def test_there_is_exactly_one_thing_to_do_now(facts: dict[str, Any], do: Do, thing: Any) -> None:
    assert next_step(Facts(now=NOW, **facts)) == NextStep(do, thing)


def test_every_step_has_its_words() -> None:
    assert set(WORDS) == set(Do)
