"""Days off are added, removed and taken back; clocks count with them, and what was promised stays."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.holidays import actions, queries
from microcred.holidays.models import Span, spans
from microcred.schooldays import Holiday, due_after, end_of_day, holidays
from tests.cast import Cast

MONDAY, FRIDAY = date(2026, 12, 21), date(2027, 1, 1)
NEXT_MONDAY = date(2026, 12, 28)


def test_a_span_leaves_weekends_out_and_reads_as_one_row(cast: Cast) -> None:
    change = actions.add_span(MONDAY, FRIDAY, "Winter break", by=cast.cora)
    assert (len(change.days), change.known, len(holidays())) == (10, 0, 10)
    assert spans(queries.days_off_from(MONDAY)) == [Span(MONDAY, FRIDAY, "Winter break", 10)]


def test_another_name_or_a_school_day_between_parts_a_span() -> None:
    days = [(date(2026, 12, 21), "A"), (date(2026, 12, 22), "B"), (date(2026, 12, 24), "B"), (date(2026, 12, 25), "B")]
    assert spans(Holiday(held_on=day, name=name) for day, name in days) == [
        Span(date(2026, 12, 21), date(2026, 12, 21), "A"),
        Span(date(2026, 12, 22), date(2026, 12, 22), "B"),
        Span(date(2026, 12, 24), date(2026, 12, 25), "B", 2),
    ]


def test_a_day_that_is_known_keeps_its_name(cast: Cast) -> None:
    actions.add_span(MONDAY, MONDAY, "PA day", by=cast.cora)
    change = actions.add_span(MONDAY, date(2026, 12, 22), "Winter break", by=cast.adam)
    assert (change.days, change.known) == ((date(2026, 12, 22),), 1)
    assert [each.name for each in queries.days_off_from(MONDAY)] == ["PA day", "Winter break"]


@pytest.mark.parametrize(
    ("first_on", "last_on", "field"),
    [
        (FRIDAY, MONDAY, "last_on"),
        (MONDAY, date(2027, 12, 22), "last_on"),
        (date(2026, 12, 26), date(2026, 12, 27), "first_on"),
        (date(2026, 1, 1), date(2026, 1, 1), "first_on"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused_beside_its_field(
    cast: Cast, first_on: date, last_on: date, field: str
) -> None:
    actions.add_span(date(2026, 1, 1), date(2026, 1, 1), "New Year", by=cast.cora)
    with pytest.raises(Refused) as refusal:
        actions.add_span(first_on, last_on, "Break", by=cast.cora)
    assert (refusal.value.field, len(holidays())) == (field, 1)


def test_a_year_at_once_is_the_longest_span(cast: Cast) -> None:
    assert len(actions.add_span(MONDAY, date(2027, 12, 21), "Sabbatical", by=cast.cora).days) == 262


def test_an_addition_taken_back_leaves_what_was_there_before(cast: Cast) -> None:
    actions.add_span(NEXT_MONDAY, NEXT_MONDAY, "PA day", by=cast.cora)
    change = actions.add_span(MONDAY, FRIDAY, "Winter break", by=cast.cora)
    db.session.commit()
    found = queries.added_days_off(cast.adam, change.id)
    assert found is not None
    actions.take_back(found, by=cast.adam)
    assert holidays() == {NEXT_MONDAY}
    with pytest.raises(Refused):
        actions.take_back(found, by=cast.adam)


def test_only_an_addition_can_be_taken_back_and_only_by_those_who_may(cast: Cast) -> None:
    change = actions.add_span(MONDAY, MONDAY, "PA day", by=cast.cora)
    actions.remove_span(MONDAY, MONDAY, by=cast.cora)
    db.session.commit()
    removal = db.session.scalars(select(Entry.thing_id).where(Entry.verb == "removed")).one()
    found = [queries.added_days_off(cast.cora, change_id) for change_id in (removal, "nothing", "\x00")]
    assert (found, queries.added_days_off(cast.pia, change.id)) == ([None, None, None], None)


def test_a_removal_tells_what_is_gone(cast: Cast) -> None:
    actions.add_span(MONDAY, FRIDAY, "Winter break", by=cast.cora)
    gone = actions.remove_span(NEXT_MONDAY, FRIDAY, by=cast.cora)
    assert gone == [Span(NEXT_MONDAY, FRIDAY, "Winter break", 5)]
    assert max(holidays()) == date(2026, 12, 25)
    with pytest.raises(Refused):
        actions.remove_span(NEXT_MONDAY, FRIDAY, by=cast.cora)


def test_the_history_knows_the_days_and_no_text(cast: Cast) -> None:
    change = actions.add_span(MONDAY, date(2026, 12, 22), "Winter break", by=cast.cora)
    db.session.commit()
    entry = db.session.scalars(select(Entry).where(Entry.thing == "DaysOff")).one()
    assert (entry.verb, entry.thing_id, entry.actor_id) == ("added", change.id, cast.cora.id)
    assert entry.details == {"days": ["2026-12-21", "2026-12-22"]}


def test_a_clock_that_starts_later_counts_with_the_new_days(cast: Cast) -> None:
    friday = datetime(2026, 12, 18, 15, tzinfo=UTC)
    promised = due_after(friday, 3)
    actions.add_span(MONDAY, FRIDAY, "Winter break", by=cast.cora)
    assert (promised, due_after(friday, 3)) == (end_of_day(date(2026, 12, 23)), end_of_day(date(2027, 1, 6)))
