"""How severe a reviewer is: beside the co-reviewer, from ten shared pieces on, and told to nobody else."""

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring.double_scores import double_scores
from microcred.scoring.severity import own_severity, severities
from tests.cast import Cast
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, reviewed


def shared(hand_in: HandIn, people: list[Account], one: Account, other: Account) -> list[Submission]:
    """A piece of each person, of two criteria; the second reviewer gives one level more in one of them."""
    pieces = [hand_in(person) for person in people]
    for piece in pieces:
        reviewed(piece, one, 1, (MET, MET))
        reviewed(piece, other, 2, (BEYOND, MET))
    return pieces


def every_severity() -> list[tuple[str, int, float | None]]:
    return [tuple(each) for each in severities(db.session.execute(double_scores()))]  # type: ignore[misc]


def test_severity_is_the_mean_difference_from_the_co_reviewer(cast: Cast, hand_in: HandIn, course: Course) -> None:
    shared(hand_in, cast.people[:10], cast.rita, cast.ravi)
    assert every_severity() == [("Ravi Shah", 10, 0.5), ("Rita Moreau", 10, -0.5)]


def test_no_severity_is_shown_below_ten_shared_pieces(cast: Cast, hand_in: HandIn, course: Course) -> None:
    shared(hand_in, cast.people[:9], cast.rita, cast.ravi)
    assert every_severity() == [("Ravi Shah", 9, None), ("Rita Moreau", 9, None)]


def test_the_own_severity_counts_either_seat_and_no_piece_of_others(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    first = shared(hand_in, cast.people[:5], cast.rita, cast.ravi)
    shared(hand_in, cast.people[5:10], cast.ravi, cast.rita)
    reviewed(first[0], cast.rosa, 3, (NOT_MET, NOT_MET))
    assert tuple(own_severity(cast.rita)) == ("Rita Moreau", 10, 0.0)
    assert tuple(own_severity(cast.rosa)) == ("Rosa Delgado", 0, None)
    shared(hand_in, cast.people[10:], cast.rosa, cast.ravi)
    assert own_severity(cast.rita).pieces == 10
