"""When answers are given: the published day and time, over days off and through the change of the clocks."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from microcred.scoring.release_days import release_after

TORONTO = ZoneInfo("America/Toronto")
THURSDAY, FRIDAY, SATURDAY = 3, 4, 5
AT_THREE = time(15)

pytestmark = pytest.mark.usefixtures("rows")


def toronto(*wall: int) -> datetime:
    """A moment on the school's wall."""
    return datetime(*wall, tzinfo=TORONTO)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (toronto(2026, 11, 30, 9), 3),
        (toronto(2026, 12, 3, 14), 3),
        (toronto(2026, 12, 3, 15), 10),
        (toronto(2026, 12, 4, 0), 10),
    ],
)
def test_an_answer_is_given_on_the_next_published_day(after: datetime, day: int) -> None:
    assert release_after(after, THURSDAY, AT_THREE, set()) == toronto(2026, 12, day, 15)


@pytest.mark.parametrize(
    ("after", "out", "day"),
    [
        (toronto(2026, 12, 1, 9), {date(2026, 12, 3)}, toronto(2026, 12, 4, 15)),
        (toronto(2026, 12, 3, 16), {date(2026, 12, 3)}, toronto(2026, 12, 4, 15)),
        (toronto(2026, 12, 1, 9), {date(2026, 12, 3), date(2026, 12, 4)}, toronto(2026, 12, 7, 15)),
        (toronto(2026, 12, 5, 9), {date(2026, 12, 3), date(2026, 12, 4)}, toronto(2026, 12, 7, 15)),
        (toronto(2026, 12, 7, 15), {date(2026, 12, 3), date(2026, 12, 4)}, toronto(2026, 12, 10, 15)),
    ],
)
def test_on_a_day_off_it_is_given_on_the_next_school_day(after: datetime, out: set[date], day: datetime) -> None:
    assert release_after(after, THURSDAY, AT_THREE, out) == day


def test_the_time_on_the_wall_stays_the_same_when_the_clocks_change() -> None:
    before = release_after(datetime(2026, 10, 27, 12, tzinfo=UTC), THURSDAY, AT_THREE, set())
    later = release_after(before, THURSDAY, AT_THREE, set())
    assert (before, later) == (datetime(2026, 10, 29, 19, tzinfo=UTC), datetime(2026, 11, 5, 20, tzinfo=UTC))


@pytest.fixture
def in_cairo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the clocks change at midnight on a Friday and a Thursday, not on a Sunday."""
    monkeypatch.setitem(app.config, "MICROCRED_TIME_ZONE", "Africa/Cairo")


@pytest.mark.usefixtures("in_cairo")
def test_a_time_that_the_clock_leaves_out_comes_as_much_later() -> None:
    friday = release_after(datetime(2025, 4, 21, tzinfo=UTC), FRIDAY, time(0, 30), set())
    assert friday == datetime(2025, 4, 24, 22, 30, tzinfo=UTC)


@pytest.mark.usefixtures("in_cairo")
def test_of_a_time_that_comes_twice_the_first_one_counts_and_only_once() -> None:
    first = release_after(datetime(2025, 10, 27, tzinfo=UTC), THURSDAY, time(23, 30), set())
    assert first == datetime(2025, 10, 30, 20, 30, tzinfo=UTC)
    assert release_after(first, THURSDAY, time(23, 30), set()) == datetime(2025, 11, 6, 21, 30, tzinfo=UTC)


def test_no_answers_are_given_on_a_saturday() -> None:
    with pytest.raises(ValueError, match="school days"):
        release_after(toronto(2026, 12, 1, 9), SATURDAY, AT_THREE, set())
