"""The end of the story: thank-yous, the noticeboard, the reports."""

import csv
import io

from playwright.sync_api import Page, expect

from tests.browser.house import House, press, read


def thank_you_is_handed_out(house: House, hand: str, name: str, giveaway: str) -> None:
    """Somebody at the desk finds a person, hands something out, undoes it and hands it out again."""
    page = house.seat(hand)
    page.goto("/desk")
    page.get_by_role("searchbox").press_sequentially(name.split()[0])
    card = page.locator(".card.pinned", has_text=giveaway)
    press(card, "Give")
    read(page, f"{name} has received: {giveaway}.")
    expect(card).to_have_count(0)
    press(page.locator("#flash"), "Undo")
    read(page, "Undone. The piece is in stock again, and still due.")
    press(card, "Give")
    read(page, f"{name} has received: {giveaway}.")


def hand_outs_are_logged(page: Page, name: str, giveaway: str) -> None:
    """The log tells of both hand-outs, the undone one too, as a page and as a file."""
    page.goto("/hand-outs")
    expect(page.locator("tbody tr", has_text=giveaway)).to_have_count(2)
    expect(page.locator("tbody tr", has_text="undone")).to_have_count(1)
    rows = _csv(page, "Download as CSV")
    assert [[name in row, giveaway in row] for row in rows[1:]] == [[True, True], [True, True]]


def announcement_is_made(page: Page, title: str) -> None:
    """The coordinator announces something."""
    page.goto("/pilots/1/announcements")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill("Somebody **waited**, and it was worth it.")
    press(page, "Announce")
    read(page, "It is announced, and on its way by mail.")


def win_is_shared(house: House, name: str, win: str, announced: str) -> None:
    """A teacher reads the announcement and shares a win."""
    page = house.seat(name)
    page.goto("/pilots/1/noticeboard")
    expect(page.get_by_role("heading", name=announced)).to_be_visible()
    page.get_by_label("a win").check()
    page.get_by_label("What happened?").fill(win)
    press(page, "Share")
    read(page, "It is on the noticeboard. Thank you for sharing.")


def win_is_replied_to(house: House, name: str, win: str, reply: str) -> None:
    """A colleague replies, and the reply stands under the win."""
    page = house.seat(name)
    page.goto("/pilots/1/noticeboard")
    thread = page.locator("article.card", has_text=win)
    thread.locator("summary", has_text="Reply").click()
    thread.get_by_label("Your reply").fill(reply)
    press(thread, "Send")
    expect(thread).to_contain_text(reply)
    expect(thread).to_contain_text(name)


def reports_tell(page: Page, school: str, other: str) -> None:
    """The funnel, as a page and as a file, tells how far each school came; the other reports have numbers too."""
    page.goto("/reports/funnel")
    expect(page.locator("tbody tr", has_text=school).locator("td")).to_have_text(["2", "2", "2", "2", "1", "1"])
    rows = _csv(page, "Download as CSV")
    assert [row[1:] for row in rows if row[0] == school] == [["2", "2", "2", "2", "1", "1"]]
    assert [row[1:] for row in rows if row[0] == other] == [["1", "1", "1", "0", "0", "0"]]
    for slug in ("rubric", "giveaways"):
        page.goto(f"/reports/{slug}")
        assert page.locator("tbody tr").count() > 0
        assert len(_csv(page, "Download as CSV")) > 1


def _csv(page: Page, button: str) -> list[list[str]]:
    with page.expect_download() as download:
        press(page, button)
    return list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
