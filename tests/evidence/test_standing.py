"""Where a submission is, since when and until when, also on days when the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from microcred.db import at
from microcred.evidence.models import Submission
from microcred.evidence.models import SubmissionState as S
from microcred.evidence.standing import Clock, Place, clock, standing, steps
from microcred.schooldays import due_after, last_start, local

FRIDAY = datetime(2026, 3, 6, 17, tzinfo=UTC)
"""At noon in Toronto; summer time begins two days later."""

pytestmark = pytest.mark.usefixtures("rows")


def submission(state: S, **moments: datetime | None) -> Submission:
    """A row that is in no database."""
    about: dict[str, datetime | None] = {"moved_at": FRIDAY, "started_at": FRIDAY - timedelta(days=3)}
    return Submission(state=state, **(about | moments))


WAYS = {
    S.DRAFT: "*written, handed in, in review, a third reviewer, only where two do not agree, answer",
    S.SUBMITTED: "+written, *handed in, in review, a third reviewer, only where two do not agree, answer",
    S.INCOMPLETE: "+written, +handed in, *back with you: something is missing, in review, "
    "a third reviewer, only where two do not agree, answer",
    S.IN_REVIEW: "+written, +handed in, *in review, a third reviewer, only where two do not agree, answer",
    S.TO_BE_AGREED: "+written, +handed in, +in review, "
    "*with a third reviewer, for what the two do not agree on, answer",
    S.TO_BE_RELEASED: "+written, +handed in, +in review, *scored, and not released yet, answer",
    S.EARNED: "+written, +handed in, +in review, +answer",
    S.NOT_YET: "+written, +handed in, +in review, +answer",
    S.UNDER_APPEAL: "+written, +handed in, +in review, +answer, *under appeal, answer to the appeal",
    S.DENIED: "+written, +handed in, +answer",
    S.WITHDRAWN: "+written, +given up",
}
MARKS = {Place.BEHIND: "+", Place.HERE: "*", Place.AHEAD: ""}


@pytest.mark.parametrize("state", WAYS)
def test_each_state_has_its_place_on_the_way(state: S) -> None:
    assert ", ".join(MARKS[step.place] + step.title for step in steps(submission(state))) == WAYS[state]


def test_steps_tell_since_when() -> None:
    handed_in = FRIDAY - timedelta(days=1)
    known = [step.since for step in steps(submission(S.IN_REVIEW, submitted_at=handed_in))]
    assert known == [FRIDAY - timedelta(days=3), handed_in, FRIDAY, None, None]


def test_every_state_has_a_sentence() -> None:
    assert all(standing(submission(state)).sentence for state in S)


def test_a_clock_counts_school_days_over_the_change_to_summer_time() -> None:
    due = due_after(FRIDAY, 2)
    assert due.astimezone(UTC) == datetime(2026, 3, 11, 3, 59, 59, tzinfo=UTC)
    waiting = submission(S.IN_REVIEW, answer_due_at=due)
    with at(datetime(2026, 3, 9, 3, 59, tzinfo=UTC)):  # one minute before Monday: by winter time it would be 22:59
        assert clock(waiting, frozenset()) == Clock(FRIDAY, 0, due, 2, is_late=False, is_published=False)
    with at(datetime(2026, 3, 9, 4, tzinfo=UTC)):
        assert clock(waiting, frozenset()) == Clock(FRIDAY, 1, due, 1, is_late=False, is_published=False)


def test_a_clock_counts_school_days_over_the_change_to_winter_time() -> None:
    friday = datetime(2026, 10, 30, 16, tzinfo=UTC)  # winter time begins on Sunday 1 November
    due = due_after(friday, 1)
    assert due.astimezone(UTC) == datetime(2026, 11, 3, 4, 59, 59, tzinfo=UTC)
    waiting = submission(S.IN_REVIEW, moved_at=friday, answer_due_at=due)
    with at(due):
        assert clock(waiting, frozenset()).is_late is False
    with at(due + timedelta(seconds=2)):
        assert clock(waiting, frozenset()) == Clock(friday, 2, due, 0, is_late=True, is_published=False)


def test_days_without_school_stop_the_clock() -> None:
    with at(datetime(2026, 3, 11, 15, tzinfo=UTC)):
        assert clock(submission(S.SUBMITTED), {date(2026, 3, 9), date(2026, 3, 10)}).days == 1


def test_a_published_moment_comes_before_the_promise() -> None:
    release = FRIDAY + timedelta(days=7)
    scored = submission(S.TO_BE_RELEASED, answer_due_at=FRIDAY, release_at=release)
    with at(FRIDAY + timedelta(days=1)):
        assert clock(scored, frozenset()) == Clock(FRIDAY, 0, release, 5, is_late=False, is_published=True)


@pytest.mark.parametrize("state", [S.DRAFT, S.INCOMPLETE, S.EARNED, S.NOT_YET, S.DENIED, S.WITHDRAWN])
def test_nothing_is_due_of_what_awaits_no_answer(state: S) -> None:
    kept = submission(state, answer_due_at=FRIDAY - timedelta(days=1), release_at=FRIDAY)
    shown = clock(kept, frozenset())
    assert (shown.due_at, shown.is_late, shown.is_published) == (None, False, False)


@pytest.mark.parametrize(
    ("end", "out", "last"),
    [
        (date(2026, 3, 20), frozenset(), date(2026, 3, 8)),
        (date(2026, 3, 21), frozenset(), date(2026, 3, 8)),
        (date(2026, 3, 20), frozenset({date(2026, 3, 16)}), date(2026, 3, 5)),
    ],
)
def test_the_last_day_leaves_time_for_an_answer(end: date, out: frozenset[date], last: date) -> None:
    assert last_start(end, 10, out) == last


def test_the_wall_clock_is_the_schools() -> None:
    assert local(FRIDAY).hour == 12
