"""Fields: local school time across the changes of the clock, and text without what cannot be shown."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from microcred.fields import (
    ChecksField,
    DayField,
    LineField,
    LocalMomentField,
    ProseField,
    WholeField,
    one_line,
    paragraphs,
)


class Typed(Form):
    """One of each."""

    line = LineField("Line", 10)
    prose = ProseField("Prose", 20, is_optional=True)
    opens_at = LocalMomentField("Opens")
    starts_on = DayField("Starts")
    places = WholeField("Places", 1, 30, is_optional=True)
    schools = ChecksField("Schools", coerce=int, choices={"1": "North", "2": "South"})


class Seated(Form):
    """A number that has to be filled in."""

    places = WholeField("Places", 1, 30)


@pytest.fixture
def toronto(app: Flask, rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A school in Toronto, five hours behind UTC in winter and four in summer."""
    monkeypatch.setitem(app.config, "MICROCRED_TIME_ZONE", "America/Toronto")


def typed(**fields: str) -> Typed:
    return Typed(MultiDict({"line": "x", "opens_at": "2026-12-03T16:00", "starts_on": "2026-12-03"} | fields))


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2026-12-03T16:00", datetime(2026, 12, 3, 21, 0, tzinfo=UTC)),
        ("2026-07-01T16:00", datetime(2026, 7, 1, 20, 0, tzinfo=UTC)),
        ("2026-03-08T01:59", datetime(2026, 3, 8, 6, 59, tzinfo=UTC)),
        ("2026-03-08T03:00", datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        ("2026-11-01T01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-11-01T02:00", datetime(2026, 11, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_a_moment_in_utc(toronto: None, wall: str, moment: datetime) -> None:
    form = typed(opens_at=wall)
    assert form.validate()
    assert form.opens_at.data == moment


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        ("2026-03-08T02:00", "That time does not exist: the clocks go forward that night. Choose another."),
        ("2026-03-08T02:59", "That time does not exist: the clocks go forward that night. Choose another."),
        ("0001-01-01T00:00", "Choose a day between 2000 and 2099."),
        ("9999-12-31T23:59", "Choose a day between 2000 and 2099."),
        ("tomorrow", "Not a valid datetime value."),
        ("", "Please fill this in."),
    ],
)
def test_what_is_no_moment_is_refused_and_kept(toronto: None, wall: str, sentence: str) -> None:
    form = typed(opens_at=wall)
    assert not form.validate()
    assert [str(error) for error in form.opens_at.errors] == [sentence]
    assert form.opens_at._value() == wall
    assert form.opens_at.data is None


def test_a_moment_is_shown_in_local_time(toronto: None) -> None:
    form = Typed(data={"opens_at": datetime(2026, 7, 1, 20, 0, tzinfo=UTC)})
    assert form.opens_at._value() == "2026-07-01T16:00"
    assert Typed().opens_at._value() == ""


def test_a_day_has_to_be_a_likely_one(toronto: None) -> None:
    assert typed(starts_on="2099-12-31").starts_on.data == date(2099, 12, 31)
    form = typed(starts_on="0999-12-31")
    assert not form.validate()
    assert [str(error) for error in form.starts_on.errors] == ["Choose a day between 2000 and 2099."]


@pytest.mark.parametrize(("line", "is_fine"), [("a" * 10, True), ("a" * 11, False), (" \x00 ", False), ("", False)])
def test_a_line_is_filled_in_and_not_too_long(toronto: None, line: str, is_fine: bool) -> None:
    assert typed(line=line).validate() == is_fine


def test_text_loses_what_cannot_be_shown(toronto: None) -> None:
    assert one_line("  a\x00b\r\n c\td ") == "a b c d"
    assert paragraphs(" a\r\nb\rc\x00\n\n") == "a\nb\nc"
    assert [one_line(None), paragraphs("")] == [None, ""]


@pytest.mark.parametrize(("number", "value"), [("1", 1), (" 30 ", 30), ("٣", 3), ("", None)])
def test_a_whole_number_is_read(toronto: None, number: str, value: int | None) -> None:
    form = typed(places=number)
    assert form.validate()
    assert form.places.data == value


@pytest.mark.parametrize("number", ["0", "31", "-1", "1.0", "1e3", "²", "NaN", "9" * 5000])
def test_what_is_no_number_in_range_is_refused_and_kept(toronto: None, number: str) -> None:
    form = typed(places=number)
    assert not form.validate()
    assert [str(error) for error in form.places.errors] == ["A whole number from 1 to 30, please."]
    assert form.places._value() == number  # type: ignore[attr-defined]


def test_boxes_are_ticked_one_by_one(toronto: None) -> None:
    form = Typed(MultiDict([("schools", "2")]))
    assert form.schools.data == [2]
    assert [option.checked for option in form.schools] == [False, True]
    assert 'type="checkbox"' in str(next(iter(form.schools))())


@pytest.mark.parametrize("text", ["", " ", "\xa0"])
def test_a_number_that_was_taken_away_is_none(toronto: None, text: str) -> None:
    assert Typed(MultiDict({"places": text}), data={"places": 7}).places.data is None
    form = Seated(MultiDict({"places": text}), data={"places": 7})
    assert not form.validate()
    assert [str(error) for error in form.places.errors] == ["Please fill this in."]
