"""The coordinator's forms: the queue, the places, somebody entered, and the list in both kinds of file."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from microcred.accounts.models import Account, School
from microcred.db import db, utcnow
from microcred.pilots.models import Pilot
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Enter = Callable[..., Volunteer]
S = VolunteerState


@pytest.fixture
def line(cast: Cast, pilot: Pilot, approved: Enter, teacher: Callable[[str, School], Account]) -> list[Volunteer]:
    """Amara and Chloe have joined; Ada, Ben and Bruno wait for a place."""
    people = [cast.amara, cast.chloe, teacher("Ada One", cast.north), teacher("Ben Two", cast.north), cast.bruno]
    entries = [answers.note_told(approved(person)) for person in people]
    db.session.commit()
    return entries


def url(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/volunteers"


def order(page: str) -> list[str]:
    rows = page.split("<tbody>")[1].split("-listed")[1:]
    return [row.split("</a>")[0].rsplit(">", 1)[1].split()[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada", "Amara", "Ben", "Bruno", "Chloe"]),
        ("?sort=name", ["Ada", "Amara", "Ben", "Bruno", "Chloe"]),
        ("?sort=turn", ["Ada", "Ben", "Bruno", "Amara", "Chloe"]),
        ("?sort=nonsense&state=waiting", ["Ada", "Ben", "Bruno"]),
    ],
)
def test_the_list_is_sorted_as_the_address_says(
    cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse, query: str, names: list[str]
) -> None:
    assert order(browse(cast.cora).get(url(pilot) + query).text) == names


def test_who_waits_longest_for_an_answer_comes_first(
    cast: Cast, pilot: Pilot, line: list[Volunteer], applied: Enter, browse: Browse, teacher: Callable[..., Account]
) -> None:
    for name in ("Zoe Five", "Yan Six"):
        applied(teacher(name, cast.south))
    assert order(browse(cast.cora).get(f"{url(pilot)}?sort=waiting").text)[:3] == ["Zoe", "Yan", "Amara"]


def test_a_move_keeps_the_filters_and_stands_on_the_persons_page(
    cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse
) -> None:
    cora, entry = browse(cast.cora), line[4]
    page = cora.get(f"{url(pilot)}?state=waiting&sort=turn").text
    assert "place 3 in the queue" in page
    target = f"/volunteers/{entry.id}/turn?state=waiting&sort=turn"
    moved = cora.send(target, place="1", reason="Leaves in June.")
    assert (moved.status_code, moved.location) == (303, f"{url(pilot)}?q=&school=&state=waiting&risk=&sort=turn")
    assert order(cora.get(f"{url(pilot)}?sort=turn").text)[:3] == ["Bruno", "Ada", "Ben"]
    story = cora.get(f"/volunteers/{entry.id}").text
    assert ("Moved from place 3 to 1" in story, "Leaves in June." in story) == (True, True)


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"place": "4", "reason": "Why."}, "place"), ({"place": "x", "reason": "Why."}, "place"), ({"place": "1"}, "why")],
)
def test_a_bad_move_is_refused_beside_its_field(
    cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse, fields: dict[str, Any], where: str
) -> None:
    refused = browse(cast.cora).send(f"/volunteers/{line[4].id}/turn", **fields)
    assert refused.status_code == 422
    assert f'id="{where}-{line[4].id}-error"' in refused.text


def test_a_move_of_who_does_not_wait_is_refused_with_a_sentence(
    cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse
) -> None:
    refused = browse(cast.cora).send(f"/volunteers/{line[0].id}/turn", place="1", reason="Why not.")
    assert refused.status_code == 422
    assert "This entry is now: joined." in refused.text


def test_places_are_changed_from_the_list(cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse) -> None:
    cora = browse(cast.cora)
    assert cora.send(f"{url(pilot)}/places?state=waiting", places="3").status_code == 303
    assert [entry.state for entry in line[2:]] == [S.OFFERED, S.WAITING, S.WAITING]
    refused = cora.send(f"{url(pilot)}/places", places="2")
    assert (refused.status_code, pilot.places) == (422, 3)
    assert 'id="places-error"' in refused.text


def test_somebody_is_entered_and_thanked_for_volunteering(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    db.session.add(
        Giveaway(
            switched_on_at=utcnow(),
            announced_at=utcnow(),
            pilot=pilot,
            name="Clip",
            rule="volunteered",
            value_cents=100,
            code="clip",
        )
    )
    cora = browse(cast.cora)
    page = cora.get(f"{url(pilot)}/new").text
    assert '<option value="amara@school.local">Amara Okafor, North school</option>' in page
    entered = cora.send(url(pilot), email=" Amara@school.local", why="Told me in the hallway.")
    entry = db.session.scalars(select(Volunteer)).one()
    assert (entered.location, entry.added_by_id) == (f"/volunteers/{entry.id}", cast.cora.id)
    assert db.session.scalars(select(Entitlement.person_id)).all() == [cast.amara.id]
    assert "Amara Okafor, North school" not in cora.get(f"{url(pilot)}/new").text
    for person, page_url in ((cast.pia, "applicants"), (cast.amara, "volunteering"), (cast.cora, "volunteers")):
        assert "ntered by Cora W" in (text := browse(person).get(f"/pilots/{pilot.id}/{page_url}").text) or (
            "Cora Whitefeather entered you" in text
        )


def test_an_unknown_address_is_refused_beside_its_field(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    refused = browse(cast.cora).send(url(pilot), email="nobody@school.local", why="Told me.")
    assert refused.status_code == 422
    assert 'id="email-error"' in refused.text


@pytest.mark.parametrize("name", ["pia", "amara", "rita"])
def test_nobody_else_steers(cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse, name: str) -> None:
    browser = browse(getattr(cast, name))
    answers_ = [
        browser.get(f"{url(pilot)}/new"),
        browser.send(url(pilot), email="bruno@school.local", why="Me."),
        browser.send(f"{url(pilot)}/places", places="9"),
        browser.send(f"/volunteers/{line[4].id}/turn", place="1", reason="Me."),
    ]
    assert [answer.status_code for answer in answers_] == [403, 403, 403, 404]


def test_the_list_is_taken_along_as_a_workbook(cast: Cast, pilot: Pilot, line: list[Volunteer], browse: Browse) -> None:
    line[2].why = "=1+1"
    response = browse(cast.cora).send(f"{url(pilot)}/downloads?state=waiting&sort=turn", format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.get_data())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [(row[0], row[3], row[4], row[10]) for row in rows] == [
        ("Name", "State", "Why", "Place in the queue"),
        ("Ada One", "waiting for a place", "=1+1", 1),
        ("Ben Two", "waiting for a place", "I want to try this.", 2),
        ("Bruno Tremblay", "waiting for a place", "I want to try this.", 3),
    ]


def test_no_other_kind_of_file_is_made(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    assert browse(cast.cora).send(f"{url(pilot)}/downloads", format="exe").status_code == 422


def test_the_pages_ask_at_most_so_often(
    cast: Cast,
    pilot: Pilot,
    line: list[Volunteer],
    browse: Browse,
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    pages = ((browse(cast.cora), url(pilot)), (browse(cast.pia), f"/pilots/{pilot.id}/applicants"))
    asked = [count_queries(partial(browser.get, page)) for browser, page in pages]
    assert asked == [10, 10]
