"""Reminders on the school day before and when it is late, once each; and what the leads are told, once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from microcred.db import db
from microcred.evidence.models import Submission
from microcred.outbox import Mail
from microcred.schooldays import Holiday, local
from microcred.scoring import actions
from microcred.scoring.models import Review
from microcred.scoring.reminding import escalate_late_reviews, last_school_day_before, remind_reviewers
from microcred.scoring.reviewer_models import ReviewerProfile
from tests.cast import Cast
from tests.scoring.reviewing import MET, Course, HandIn, begin, score, seated

FRIDAY = datetime(2026, 10, 16, 15, tzinfo=UTC)
"""A Friday in Toronto; ten school days later is Friday, October 30th, and the clocks go back on November 1st."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, which stands still on the Friday."""
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def review(clock: time_machine.Traveller, cast: Cast, hand_in: HandIn, course: Course) -> Review:
    """A review that was accepted on the Friday, and is due on the 30th."""
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    return begin(seated(submission, 1))


def _noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 17, tzinfo=UTC)


def _subjects(review: Review) -> list[str]:
    mails = db.session.query(Mail).filter_by(person_id=review.reviewer_id).order_by(Mail.id)
    return [mail.subject for mail in mails][1:]


def test_a_reviewer_is_reminded_the_school_day_before_and_when_late_once_each(
    clock: time_machine.Traveller, review: Review
) -> None:
    assert local(review.due_at).isoformat() == "2026-10-30T23:59:59-04:00"
    told = []
    for day in (28, 29, 29, 30):
        clock.move_to(_noon(10, day))
        told.append(len(remind_reviewers()))
    clock.move_to(datetime(2026, 10, 31, 3, 59, 59, tzinfo=UTC))
    told.append(len(remind_reviewers()))
    for moment in (datetime(2026, 10, 31, 4, tzinfo=UTC), _noon(11, 2), _noon(11, 9)):
        clock.move_to(moment)
        told.append(len(remind_reviewers()))
    assert told == [0, 1, 0, 0, 0, 1, 0, 0]
    assert [subject.partition(":")[0] for subject in _subjects(review)] == [
        "Your review is due on Friday 30 October 2026",
        "Your review is late",
    ]


def test_who_was_not_reminded_before_is_reminded_once_it_is_late(clock: time_machine.Traveller, review: Review) -> None:
    clock.move_to(_noon(11, 4))
    assert (len(remind_reviewers()), len(remind_reviewers())) == (1, 0)
    assert [subject.partition(":")[0] for subject in _subjects(review)] == ["Your review is late"]


def test_the_day_before_is_a_school_day(clock: time_machine.Traveller, review: Review) -> None:
    db.session.add_all(Holiday(held_on=date(2026, 10, day), name="Break") for day in (27, 28, 29))
    clock.move_to(_noon(10, 25))
    assert remind_reviewers() == []
    clock.move_to(_noon(10, 26))
    assert remind_reviewers() == [review]


def test_the_last_school_day_before_a_monday_is_the_friday() -> None:
    assert last_school_day_before(date(2026, 3, 9), frozenset()) == date(2026, 3, 6)
    assert last_school_day_before(date(2026, 3, 9), frozenset({date(2026, 3, 6)})) == date(2026, 3, 5)


def test_nobody_is_reminded_of_an_offer_or_of_what_is_done(
    cast: Cast, clock: time_machine.Traveller, review: Review, hand_in: HandIn
) -> None:
    offered = hand_in(cast.chloe)
    actions.assign_reviewers(offered)
    score(review, {"plan": MET, "ask": MET, "extra": MET})
    actions.finish_review(review, "", by=review.reviewer)
    clock.move_to(_noon(11, 9))
    assert remind_reviewers() == []


def test_a_review_that_was_not_begun_goes_on_two_school_days_later_and_the_leads_are_told_once(
    cast: Cast, clock: time_machine.Traveller, review: Review
) -> None:
    clock.move_to(datetime(2026, 11, 4, 4, 59, 59, tzinfo=UTC))
    assert escalate_late_reviews() == []
    clock.move_to(datetime(2026, 11, 4, 5, tzinfo=UTC))
    assert [(late.code_name, late.went_on) for late in escalate_late_reviews()] == [("Maple-1", True)]
    assert escalate_late_reviews() == []
    assert (review.state, seated(review.submission, 1).state) == ("set aside", "offered")
    mail = db.session.query(Mail).filter_by(person_id=cast.cora.id).one()
    assert mail.subject == "1 review is late"
    assert f"Maple-1, with {review.reviewer.name}, due on Friday 30 October 2026: it was not begun" in mail.text
    assert "Amara" not in mail.text


def test_a_day_off_gives_a_late_reviewer_a_day_more(clock: time_machine.Traveller, review: Review) -> None:
    db.session.add(Holiday(held_on=date(2026, 11, 2), name="A day off"))
    clock.move_to(datetime(2026, 11, 4, 17, tzinfo=UTC))
    assert escalate_late_reviews() == []
    clock.move_to(datetime(2026, 11, 5, 17, tzinfo=UTC))
    assert len(escalate_late_reviews()) == 1


def test_what_is_being_written_stays_and_the_leads_are_told(
    cast: Cast, clock: time_machine.Traveller, review: Review
) -> None:
    score(review, {"plan": MET})
    clock.move_to(_noon(11, 4))
    assert [late.went_on for late in escalate_late_reviews()] == [False]
    assert escalate_late_reviews() == []
    assert (review.state, review.escalated_at) == ("draft", _noon(11, 4))
    assert "give it to somebody else, or wait" in db.session.query(Mail).filter_by(person_id=cast.cora.id).one().text


def test_with_nobody_else_a_late_review_stays_with_its_reviewer(
    cast: Cast, clock: time_machine.Traveller, review: Review
) -> None:
    for each in (cast.rita, cast.ravi, cast.rosa):
        db.session.add(ReviewerProfile(reviewer_id=each.id, most_open=0))
    clock.move_to(_noon(11, 4))
    assert [late.went_on for late in escalate_late_reviews()] == [False]
    assert review.state == "accepted"


def test_the_leads_get_one_message_about_all_that_is_late(
    cast: Cast, clock: time_machine.Traveller, review: Review, hand_in: HandIn
) -> None:
    other: Submission = hand_in(cast.chloe)
    actions.assign_reviewers(other)
    score(seated(other, 1), {"plan": MET})
    clock.move_to(_noon(11, 4) + timedelta(days=1))
    assert len(escalate_late_reviews()) == 2
    mail = db.session.query(Mail).filter_by(person_id=cast.cora.id).one()
    assert (mail.subject, "reminded" in mail.text) == ("2 reviews are late", False)
