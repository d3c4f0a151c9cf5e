"""Voting and scoring by keyboard alone: the focus can be seen, and is never lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser import casting
from tests.browser.house import House, press, tab_to


def _focus_is_visible(page: Page) -> bool:
    """Whether the element with the focus, or the label around it, has an outline or a ring."""
    return bool(
        page.evaluate(
            """() => {
                const here = document.activeElement;
                const shown = (one) => {
                    const style = getComputedStyle(one);
                    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                    return outlined || style.boxShadow !== "none";
                };
                return here !== document.body && (shown(here) || shown(here.closest("label") ?? here));
            }"""
        )
    )


def _holder_of_focus(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => !!document.activeElement.closest(selector)", selector))


def test_a_teacher_votes_by_keyboard_and_is_told_where_the_focus_is(demo: House) -> None:
    voter = casting.voter(demo)
    page = demo.seat(voter.name)
    page.goto(voter.url)
    tab_to(page, page.get_by_role("button", name="Cast my ballot"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.locator(".option", has=page.get_by_text(voter.title, exact=True)).get_by_role("checkbox"))
    assert _focus_is_visible(page)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Cast my ballot"))
    assert _focus_is_visible(page)
    page.keyboard.press("Enter")
    expect(page.locator("[id$=receipt] li")).to_have_text([voter.title])
    assert _holder_of_focus(page, "section.ballot")


def test_a_reviewer_scores_by_keyboard_and_the_focus_stays_through_every_save(demo: House) -> None:
    reviewer = casting.reviewer(demo)
    page = demo.seat(reviewer.name)
    page.goto(reviewer.url)
    if page.get_by_role("button", name="Accept").count():
        press(page, "Accept")
    for criterion in page.locator("[data-criterion]").all():
        tab_to(page, criterion.get_by_role("radio").first)
        page.keyboard.press("1")
        expect(criterion.get_by_role("radio").first).to_be_checked()
        assert _focus_is_visible(page)
        feedback = criterion.get_by_label("Feedback")
        tab_to(page, feedback)
        assert _focus_is_visible(page)
        page.keyboard.type("Three of five can be seen.")
        expect(criterion.locator(".saved")).to_have_text(re.compile("Saved at"))
        expect(feedback).to_be_focused()
        expect(feedback).to_have_value("Three of five can be seen.")


def test_the_first_tab_leads_to_the_content(demo: House) -> None:
    page = demo.seat(casting.coordinator(demo))
    page.goto("/polls")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    assert _focus_is_visible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
