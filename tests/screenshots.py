"""Screenshots of the demo's main pages: `python -m tests.screenshots FOLDER [words of names]`."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from microcred import create_app
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.polls.models import Poll
from microcred.scoring.models import Review, ReviewState
from tests.browser.conftest import ARGUMENTS, CHROMIUMS, at_the_keyboard
from tests.browser.house import DESK, PHONE, VISITOR, House, speak
from tests.browser.places import people
from tests.server import serving, settings

DISTRICT = "Lakeshore District School Board"
FRENCH = {"home-teacher", "poll-open", "evidence-edit", "home-coordinator"}
REVIEWS = {
    ReviewState.OFFERED: "scoring-offer",
    ReviewState.ACCEPTED: "scoring-desk",
    ReviewState.DRAFT: "scoring-begun",
    ReviewState.FINAL: "scoring-final",
}
DARK = {"home-teacher", "poll-decided", "scoring-desk", "home-coordinator"}


class Picture(NamedTuple):
    """One page to be taken: its name, who opens it, and where."""

    name: str
    person: str
    url: str


def main(folder: Path, wanted: list[str]) -> None:
    """Tell the demo, serve it, and take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        home = Path(data)
        at_the_keyboard(home, "demo", MICROCRED_DISTRICT=DISTRICT)
        app = create_app(settings(home, MICROCRED_DEMO="1", MICROCRED_DISTRICT=DISTRICT))
        with serving(app, home, MICROCRED_DEMO="1", MICROCRED_DISTRICT=DISTRICT) as server:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            _take_all(House(server, browser), folder, wanted)
            browser.close()


def _take_all(house: House, folder: Path, wanted: list[str]) -> None:
    for picture in _pictures(house):
        if not wanted or any(word in picture.name for word in wanted):
            _take(house, picture, folder, "en")
    for picture in _pictures(house):
        if picture.name in FRENCH and (not wanted or any(word in picture.name for word in wanted)):
            _take(house, picture, folder, "fr")


def _take(house: House, picture: Picture, folder: Path, language: str) -> None:
    page = house.seat(picture.person)
    page.goto(picture.url)
    speak(page, language)
    page.goto(picture.url)
    looks = [(DESK, "light"), (PHONE, "light")] + ([(DESK, "dark")] if picture.name in DARK else [])
    for size, scheme in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        name = "-".join([picture.name, str(size["width"]), language, *(["dark"] if scheme == "dark" else [])])
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)


def _pictures(house: House) -> Iterator[Picture]:
    coordinator, teacher, principal, reviewer, administrator = people(house)
    roles = zip(("coordinator", "teacher", "principal", "reviewer", "administrator"), people(house), strict=True)
    yield from (Picture(f"home-{role}", name, "/") for role, name in roles)
    yield Picture("sign-in", VISITOR, "/sign-in")
    yield Picture("verify", VISITOR, "/verify")
    yield Picture("help", VISITOR, "/help")
    yield Picture("people", administrator, "/people")
    yield Picture("history", administrator, "/history")
    for name, url in (
        ("catalogue", "/catalog"),
        ("course", "/catalog/1"),
        ("stack", "/stacks/1"),
        ("pilot", "/pilots/1"),
        ("pilot-edit", "/pilots/1/edit"),
        ("volunteers", "/pilots/1/volunteers"),
        ("volunteer", "/volunteers/1"),
        ("polls", "/polls"),
        ("poll-new", "/pilots/1/polls/new"),
        ("scoring", "/scoring"),
        ("awards", "/awards"),
        ("giveaways", "/giveaways"),
        ("giveaway", "/giveaways/1"),
        ("desk", "/desk?q=Amara"),
        ("log", "/hand-outs"),
        ("waiting", "/thank-yous/waiting"),
        ("reports", "/reports"),
        ("report-funnel", "/reports/funnel"),
        ("report-rubric", "/reports/rubric"),
        ("report-giveaways", "/reports/giveaways"),
        ("announcements", "/pilots/1/announcements"),
    ):
        yield Picture(name, coordinator, url)
    yield Picture("applicants", principal, "/pilots/1/applicants")
    yield Picture("reviews", reviewer, "/reviews")
    for name, url in (
        ("noticeboard", "/pilots/1/noticeboard"),
        ("volunteering", "/pilots/1/volunteering"),
        ("evidence", "/evidence"),
        ("badges", "/badges"),
        ("thank-yous", "/thank-yous"),
        ("me", "/me"),
    ):
        yield Picture(name, teacher, url)
    yield from _pictures_by_state(house, coordinator, teacher)


def _pictures_by_state(house: House, coordinator: str, teacher: str) -> Iterator[Picture]:
    with house.rows():
        for poll in db.session.scalars(select(Poll)):
            state = "decided" if poll.decided_at else "closed" if poll.closed_at else "open"
            yield Picture(f"poll-{state}", coordinator if state == "closed" else teacher, f"/polls/{poll.id}")
        reviews = {review.state: review for review in db.session.scalars(select(Review))}
        for state, name in REVIEWS.items():
            if state in reviews:
                yield Picture(name, reviews[state].reviewer.name, f"/reviews/{reviews[state].id}")
        tries = {submission.state: submission for submission in db.session.scalars(select(Submission))}
        for kept, name in ((SubmissionState.DRAFT, "evidence-edit"), (SubmissionState.NOT_YET, "evidence-not-yet")):
            yield Picture(name, tries[kept].person.name, f"/submissions/{tries[kept].id}")
        draft = tries[SubmissionState.DRAFT]
        yield Picture("checklist", draft.person.name, f"/submissions/{draft.id}/checklist")
        award = db.session.scalars(select(Award).where(Award.revoked_at.is_(None))).all()[0]
        yield Picture("badge", award.person.name, f"/badges/{award.code}")
        yield Picture("certificate", award.person.name, f"/badges/{award.code}/certificate")
        yield Picture("verified", VISITOR, f"/verify/{award.code}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
