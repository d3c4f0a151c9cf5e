"""Vacant seats: the same rule for one submission, for its card on the board, and for many at once in SQL."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.home.coordinating import coordinating
from microcred.home.standing import standing
from microcred.scoring.board import card
from microcred.scoring.decision import THIRD
from microcred.scoring.models import Review
from microcred.scoring.passing_on import fill_waiting_seats
from microcred.scoring.seats import vacant_seats
from microcred.scoring.vacancy import is_waiting, vacancy_count
from tests.cast import Cast
from tests.scoring.reviewing import Course, HandIn

S = SubmissionState


def asked(submission: Submission, who: Account, seat: int, how: str) -> None:
    """A review in that state."""
    now = utcnow()
    db.session.add(Review(submission=submission, reviewer=who, seat=seat, state=how, offered_at=now, due_at=now))
    db.session.flush()


@pytest.mark.parametrize(
    ("state", "wanted", "reviews", "vacant"),
    [
        (S.SUBMITTED, 1, {}, [1]),
        (S.SUBMITTED, None, {}, [1, 2]),
        (S.IN_REVIEW, 2, {1: "offered"}, [2]),
        (S.IN_REVIEW, 2, {1: "final", 2: "draft"}, []),
        (S.IN_REVIEW, 1, {2: "final"}, [1]),
        (S.IN_REVIEW, 1, {1: "accepted", 2: "declined"}, [2]),
        (S.IN_REVIEW, 1, {1: "accepted", 2: "set aside"}, []),
        (S.TO_BE_AGREED, 2, {1: "final", 2: "final"}, [3]),
        (S.TO_BE_AGREED, 2, {1: "final", 2: "final", 3: "declined"}, [3]),
        (S.TO_BE_AGREED, 2, {1: "final", 2: "final", 3: "draft"}, []),
        (S.UNDER_APPEAL, 2, {1: "final", 2: "final"}, [4]),
        (S.UNDER_APPEAL, 2, {1: "final", 2: "final", 4: "offered"}, []),
        (S.TO_BE_RELEASED, 2, {1: "final"}, []),
        (S.INCOMPLETE, 2, {1: "set aside"}, []),
    ],
)
def test_every_way_to_ask_finds_the_same_seats_vacant(
    cast: Cast, hand_in: HandIn, state: S, wanted: int | None, reviews: Mapping[int, str], vacant: list[int]
) -> None:
    submission = hand_in(cast.amara)
    submission.state, submission.reviewers_wanted = state, wanted
    for seat, how in reviews.items():
        asked(submission, (cast.rita, cast.ravi, cast.rosa)[min(seat, THIRD) - 1], seat, how)
    counted = db.session.execute(select(is_waiting(), vacancy_count()).select_from(Submission)).one()
    assert vacant_seats(submission) == vacant
    assert card(submission).is_waiting is bool(vacant)
    assert (bool(counted[0]), counted[1]) == (bool(vacant), len(vacant))


def test_the_job_fills_a_second_seat_that_was_opened_and_declined(cast: Cast, course: Course, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    submission.state, submission.reviewers_wanted = S.IN_REVIEW, 1
    for seat, how, who in ((1, "accepted", cast.rita), (2, "declined", cast.ravi)):
        asked(submission, who, seat, how)
    db.session.commit()
    assert [(review.seat, review.reviewer) for review in fill_waiting_seats()] == [(2, cast.rosa)]


def test_the_home_of_a_coordinator_counts_every_vacant_seat(cast: Cast, hand_in: HandIn) -> None:
    hand_in(cast.amara)
    in_dispute, held = hand_in(cast.bruno), hand_in(cast.chloe)
    in_dispute.state, held.state = S.TO_BE_AGREED, S.IN_REVIEW
    for seat, who in ((1, cast.rita), (2, cast.ravi)):
        asked(in_dispute, who, seat, "final")
        asked(held, who, seat, "offered")
    found = coordinating(standing(cast.cora))
    assert found is not None
    assert found.numbers.vacant_seats == 2 + 1
