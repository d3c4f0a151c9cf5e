"""The menu of each role, and the five steps along a pilot's life."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account
from microcred.accounts.models import RoleName as Role
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.home.five_steps import states
from microcred.home.menus import MOST
from microcred.home.standing import standing, today
from microcred.pilots.queries import current_pilot
from microcred.polls.models import Participation
from microcred.volunteers.models import VolunteerState
from tests.conftest import Browser
from tests.home.conftest import World

Browse = Callable[[Account], Browser]

TEACHER = ["Home", "Pilot", "Polls", "Evidence", "Badges", "Thank-yous", "Noticeboard"]
MENUS = {
    "amara": ["Home", "Volunteer", "Polls", "Evidence", "Badges", "Thank-yous", "Noticeboard"],
    "rita": ["Home", "Reviews"],
    "pia": ["Home", "Volunteers", "Deputies", "Hand out", "Reports", "Noticeboard"],
    "cora": ["Home", "Pilot", "Catalogue", "Polls", "Scoring", "Hand out", "Giveaways", "Reports"],
    "adam": ["Home", "People", "Schools", "Days off", "History"],
}


def menu_of(page: str) -> list[str]:
    """The titles in the main menu of a page."""
    found = re.search(r'<nav aria-label="Main menu">(.*?)</nav>', page, re.DOTALL)
    return [unescape(title) for title in re.findall(r"<a [^>]*>([^<]+)</a>", found.group(1))] if found else []


def here_of(page: str) -> list[str]:
    """Where the main menu says that one is."""
    return re.findall(r'<a [^>]*aria-current="page"[^>]*>([^<]+)</a>', page)


def steps_of(page: str) -> list[tuple[str, str]]:
    """State and note of each of the five steps on a page."""
    found = re.search(r'<nav class="backbone.*?</nav>', page, re.DOTALL)
    steps = re.findall(r'<li class="(\w+)">(.*?)</li>', found.group(0), re.DOTALL) if found else []
    return [(state, "".join(re.findall(r"<small>([^<]*)</small>", inside))) for state, inside in steps]


@pytest.mark.parametrize("name", MENUS)
def test_each_role_has_its_menu(world: World, browse: Browse, name: str) -> None:
    assert menu_of(browse(getattr(world.cast, name)).get("/").text) == MENUS[name]


def test_a_teacher_who_has_volunteered_is_led_to_the_pilot(world: World, browse: Browse) -> None:
    world.entry(world.cast.amara, VolunteerState.APPLIED)
    assert menu_of(browse(world.cast.amara).get("/").text) == TEACHER


def test_who_holds_every_role_has_each_place_once_and_not_too_many(world: World, browse: Browse) -> None:
    everything = create_person("Eve Ash", "eve@school.local", school=world.cast.north, roles=list(Role), by=None)
    titles = menu_of(browse(everything).get("/").text)
    assert len(titles) == len(set(titles))
    assert [title for title in ("Badges", "Thank-yous") if title in titles] == []


def test_two_roles_share_one_menu(world: World, browse: Browse) -> None:
    both = create_person(
        "Tess Ash", "tess@school.local", school=world.cast.north, roles=[Role.TEACHER, Role.REVIEWER], by=None
    )
    titles = menu_of(browse(both).get("/").text)
    assert titles == ["Home", "Volunteer", "Polls", "Evidence", "Badges", "Thank-yous", "Noticeboard", "Reviews"]
    assert len(titles) <= MOST


def test_the_menu_says_where_one_is(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    addresses = ["/", f"/pilots/{world.pilot.id}", f"/pilots/{world.pilot.id}/volunteers", "/polls", "/me"]
    assert [here_of(cora.get(address).text) for address in addresses] == [["Home"], ["Pilot"], ["Pilot"], ["Polls"], []]


def test_nobody_and_an_error_page_have_no_menu(world: World, visitor: Browser, browse: Browse) -> None:
    assert menu_of(visitor.get("/help").text) == []
    assert steps_of(visitor.get("/help").text) == []
    assert steps_of(browse(world.cast.adam).get("/").text) == []


def test_the_steps_go_along_with_the_life_of_a_pilot(world: World) -> None:
    pilot, cast = world.pilot, world.cast

    def now() -> list[str]:
        found = standing(cast.amara)
        assert found is not None
        return states(found)

    pilot.sign_up_opens_at = utcnow() + timedelta(days=1)
    assert now() == ["now", "later", "later", "later", "later"]
    pilot.sign_up_opens_at = utcnow()
    assert now() == ["done", "now", "later", "later", "later"]
    poll = world.poll()
    assert now() == ["done", "done", "now", "later", "later"]
    world.offer()
    poll.closed_at = utcnow()
    assert now() == ["done", "done", "now", "later", "later"]
    poll.decided_at = utcnow()
    assert now() == ["done", "done", "done", "now", "later"]
    pilot.starts_on, pilot.ends_on = today() - timedelta(days=9), today() - timedelta(days=1)
    assert now() == ["done", "done", "done", "done", "now"]


def test_the_steps_tell_their_numbers(world: World, browse: Browse) -> None:
    cast = world.cast
    world.pilot.ends_on = today().replace(year=today().year + 1, month=12, day=18)
    amara = browse(cast.amara)

    def notes() -> list[str]:
        return [note for _state, note in steps_of(amara.get("/").text)]

    assert notes() == ["until 18 Dec", "0 of 2 joined", "", "", ""]
    world.entry(cast.bruno)
    world.entry(cast.chloe, VolunteerState.APPLIED)
    poll = world.poll(closes_at=utcnow().replace(month=12, day=4, year=utcnow().year + 1))
    world.submission(cast.bruno)
    world.submission(cast.bruno, SubmissionState.DRAFT, course=1)
    for title in ("One", "Two", "Three"):
        world.announcement(title)
    assert notes() == ["until 18 Dec", "1 of 2 joined", "open until 4 Dec", "1 in review", "3 new posts"]
    poll.closed_at = utcnow()
    assert notes()[2] == "being decided"
    poll.decided_at = utcnow()
    world.offer()
    assert notes()[2] == "1 offered"


def test_the_steps_lead_each_role_to_its_own_pages(world: World, browse: Browse) -> None:
    def addresses(person: Account) -> list[str]:
        page = browse(person).get("/").text
        found = re.search(r'<nav class="backbone.*?</nav>', page, re.DOTALL)
        return re.findall(r'href="([^"]+)"', found.group(0)) if found else []

    cast, pilot = world.cast, f"/pilots/{world.pilot.id}"
    board = f"{pilot}/noticeboard"
    assert addresses(cast.amara) == [pilot, f"{pilot}/volunteering", "/polls", "/evidence", board]
    assert addresses(cast.rita) == [pilot, f"{pilot}/volunteering", "/polls", "/reviews", board]
    assert addresses(cast.pia) == [pilot, f"{pilot}/applicants", "/polls", "/reports", board]
    assert addresses(cast.cora) == [pilot, f"{pilot}/volunteers", "/polls", "/scoring", board]


def test_the_standing_is_that_of_the_current_pilot(world: World) -> None:
    for person in world.cast.people:
        found = standing(person)
        assert (found and found.pilot) == current_pilot(person)


def test_a_pilot_that_has_ended_has_no_steps(world: World, browse: Browse) -> None:
    world.pilot.ended_at = utcnow()
    assert steps_of(browse(world.cast.amara).get("/").text) == []


def test_the_frame_asks_the_database_once(world: World, count_queries: Callable[[Callable[[], object]], int]) -> None:
    db.session.add(Participation(poll_id=world.poll().id, person_id=world.cast.amara.id))
    db.session.commit()
    assert count_queries(lambda: standing(world.cast.amara)) == 1
