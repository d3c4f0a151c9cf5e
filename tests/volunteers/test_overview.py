"""The coordinator's list: narrowed, taken along, and marked at the end."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.history import Entry
from microcred.pilots.models import Pilot
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Enter = Callable[..., Volunteer]
S = VolunteerState


@pytest.fixture
def three(cast: Cast, pilot: Pilot, applied: Enter, approved: Enter) -> list[Volunteer]:
    """Amara has joined, Bruno has applied, Chloe was declined."""
    entries = [approved(cast.amara), applied(cast.bruno), answers.decline(applied(cast.chloe), "Exams.", by=cast.pavel)]
    db.session.commit()
    return entries


def names(page: str) -> list[str]:
    found = [name for name in ("Amara Okafor", "Bruno Tremblay", "Chloe Nguyen") if name in page]
    return [name.split()[0] for name in found]


def url(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/volunteers"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Amara", "Bruno", "Chloe"]),
        ("?q=okaf", ["Amara"]),
        ("?q=%25", []),
        ("?school=north", ["Amara", "Bruno"]),
        ("?state=declined", ["Chloe"]),
        ("?school=north&state=applied&q=tremb", ["Bruno"]),
        ("?school=0000000000&state=nonsense&page=x", []),
    ],
)
def test_the_address_narrows_the_list(
    cast: Cast, pilot: Pilot, three: list[Volunteer], browse: Browse, query: str, found: list[str]
) -> None:
    response = browse(cast.cora).get(url(pilot) + query.replace("north", str(cast.north.id)))
    assert response.status_code == 200
    assert names(response.text) == found


@pytest.mark.parametrize("name", ["amara", "pia", "rita"])
def test_only_the_coordinator_has_the_list(
    cast: Cast, pilot: Pilot, three: list[Volunteer], browse: Browse, name: str
) -> None:
    browser = browse(getattr(cast, name))
    assert browser.get(url(pilot)).status_code == 403
    assert browser.send(f"{url(pilot)}/downloads").status_code == 403
    assert browser.get(f"/volunteers/{three[0].id}").status_code == 404
    assert browser.send(f"/volunteers/{three[0].id}/completion").status_code == 404


def test_the_list_is_taken_along_narrowed_and_the_download_is_in_the_history(
    cast: Cast, pilot: Pilot, three: list[Volunteer], browse: Browse
) -> None:
    three[1].why = "=1+1"
    response = browse(cast.cora).send(f"{url(pilot)}/downloads?school={cast.north.id}")
    assert response.status_code == 200
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row[:5] for row in rows] == [
        ["Name", "E-mail address", "School", "State", "Why"],
        ["Amara Okafor", "amara@school.local", "North school", "joined", "I want to try this."],
        ["Bruno Tremblay", "bruno@school.local", "North school", "waiting for an answer", "'=1+1"],
    ]
    entries = db.session.execute(select(Entry.actor_id, Entry.thing).where(Entry.verb == "downloaded the volunteers"))
    assert [tuple(entry) for entry in entries] == [(cast.cora.id, "Pilot")]


def test_a_double_click_downloads_the_same_file_and_is_recorded_once(
    cast: Cast, pilot: Pilot, three: list[Volunteer], browse: Browse
) -> None:
    cora = browse(cast.cora)
    files = [cora.send(f"{url(pilot)}/downloads", key="one-key").get_data() for _click in range(2)]
    assert files[0] == files[1]
    assert len(db.session.scalars(select(Entry).where(Entry.verb == "downloaded the volunteers")).all()) == 1


def test_somebody_is_marked_completed_and_the_mark_is_undone(
    cast: Cast, three: list[Volunteer], browse: Browse
) -> None:
    cora, here = browse(cast.cora), f"/volunteers/{three[0].id}"
    assert cora.send(f"{here}/completion").location == here
    assert str(three[0].state) == "completed"
    assert f'action="{here}/mark-undone"' in cora.get(here).text
    assert cora.send(f"{here}/mark-undone").status_code == 303
    assert three[0].state == S.JOINED
    assert cora.send(f"{here}/mark-undone").status_code == 422


def test_an_absence_needs_a_reason(cast: Cast, three: list[Volunteer], browse: Browse) -> None:
    cora, here = browse(cast.cora), f"/volunteers/{three[0].id}"
    refused = cora.send(f"{here}/absence", reason="")
    assert refused.status_code == 422
    assert f'id="reason-{three[0].id}-error"' in refused.text
    assert cora.send(f"{here}/absence", reason="Not seen.").status_code == 303
    assert (three[0].state, three[0].reason) == (S.DID_NOT_TAKE_PART, "Not seen.")


def test_the_list_is_paged(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse, teacher: Callable[..., Account]
) -> None:
    for number in range(31):
        applied(teacher(f"Teacher {number:02}", cast.north))
    cora = browse(cast.cora)
    assert "Teacher 30" not in cora.get(url(pilot)).text
    assert "Teacher 30" in cora.get(f"{url(pilot)}?page=2").text


def test_the_list_asks_as_often_for_three_as_for_one(
    cast: Cast,
    pilot: Pilot,
    applied: Enter,
    browse: Browse,
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    cora = browse(cast.cora)
    applied(cast.amara)
    db.session.commit()
    one = count_queries(lambda: cora.get(url(pilot)))
    for person in (cast.bruno, cast.chloe):
        applied(person)
    db.session.commit()
    assert count_queries(lambda: cora.get(url(pilot))) == one
