"""Every page is accessible by WCAG 2.2 A and AA, in both languages, and fits a phone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from microcred.db import db
from microcred.evidence.models import Submission
from microcred.polls.models import Poll
from microcred.scoring.models import Review
from tests.browser.house import DESK, PHONE, VISITOR, House, press, speak
from tests.browser.places import Place, every_page, people

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
MAIN = ("/", "/polls/1", "/evidence", "/verify", "/sign-in", "/reports/funnel")

axe = Axe()


@pytest.fixture(scope="module")
def places(district: House) -> list[Place]:
    """Every page with somebody who can open it, and the states of pages that have several."""
    found, closed = every_page(district)
    district.close()
    assert closed == set()
    return list(dict.fromkeys([*found, *_states(district)]))


def _states(house: House) -> Iterator[Place]:
    """Homes of every role, polls, evidence and reviews in every state, and a page that does not exist."""
    coordinator, teacher, _principal, _reviewer, _administrator = people(house)
    yield from (Place(name, "/") for name in people(house))
    with house.rows():
        polls = list(db.session.scalars(select(Poll.id)))
        reviews = {review.state: review for review in db.session.scalars(select(Review))}
        tries = {submission.state: submission for submission in db.session.scalars(select(Submission))}
        yield from (Place(review.reviewer.name, f"/reviews/{review.id}") for review in reviews.values())
        yield from (Place(each.person.name, f"/submissions/{each.id}") for each in tries.values())
    yield from (Place(name, f"/polls/{poll}") for name in (coordinator, teacher) for poll in polls)
    yield Place(VISITOR, "/nowhere")


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("fr", DESK)])
def test_every_page_is_accessible_and_fits_a_phone(
    demo: House, places: list[Place], language: str, size: ViewportSize
) -> None:
    problems = []
    for place in places:
        page = _open(demo, place, language, size)
        problems += [f"{language} {place.url} as {place.person}: {fault}" for fault in faults(page)]
        page.set_viewport_size(PHONE)
        if wide := _too_wide(page):
            problems.append(f"{language} {place.url} as {place.person} is too wide for a phone: {wide}")
    assert problems == []
    assert len(places) > len(MAIN)


def test_the_main_pages_are_accessible_in_the_dark(demo: House, places: list[Place]) -> None:
    problems = []
    for place in places:
        if place.url in MAIN:
            demo.seat(place.person).emulate_media(color_scheme="dark", reduced_motion="reduce")
            page = _open(demo, place, "en", DESK)
            problems += [f"dark {place.url} as {place.person}: {fault}" for fault in faults(page)]
    assert problems == []


def test_a_page_with_a_fault_is_found_out(demo: House) -> None:
    page = demo.visit(PHONE)
    page.goto("/sign-in")
    page.evaluate(
        """() => {
            document.querySelector("label[for=email]").remove();
            document.querySelector("main").insertAdjacentHTML("beforeend", "<pre>" + "x".repeat(200) + "</pre>");
            document.querySelector("main").lastElementChild.style.overflow = "visible";
        }"""
    )
    assert [fault.partition(" ")[0] for fault in faults(page)] == ["label"]
    assert _too_wide(page)


def test_a_refused_ballot_is_accessible(demo: House) -> None:
    page = demo.seat(people(demo)[1])
    poll = _open_poll(demo)
    page.goto(f"/polls/{poll}")
    if page.get_by_text("Change my ballot").count():
        page.get_by_text("Change my ballot").click()
    for box in page.locator("#choice").get_by_role("checkbox").all():
        box.check()
    page.locator("section.ballot form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []


def test_a_refused_pilot_is_accessible_and_so_is_the_desk_after_a_swap(demo: House) -> None:
    page = demo.seat(people(demo)[0])
    page.goto("/pilots/1/edit")
    page.get_by_label("Last day").fill("2001-01-01")
    press(page, "Save")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert faults(page) == []
    page.goto("/desk")
    page.get_by_role("searchbox").press_sequentially(people(demo)[1])
    expect(page.locator("#found .card").first).to_be_visible()
    assert faults(page) == []


def _open_poll(house: House) -> int:
    with house.rows():
        return next(poll.id for poll in db.session.scalars(select(Poll)) if poll.is_open)


def _open(house: House, place: Place, language: str, size: ViewportSize) -> Page:
    page = (
        house.seat(place.person)
        if place.person
        else (house.seats.get(VISITOR) or house.seats.setdefault(VISITOR, house.visit()))
    )
    page.set_viewport_size(size)
    page.goto(place.url)
    if page.locator("html").get_attribute("lang") != language:
        speak(page, language)
        page.goto(place.url)
    return page


def faults(page: Page) -> list[str]:
    """What axe finds, each with the place and the piece of the page."""
    found = axe.run(page, options=RULES).response["violations"]
    return [f"{each['id']} {node['target']} {node['html'][:160]}" for each in found for node in each["nodes"][:3]]


def _too_wide(page: Page) -> str:
    """What sticks out at the right edge of the window, if anything does."""
    return page.evaluate(
        """() => {
            const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return "";
            const sticksOut = (one) => one.checkVisibility() && one.getBoundingClientRect().right > wide + 1;
            const out = [...document.querySelectorAll("body *")].filter(sticksOut);
            return out.map((one) => one.tagName + "." + one.className).slice(0, 4).join(" ") || "something";
        }"""
    )
