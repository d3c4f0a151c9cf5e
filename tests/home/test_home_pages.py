"""The home page of each role: that it is there in both languages, what it tells, and what it costs."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from html import unescape

import pytest

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account
from microcred.accounts.models import RoleName as Role
from microcred.db import db, utcnow
from microcred.evidence.models import SubmissionState
from microcred.polls.models import Participation
from microcred.volunteers.models import VolunteerState
from tests.cast import Cast
from tests.conftest import Browser
from tests.home.conftest import World

Browse = Callable[[Account], Browser]
Count = Callable[[Callable[[], object]], int]

SESSION = 2
"""Statements that find out who is there: the session with its person, and the roles."""
BUDGET = 8 + SESSION
PEOPLE = ("amara", "bruno", "chloe", "pia", "pavel", "rita", "ravi", "rosa", "cora", "adam")


def fill(world: World, numbers: Iterable[int]) -> None:
    """Give every list of every home page one row for each number."""
    cast = world.cast
    for number in numbers:
        world.offer(number)
        poll = world.poll(f"Question {number}?")
        db.session.add(Participation(poll_id=poll.id, person_id=cast.bruno.id))
        world.award(cast.amara, number)
        world.review(cast.rita, world.submission(cast.chloe, course=number))
        thanked = world.due(cast.amara, f"voted:{number}")
        world.due(cast.amara, f"joined:{number}")
        world.hand_over(thanked)
        world.announcement(f"Announcement {number}")
        world.entry(a_teacher(world, number), VolunteerState.APPLIED)
    db.session.commit()


def a_teacher(world: World, number: int) -> Account:
    """One more teacher at North school."""
    address, roles = f"new{number}@school.local", [Role.TEACHER]
    return create_person(f"New {number}", address, school=world.cast.north, roles=roles, by=None)


def next_of(page: str) -> str:
    """The title of the first next step on a page, or of the calm sentence in its place."""
    found = re.search(r'<section class="(?:next-step|card good)">.*?<h2>(.*?)</h2>', page, re.DOTALL)
    return unescape(found.group(1)).strip() if found else ""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("times", [0, 2])
def test_everyone_has_a_home(world: World, browse: Browse, name: str, language: str, times: int) -> None:
    fill(world, range(times))
    person = getattr(world.cast, name)
    person.language = language
    reply = browse(person).get("/")
    assert (reply.status_code, f'<html lang="{language}">' in reply.text) == (200, True)


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_has_a_home_where_there_is_no_pilot(cast: Cast, browse: Browse, name: str) -> None:
    assert browse(getattr(cast, name)).get("/").status_code == 200


@pytest.mark.parametrize("name", ["amara", "pia", "rita", "cora", "adam"])
def test_a_home_costs_the_same_for_one_row_and_for_three(
    world: World, browse: Browse, count_queries: Count, name: str
) -> None:
    person = browse(getattr(world.cast, name))
    world.entry(world.cast.amara)
    fill(world, [0])
    one = count_queries(lambda: person.get("/"))
    fill(world, [1, 2])
    three = count_queries(lambda: person.get("/"))
    assert (one, three) == (one, one)
    assert one <= BUDGET


def test_who_is_no_one_is_asked_to_sign_in(world: World, visitor: Browser) -> None:
    reply = visitor.get("/")
    assert (reply.status_code, reply.location) == (302, "/sign-in")


def test_a_teacher_is_led_through_the_pilot_step_by_step(world: World, browse: Browse) -> None:
    cast = world.cast
    amara = browse(cast.amara)
    assert next_of(amara.get("/").text) == "Try something new: volunteer"
    entry = world.entry(cast.amara, VolunteerState.APPLIED)
    assert next_of(amara.get("/").text) == "Nothing to do: you have volunteered"
    entry.state = VolunteerState.WAITING
    assert next_of(amara.get("/").text) == "Nothing to do: you wait for a place"
    entry.state, entry.offer_ends_at = VolunteerState.OFFERED, utcnow() + timedelta(days=3)
    assert next_of(amara.get("/").text) == "A place is yours: say yes or no"
    entry.state = VolunteerState.JOINED
    poll = world.poll()
    assert next_of(amara.get("/").text) == "Say which micro-credentials you would take"
    db.session.add(Participation(poll_id=poll.id, person_id=cast.amara.id))
    world.offer()
    assert next_of(amara.get("/").text) == "Start your first micro-credential"
    submission = world.submission(cast.amara, SubmissionState.DRAFT)
    assert next_of(amara.get("/").text) == "Go on with “Wait time”"
    submission.state = SubmissionState.INCOMPLETE
    assert next_of(amara.get("/").text) == "Something is missing"
    submission.state, submission.answer_due_at = SubmissionState.IN_REVIEW, utcnow()
    assert next_of(amara.get("/").text) == "Nothing to do: reviewers have your evidence"
    world.due(cast.amara)
    assert next_of(amara.get("/").text) == "A thank-you waits for you"
    submission.state = SubmissionState.NOT_YET
    assert next_of(amara.get("/").text) == "Not yet: read what is still to be shown"
    world.award(cast.amara, course=0)
    assert next_of(amara.get("/").text) == "You earned a badge"


def test_a_home_tells_that_one_voted(world: World, browse: Browse) -> None:
    poll = world.poll()
    amara = browse(world.cast.amara)
    assert ("your vote is missing" in (page := amara.get("/").text), "you voted" in page) == (True, False)
    db.session.add(Participation(poll_id=poll.id, person_id=world.cast.amara.id))
    assert ("your vote is missing" in (page := amara.get("/").text), "you voted" in page) == (False, True)


def test_only_the_newest_try_at_a_micro_credential_counts(world: World, browse: Browse) -> None:
    cast = world.cast
    world.entry(cast.amara)
    world.submission(cast.amara, SubmissionState.NOT_YET)
    world.submission(cast.amara, SubmissionState.IN_REVIEW)
    assert next_of(browse(cast.amara).get("/").text) == "Nothing to do: reviewers have your evidence"


def test_a_reviewer_sees_what_is_due_first_and_no_author(world: World, browse: Browse) -> None:
    cast = world.cast
    late, soon = world.submission(cast.amara), world.submission(cast.amara, course=1)
    world.review(cast.rita, late, seat=2)
    world.review(cast.rita, soon, seat=1)
    page = browse(cast.rita).get("/").text
    assert next_of(page) == soon.micro_credential.title
    assert [word for word in ("Amara", "Okafor", "amara@") if word in page] == []
    assert (late.code_name in page, soon.code_name in page) == (True, True)


def test_a_principal_sees_the_own_schools_numbers(world: World, browse: Browse) -> None:
    cast = world.cast
    world.entry(cast.amara)
    world.entry(cast.bruno, VolunteerState.APPLIED)
    world.entry(cast.chloe, VolunteerState.APPLIED)
    world.award(cast.amara)
    world.submission(cast.bruno, SubmissionState.NOT_YET)
    world.due(cast.amara)
    page = browse(cast.pia).get("/").text
    assert next_of(page) == "1 volunteer waits for your answer"
    rows = re.findall(r'<th scope="row">([^<]+)</th>\s*<td class="drawn">.*?<b>(\d+)</b>', page, re.DOTALL)
    assert rows == [
        ("teachers", "2"),
        ("volunteered", "2"),
        ("joined", "1"),
        ("handed in", "2"),
        ("earned a badge", "1"),
    ]
    assert ("Chloe" in page, "South school" in page, "not yet" in page) == (False, False, False)


def test_the_coordinator_sees_the_five_steps_with_their_next_actions(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)

    def actions() -> list[tuple[str, str]]:
        found = re.findall(r'<a class="button (main|plain)" href="[^"]+">([^<]+)</a>', cora.get("/").text)
        return [(tone, unescape(text)) for tone, text in found]

    calm = [("plain", "Read purpose and dates"), ("plain", "See the volunteers")]
    end = [("plain", "See the scoring"), ("plain", "To the noticeboard")]
    assert actions() == [*calm, ("main", "Make a poll"), *end]
    poll = world.poll(opened_at=None)
    assert actions() == [*calm, ("main", "Look it over and open it"), *end]
    poll.opened_at = utcnow()
    assert actions() == [*calm, ("plain", "See the poll"), *end]
    poll.closed_at = utcnow()
    assert actions() == [*calm, ("main", "Decide"), *end]
    poll.decided_at = utcnow()
    world.offer()
    assert actions() == [*calm, ("plain", "See what is offered"), *end]
    world.submission(world.cast.amara, SubmissionState.SUBMITTED)
    world.due(world.cast.amara)
    assert actions()[3:] == [("main", "Find reviewers"), ("main", "Hand out")]


def test_the_administrator_sees_what_is_odd(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    for person in cast.people:
        person.password_hash = "…"
    assert "Nothing: everyone has a role" in adam.get("/").text
    cast.pavel.disabled_at = utcnow()
    cast.amara.school_id = None
    cast.bruno.roles = []
    page = adam.get("/").text
    odd = ("1 school has no principal", "1 teacher has no school", "1 person has no role", "Nothing: everyone")
    assert [sentence in page for sentence in odd] == [True, True, True, False]


def test_who_holds_several_roles_finds_all_of_them(world: World, browse: Browse) -> None:
    everything = create_person("Eve Ash", "eve@school.local", school=world.cast.north, roles=list(Role), by=None)
    page = browse(everything).get("/").text
    parts = re.findall(r'id="person-\d+-(\w+)" class="role"', page)
    assert parts == ["teaching", "reviewing", "leading", "coordinating", "administering"]
