"""What an author types is saved by itself, and outlives a session that ran out and a server that was restarted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from sqlalchemy import delete, select, update

from microcred import create_app
from microcred.accounts.models import SignIn
from microcred.db import db, writing
from microcred.evidence.models import PartText
from tests import server
from tests.browser import casting
from tests.browser.house import House, come_in

SAVED = re.compile("Saved at")


def _is_save(answer: Response) -> bool:
    return answer.url.endswith("/text") and answer.status == 200


def _is_kept(house: House, text: str) -> bool:
    with house.rows():
        return text in set(db.session.scalars(select(PartText.text)))


def _await_kept(house: House, page: Page, text: str) -> None:
    for _look in range(100):
        if _is_kept(house, text):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the text was not saved")


def test_text_is_saved_after_a_pause_without_leaving_the_field(demo: House) -> None:
    author = casting.author(demo)
    page = demo.seat(author.name)
    page.goto(author.url)
    with page.expect_response(_is_save):
        page.get_by_label("Your text").first.fill("A pause saves this.")
    expect(page.locator(".saved").first).to_have_text(SAVED)
    expect(page.get_by_label("Your text").first).to_be_focused()
    assert _is_kept(demo, "A pause saves this.")


def test_what_was_typed_comes_back_after_the_session_ran_out(demo: House) -> None:
    author = casting.author(demo)
    page = demo.seat(author.name)
    page.goto(author.url)
    with demo.rows(), writing():
        db.session.execute(delete(SignIn))
    page.get_by_label("Your text").first.fill("Typed when nobody was signed in any more.")
    page.wait_for_url(re.compile("/sign-in"))
    assert not _is_kept(demo, "Typed when nobody was signed in any more.")
    with page.expect_response(_is_save):
        come_in(page, author.name)
    expect(page.locator("#flash")).to_contain_text("What you typed before signing in is back.")
    expect(page.get_by_label("Your text").first).to_have_value("Typed when nobody was signed in any more.")
    expect(page.locator(".saved").first).to_have_text(SAVED)
    assert _is_kept(demo, "Typed when nobody was signed in any more.")


def test_what_comes_back_after_signing_in_is_shown_beside_what_was_saved_meanwhile(demo: House) -> None:
    author = casting.author(demo)
    page = demo.seat(author.name)
    page.goto(author.url)
    text = page.get_by_label("Your text").first
    with page.expect_response(_is_save):
        text.fill("Known to both windows.")
    with demo.rows(), writing():
        db.session.execute(delete(SignIn))
        known = PartText.text == "Known to both windows."
        newer = {"text": "Saved in the other window.", "revision": PartText.revision + 1}
        db.session.execute(update(PartText).where(known).values(newer))
    text.fill("Typed in this window.")
    page.wait_for_url(re.compile("/sign-in"))
    come_in(page, author.name)
    expect(page.locator(".saved blockquote").first).to_have_text("Saved in the other window.")
    expect(text).to_have_value("Typed in this window.")
    assert _is_kept(demo, "Saved in the other window.")
    assert not _is_kept(demo, "Typed in this window.")


def test_what_was_typed_while_the_server_was_away_is_saved_when_it_is_back(
    demo_folder: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(server.settings(demo_folder, MICROCRED_DEMO="1"))
    with server.serving(app, demo_folder, MICROCRED_DEMO="1") as first:
        house = House(first, browser)
        author = casting.author(house)
        page = house.seat(author.name)
        page.goto(author.url)
    text = page.get_by_label("Your text").first
    saved = page.locator(".saved").first
    text.fill("Typed while the server was away.")
    expect(saved).to_have_text("Not saved yet: trying again.")
    text.press("End")
    page.keyboard.type(" And after.")
    monkeypatch.setattr(server, "_free_port", lambda: first.port)
    with server.serving(app, demo_folder, MICROCRED_DEMO="1"):
        expect(saved).to_have_text(SAVED, timeout=40_000)
        _await_kept(house, page, "Typed while the server was away. And after.")
        page.reload()
        expect(text).to_have_value("Typed while the server was away. And after.")
        house.close()
