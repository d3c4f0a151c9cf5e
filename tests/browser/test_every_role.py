"""Every page of volunteers, polls and days off, as each role that may open it, on a phone and at a desk."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.house import DESK, PHONE, House
from tests.browser.places import Place, pages_of_each_role, people

FEATURES = {"volunteers", "polls", "holidays"}
FILES = {"polls.standings", "polls.turnout", "volunteers.draw_file"}
"""Addresses that answer with a file or a piece of a page."""


@pytest.fixture(scope="module")
def pages(district: House) -> dict[str, list[Place]]:
    """The pages of these features, each with somebody of every role who can open it."""
    found = pages_of_each_role(district, FEATURES)
    district.close()
    return found


def test_every_page_is_opened_by_somebody_and_every_role_opens_some(demo: House, pages: dict[str, list[Place]]) -> None:
    assert {endpoint for endpoint, places in pages.items() if not places} - FILES == set()
    assert {place.person for places in pages.values() for place in places} == set(people(demo))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_shows_each_role_a_heading_within_the_window(
    demo: House, pages: dict[str, list[Place]], size: ViewportSize
) -> None:
    too_wide = []
    for place in sorted({place for places in pages.values() for place in places}):
        page = demo.seat(place.person)
        page.set_viewport_size(size)
        answer = page.goto(place.url)
        assert answer
        assert answer.status == 200, place
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(place)
    assert too_wide == []
