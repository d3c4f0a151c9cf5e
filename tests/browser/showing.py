"""The second half of the story: evidence, scores, the badge."""

import io
import re
from collections.abc import Collection

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Locator, Page, Response, expect

from tests.browser.house import House, press, read, tab_to, titled

REVIEWERS = ("Rita Moreau", "Ravi Shah", "Rosa Delgado")
FEEDBACK = "Heard on the recording, from minute two."
SAVED = re.compile("Saved at")


def photo() -> FilePayload:
    """A picture of a wall chart, as a phone would send it."""
    picture, content = Image.new("RGB", (640, 480), "#1f4d38"), io.BytesIO()
    ImageDraw.Draw(picture).text((40, 40), "1 … 2 … 3 … then an answer", fill="#fffaf0")
    picture.save(content, "JPEG")
    return {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def teacher_starts(house: House, name: str, title: str) -> Page:
    """A teacher who has joined starts what was decided."""
    page = house.seat(name)
    page.goto("/")
    page.locator(".next-step").get_by_role("link").click()
    press(page.locator(".card", has_text=title), "Start")
    titled(page, title)
    return page


def text_is_written(page: Page, part: str, text: str) -> None:
    """A part is written and saves itself."""
    sheet = page.locator("section.card", has=page.get_by_role("heading", name=part, exact=True))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        sheet.get_by_label("Your text").fill(text)
    expect(sheet.locator(".saved")).to_have_text(SAVED)


def photo_is_attached(page: Page) -> None:
    """A lying name is refused and a photo is taken, with the word that no pupil is in it."""
    part = page.locator("section[id$=artefacts]").first
    sent = page.locator("[data-section] li")
    part.locator("input[type=file]").set_input_files(
        {"name": "chart.png", "mimeType": "image/png", "buffer": b"not a picture"}
    )
    expect(sent.first.locator(".state")).to_have_class(re.compile("over"))
    part.locator("input[type=file]").set_input_files(photo())
    expect(sent.last).to_contain_text("attached")
    said = part.locator("form[data-autosave]").first
    said.get_by_label("What does it show?").fill("The chart by the door")
    said.get_by_label("No pupil can be recognised in it").check()
    expect(said.locator(".saved")).to_have_text(SAVED)
    page.reload()
    expect(part.locator("img").first).to_have_attribute("alt", "The chart by the door")
    assert part.locator("img").first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 640


def evidence_is_handed_in(page: Page) -> None:
    """The teacher checks what is there, gives a word to have looked, and hands in."""
    page.get_by_role("link", name="Check and hand in").click()
    titled(page, "Before you hand in")
    page.get_by_label("I have looked").check()
    press(page, "Hand in")
    titled(page, "Your evidence is handed in")


def asked_reviewers(house: House) -> list[str]:
    """Those reviewers who find an offer in their queue."""
    for name in REVIEWERS:
        house.seat(name).goto("/reviews")
    return [name for name in REVIEWERS if house.seat(name).get_by_role("button", name="Accept").count()]


def review_is_accepted(house: House, name: str) -> Page:
    """A reviewer says yes, and finds nothing on the desk that tells whose evidence it is."""
    page = house.seat(name)
    page.goto("/reviews")
    press(page, "Accept")
    read(page, "It lies on your desk.")
    for trace in ("Amara", "Okafor", "Heron Marsh", "IMG_2041"):
        assert trace not in page.content()
    return page


def _criteria(page: Page) -> list[Locator]:
    return page.locator("[data-criterion]").all()


def _is_saved(answer: Response) -> bool:
    return "/scores/" in answer.url and "minute" in (answer.request.post_data or "")


def reviewer_scores(page: Page, missed: Collection[int] = ()) -> None:
    """A reviewer chooses levels and writes feedback; the criteria at the places `missed` fall short."""
    for place, criterion in enumerate(_criteria(page)):
        needed = criterion.locator("label", has_text="needed to meet it").get_by_role("radio")
        (criterion.get_by_role("radio").first if place in missed else needed).check()
        feedback = criterion.get_by_label("Feedback")
        with page.expect_response(_is_saved):
            feedback.fill(FEEDBACK)
            feedback.blur()
        expect(criterion.locator(".saved")).to_have_text(SAVED)
    page.get_by_label("Overall comment").fill("Thank you for letting us in.")
    page.locator("summary", has_text="Make the review final").click()
    press(page, "Yes: make it final")
    read(page, "Your review is final. Thank you.")


def asked_reviewers_score(house: House) -> int:
    """Every reviewer with an offer accepts it and finds everything met; returns how many they are."""
    names = asked_reviewers(house)
    for name in names:
        reviewer_scores(review_is_accepted(house, name))
    return len(names)


def reviewer_scores_by_keyboard(page: Page) -> None:
    """A reviewer scores with Tab, digits and letters alone; every criterion is met."""
    for criterion in _criteria(page):
        needed = criterion.locator("label", has_text="needed to meet it")
        tab_to(page, criterion.get_by_role("radio").first)
        page.keyboard.press(needed.locator("kbd").inner_text())
        expect(needed.get_by_role("radio")).to_be_checked()
        tab_to(page, criterion.get_by_label("Feedback"))
        with page.expect_response(_is_saved):
            page.keyboard.type(FEEDBACK)
            page.keyboard.press("Tab")
        expect(criterion.locator(".saved")).to_have_text(SAVED)
    tab_to(page, page.get_by_label("Overall comment"))
    page.keyboard.type("Every pause can be heard. Thank you.")
    tab_to(page, page.locator("summary", has_text="Make the review final"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Yes: make it final"))
    page.keyboard.press("Enter")
    read(page, "Your review is final. Thank you.")


def author_reads(house: House, name: str, *sentences: str) -> Page:
    """The author opens the newest try and reads where it is."""
    page = house.seat(name)
    page.goto("/evidence")
    page.locator("tbody tr a").first.click()
    for sentence in sentences:
        expect(page.get_by_role("main")).to_contain_text(sentence)
    return page


def evidence_is_improved(page: Page) -> None:
    """The author takes up the feedback in the next try."""
    press(page, "Hand in again")
    read(page, "Here is everything as you handed it in, with the feedback.")
    expect(page.locator("#outcome")).to_contain_text(FEEDBACK)
    text_is_written(page, "Overview", "Grade 7, science. I now measure before and after, with a stopwatch.")
    evidence_is_handed_in(page)


def badge_is_taken_along(house: House, name: str, title: str) -> tuple[bytes, str]:
    """The teacher finds the badge at home and downloads it; returns picture and text."""
    page = house.seat(name)
    page.goto("/")
    page.locator(".pins a").first.click()
    titled(page, title)
    return _download(page, "Picture (PNG)"), _download(page, "Text (JSON)").decode()


def _download(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return download.value.path().read_bytes()


def badge_is_verified(house: House, picture: bytes, title: str) -> None:
    """Somebody who is not signed in shows the picture and learns that the badge is genuine."""
    page = house.visit()
    page.goto("/verify")
    page.get_by_label("The badge’s file").set_input_files(
        {"name": "badge.png", "mimeType": "image/png", "buffer": picture}
    )
    press(page, "Verify the badge")
    finding = page.locator("#finding")
    expect(finding.locator("section.good")).to_contain_text("nothing in it was changed")
    expect(finding).to_contain_text(title)
    expect(finding).not_to_contain_text("Amara")


def changed_badge_is_rejected(house: House, text: str) -> None:
    """With one character changed, the text of the badge is rejected."""
    page = house.visit()
    page.goto("/verify")
    page.get_by_label("Or its text").fill(text.replace("Waiting", "Wailing", 1))
    press(page, "Verify the badge")
    expect(page.locator("#finding section.bad")).to_be_visible()
    expect(page.locator("#finding section.good")).to_have_count(0)
