"""The pages of what rubrics show: who reads them, what they hide, what they give to take along."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.history import Entry
from microcred.reports import REPORTS
from microcred.reports.shape import Scope
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import (
    BEYOND,
    MET,
    NOT_MET,
    Course,
    HandIn,
    decided,
    reviewed,
)

Browse = Callable[[Account], Browser]
ADDRESSES = ("understanding", "feedback")


@pytest.fixture
def eleven(cast: Cast, hand_in: HandIn, course: Course) -> Course:
    """Eleven decided pieces with two reviews each: ravi is milder by half a level; one person does not meet “ask”."""
    for turn, person in enumerate(cast.people):
        submission = decided(hand_in(person), (MET, MET if turn else NOT_MET, BEYOND), reviewers=[cast.rita])
        reviewed(submission, cast.ravi, 2, (BEYOND, MET if turn else NOT_MET))
    db.session.commit()
    return course


def table_in(file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))


def test_only_the_coordinator_reads_what_a_rubric_shows(cast: Cast, browse: Browse, eleven: Course) -> None:
    addresses = ["/rubrics/understanding", *(f"/rubrics/{eleven.rubric.id}/{page}" for page in ADDRESSES)]
    everyone = [browse(person) for person in (cast.amara, cast.pia, cast.rita, cast.adam, cast.cora)]
    answers = [[browser.get(each).status_code for each in addresses] for browser in everyone]
    assert answers == [[403, 404, 404]] * 4 + [[200, 200, 200]]


def test_small_groups_are_hidden_until_the_coordinator_asks(cast: Cast, browse: Browse, eleven: Course) -> None:
    cora, address = browse(cast.cora), f"/rubrics/{eleven.rubric.id}/understanding/downloads"
    hidden, shown = (table_in(cora.send(address + query).text)[1:] for query in ("", "?few=shown"))
    assert [row[:4] for row in hidden[3:6]] == [
        ["Asks and waits", "Beginning", "", ""],
        ["Asks and waits", "Proficient", "", ""],
        ["Asks and waits", "Advanced", "", ""],
    ]
    assert [row[:4] for row in shown[3:6]] == [
        ["Asks and waits", "Beginning", "1", "0"],
        ["Asks and waits", "Proficient", "10", "0"],
        ["Asks and waits", "Advanced", "0", "0"],
    ]
    page = browse(cast.cora).get(f"/rubrics/{eleven.rubric.id}/understanding")
    assert ("stacked" in page.text, "Show me every number" in page.text) == (False, True)
    page = browse(cast.cora).get(f"/rubrics/{eleven.rubric.id}/understanding?few=shown")
    assert ("stacked" in page.text, "for you alone" in page.text) == (True, True)


def test_a_number_that_is_hidden_leaves_its_part_of_the_picture_empty(
    cast: Cast, browse: Browse, hand_in: HandIn, course: Course
) -> None:
    for turn, person in enumerate(cast.people):
        decided(hand_in(person), (MET, NOT_MET if turn < 3 else MET if turn < 6 else BEYOND, MET))
    db.session.commit()
    page = browse(cast.cora).get(f"/rubrics/{course.rubric.id}/understanding").text
    assert re.findall(r'class="amount" data-label="(\w+)">(.+?)<', page)[3:6] == [
        ("Beginning", "–"),
        ("Proficient", "–"),
        ("Advanced", "5"),
    ]
    assert re.findall(r'class="part-\d" x="(.+?)" width="(.+?)"', page) == [("0", "45.05")]


def test_instead_of_a_picture_of_dashes_a_sentence_stands(
    cast: Cast, browse: Browse, hand_in: HandIn, course: Course
) -> None:
    decided(hand_in(cast.amara), (MET, MET, MET))
    db.session.commit()
    cora, address = browse(cast.cora), f"/rubrics/{course.rubric.id}/understanding"
    sentence = "Levels at the first try: so far every number tells of too few people."
    assert [sentence in cora.get(address + query).text for query in ("", "?few=shown")] == [True, False]
    assert ["stacked" in cora.get(address + query).text for query in ("", "?few=shown")] == [False, True]


def test_the_page_says_in_words_whether_reviewers_agree_and_what_tells_nothing_apart(
    cast: Cast, browse: Browse, eleven: Course
) -> None:
    page = browse(cast.cora).get(f"/rubrics/{eleven.rubric.id}/understanding").text
    assert page.count("reviewers nearly always agree") == 2
    assert page.count("too few to tell") == 1
    assert page.count("everybody meets it (11 pieces of evidence)") == 2
    assert "0.5 levels milder than the co-reviewers" in page


def test_both_tables_are_files_and_every_download_is_on_record(cast: Cast, browse: Browse, eleven: Course) -> None:
    cora, address = browse(cast.cora), f"/rubrics/{eleven.rubric.id}"
    file = cora.send(f"{address}/understanding/downloads?few=shown", format="xlsx")
    assert (file.status_code, file.data[:2]) == (200, b"PK")
    file = cora.send(f"{address}/severity/downloads")
    assert table_in(file.text)[1:] == [
        ["Ravi Shah", "11", "0.5", "0.5 levels milder than the co-reviewers"],
        ["Rita Moreau", "11", "-0.5", "0.5 levels more severe than the co-reviewers"],
    ]
    entries = db.session.execute(
        select(Entry.actor_id, Entry.thing_id, Entry.details)
        .where(Entry.verb == "downloaded what a rubric shows")
        .order_by(Entry.id)
    )
    assert [tuple(entry) for entry in entries] == [
        (cast.cora.id, str(eleven.rubric.id), {"table": "levels", "few": "shown"}),
        (cast.cora.id, str(eleven.rubric.id), {"table": "severity", "few": "hidden"}),
    ]


def test_reviewers_read_their_own_severity_and_nobody_elses(cast: Cast, browse: Browse, eleven: Course) -> None:
    pages = {person.name: browse(person).get("/reviews").text for person in (cast.rita, cast.ravi, cast.rosa)}
    assert [text.count("On 11 pieces of evidence") for text in pages.values()] == [1, 1, 0]
    assert "0.5 levels more severe" in pages[cast.rita.name]
    assert "milder than the" not in pages[cast.rita.name]
    assert cast.ravi.name not in pages[cast.rita.name]
    assert "You and your co-reviewers" not in pages[cast.rosa.name]


def test_below_ten_shared_pieces_a_reviewer_reads_how_many_there_are(
    cast: Cast, browse: Browse, hand_in: HandIn, course: Course
) -> None:
    decided(hand_in(cast.amara), (MET, MET, MET), reviewers=[cast.rita, cast.ravi])
    db.session.commit()
    page = browse(cast.rita).get("/reviews").text
    assert ("So far there is 1." in page, "you were, on average" in page) == (True, False)


def test_feedback_is_searched_filtered_and_paged(cast: Cast, browse: Browse, eleven: Course) -> None:
    cora, address = browse(cast.cora), f"/rubrics/{eleven.rubric.id}/feedback"
    assert "<caption>5 remarks</caption>" in " ".join(cora.get(address).text.split())
    assert "<caption>2 remarks</caption>" in cora.get(f"{address}?criterion=plan").text
    assert "Nothing found" in cora.get(f"{address}?q=Ravi").text
    assert "<caption>5 remarks</caption>" in cora.get(f"{address}?q=well&page=99999999&criterion=no").text


def test_a_long_list_of_remarks_has_pages(cast: Cast, browse: Browse, eleven: Course, hand_in: HandIn) -> None:
    many = [decided(hand_in(cast.amara), (MET, NOT_MET, MET)) for _each in range(32)]
    for place, submission in enumerate(many):
        reviewed(submission, cast.rosa, 1, (MET,), f"Remark {chr(65 + place % 26) * (1 + place // 26)}")
    db.session.commit()
    second = browse(cast.cora).get(f"/rubrics/{eleven.rubric.id}/feedback?page=2").text
    assert ("Page 2 of 2" in second, second.count('<th scope="row">')) == (True, 37 - 30)


def test_without_evidence_the_pages_say_what_will_stand_there(cast: Cast, browse: Browse, course: Course) -> None:
    cora = browse(cast.cora)
    assert "No evidence is decided yet" in cora.get("/rubrics/understanding").text
    assert "Nothing is decided by this version yet" in cora.get(f"/rubrics/{course.rubric.id}/understanding").text
    assert "Too few people" in cora.get(f"/rubrics/{course.rubric.id}/feedback").text


def test_the_report_leads_the_coordinator_on_and_hides_from_a_principal(cast: Cast, eleven: Course) -> None:
    full = REPORTS["rubric"].figures(Scope(eleven.pilot, eleven.pilot.schools))
    part = REPORTS["rubric"].figures(Scope(eleven.pilot, [cast.north], sees_all=False))
    assert [row[2] for row in full.rows[3:6]] == [1, 10, 0]
    assert [row[2] for row in part.rows[3:6]] == [None, None, None]
    assert (full.more and full.more.values, part.more) == ({"rubric_id": eleven.rubric.id}, None)
    assert (len(full.pictures), len(part.pictures)) == (1, 0)


def test_the_lists_ask_as_much_for_one_as_for_three(
    cast: Cast, browse: Browse, hand_in: HandIn, course: Course, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    for person in cast.people[:5]:
        decided(hand_in(person), (MET, MET, MET), reviewers=[cast.rita, cast.ravi])
    db.session.commit()
    cora = browse(cast.cora)
    pages = ["/rubrics/understanding", *(f"/rubrics/{course.rubric.id}/{page}" for page in ADDRESSES)]
    with_one = [count_queries(lambda page=page: cora.get(page)) for page in pages]  # type: ignore[misc]
    for person in cast.people[5:8]:
        reviewed(decided(hand_in(person), (MET, NOT_MET, BEYOND)), cast.rosa, 1, (BEYOND, MET), f"To {person.name}")
    db.session.commit()
    assert [count_queries(lambda page=page: cora.get(page)) for page in pages] == with_one  # type: ignore[misc]
    assert with_one == [5, 8, 7]


def test_every_version_by_which_evidence_was_decided_is_listed(cast: Cast, browse: Browse, eleven: Course) -> None:
    text = browse(cast.cora).get("/rubrics/understanding").text
    assert (text.count("Asking open questions"), text.count(">11<")) == (1, 1)
