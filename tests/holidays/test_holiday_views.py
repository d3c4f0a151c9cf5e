"""The page of days off: everyone reads it, coordinator and administrator keep it, and what they do can be undone."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.form_keys import FormKey
from microcred.holidays import actions
from microcred.holidays.queries import days_off_from
from microcred.holidays.views import LONGEST_TOLD
from microcred.schooldays import Holiday, holidays, local
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]

FIRST, LAST = date(2096, 12, 24), date(2096, 12, 28)
"""A Monday and a Friday that no test outlives."""

BREAK: dict[str, Any] = {"first_on": "2096-12-24", "last_on": "2096-12-28", "name": "Winter break"}
FILE = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
DTSTART;VALUE=DATE:20961224
DTEND;VALUE=DATE:20961229
SUMMARY:Winter <b>break</b>
END:VEVENT
BEGIN:VEVENT
DTSTART:20961203T130000Z
DTEND:20961203T150000Z
SUMMARY:Parents evening
END:VEVENT
END:VCALENDAR
"""


def undo_of(browser: Browser, url: str = "/holidays") -> str:
    """Where the page's Undo button leads."""
    flash = browser.get(url).text.partition('id="flash"')[2].partition('class="wide page"')[0]
    return flash.partition('action="')[2].partition('"')[0].replace("&amp;", "&")


def test_days_off_are_added_and_everyone_reads_them_without_a_form(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.cora).send("/holidays", **BREAK)
    assert (reply.status_code, reply.location, len(holidays())) == (303, "/holidays", 5)
    for person in cast.people[:-1]:
        page = browse(person).get("/holidays").text
        keeps = person in (cast.cora, cast.adam)
        assert ("Winter break" in page, "/removals" in page) == (True, keeps)
    assert "Monday 24 December 2096 to Friday 28 December 2096" in browse(cast.amara).get("/holidays").text


def test_without_a_last_day_the_first_is_off_alone(cast: Cast, browse: Browse) -> None:
    browse(cast.adam).send("/holidays", first_on="2096-12-24", last_on="", name="PA day")
    assert holidays() == {FIRST}


def test_a_refused_day_keeps_what_was_typed(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.cora).send("/holidays", first_on="2096-12-22", last_on="", name="A sleepy day")
    assert (reply.status_code, holidays()) == (422, frozenset())
    assert ("a weekend" in reply.text, 'value="A sleepy day"' in reply.text) == (True, True)


def test_an_addition_is_undone(cast: Cast, browse: Browse) -> None:
    actions.add_span(LAST, LAST, "PA day", by=cast.adam)
    cora = browse(cast.cora)
    cora.send("/holidays", **BREAK)
    assert cora.send(undo_of(cora)).status_code == 303
    assert holidays() == {LAST}


def test_a_removal_is_undone_with_its_name(cast: Cast, browse: Browse) -> None:
    name = "Fête & “congé” <é>"
    actions.add_span(FIRST, LAST, name, by=cast.adam)
    cora = browse(cast.cora)
    assert cora.send("/holidays/removals", first_on="2096-12-25", last_on="2096-12-27").status_code == 303
    assert holidays() == {FIRST, LAST}
    assert cora.send(undo_of(cora)).status_code == 303
    assert {each.name for each in db.session.query(Holiday)} == {name}
    assert len(holidays()) == 5


def test_days_under_several_names_are_removed_without_an_undo(cast: Cast, browse: Browse) -> None:
    actions.add_span(FIRST, FIRST, "PA day", by=cast.adam)
    actions.add_span(FIRST, LAST, "Winter break", by=cast.adam)
    cora = browse(cast.cora)
    cora.send("/holidays/removals", first_on="2096-12-24", last_on="2096-12-28")
    assert (undo_of(cora), holidays()) == ("", frozenset())


def test_a_removal_of_nothing_opens_its_form_with_the_sentence(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.cora).send("/holidays/removals", first_on="2096-12-24", last_on="")
    assert (reply.status_code, "No day off lies between these two days." in reply.text) == (422, True)
    assert '<details class="card narrow" open>' in reply.text


def test_a_calendar_is_imported_told_of_and_undone(cast: Cast, browse: Browse) -> None:
    actions.add_span(LAST, LAST, "PA day", by=cast.adam)
    cora = browse(cast.cora)
    reply = cora.send("/holidays/imports", file=(io.BytesIO(FILE), "district.ics"))
    assert (reply.status_code, len(holidays())) == (303, 5)
    page = cora.get("/holidays").text
    said = "4 days off added. 1 was in the calendar already. Left out (not whole days): “Parents evening”."
    assert (said in page, "Winter &lt;b&gt;break&lt;/b&gt;" in page, "<b>break" in page) == (True, True, False)


