"""The six operations of the pilot work in a browser that runs no scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser import casting
from tests.browser.house import House, press, read, titled


def _without_scripts(house: House, name: str, url: str) -> Page:
    page = house.seat(name, java_script_enabled=False)
    page.goto(url)
    return page


def test_a_teacher_volunteers(demo: House) -> None:
    newcomer = casting.newcomer(demo)
    page = _without_scripts(demo, newcomer.name, newcomer.url)
    page.get_by_label("Why you would like to take part, in one line").fill("To hear more of my class.")
    press(page.get_by_role("main"), "Volunteer")
    read(page, "Thank you! Your principal will answer.")
    expect(page.get_by_role("main")).to_contain_text("Waiting for your principal’s answer")


def test_a_teacher_votes_and_a_blank_ballot_is_refused(demo: House) -> None:
    voter = casting.voter(demo)
    page = _without_scripts(demo, voter.name, voter.url)
    press(page, "Cast my ballot")
    expect(page.get_by_role("alert")).to_contain_text("Choose what you would take")
    page.locator(".option", has=page.get_by_text(voter.title, exact=True)).get_by_role("checkbox").check()
    press(page, "Cast my ballot")
    read(page, "Your ballot is in. Thank you for taking part!")
    expect(page.locator("[id$=receipt] li")).to_have_text([voter.title])


def test_a_teacher_writes_and_hands_in(demo: House) -> None:
    author = casting.author(demo)
    page = _without_scripts(demo, author.name, author.url)
    texts = page.locator("form[data-autosave]", has=page.get_by_label("Your text"))
    for number in range(texts.count()):
        texts.nth(number).get_by_label("Your text").fill("Five lessons in grade 7, and what came of them.")
        press(texts.nth(number), "Save")
        expect(texts.nth(number).locator(".saved")).to_have_text(re.compile("Saved at"))
    page.get_by_role("link", name="Check and hand in").click()
    page.get_by_label("I have looked").check()
    press(page, "Hand in")
    titled(page, "Your evidence is handed in")


def test_a_reviewer_scores(demo: House) -> None:
    reviewer = casting.reviewer(demo)
    page = _without_scripts(demo, reviewer.name, reviewer.url)
    if page.get_by_role("button", name="Accept").count():
        press(page, "Accept")
    for number in range(page.locator("[data-criterion]").count()):
        criterion = page.locator("[data-criterion]").nth(number)
        criterion.get_by_role("radio").last.check()
        criterion.get_by_label("Feedback").fill("Seen in the artefacts.")
        press(criterion, "Save")
        expect(criterion.locator(".saved")).to_have_text(re.compile("Saved at"))
    page.locator("summary", has_text="Make the review final").click()
    press(page, "Yes: make it final")
    read(page, "Your review is final. Thank you.")


def test_a_thank_you_is_handed_out_and_taken_back(demo: House) -> None:
    due = casting.deserving(demo)
    page = _without_scripts(demo, casting.coordinator(demo), due.url)
    page.get_by_role("searchbox").fill(due.name)
    press(page, "Find")
    press(page.locator(".card.pinned", has_text=due.title).first, "Give")
    read(page, f"{due.name} has received: {due.title}.")
    press(page.locator("#flash"), "Undo")
    read(page, "Undone. The piece is in stock again, and still due.")


def test_a_badge_is_verified(demo: House) -> None:
    badge = casting.badge(demo)
    page = demo.visit(java_script_enabled=False)
    page.goto("/verify")
    page.get_by_label("Code of the badge").fill(badge.url.rpartition("/")[2].lower())
    press(page, "Verify the code")
    expect(page.locator("#finding section.good")).to_contain_text("nothing in it was changed")
    expect(page.locator("#finding")).to_contain_text(badge.title)
