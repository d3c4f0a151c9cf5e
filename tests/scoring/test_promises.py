"""What a micro-credential’s page promises: how long an answer takes, until when there is time, what comes after."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.schooldays import Holiday
from microcred.scoring.models import Appeal
from microcred.scoring.promises import promises
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import Course, HandIn

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def answered(cast: Cast, hand_in: HandIn) -> Callable[[int], Submission]:
    """Writes evidence whose answer took so many school days, over the change to summer time."""

    def answered(days: int) -> Submission:
        submission = hand_in(cast.amara)
        submission.state, submission.submitted_at = SubmissionState.NOT_YET, MONDAY
        submission.decided_at = MONDAY + timedelta(days=days + 2 * (days // 5))
        db.session.flush()
        return submission

    return answered


def test_how_long_answers_took_is_told_from_five_on(course: Course, answered: Callable[[int], Submission]) -> None:
    for days in (2, 3, 9, 4):
        answered(days)
    assert promises(course.micro_credential, []).taken_days is None
    answered(7)
    assert promises(course.micro_credential, []).taken_days == 4.0


def test_an_appeals_answer_does_not_count(course: Course, answered: Callable[[int], Submission]) -> None:
    pieces = [answered(days) for days in (2, 3, 4, 5, 6)]
    appeal = Appeal(submission_id=pieces[0].id, criterion=course.criteria[0], reason="Look.", level_before=0)
    appeal.filed_at = utcnow()
    db.session.add(appeal)
    db.session.flush()
    assert promises(course.micro_credential, []).taken_days is None


def test_the_last_day_to_hand_in_leaves_ten_school_days(course: Course) -> None:
    course.pilot.ends_on = date(2026, 3, 20)
    db.session.add(Holiday(held_on=date(2026, 3, 16), name="March break"))
    db.session.flush()
    offer = course.pilot.offers[0]
    with at(datetime(2026, 3, 6, 4, 59, tzinfo=UTC)):
        (deadline,) = promises(course.micro_credential, [offer]).deadlines
    assert deadline == (offer, date(2026, 3, 5), False)
    with at(datetime(2026, 3, 6, 5, tzinfo=UTC)):
        assert promises(course.micro_credential, [offer]).deadlines[0].is_past is True


def test_a_teacher_reads_all_of_it_before_starting(
    cast: Cast, course: Course, answered: Callable[[int], Submission], browse: Callable[[Account], Browser]
) -> None:
    for days in (2, 3, 4, 5, 6):
        answered(days)
    course.pilot.ends_on = utcnow().date() + timedelta(days=90)
    db.session.commit()
    page = browse(cast.amara).get(f"/catalog/{course.micro_credential.id}").text
    told = (
        "within 10 school days of handing in",
        "Half of the latest answers took 4 school days or less.",
        "to have an answer before it ends.",
        "As many as you need. What you met once stays met",
        "After 3 “not yet” a talk with a coach comes before the next try.",
        "Within 10 school days of a “not yet”, criterion by criterion.",
        "There is no example yet.",
        "proficient in ask",
    )
    assert [sentence for sentence in told if sentence not in page] == []
