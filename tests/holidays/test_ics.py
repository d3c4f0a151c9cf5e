"""A calendar's file gives its whole days off, says what it leaves out, and is refused whole when it is broken."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from microcred.errors import Refused
from microcred.holidays.ics import LARGEST_FILE, MOST_EVENTS, DaysFound, read_days_off

ZONE, TODAY = ZoneInfo("America/Toronto"), date(2026, 11, 24)
BAD_FILE = "This is no calendar file, or a part of it is missing. Export it as iCalendar (.ics) again."
FRIDAY = "DTSTART;VALUE=DATE:20261225"

pytestmark = pytest.mark.usefixtures("rows")


def calendar(*events: str) -> bytes:
    """A file with these events."""
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{inside}END:VCALENDAR\r\n".encode()


def read(*events: str, words: tuple[str, ...] = ()) -> DaysFound:
    return read_days_off(calendar(*events), ZONE, TODAY, words)


def days(*events: str) -> list[str]:
    """The days read, as text."""
    return [day.isoformat() for day in sorted(read(*events).days)]


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_days_off(content, ZONE, TODAY)
    return str(refused.value.sentence)


def test_an_event_of_one_day_is_read_with_its_name() -> None:
    assert read(f"{FRIDAY}\r\nSUMMARY:Christmas\\, at home").days == {date(2026, 12, 25): "Christmas, at home"}


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261229",
        "DTSTART;VALUE=DATE:20261224\r\nDURATION:P5D",
        "DTSTART;TZID=America/Toronto:20261224T000000\r\nDTEND;TZID=America/Toronto:20261229T000000",
        "DTSTART:20261224T050000Z\r\nDTEND:20261229T045900Z",
        "DTSTART:20261224T000000\r\nDTEND:20261228T235959",
    ],
)
def test_whole_days_are_read_however_they_are_written_without_their_weekend(event: str) -> None:
    assert days(event) == ["2026-12-24", "2026-12-25", "2026-12-28"]


def test_an_end_that_is_the_beginning_means_one_day() -> None:
    assert days(f"{FRIDAY}\r\nDTEND;VALUE=DATE:20261225") == ["2026-12-25"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART:20261224T130000Z\r\nDTEND:20261224T150000Z", "not whole days"),
        ("DTSTART:20261224T000000\r\nDTEND:20261224T150000", "not whole days"),
        ("DTSTART:20261224T130000Z", "not whole days"),
        ("DTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20270630", "longer than 100 days"),
        ("DTSTART;VALUE=DATE:19991224", "before 2000 or after 2099"),
        ("DTSTART;VALUE=DATE:20261224\r\nSTATUS:CANCELLED", "cancelled"),
        ("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=WEEKLY", "repeated in another way than every year"),
        ("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=WAT", "repeated in another way than every year"),
        ("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;INTERVAL=0", "repeated in another way than every year"),
        ("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;BYDAY=2MO", "repeated in another way than every year"),
        ("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;BYMONTH=11", "repeated in another way than every year"),
        ("DTSTART;VALUE=DATE:20261224\r\nRDATE;VALUE=DATE:20271224", "repeated in another way than every year"),
    ],
)
def test_what_is_left_out_is_told_with_its_reason(event: str, reason: str) -> None:
    found = read(f"{FRIDAY}\r\nSUMMARY:Kept", f"{event}\r\nSUMMARY:Parents’ evening")
    assert found.omissions == [f"Left out ({reason}): “Parents’ evening”."]
    assert found.days == {date(2026, 12, 25): "Kept"}


def test_several_are_left_out_in_one_sentence() -> None:
    found = read(FRIDAY, *[f"DTSTART:2026122{day}T130000Z\r\nSUMMARY:Talk {day}" for day in range(1, 5)])
    assert found.omissions == ["Left out (not whole days): “Talk 1” and 3 more."]


def test_words_choose_events_by_their_name() -> None:
    found = read(
        f"{FRIDAY}\r\nSUMMARY:Winter BREAK", "DTSTART;VALUE=DATE:20261224\r\nSUMMARY:Spirit day", words=("break", "pa")
    )
    assert list(found.days) == [date(2026, 12, 25)]
    assert found.omissions == ["Left out (without any of your words): “Spirit day”."]


@pytest.mark.parametrize(
    ("rule", "years"),
    [
        ("FREQ=YEARLY", ["2026", "2028", "2029", "2030", "2031"]),
        ("FREQ=YEARLY;UNTIL=20291224", ["2026", "2028"]),
        ("FREQ=YEARLY;UNTIL=20291225", ["2026", "2028", "2029"]),
        ("FREQ=YEARLY;COUNT=30", ["2026", "2028", "2029"]),
        ("FREQ=YEARLY;INTERVAL=5;BYMONTH=12;BYMONTHDAY=25", ["2030"]),
    ],
)
def test_every_year_is_read_from_this_year_on(rule: str, years: list[str]) -> None:
    """25 December 2027 is a Saturday."""
    assert [day[:4] for day in days(f"DTSTART;VALUE=DATE:20001225\r\nRRULE:{rule}")] == years


def test_the_29_february_comes_in_leap_years() -> None:
    assert days("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2") == ["2028-02-29"]


def test_exceptions_of_a_series_are_no_days_off() -> None:
    yearly = "UID:1\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;UNTIL=20301231\r\nEXDATE;VALUE=DATE:20281225"
    moved = "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20291225\r\nDTSTART;VALUE=DATE:20291227"
    assert days(yearly, moved) == ["2026-12-25", "2029-12-27", "2030-12-25"]


def test_the_first_of_two_events_names_the_day() -> None:
    assert read(f"{FRIDAY}\r\nSUMMARY:A", f"{FRIDAY}\r\nSUMMARY:B").days == {date(2026, 12, 25): "A"}


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("", "Day off"),
        ("SUMMARY:\r\n", "Day off"),
        ("SUMMARY:a\\nb \x07 c\r\n", "a b c"),
        (f"SUMMARY:{'x' * 300}\r\n", "x" * 120),
        ("SUMMARY:One\r\nSUMMARY:Two\r\n", "One"),
    ],
)
def test_a_name_is_one_line_of_at_most_120_characters(summary: str, name: str) -> None:
    assert list(read(summary + FRIDAY).days.values()) == [name]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261332",
        "DTSTART:soon",
        "DESCRIPTION:no day at all",
        "DTSTART;VALUE=DATE:20261225\r\nDTSTART;VALUE=DATE:20261226",
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261224",
        "DTSTART;VALUE=DATE:20261225\r\nDTEND:later",
        "DTSTART;VALUE=DATE:99991231",
        "DTSTART;VALUE=DATE:20261225\r\nDURATION:P99999999D",
        "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:never",
        "DTSTART;VALUE=DATE:20261225\r\nRECURRENCE-ID:never",
        "DTSTART;VALUE=PERIOD:20261225T000000Z/P1D",
        "DTSTART:10:00",
    ],
)
def test_a_broken_date_refuses_the_file_and_names_the_event(event: str) -> None:
    content = calendar(f"{FRIDAY}\r\nSUMMARY:Fine", f"SUMMARY:Easter\r\n{event}")
    assert refusal(content) == "The dates of “Easter” cannot be read. Nothing was added."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n\xff\xfe",
        b"PK\x03\x04",
        b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\n",
        b"END:VCALENDAR",
        b"BEGIN:\nEND:",
        b"BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR",
        calendar(FRIDAY)[:-20],
        calendar(f"{FRIDAY}\r\nSUMMARY:No\u00ebl").decode().encode("latin-1"),
        b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 3000,
    ],
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    assert refusal(content) == BAD_FILE


def test_a_file_that_gives_no_day_says_why() -> None:
    assert refusal(calendar()) == "None of its events gives a whole school day off."
    evening = "DTSTART:20261224T130000Z\r\nSUMMARY:Talk"
    assert refusal(calendar(evening)) == (
        "None of its events gives a whole school day off. Left out (not whole days): “Talk”."
    )


def test_too_much_is_refused() -> None:
    first = date(2026, 1, 1)
    spread = [f"DTSTART;VALUE=DATE:{first + timedelta(days=100 * n):%Y%m%d}\r\nDURATION:P100D" for n in range(29)]
    assert refusal(calendar(*spread)) == "The file names more than 2000 days off."
    assert refusal(b"x" * (LARGEST_FILE + 1)) == "The file is larger than 1 MB."
    assert refusal(b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_EVENTS + 1) + b"END:VCALENDAR\n") == (
        "The file has more than 5000 events."
    )


def test_a_byte_order_mark_and_several_calendars_are_read(app: Flask) -> None:
    both = b"\xef\xbb\xbf" + calendar(FRIDAY) + calendar("DTSTART;VALUE=DATE:20261228")
    assert len(read_days_off(both, ZONE, TODAY).days) == 2


def test_a_time_zone_of_the_files_own_is_not_believed() -> None:
    endless = (
        "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n"
    )
    zone = f"BEGIN:VTIMEZONE\r\nTZID:Endless\r\n{endless}END:STANDARD\r\nEND:VTIMEZONE\r\n"
    held = "DTSTART;TZID=Endless:20261225T000000\r\nDTEND;TZID=Endless:20261226T000000\r\nSUMMARY:Holiday"
    content = calendar(held).replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT")
    assert sorted(read_days_off(content, ZONE, TODAY).days) == [date(2026, 12, 25)]


def test_a_day_that_no_calendar_of_ours_holds_is_refused() -> None:
    assert "Holiday" in refusal(calendar(f"{FRIDAY}\r\nRECURRENCE-ID:00010101T000000Z\r\nSUMMARY:Holiday"))
