"""Reviews that go on to the next reviewer by themselves or by a click, and seats that are filled once one is free."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.schooldays import Holiday
from microcred.scoring import actions
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.models import Review
from microcred.scoring.passing_on import fill_waiting_seats, pass_on_by_click, pass_on_unanswered_offers
from microcred.scoring.reviewer_models import Assignment, ReviewerProfile
from tests.cast import Cast
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, begin, finish, score, seated

FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)
"""A Friday in Toronto; the clocks go forward on Sunday, and the offer's Monday ends an hour earlier in UTC."""

MONDAYS_END = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, which stands still on a Friday afternoon."""
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def submission(clock: time_machine.Traveller, cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Evidence that one reviewer was asked to score on the Friday."""
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    return submission


def test_an_offer_goes_on_once_its_school_day_is_over_and_not_before(
    cast: Cast, clock: time_machine.Traveller, submission: Submission
) -> None:
    offered = seated(submission, 1)
    clock.move_to(MONDAYS_END)
    assert pass_on_unanswered_offers() == []
    clock.move_to(MONDAYS_END + timedelta(seconds=1))
    assert pass_on_unanswered_offers() == [offered]
    after = seated(submission, 1)
    assert (offered.state, offered.escalated_at, after.state) == ("set aside", utcnow(), "offered")
    assert after.reviewer_id != offered.reviewer_id
    assert pass_on_unanswered_offers() == []


def test_a_day_off_gives_the_offer_another_day(cast: Cast, clock: time_machine.Traveller, hand_in: HandIn) -> None:
    db.session.add(Holiday(held_on=date(2026, 3, 9), name="A day off"))
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    clock.move_to(MONDAYS_END + timedelta(seconds=1))
    assert pass_on_unanswered_offers() == []
    clock.move_to(MONDAYS_END + timedelta(days=1, seconds=1))
    assert len(pass_on_unanswered_offers()) == 1


def test_an_accepted_review_is_held(cast: Cast, clock: time_machine.Traveller, submission: Submission) -> None:
    accepted = begin(seated(submission, 1))
    clock.move_to(accepted.due_at)
    assert pass_on_unanswered_offers() == []
    assert actions.assign_reviewers(submission) == []
    assert fill_waiting_seats() == []
    with pytest.raises(Refused, match="Every seat is taken"):
        offer_by_hand(submission, _idle(submission)[0], by=cast.cora)
    assert seated(submission, 1) == accepted


def test_who_did_not_answer_is_told_and_the_author_is_not_named(
    cast: Cast, clock: time_machine.Traveller, submission: Submission
) -> None:
    offered = seated(submission, 1)
    clock.move_to(MONDAYS_END + timedelta(hours=1))
    pass_on_unanswered_offers()
    mail = db.session.query(Mail).filter_by(person_id=offered.reviewer_id).order_by(Mail.id).all()[-1]
    assert mail.subject == f"Your review went to somebody else: {submission.code_name}"
    assert cast.amara.name not in mail.text


def test_an_offer_comes_back_to_nobody_who_let_it_pass_but_by_hand(
    cast: Cast, clock: time_machine.Traveller, submission: Submission
) -> None:
    asked = []
    for day in (0, 2, 4, 6):
        asked.append(seated(submission, 1).reviewer_id)
        clock.move_to(MONDAYS_END + timedelta(days=day, hours=1))
        pass_on_unanswered_offers()
    assert (len(set(asked)), asked[3]) == (3, asked[2])
    last = seated(submission, 1)
    assert (last.state, last.reviewer_id) == ("offered", asked[2])
    back = actions.reassign_review(last, db.session.get_one(Account, asked[0]), by=cast.cora)
    assert (back.reviewer_id, last.state) == (asked[0], "set aside")


def test_a_click_gives_the_review_to_the_next_and_keeps_what_was_written(cast: Cast, submission: Submission) -> None:
    first = score(seated(submission, 1), {"plan": MET})
    after = pass_on_by_click(first, by=cast.cora)
    assert (first.state, len(first.scores)) == ("set aside", 1)
    assert (after.seat, after.state, after.reviewer_id != first.reviewer_id) == (1, "offered", True)
    drawn = db.session.query(Assignment).order_by(Assignment.id).all()[-1]
    assert (drawn.chosen_ids, drawn.drawn_by_id, len(drawn.candidates)) == ([after.reviewer_id], cast.cora.id, 2)
    db.session.commit()
    told = db.session.query(Entry).filter_by(thing="Review", thing_id=str(after.id)).one().details or {}
    assert (told["instead_of"], told["drawing"]) == (first.reviewer_id, drawn.id)


def test_a_click_is_refused_when_nobody_else_is_free_and_nothing_changes(cast: Cast, submission: Submission) -> None:
    for idle in _idle(submission):
        db.session.add(ReviewerProfile(reviewer_id=idle.id, most_open=0))
    first = seated(submission, 1)
    with pytest.raises(Refused, match="Nobody else can take this review"):
        pass_on_by_click(first, by=cast.cora)
    assert (first.state, db.session.query(Review).count()) == ("offered", 1)
    finish(first, plan=MET, ask=MET, extra=MET)
    with pytest.raises(Refused, match="no longer open"):
        pass_on_by_click(first, by=cast.cora)


def test_a_third_seat_goes_on_too(cast: Cast, clock: time_machine.Traveller, hand_in: HandIn) -> None:
    cast.pavel.roles.append(Role(name=RoleName.REVIEWER))
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
    finish(seated(submission, 2), plan=NOT_MET, ask=MET, extra=MET)
    third = seated(submission, 3)
    clock.move_to(MONDAYS_END + timedelta(hours=1))
    assert pass_on_unanswered_offers() == [third]
    assert (seated(submission, 3).state, submission.state) == ("offered", SubmissionState.TO_BE_AGREED)


def test_what_waits_is_offered_as_soon_as_somebody_is_free(cast: Cast, hand_in: HandIn, course: Course) -> None:
    full = [ReviewerProfile(reviewer_id=each.id, most_open=0) for each in (cast.rita, cast.ravi, cast.rosa)]
    db.session.add_all(full)
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    assert (fill_waiting_seats(), submission.state) == ([], SubmissionState.SUBMITTED)
    full[0].most_open = 1
    assert (fill_waiting_seats(), submission.state) == ([], SubmissionState.SUBMITTED)
    full[1].most_open = 1
    assert [review.seat for review in fill_waiting_seats()] == [1, 2]
    actions.decline_review(seated(submission, 1), "no time", by=seated(submission, 1).reviewer)
    assert fill_waiting_seats() == []
    full[2].most_open = 1
    assert [review.reviewer_id for review in fill_waiting_seats()] == [cast.rosa.id]
    assert fill_waiting_seats() == []


def _idle(submission: Submission) -> list[Account]:
    holder = seated(submission, 1).reviewer_id
    people = db.session.query(Account).filter(Account.name.in_(["Rita Moreau", "Ravi Shah", "Rosa Delgado"]))
    return [person for person in people if person.id != holder]
