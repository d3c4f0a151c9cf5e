"""Two who want one seat at the same moment: one reviewer holds it, whoever comes second is told or does nothing."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.db import at, db, utcnow, writing
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring import actions
from microcred.scoring.assigning import offer_seat
from microcred.scoring.models import LIVE, Review
from microcred.scoring.passing_on import fill_waiting_seats, pass_on_by_click, pass_on_unanswered_offers
from microcred.scoring.reminding import escalate_late_reviews, remind_reviewers
from microcred.scoring.seats import vacant_seats
from tests.races.conftest import Field
from tests.races.test_answers_meet import together
from tests.races.test_never_too_many import make_pilot, make_teachers
from tests.scoring.reviewing import make_micro_credential, make_rubric

ROUNDS = 6
LATER = timedelta(days=30)


class Case(NamedTuple):
    """A submission, and the coordinator."""

    id: int
    lead_id: int

    @property
    def submission(self) -> Submission:
        """The row."""
        return db.session.get_one(Submission, self.id)

    @property
    def first(self) -> Review:
        """The live review of the first seat."""
        return db.session.scalars(select(Review).where(_live(self.id), Review.seat == 1)).one()

    @property
    def lead(self) -> Account:
        """The row of the coordinator."""
        return db.session.get_one(Account, self.lead_id)


def _live(submission_id: int) -> Any:
    return (Review.submission_id == submission_id) & Review.state.in_(LIVE)


@pytest.fixture
def cases(field: Field) -> list[Case]:
    """So many submissions that nobody was asked about, and as many reviewers as it takes."""
    with field.prepared() as cast:
        for number in range(2 * ROUNDS):
            accounts.create_person(
                f"Reviewer {number}", f"r{number}@school.local", school=None, roles=[RoleName.REVIEWER], by=None
            )
        pilot, micro_credential = make_pilot([cast.north], cast.cora), make_micro_credential()
        rubric = make_rubric(micro_credential)
        made = [
            Submission(
                code_name=f"Elm-{teacher.id}",
                person=teacher,
                pilot=pilot,
                micro_credential=micro_credential,
                rubric=rubric,
                state=SubmissionState.SUBMITTED,
                started_at=utcnow(),
                submitted_at=utcnow(),
            )
            for teacher in make_teachers(ROUNDS, cast.north)
        ]
        db.session.add_all(made)
        db.session.commit()
        return [Case(submission.id, cast.cora.id) for submission in made]


@pytest.fixture
def offered(field: Field, cases: list[Case]) -> list[Case]:
    """The same, with two reviewers asked for each."""
    with field.app.test_request_context():
        for case in cases:
            with writing():
                actions.assign_reviewers(case.submission)
        db.session.remove()
    return cases


def held(field: Field, case: Case) -> list[tuple[int, int]]:
    """How many live reviews each seat has."""
    with field.app.app_context():
        statement = select(Review.seat, func.count()).where(_live(case.id)).group_by(Review.seat).order_by(Review.seat)
        found = [(row[0], row[1]) for row in db.session.execute(statement)]
        db.session.remove()
    return found


ONE_EACH = [(1, 1), (2, 1)]


def test_however_often_it_is_assigned_at_once_each_seat_is_offered_once(field: Field, cases: list[Case]) -> None:
    for case in cases:
        assign = lambda: actions.assign_reviewers(case.submission)  # noqa: B023, E731
        assert together(field.app, assign, assign, fill_waiting_seats, assign) == ["done"] * 4
    assert [held(field, case) for case in cases] == [ONE_EACH] * ROUNDS


def test_what_is_accepted_is_not_passed_on_and_what_is_passed_on_is_not_accepted(
    field: Field, offered: list[Case]
) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    late = utcnow() + LATER

    def accept(review_id: int) -> None:
        with at(late):
            review = db.session.get_one(Review, review_id)
            actions.accept_review(review, by=review.reviewer)

    def pass_on() -> None:
        with at(late):
            pass_on_unanswered_offers()

    for number, review_id in enumerate(_firsts(field, offered)):
        acts: Sequence[Callable[[], Any]] = (lambda: accept(review_id), pass_on)  # noqa: B023
        came_to = together(field.app, *(acts if number % 2 else acts[::-1]))[:: 1 if number % 2 else -1]
        outcomes[came_to[0], _state(field, review_id)] += 1
    assert outcomes.keys() <= {("done", "accepted"), ("refused", "set aside")}
    assert outcomes.total() == ROUNDS
    assert [held(field, case) for case in offered] == [ONE_EACH] * ROUNDS


def test_declined_and_given_away_at_once_the_seat_is_offered_once(field: Field, offered: list[Case]) -> None:
    for case, review_id in zip(offered, _firsts(field, offered), strict=True):

        def decline(review_id: int = review_id) -> None:
            review = db.session.get_one(Review, review_id)
            actions.decline_review(review, "no time", by=review.reviewer)

        def give_away(case: Case = case, review_id: int = review_id) -> None:
            pass_on_by_click(db.session.get_one(Review, review_id), by=case.lead)

        assert Counter(together(field.app, decline, give_away)) == {"done": 1, "refused": 1}
        assert _state(field, review_id) in ("declined", "set aside")
    assert [held(field, case) for case in offered] == [ONE_EACH] * ROUNDS


def test_jobs_that_run_twice_at_once_do_everything_once(field: Field, offered: list[Case]) -> None:
    late = utcnow() + LATER

    def every_job() -> None:
        with at(late):
            pass_on_unanswered_offers()
            remind_reviewers()
            escalate_late_reviews()
            fill_waiting_seats()

    assert together(field.app, *[every_job] * 3) == ["done"] * 3
    assert [held(field, case) for case in offered] == [ONE_EACH] * ROUNDS
    with field.app.app_context():
        offers = select(func.count()).where(Review.offered_at > late - timedelta(days=1))
        assert db.session.scalar(offers) == 2 * ROUNDS
        db.session.remove()


def test_the_database_refuses_who_asks_without_a_lock(field: Field, cases: list[Case]) -> None:
    assert Counter(_offer_carelessly(field, cases[0])) == {"offered": 1, "taken": 1}
    assert held(field, cases[0]) == [(1, 1)]


def test_without_the_lock_and_the_index_two_would_hold_one_seat(field: Field, cases: list[Case]) -> None:
    with field.app.app_context(), writing():
        db.session.execute(text("DROP INDEX uq_reviews_one_live_per_seat"))
    assert _offer_carelessly(field, cases[0]) == ["offered", "offered"]
    assert held(field, cases[0]) == [(1, 2)]


def _offer_carelessly(field: Field, case: Case) -> list[str]:
    """Two look for a vacant seat, and then both offer it, each to somebody else."""
    looked, came_to = threading.Barrier(2), ["lost", "lost"]

    def offer(number: int) -> None:
        with field.app.test_request_context():
            seat = vacant_seats(case.submission)[0]
            who = db.session.scalars(select(Account.id).where(Account.name == f"Reviewer {number}")).one()
            looked.wait()
            try:
                with writing():
                    offer_seat(case.submission, seat, who, by=None)
                came_to[number] = "offered"
            except IntegrityError:
                came_to[number] = "taken"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=offer, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def _firsts(field: Field, cases: list[Case]) -> list[int]:
    with field.app.app_context():
        found = [case.first.id for case in cases]
        db.session.remove()
    return found


def _state(field: Field, review_id: int) -> str:
    with field.app.app_context():
        state = str(db.session.get_one(Review, review_id).state)
        db.session.remove()
    return state
