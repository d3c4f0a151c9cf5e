"""Who is too much away for an offer: at its beginning, or for half of its school days."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from microcred.db import db
from microcred.schooldays import Holiday
from microcred.scoring.absences import away_ids
from microcred.scoring.reviewer_models import Absence
from tests.cast import Cast

FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)
"""Two days before the clocks go forward; an answer is due on Monday the 9th, a review on Friday the 20th."""


@pytest.mark.parametrize(
    ("first", "last", "is_away"),
    [
        ((3, 6), (3, 6), True),
        ((3, 7), (3, 8), False),
        ((3, 9), (3, 9), True),
        ((3, 10), (3, 13), False),
        ((3, 10), (3, 16), True),
        ((3, 18), (4, 30), False),
        ((3, 21), (4, 30), False),
        ((2, 1), (3, 5), False),
    ],
)
def test_some_absences_hinder_and_some_do_not(
    cast: Cast, first: tuple[int, int], last: tuple[int, int], is_away: bool
) -> None:
    _absent(cast, date(2026, *first), date(2026, *last))
    with time_machine.travel(FRIDAY, tick=False):
        assert away_ids() == ({cast.rita.id} if is_away else set())


def test_two_short_absences_add_up(cast: Cast) -> None:
    _absent(cast, date(2026, 3, 10), date(2026, 3, 12))
    _absent(cast, date(2026, 3, 18), date(2026, 3, 19))
    with time_machine.travel(FRIDAY, tick=False):
        assert away_ids() == {cast.rita.id}


def test_days_off_are_not_missed_by_anybody(cast: Cast) -> None:
    db.session.add_all(Holiday(held_on=date(2026, 3, day), name="Break") for day in range(9, 14))
    _absent(cast, date(2026, 3, 7), date(2026, 3, 15))
    with time_machine.travel(FRIDAY, tick=False):
        assert away_ids() == set()


def test_the_day_is_the_one_on_the_schools_wall(cast: Cast) -> None:
    _absent(cast, date(2026, 3, 6), date(2026, 3, 6))
    with time_machine.travel(datetime(2026, 3, 7, 4, 30, tzinfo=UTC), tick=False):
        assert away_ids() == {cast.rita.id}
    with time_machine.travel(datetime(2026, 3, 7, 5, 30, tzinfo=UTC), tick=False):
        assert away_ids() == set()


def _absent(cast: Cast, first: date, last: date) -> None:
    db.session.add(Absence(reviewer_id=cast.rita.id, starts_on=first, ends_on=last))
    db.session.flush()
