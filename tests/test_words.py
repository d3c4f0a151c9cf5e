"""Dates and times of day in words, in both languages, on both sides of the changes of the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, lazy_gettext

from microcred.config import LOCALES
from microcred.words import clock, day, moment, short_day, stamp

FIVE_PAST_FOUR = datetime(2026, 12, 3, 21, 5, tzinfo=UTC)
CLOCKS = [
    (datetime(2026, 12, 3, 21, 0, tzinfo=UTC), "16:00", "16 h"),
    (FIVE_PAST_FOUR, "16:05", "16 h 05"),
    (datetime(2026, 12, 3, 5, 0, tzinfo=UTC), "00:00", "0 h"),
    (datetime(2026, 12, 3, 13, 30, tzinfo=UTC), "08:30", "8 h 30"),
    (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "01:59", "1 h 59"),
    (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "03:00", "3 h"),
    (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "01:30", "1 h 30"),
    (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30", "1 h 30"),
]
"""In March the clock goes from 1:59 to 3:00; in November it shows half past one twice."""
DAYS = [
    (date(2026, 12, 1), "Tuesday 1 December 2026", "mardi 1er décembre 2026"),
    (date(2026, 12, 11), "Friday 11 December 2026", "vendredi 11 décembre 2026"),
    (datetime(2026, 11, 1, 3, 59, tzinfo=UTC), "Saturday 31 October 2026", "samedi 31 octobre 2026"),
    (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), "Sunday 1 November 2026", "dimanche 1er novembre 2026"),
]
"""The last two are a minute before and after midnight in Toronto, on the eve of a change of the clock."""


@pytest.fixture(autouse=True)
def _toronto(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(app.config, "MICROCRED_TIME_ZONE", "America/Toronto")
    with app.app_context():
        yield


def told(word: Callable[[Any], str], value: date | datetime | None) -> tuple[str, str]:
    """What somebody reads in English, and in French."""
    with force_locale(LOCALES["en"]):
        english = word(value)
    with force_locale(LOCALES["fr"]):
        return english, word(value)


@pytest.mark.parametrize(("value", "english", "french"), CLOCKS)
def test_the_clock_shows_school_time_as_each_language_writes_it(value: datetime, english: str, french: str) -> None:
    assert told(clock, value) == (english, french.replace(" ", "\u00a0"))


@pytest.mark.parametrize(("value", "english", "french"), DAYS)
def test_a_day_is_the_schools_and_french_begins_a_month_with_1er(
    value: date | datetime, english: str, french: str
) -> None:
    assert told(day, value) == (english, french)


def test_a_moment_is_day_and_clock() -> None:
    english, french = "Thursday 3 December 2026 at 16:05", "jeudi 3 décembre 2026 à 16\u00a0h\u00a005"
    assert told(moment, FIVE_PAST_FOUR) == (english, french)


def test_a_short_day_drops_the_weekday_and_the_year() -> None:
    assert told(short_day, date(2026, 5, 1)) == ("1 May", "1er mai")


def test_a_stamp_is_the_same_in_both_languages() -> None:
    assert told(stamp, FIVE_PAST_FOUR) == ("2026-12-03 16:05", "2026-12-03 16:05")


@pytest.mark.parametrize("word", [clock, day, moment, stamp])
def test_nothing_is_said_of_no_time(word: Callable[[Any], str]) -> None:
    assert told(word, None) == ("", "")


def test_what_is_put_into_a_lazy_sentence_is_escaped(app: Flask) -> None:
    sentence = lazy_gettext("Line %(line)s", line="<script>")
    template = app.jinja_env.from_string("{{ sentence }} {{ sentence|upper }}")
    with app.test_request_context():
        assert "<script>" not in template.render(sentence=sentence).lower()
