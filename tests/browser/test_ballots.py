"""The three ballots on a phone: by thumb, by keyboard, without scripts, and accessible before and after a mistake."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from microcred.accounts.models import Account, RoleName
from microcred.catalog import queries as catalog
from microcred.db import db, utcnow, writing
from microcred.pilots.models import Pilot
from microcred.polls import actions
from tests.browser.house import PHONE, House, press, read
from tests.browser.test_accessible import faults

THUMB = 44
"""Pixels: the smallest side of what a thumb hits."""

numbers = count(1)


@pytest.fixture
def ballot(demo: House) -> Callable[..., Page]:
    """Opens a poll of its own and its ballot on the phone of a teacher."""

    def opened(way: str, *, scripts: bool = True) -> Page:
        with demo.rows(), demo.server.app.test_request_context(), writing():
            courses = catalog.micro_credentials()[:4]
            everyone = db.session.scalars(select(Account).order_by(Account.id)).all()
            draft = actions.create_poll(
                db.session.scalars(select(Pilot).where(Pilot.ended_at.is_(None))).one(),
                question=f"Which next, {next(numbers)}?",
                micro_credentials=courses,
                stacks=[],
                max_approvals=3,
                method=way,
                has_most_wanted=True,
                dots_per_option=2 if way == "dots" else None,
                seats=2,
                closes_at=utcnow() + timedelta(days=3),
                shows_standings_to="all",
                by=next(each for each in everyone if each.is_coordinator),
            )
            poll = actions.open_poll(draft, by=None)
            teacher = next(each.name for each in everyone if RoleName.TEACHER in each.role_names)
            url = f"/polls/{poll.id}"
        page = demo.seat(teacher, PHONE, java_script_enabled=scripts)
        page.goto(url)
        return page

    return opened


def _cards(page: Page) -> Locator:
    return page.locator("#choice .option")


def _typed(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("#choice input[type=number]").all()]


def _receipt(page: Page) -> list[str]:
    read(page, "Your ballot is in. Thank you for taking part!")
    return [line.split(" (")[0] for line in page.locator("[id$=receipt] li").all_inner_texts()]


def _titles(page: Page) -> list[str]:
    return page.locator("#choice .option b").all_inner_texts()


@pytest.mark.parametrize("way", ["approve", "rank", "dots"])
def test_a_ballot_is_accessible_fits_a_phone_and_a_thumb(ballot: Callable[..., Page], way: str) -> None:
    page = ballot(way)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    targets = page.locator("#choice .option label, #choice .option button, #choice .option a, .sticky-actions button")
    boxes = [box for target in targets.all() if (box := target.bounding_box())]
    assert len(boxes) > len(_titles(page))
    assert [box for box in boxes if min(box["width"], box["height"]) < THUMB] == []
    assert page.locator(".sticky-actions button").is_visible()


def test_tapping_ranks_and_tapping_again_takes_the_rank_away(ballot: Callable[..., Page]) -> None:
    page = ballot("rank")
    titles = _titles(page)
    for place in (2, 0, 3):
        _cards(page).nth(place).locator("b").click()
    assert _typed(page) == ["2", "", "1", "3"]
    _cards(page).nth(2).locator("b").click()
    assert _typed(page) == ["1", "", "", "2"]
    expect(page.locator(".counter")).to_have_text("1 of 3 left")
    press(page, "Cast my ballot")
    assert _receipt(page) == [titles[0], titles[3]]


def test_a_number_that_stands_twice_is_told_and_what_was_typed_stays(ballot: Callable[..., Page]) -> None:
    page = ballot("rank")
    page.locator("#choice input[type=number]").nth(0).fill("1")
    page.locator("#choice input[type=number]").nth(1).fill("1")
    press(page, "Cast my ballot")
    expect(page.get_by_role("alert")).to_contain_text("give it to one only")
    assert _typed(page) == ["1", "1", "", ""]
    assert faults(page) == []


def test_dots_are_placed_by_thumb_and_counted(ballot: Callable[..., Page]) -> None:
    page = ballot("dots")
    more, less = (page.get_by_role("button", name=f"One dot {which} on") for which in ("more", "less"))
    for _ in range(3):
        more.nth(1).click()
    more.nth(3).click()
    more.nth(0).click()
    assert _typed(page) == ["1", "2", "", "1"]
    expect(page.locator(".counter")).to_have_text("1 too many: please take some dots away")
    press(page, "Cast my ballot")
    expect(page.get_by_role("alert")).to_contain_text("You placed 4 dots, and have 3.")
    less.nth(0).click()
    assert _typed(page) == ["", "2", "", "1"]
    press(page, "Cast my ballot")
    read(page, "Your ballot is in. Thank you for taking part!")
    expect(page.locator("[id$=receipt]")).to_contain_text("(2 dots)")


def test_a_ranking_is_written_by_keyboard_alone(ballot: Callable[..., Page]) -> None:
    page = ballot("rank")
    titles = _titles(page)
    page.locator("#choice input[type=number]").first.focus()
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    assert _receipt(page) == [titles[1], titles[0]]


@pytest.mark.parametrize(("way", "number"), [("rank", "1"), ("dots", "2")])
def test_a_ballot_of_numbers_works_without_scripts(ballot: Callable[..., Page], way: str, number: str) -> None:
    page = ballot(way, scripts=False)
    title = _titles(page)[1]
    expect(page.get_by_role("button", name="One dot more on")).to_have_count(0)
    page.locator("#choice input[type=number]").nth(1).fill(number)
    press(page, "Cast my ballot")
    assert _receipt(page) == [title]


def test_the_one_wanted_most_is_ticked_too(ballot: Callable[..., Page]) -> None:
    page = ballot("approve")
    _cards(page).nth(0).get_by_role("checkbox").check()
    _cards(page).nth(1).get_by_role("radio").check()
    press(page, "Cast my ballot")
    expect(page.get_by_role("alert")).to_contain_text("must be one that you ticked")
    _cards(page).nth(0).get_by_role("radio").check()
    press(page, "Cast my ballot")
    read(page, "Your ballot is in. Thank you for taking part!")
    expect(page.locator("[id$=receipt] li b")).to_have_text("(this one most)")


@pytest.mark.parametrize("way", ["approve", "rank", "dots"])
def test_none_of_these_takes_part(ballot: Callable[..., Page], way: str) -> None:
    page = ballot(way)
    page.get_by_role("checkbox", name="None of these").check()
    press(page, "Cast my ballot")
    expect(page.locator("[id$=receipt]")).to_contain_text("You chose none of these.")
