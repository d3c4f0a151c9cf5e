"""A lead who knows the scores of a submission, or may know them, is asked for no review of it."""

import pytest

from microcred.accounts.models import Role, RoleName
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.candidates import candidates
from microcred.scoring.models import Review
from microcred.scoring.releasing import look_at, release
from microcred.scoring.returning import return_review
from tests.cast import Cast
from tests.scoring.releasing import IN_BATCHES, rule, scored
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, finish, reviewed, seated


def _become_reviewer(cast: Cast) -> None:
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    db.session.commit()


def _is_barred(cast: Cast, submission: Submission) -> bool:
    (cora,) = [one for one in candidates(submission) if one.id == cast.cora.id]
    return cora.has_reviewed


def _leave(cast: Cast) -> None:
    """Cora coordinates no more; she knows what she knows."""
    cast.cora.roles = [Role(name=RoleName.REVIEWER)]
    db.session.commit()


@pytest.mark.parametrize("way", ["looked", "released", "returned"])
def test_who_acted_on_its_scores_takes_no_seat_of_it(cast: Cast, hand_in: HandIn, course: Course, way: str) -> None:
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    submission, untouched = scored(hand_in(cast.amara)), scored(hand_in(cast.chloe))
    if way == "returned":
        return_review(seated(submission, 1), "Once more.", by=cast.cora)
    else:
        {"looked": look_at, "released": release}[way](submission, by=cast.cora)
    db.session.commit()
    _leave(cast)
    assert (_is_barred(cast, submission), _is_barred(cast, untouched)) == (True, False)


@pytest.mark.parametrize("how", [{"lead_looks": True}, IN_BATCHES])
def test_what_has_waited_for_its_release_lay_open_to_every_lead(
    cast: Cast, hand_in: HandIn, course: Course, how: dict[str, object]
) -> None:
    rule(course, cast, **how)
    submission, fresh = scored(hand_in(cast.amara)), hand_in(cast.chloe)
    _become_reviewer(cast)
    assert (_is_barred(cast, submission), _is_barred(cast, fresh)) == (True, False)


@pytest.mark.parametrize("looks", [True, False])
@pytest.mark.parametrize(
    "state", [SubmissionState.IN_REVIEW, SubmissionState.TO_BE_AGREED, SubmissionState.UNDER_APPEAL]
)
def test_where_a_lead_looks_coordinators_are_no_third_and_answer_no_appeal(
    cast: Cast, hand_in: HandIn, course: Course, looks: bool, state: SubmissionState
) -> None:
    rule(course, cast, lead_looks=looks)
    submission = hand_in(cast.amara)
    for seat, reviewer in enumerate((cast.rita, cast.ravi), start=1):
        reviewed(submission, reviewer, seat, (MET, MET, MET))
    submission.state = state
    _become_reviewer(cast)
    assert _is_barred(cast, submission) is (looks and state != SubmissionState.IN_REVIEW)


def test_the_third_seat_goes_to_no_lead_who_returned_a_review(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, **IN_BATCHES)
    submission = scored(hand_in(cast.amara))
    first = seated(submission, 1)
    return_review(first, "Once more.", by=cast.cora)
    db.session.commit()
    _become_reviewer(cast)
    others = {cast.rita, cast.ravi, cast.rosa} - {first.reviewer, seated(submission, 2).reviewer}
    for other in others:
        other.roles = []
    finish(first, plan=NOT_MET, ask=MET, extra=MET)
    assert submission.state == SubmissionState.TO_BE_AGREED
    assert [review.seat for review in _reviews(submission)] == [1, 2]
    with pytest.raises(Refused, match="could see its scores"):
        offer_by_hand(submission, cast.cora, by=cast.adam)


def _reviews(submission: Submission) -> list[Review]:
    return db.session.query(Review).filter_by(submission_id=submission.id).order_by(Review.seat).all()
