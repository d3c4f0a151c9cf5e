"""The reviewer's desk in a real browser: ten criteria by keyboard alone, saved through a restart, on phone and desk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from sqlalchemy import select

from microcred import create_app
from microcred.db import db, writing
from microcred.scoring.models import Phrase, Review, ScoringRules
from tests import server
from tests.browser.house import DESK, PHONE, House, press, read, tab_to, titled
from tests.browser.long_rubric import CRITERIA, Waiting, waiting

SAVED = re.compile("Saved at")
TYPED = "Three of five can be seen, from the second lesson on."


@pytest.fixture
def desk(demo: House) -> Waiting:
    """Two reviews of ten criteria each, which nobody has begun."""
    return waiting(demo)


@pytest.fixture
def rubric(demo: House, desk: Waiting) -> Page:
    """The first of them, opened by its reviewer."""
    page = demo.seat(desk.reviewer)
    page.goto(desk.url)
    return page


def _criteria(page: Page) -> list[Locator]:
    return page.locator("[data-criterion]").all()


def _kept(house: House, review_id: int) -> list[tuple[int | None, str]]:
    with house.rows():
        review = db.session.get_one(Review, review_id)
        return [(score.level_position, score.feedback) for score in sorted(review.scores, key=lambda each: each.id)]


def test_ten_criteria_are_scored_by_keyboard_alone_from_sign_in_to_final(demo: House, desk: Waiting) -> None:
    page = demo.visit()
    page.goto("/sign-in")
    tab_to(page, page.locator("details:has(ul.cast) > summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("details ul.cast").get_by_role("button", name=desk.reviewer))
    page.keyboard.press("Enter")
    page.wait_for_url("/")
    page.goto("/reviews")
    with demo.rows():
        code_name = db.session.get_one(Review, desk.review_id).submission.code_name
    tab_to(page, page.get_by_role("link", name=code_name))
    page.keyboard.press("Enter")
    titled(page, f"Review of {code_name}")
    for criterion in _criteria(page):
        page.keyboard.press("j")
        page.keyboard.press("3")
        page.keyboard.press("f")
        page.keyboard.type(TYPED)
        page.keyboard.press("Escape")
        expect(criterion.get_by_role("radio").nth(2)).to_be_checked()
        expect(criterion.locator(".saved")).to_have_text(SAVED)
    expect(page.locator(".counter")).to_have_text("9 of 9 required criteria met")
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.keyboard.type("All in all, well told.")
    page.keyboard.press("Escape")
    expect(page.locator("[data-stop] .saved")).to_have_text(SAVED)
    expect(page.locator(".sure > summary", has_text="Make the review final")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[id$=summary]")).to_contain_text("Every criterion has its level and feedback.")
    tab_to(page, page.get_by_role("button", name="Yes: make it final"))
    page.keyboard.press("Enter")
    read(page, "Your review is final. Thank you. Here is the next one.")
    assert page.url.endswith(f"/reviews/{desk.next_id}")
    assert _kept(demo, desk.review_id) == [(2, TYPED)] * CRITERIA


def test_letters_and_digits_are_typed_while_one_types_and_shortcuts_stay_with_the_browser(rubric: Page) -> None:
    first = _criteria(rubric)[0]
    rubric.keyboard.press("f")
    rubric.keyboard.type("jk fp?e 123")
    expect(first.get_by_label("Feedback")).to_have_value("jk fp?e 123")
    rubric.keyboard.press("Escape")
    rubric.evaluate("""() => { window.swallowed = [];
        window.addEventListener("keydown", (event) => window.swallowed.push(event.defaultPrevented)); }""")
    for keys in ("Control+f", "Control+1", "Alt+1", "Control+p", "Meta+k", "Shift+Tab"):
        rubric.keyboard.press(keys)
    assert rubric.evaluate("window.swallowed").count(True) == 0
    expect(first.get_by_role("radio", checked=True)).to_have_count(0)


def test_the_keys_are_shown_and_can_be_switched_off(rubric: Page) -> None:
    rubric.keyboard.press("?")
    expect(rubric.get_by_role("dialog")).to_contain_text("to the next criterion")
    rubric.get_by_label("Use these keys in this browser").uncheck()
    rubric.keyboard.press("Escape")
    expect(rubric.get_by_role("dialog")).to_have_count(0)
    rubric.locator("#rubric").focus()
    rubric.keyboard.press("3")
    expect(rubric.locator("[data-criterion] :checked")).to_have_count(0)
    rubric.reload()
    rubric.locator("[data-keys]").click()
    rubric.get_by_label("Use these keys in this browser").check()
    rubric.keyboard.press("Escape")
    rubric.keyboard.press("3")
    expect(rubric.locator("[data-criterion] :checked")).to_have_count(1)


def test_a_phrase_is_inserted_at_the_caret_by_keys_and_one_s_own_is_kept_and_removed(
    demo: House, desk: Waiting, rubric: Page
) -> None:
    first = _criteria(rubric)[0]
    feedback = first.get_by_label("Feedback")
    rubric.keyboard.press("f")
    rubric.keyboard.type("Before.  After.")
    for _press in range(len(" After.")):
        rubric.keyboard.press("ArrowLeft")
    for key in ("Escape", "p", "Enter"):
        rubric.keyboard.press(key)
    expect(feedback).to_have_value("Before. Seen in two of the three lessons. After.")
    expect(feedback).to_be_focused()
    feedback.evaluate("text => text.setSelectionRange(0, 7)")
    first.get_by_role("button", name="Keep this as a phrase").click()
    expect(first.locator(".phrases li")).to_have_count(3)
    own = first.locator(".phrases li").last
    expect(own).to_contain_text("Before.")
    press(own, "Remove")
    press(first.locator(".phrases"), "Put it back")
    expect(first.locator(".phrases li").last.get_by_role("button", name="Insert")).to_be_visible()
    with demo.rows():
        assert [phrase.text for phrase in db.session.scalars(select(Phrase).where(Phrase.owner_id.is_not(None)))] == [
            "Before."
        ]
    expect(first.locator(".saved")).to_have_text(SAVED)


def test_two_tabs_show_both_texts_and_overwrite_neither(demo: House, desk: Waiting, rubric: Page) -> None:
    other = rubric.context.new_page()
    other.goto(desk.url)
    _criteria(other)[0].get_by_label("Feedback").fill("From the other tab.")
    expect(_criteria(other)[0].locator(".saved")).to_have_text(SAVED)
    first = _criteria(rubric)[0]
    first.get_by_label("Feedback").fill("From this tab.")
    expect(first.locator(".saved")).to_contain_text("Something newer was saved elsewhere.")
    expect(first.locator(".saved blockquote")).to_have_text("From the other tab.")
    expect(first.get_by_label("Feedback")).to_have_value("From this tab.")
    assert _kept(demo, desk.review_id) == [(None, "From the other tab.")]
    press(first, "Save mine instead")
    expect(first.locator(".saved")).to_have_text(SAVED)
    assert _kept(demo, desk.review_id) == [(None, "From this tab.")]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_pictures_grow_and_documents_open_where_they_are(demo: House, desk: Waiting, size: ViewportSize) -> None:
    page = demo.seat(desk.reviewer, size)
    page.goto(desk.url)
    page.get_by_role("link", name="Read it here").filter(has_text="The plan").click()
    document = page.get_by_role("region", name="The plan")
    expect(document.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    page.get_by_role("link", name="Read it here").click()
    expect(page.locator(".document .sample")).to_contain_text("Notes: <b>who spoke</b>, and when.")
    page.get_by_role("link").filter(has=page.get_by_role("img", name="The board after the lesson")).click()
    larger = page.locator("dialog[open] img")
    expect(larger).to_have_js_property("complete", True)
    assert larger.evaluate("picture => picture.naturalWidth") == 1600
    page.keyboard.press("Escape")
    assert page.url.endswith(desk.url)
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_on_a_phone_the_thumb_jumps_between_the_halves_and_each_stays_where_it_was(demo: House, desk: Waiting) -> None:
    page = demo.seat(desk.reviewer, PHONE, has_touch=True)
    page.goto(desk.url)
    page.evaluate("scrollTo(0, 600)")
    page.wait_for_load_state("networkidle")
    left_at = page.evaluate("scrollY")
    jump = page.get_by_role("navigation", name="Parts of the desk")
    _tap(page, jump.get_by_role("link", name="Rubric"))
    expect(page.locator(".counter")).to_be_in_viewport()
    _tap(page, jump.get_by_role("link", name="Evidence"))
    assert page.evaluate("scrollY") == left_at


def _tap(page: Page, link: Locator) -> None:
    """Where it is: Playwright's own tap scrolls the page to where a link that sticks would be without sticking."""
    box = link.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_what_the_other_reviewer_saw_is_shown_once_both_are_final_and_the_pilot_says_so(
    demo: House, desk: Waiting
) -> None:
    with demo.rows(), writing():
        rules = ScoringRules(pilot_id=1, double_percent=0, allows_same_school=False, lead_looks=False)
        rules.shows_others = True
        db.session.merge(rules)
        final = select(Review).where(Review.state == "final", Review.seat == 1).order_by(Review.id)
        review = next(each for each in db.session.scalars(final) if each.submission.state in ("earned", "not yet"))
        name, url, count = review.reviewer.name, f"/reviews/{review.id}", len(review.scores)
    page = demo.seat(name)
    page.goto(url)
    expect(page.get_by_text("The other reviewer saw:")).to_have_count(count)