def test_an_import_is_undone(cast: Cast, browse: Browse) -> None:
    actions.add_span(LAST, LAST, "PA day", by=cast.adam)
    adam = browse(cast.adam)
    adam.send("/holidays/imports", file=(io.BytesIO(FILE), "district.ics"))
    assert adam.send(undo_of(adam)).status_code == 303
    assert holidays() == {LAST}


def test_a_second_import_adds_nothing_and_says_so(cast: Cast, browse: Browse) -> None:
    cora = browse(cast.cora)
    replies = [cora.send("/holidays/imports", file=(io.BytesIO(FILE), "district.ics")) for _each in range(2)]
    assert [reply.status_code for reply in replies] == [303, 422]
    assert "Every one of these days is in the calendar already." in replies[1].text


@pytest.mark.parametrize("content", [FILE.replace(b"20961224", b"20961324"), FILE[:-15], b"", b"\xff\xfe"])
def test_a_broken_calendar_adds_nothing(cast: Cast, browse: Browse, content: bytes) -> None:
    reply = browse(cast.cora).send("/holidays/imports", file=(io.BytesIO(content), "district.ics"))
    assert (reply.status_code, holidays()) == (422, frozenset())


def test_without_a_file_the_import_is_refused(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.cora).send("/holidays/imports")
    assert (reply.status_code, "Choose a file." in reply.text) == (422, True)


def test_what_an_import_tells_fits_where_it_is_kept(cast: Cast, browse: Browse) -> None:
    kinds = ["RRULE:FREQ=DAILY", "STATUS:CANCELLED", "DURATION:P300D", "DTEND:20961203T150000Z", "SUMMARY:Other"]
    events = [f"DTSTART;VALUE=DATE:20961203\n{kind}\nSUMMARY:{'break ' * 20}\n" for kind in kinds]
    events.append(f"DTSTART;VALUE=DATE:21001203\nSUMMARY:{'break ' * 20}\n")
    inside = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" * 3 for event in events).encode()
    file = io.BytesIO(FILE.replace(b"END:VCALENDAR\n", inside + b"END:VCALENDAR\n"))
    reply = browse(cast.cora).send("/holidays/imports", key="once", file=(file, "district.ics"), words="break")
    told = db.session.get_one(FormKey, "once").said or ""
    assert (reply.status_code, len(told), told[-1], told[:17]) == (303, LONGEST_TOLD, "…", "5 days off added.")


@pytest.mark.parametrize("url", ["/holidays", "/holidays/removals", "/holidays/imports"])
def test_others_change_nothing(cast: Cast, browse: Browse, url: str) -> None:
    assert [browse(person).send(url, **BREAK).status_code for person in (cast.pia, cast.amara, cast.rita)] == [403] * 3
    assert browse(cast.cora).send(f"/holidays/changes/{quote('no/such')}/retraction").status_code == 404
    assert holidays() == frozenset()


def test_days_gone_by_are_found_by_their_year(cast: Cast, browse: Browse) -> None:
    actions.add_span(date(2020, 12, 24), date(2021, 1, 1), "Old break", by=cast.cora)
    actions.add_span(FIRST, FIRST, "PA day", by=cast.cora)
    amara = browse(cast.amara)
    pages = [amara.get(f"/holidays{query}").text for query in ("", "?year=2020", "?year=2021", "?year=2019", "?year=x")]
    assert ["Old break" in page for page in pages] == [False, True, True, False, False]
    assert ["PA day" in page for page in pages] == [True, False, False, True, True]


def test_today_is_still_to_come(cast: Cast, browse: Browse) -> None:
    actions.add_span(FIRST, LAST, "Winter break", by=cast.cora)
    db.session.commit()
    with at(datetime(2096, 12, 29, 4, 59, tzinfo=UTC)):
        assert [each.held_on for each in days_off_to_come()] == [LAST]
    with at(datetime(2096, 12, 29, 5, 0, tzinfo=UTC)):
        assert days_off_to_come() == []


def days_off_to_come() -> list[Holiday]:
    """What the page lists at this moment."""
    return days_off_from(local(utcnow()).date())


def test_the_page_asks_the_same_number_of_questions_for_one_row_and_for_three(
    cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    cora = browse(cast.cora)
    actions.add_span(FIRST, FIRST, "A", by=cast.cora)
    db.session.commit()
    one = count_queries(lambda: cora.get("/holidays"))
    actions.add_span(date(2096, 12, 25), date(2096, 12, 25), "B", by=cast.cora)
    actions.add_span(date(2096, 12, 26), date(2096, 12, 26), "C", by=cast.cora)
    db.session.commit()
    assert count_queries(lambda: cora.get("/holidays")) == one <= 7
