"""Why evidence waits: the numbers of reviewers who cannot be asked, and that they tell nothing of its author."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.schooldays import local
from microcred.scoring.holding_back import HeldBack, held_back
from microcred.scoring.reviewer_models import Absence, Conflict, ConflictSource, ReviewerProfile
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.anchoring import in_training, practised
from tests.scoring.reviewing import Course, HandIn

Browse = Callable[[Account], Browser]


@pytest.fixture
def trained(cast: Cast, hand_in: HandIn) -> None:
    """Rita and ravi agree with the anchor, rosa has not practised; ravi takes on nothing."""
    anchor = in_training(cast, hand_in(cast.amara))
    practised(cast.rita, anchor)
    practised(cast.ravi, anchor)
    db.session.add(ReviewerProfile(reviewer_id=cast.ravi.id, most_open=0))
    db.session.commit()


def test_everyone_is_free_without_a_gate(course: Course) -> None:
    assert held_back(course.micro_credential.id) == HeldBack(reviewers=3, uncalibrated=0, away=0, full=0)


def test_each_is_counted_once_by_what_comes_first(cast: Cast, course: Course, trained: None) -> None:
    assert held_back(course.micro_credential.id) == HeldBack(reviewers=3, uncalibrated=1, away=0, full=1)
    today = local(utcnow()).date()
    for person in cast.rita, cast.rosa:
        db.session.add(Absence(reviewer_id=person.id, starts_on=today, ends_on=today + timedelta(days=9)))
    db.session.flush()
    found = held_back(course.micro_credential.id)
    assert (found, found.free) == (HeldBack(reviewers=3, uncalibrated=1, away=1, full=1), 0)


def test_a_waiting_case_says_why_the_same_whoever_its_author_is(
    browse: Browse, cast: Cast, hand_in: HandIn, trained: None
) -> None:
    friend, stranger = hand_in(cast.bruno), hand_in(cast.chloe)
    named = {"source": ConflictSource.NAMED, "declared_at": utcnow()}
    db.session.add(Conflict(reviewer_id=cast.rita.id, person_id=cast.bruno.id, **named))
    db.session.commit()
    told = [_why(browse(cast.cora).get(f"/scoring/{each.code_name}").text) for each in (friend, stranger)]
    assert told[0] == told[1]
    assert [
        part for part in ("1 does not agree", "1 has as many", "1 can be asked", "Calibration") if part not in told[0]
    ] == []
    assert "away" not in told[0]


def _why(page: str) -> str:
    return page.split('id="held-back"')[1].split("</div>")[0]


def test_a_case_that_waits_for_nobody_says_nothing_of_it(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.bruno)
    submission.state = SubmissionState.TO_BE_RELEASED
    db.session.commit()
    assert "held-back" not in browse(cast.cora).get(f"/scoring/{submission.code_name}").text