def test_without_scripts_the_same_review_is_scored_and_finished(demo: House, desk: Waiting) -> None:
    page = demo.seat(desk.reviewer, java_script_enabled=False)
    page.goto(desk.url)
    first = _criteria(page)[0]
    first.locator(".phrases > summary").click()
    expect(first.locator(".phrases")).to_contain_text("Name the moment at which it can be seen.")
    expect(first.get_by_role("button", name="Insert")).to_have_count(0)
    for number in range(CRITERIA):
        criterion = _criteria(page)[number]
        criterion.get_by_role("radio").nth(2).check()
        criterion.get_by_label("Feedback").fill(TYPED)
        press(criterion, "Save")
    page.get_by_label("Overall comment").fill("Well told.")
    page.locator("summary", has_text="Make the review final").click()
    expect(page.locator("[id$=summary]")).to_contain_text("Every criterion has its level and feedback.")
    press(page, "Yes: make it final")
    read(page, "Your review is final. Thank you. Here is the next one.")
    assert _kept(demo, desk.review_id) == [(2, TYPED)] * CRITERIA


def test_what_is_typed_while_the_server_is_away_is_saved_by_itself_when_it_is_back(
    demo_folder: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(server.settings(demo_folder, MICROCRED_DEMO="1"))
    with server.serving(app, demo_folder, MICROCRED_DEMO="1") as first:
        house = House(first, browser)
        desk = waiting(house)
        page = house.seat(desk.reviewer)
        page.goto(desk.url)
        page.keyboard.press("2")
        expect(_criteria(page)[0].locator(".saved")).to_have_text(SAVED)
    feedback, saved = _criteria(page)[0].get_by_label("Feedback"), _criteria(page)[0].locator(".saved")
    comment, comment_saved = page.get_by_label("Overall comment"), page.locator("[data-stop] .saved")
    feedback.fill("Typed while the server was away.")
    expect(saved).to_have_text("Not saved yet: trying again.")
    comment.fill("On the whole, as well.")
    expect(comment_saved).to_have_text("Not saved yet: trying again.")
    feedback.press("End")
    page.keyboard.type(" And after.")
    monkeypatch.setattr(server, "_free_port", lambda: first.port)
    with server.serving(app, demo_folder, MICROCRED_DEMO="1"):
        for place in (saved, comment_saved):
            expect(place).to_have_text(SAVED, timeout=40_000)
        _await(page, house, desk, [(1, "Typed while the server was away. And after.")])
        page.reload()
        expect(feedback).to_have_value("Typed while the server was away. And after.")
        expect(comment).to_have_value("On the whole, as well.")
        house.close()


def _await(page: Page, house: House, desk: Waiting, scores: list[tuple[int | None, str]]) -> None:
    for _look in range(100):
        if _kept(house, desk.review_id) == scores:
            return
        page.wait_for_timeout(100)
    raise AssertionError(_kept(house, desk.review_id))
