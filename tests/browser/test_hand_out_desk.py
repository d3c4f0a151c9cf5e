"""The hand-out desk: on a phone, on a weak network, by keyboard, without scripts, and signed with a finger."""

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from microcred.accounts.actions import create_person
from microcred.accounts.models import RoleName, School
from microcred.db import db, utcnow, writing
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from tests.browser import casting
from tests.browser.house import PHONE, House, press, read, tab_to

NUMBERS = count(1)
UNSURE = "we don’t know yet whether it was given"


class Guest(NamedTuple):
    """Somebody at the desk who is due things; their titles in the order of the card."""

    id: int
    name: str
    titles: list[str]


def guest(house: House, things: int = 1) -> Guest:
    """A new teacher who is due that many things, all in stock."""
    with house.rows(), writing():
        number = next(NUMBERS)
        school = db.session.scalars(select(School).order_by(School.id)).first()
        name, address = f"Quentin{number} Quill", f"q{number}@lakeshore.example"
        person = create_person(name, address, school=school, roles=[RoleName.TEACHER], by=None)
        there = db.session.scalars(select(Giveaway).where(Giveaway.stock > 0, Giveaway.archived_at.is_(None)))
        chosen = list(there.unique())[:things]
        for giveaway in chosen:
            because = {"reason": "volunteered:1", "because": {"name": "A pilot"}, "due_at": utcnow()}
            db.session.add(Entitlement(person=person, giveaway=giveaway, **because))
        db.session.flush()
        return Guest(person.id, person.name, [giveaway.title for giveaway in chosen])


def given(house: House, to: Guest) -> int:
    """How many things somebody was given."""
    with house.rows():
        theirs = select(HandOut).join(HandOut.entitlement).where(Entitlement.person_id == to.id)
        return len(db.session.scalars(theirs.where(HandOut.undone_at.is_(None))).all())


def states(house: House, of: Guest) -> list[str]:
    """What became of what somebody is due."""
    with house.rows():
        theirs = select(Entitlement).where(Entitlement.person_id == of.id).order_by(Entitlement.id)
        return [each.state for each in db.session.scalars(theirs)]


@pytest.fixture
def desk(demo: House) -> Iterator[Page]:
    """The coordinator's phone, with the desk open."""
    page = demo.seat(casting.coordinator(demo), PHONE)
    page.goto("/desk")
    yield page
    page.unroute_all(behavior="ignoreErrors")


def find(page: Page, person: Guest) -> None:
    """Type the first letters, and see the card."""
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(person.name.split()[0])
    expect(page.locator(f"#person-{person.id}-card")).to_be_visible()


def test_the_next_person_can_be_typed_at_once(demo: House, desk: Page) -> None:
    first, second = guest(demo), guest(demo)
    find(desk, first)
    assert desk.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(desk.locator(".card").first).to_contain_text("Check who it is before you give.")
    press(desk, "Give")
    read(desk, f"{first.name} has received: {first.titles[0]}.")
    expect(desk.get_by_role("searchbox")).to_have_value("")
    find(desk, second)
    press(desk, "Give")
    read(desk, f"{second.name} has received: {second.titles[0]}.")
    press(desk.locator("#flash"), "Undo")
    read(desk, "Undone.")
    assert (given(demo, first), given(demo, second)) == (1, 0)


def test_a_give_whose_answer_was_lost_is_pressed_again_and_given_once(demo: House, desk: Page) -> None:
    person = guest(demo)
    find(desk, person)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    desk.route("**/hand-outs", lose_the_answer, times=1)
    press(desk, "Give")
    expect(desk.locator("form[data-give] [role=alert]")).to_contain_text(UNSURE)
    assert given(demo, person) == 1
    press(desk, "Give")
    read(desk, f"{person.name} has received: {person.titles[0]}.")
    assert given(demo, person) == 1


def test_a_give_that_never_left_the_phone_is_pressed_again(demo: House, desk: Page) -> None:
    person = guest(demo, things=2)
    find(desk, person)
    desk.context.set_offline(True)
    press(desk, "Give all 2")
    expect(desk.locator("form[data-give] [role=alert]")).to_contain_text(UNSURE)
    assert given(demo, person) == 0
    desk.context.set_offline(False)
    press(desk, "Give all 2")
    read(desk, "2 thank-yous handed out.")
    assert given(demo, person) == 2


def test_an_answer_that_comes_late_is_dropped(demo: House, desk: Page) -> None:
    slow, quick = guest(demo), guest(demo)
    held: list[Route] = []
    desk.route(re.compile(rf"/desk\?.*q={slow.name.split()[0]}$"), lambda route: held.append(route))
    desk.get_by_role("searchbox").fill(slow.name.split()[0])
    desk.wait_for_timeout(400)
    desk.get_by_role("searchbox").fill(quick.name.split()[0])
    expect(desk.locator(f"#person-{quick.id}-card")).to_be_visible()
    assert len(held) == 1
    held[0].continue_()
    desk.wait_for_timeout(300)
    expect(desk.locator(f"#person-{quick.id}-card")).to_be_visible()
    expect(desk.locator(f"#person-{slow.id}-card")).to_have_count(0)


def test_what_is_not_at_hand_is_left_out_and_owed(demo: House, desk: Page) -> None:
    person = guest(demo, things=2)
    find(desk, person)
    desk.locator("summary", has_text="Something is not at hand").click()
    desk.get_by_role("checkbox", name=person.titles[1]).uncheck()
    press(desk, f"Give without {person.titles[1]} (owed)")
    read(desk, "1 thank-you handed out. 1 thank-you is owed.")
    assert states(demo, person) == ["given", "owed"]


def test_by_keyboard_alone_somebody_is_found_and_given_something(demo: House, desk: Page) -> None:
    person = guest(demo)
    find(desk, person)
    tab_to(desk, desk.get_by_role("button", name="Give", exact=True))
    desk.keyboard.press("Enter")
    read(desk, f"{person.name} has received: {person.titles[0]}.")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    assert given(demo, person) == 1


def test_without_scripts_all_but_one_is_given(demo: House) -> None:
    person = guest(demo, things=2)
    page = demo.seat(casting.coordinator(demo), PHONE, java_script_enabled=False)
    page.goto("/desk")
    page.get_by_role("searchbox").fill(person.name)
    press(page, "Find")
    page.locator("summary", has_text="Something is not at hand").click()
    page.get_by_role("checkbox", name=person.titles[0]).uncheck()
    press(page, "Give what is ticked, owe the rest")
    read(page, "1 thank-you handed out. 1 thank-you is owed.")
    assert states(demo, person) == ["owed", "given"]


def test_a_finger_signs_for_what_was_received(demo: House, desk: Page) -> None:
    person = guest(demo)
    find(desk, person)
    press(desk, "Give")
    read(desk, f"{person.name} has received")
    desk.get_by_role("link", name="Sign for what was received").click()
    press(desk, "Keep the signature")
    expect(desk.get_by_role("alert")).to_contain_text("Please sign in the field")
    desk.locator("[data-pad]").scroll_into_view_if_needed()
    box = desk.locator("[data-pad]").bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + 20, box["y"] + 30)
    desk.mouse.down()
    for step in range(12):
        desk.mouse.move(box["x"] + 20 + step * 18, box["y"] + 30 + (step % 3) * 20)
    desk.mouse.up()
    press(desk, "Keep the signature")
    read(desk, "Signed.")
    with demo.rows():
        theirs = select(HandOut.signature).join(HandOut.entitlement).where(Entitlement.person_id == person.id)
        signature = db.session.scalars(theirs).one()
    assert signature is not None
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+){5,}", signature)
